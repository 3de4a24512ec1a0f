import type { Program } from '../support/process.ts';

/** Flags that let the heap of a Node program be asked for. */
export const inspectable = ['--inspect=127.0.0.1:0'];

interface Answer {
  id: number;
  result?: { result?: { value?: unknown } };
}

/** Where the heap of a program can be asked for that has just been started so. */
export const inspectorOf = async (program: Program): Promise<string> => (await program.saying(/Debugger listening on (ws:\S+)/))[1]!;

/** Bytes in use by objects and by the buffers that they own, when the program has collected what nobody needs. */
export async function heapInUse(address: string): Promise<number> {
  const socket = new WebSocket(address);
  const answers = new Map<number, (message: Answer) => void>();
  let asked = 0;
  const ask = (method: string, params: object = {}): Promise<unknown> => new Promise((resolve, reject) => {
    const id = ++asked;
    answers.set(id, (message) => resolve(message.result?.result?.value));
    socket.addEventListener('close', () => reject(new Error('the program has closed its inspector')), { once: true });
    socket.send(JSON.stringify({ id, method, params }));
  });
  socket.addEventListener('message', ({ data }) => {
    const message = JSON.parse(String(data)) as Answer;
    answers.get(message.id)?.(message);
  });
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve(), { once: true });
    socket.addEventListener('error', () => reject(new Error(`no inspector at ${address}`)), { once: true });
  });
  try {
    // What is closed in one turn is let go of in a later one.
    for (let i = 0; i < 2; i++) await ask('HeapProfiler.collectGarbage');
    return Number(await ask('Runtime.evaluate', { expression: '{ const { heapUsed, external } = process.memoryUsage(); heapUsed + external }', returnByValue: true }));
  } finally {
    socket.close();
  }
}
