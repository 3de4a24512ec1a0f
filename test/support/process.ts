import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A program that a test has started, and what it has said. */
export class Program {
  readonly child: ChildProcess;
  readonly name: string;
  #output = '';
  #watchers = new Set<() => void>();
  #exit: { code: number | null; signal: NodeJS.Signals | null } | undefined;
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;

  constructor(name: string, command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    this.name = name;
    this.child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
    for (const stream of [this.child.stdout!, this.child.stderr!]) {
      stream.setEncoding('utf8');
      stream.on('data', (text: string) => {
        // Only the end matters to a test, and a chatty program must not fill the memory.
        this.#output = (this.#output + text).slice(-200_000);
        for (const look of this.#watchers) look();
      });
    }
    this.exited = new Promise((resolve) => {
      this.child.once('exit', (code, signal) => {
        this.#exit = { code, signal };
        for (const look of this.#watchers) look();
        resolve(this.#exit);
      });
    });
  }

  get output(): string {
    return this.#output;
  }

  get running(): boolean {
    return this.#exit === undefined;
  }

  /** Resolves with the match once the output has it; rejects when the program ends first, or at the deadline. */
  saying(pattern: RegExp, timeoutMs = 20_000): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#watchers.delete(look);
      };
      const look = (): void => {
        const match = pattern.exec(this.#output);
        if (match) {
          done();
          resolve(match);
        } else if (this.#exit) {
          done();
          reject(new Error(`${this.name} ended (${this.#exit.code ?? this.#exit.signal}) before it said ${pattern}:\n${this.#output.slice(-3000)}`));
        }
      };
      const timer = setTimeout(() => {
        done();
        reject(new Error(`${this.name} did not say ${pattern} within ${timeoutMs} ms:\n${this.#output.slice(-3000)}`));
      }, timeoutMs);
      this.#watchers.add(look);
      look();
    });
  }

  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (this.running) this.child.kill(signal);
    await this.exited;
  }
}

/** Ports that are free now. The system does not give one out twice in a row, so they stay free for a while. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, () => new Promise<ReturnType<typeof createServer>>((resolve, reject) => {
      const server = createServer();
      server.once('error', reject);
      server.listen({ host: '127.0.0.1', port: 0 }, () => resolve(server));
    })),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve()))));
  return ports;
}

export interface TempFolder {
  path: string;
  remove(): void;
}

export function tempFolder(name: string): TempFolder {
  const path = mkdtempSync(join(tmpdir(), `quorate-${name}-`));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Looks until the condition holds; rejects with its last failure at the deadline. */
export async function eventually<T>(what: string, look: () => Promise<T>, timeoutMs = 20_000): Promise<T> {
  const until = performance.now() + timeoutMs;
  for (;;) {
    try {
      return await look();
    } catch (error) {
      if (performance.now() > until) throw new Error(`${what}: not within ${timeoutMs} ms`, { cause: error });
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
}
