import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** How long what is to come is waited for: a machine may stand still for seconds, and what never comes fails all the same. */
const patienceMs = 60_000;

/** A program that a test has started, and what it has said. */
export class Program {
  readonly child: ChildProcess;
  readonly name: string;
  #output = '';
  #watchers = new Set<() => void>();
  #exit: { code: number | null; signal: NodeJS.Signals | null } | undefined;
  /** Resolves when it has ended and all that it said has come. */
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;

  constructor(name: string, command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}, cwd?: string) {
    this.name = name;
    this.child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env }, cwd });
    for (const stream of [this.child.stdout!, this.child.stderr!]) {
      stream.setEncoding('utf8');
      stream.on('data', (text: string) => {
        // Only the end matters to a test, and a chatty program must not fill the memory.
        this.#output = (this.#output + text).slice(-200_000);
        for (const look of this.#watchers) look();
      });
    }
    this.exited = new Promise((resolve) => {
      this.child.once('close', (code, signal) => {
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
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Resolves with the match once the output has it; rejects when the program ends first, or at the deadline. */
  saying(pattern: RegExp, timeoutMs = patienceMs): Promise<RegExpExecArray> {
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

/** Below what systems take for outgoing connections: one of those could be there before the server that a port is for. */
const portRange = { from: 10_000, count: 22_000 };
/** Ports of a process are in a row; it holds them by listening on their first for as long as it lives. */
const blockPorts = 100;
let block: { next: number; end: number } | undefined;

/** Ports that are free now, and that no other process of tests gives out: one that a killed member left is there for it again. */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  while (ports.length < count) {
    if (!block || block.next === block.end) block = await heldBlock();
    const port = block.next++;
    if (await isFree(port)) ports.push(port);
  }
  return ports;
}

async function heldBlock(): Promise<{ next: number; end: number }> {
  const blocks = portRange.count / blockPorts;
  for (let i = 0; i < blocks; i++) {
    const from = portRange.from + ((process.pid + i) % blocks) * blockPorts;
    const server = createServer().unref();
    if (await listens(server, '127.0.0.1', from)) return { next: from + 1, end: from + blockPorts };
  }
  throw new Error('no port is free');
}

function listens(server: Server, host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen({ host, port, exclusive: true }, () => resolve(true));
  });
}

/** On all addresses and on this one, which some systems give out apart. */
async function isFree(port: number): Promise<boolean> {
  for (const host of ['127.0.0.1', '0.0.0.0']) {
    const server = createServer();
    if (!(await listens(server, host, port))) return false;
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }
  return true;
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
export async function eventually<T>(what: string, look: () => Promise<T>, timeoutMs = patienceMs): Promise<T> {
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
