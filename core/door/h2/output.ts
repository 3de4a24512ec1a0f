import type { Socket } from 'node:net';

const blockBytes = 32 * 1024;
/** Longer pieces are passed on as they are instead of being copied. */
const copyBytes = 4 * 1024;

/** What goes out on one connection, gathered until the events that are ready now are through: one write serves them all. */
export class Output {
  readonly #socket: Socket;
  readonly #flushed: () => void;
  #full: Uint8Array[] = [];
  #block: Buffer | undefined;
  #used = 0;
  #bytes = 0;
  #scheduled = false;

  /** `flushed` is told after each write: there may be room again. */
  constructor(socket: Socket, flushed: () => void) {
    this.#socket = socket;
    this.#flushed = flushed;
  }

  /** Not yet taken by the operating system. */
  get pendingBytes(): number {
    return this.#bytes + this.#socket.writableLength;
  }

  /** Room for `bytes` more in one piece: fill it from the offset that `at` says. At most a block. */
  reserve(bytes: number): { block: Buffer; at: number } {
    if (!this.#block || this.#block.length - this.#used < bytes) {
      this.#closeBlock();
      this.#block = Buffer.allocUnsafeSlow(Math.max(blockBytes, bytes));
    }
    const at = this.#used;
    this.#used += bytes;
    this.#bytes += bytes;
    this.#schedule();
    return { block: this.#block, at };
  }

  push(bytes: Uint8Array): void {
    if (bytes.length <= copyBytes) {
      const { block, at } = this.reserve(bytes.length);
      block.set(bytes, at);
      return;
    }
    this.#closeBlock();
    this.#full.push(bytes);
    this.#bytes += bytes.length;
    this.#schedule();
  }

  #closeBlock(): void {
    if (this.#block && this.#used > 0) {
      this.#full.push(this.#block.subarray(0, this.#used));
      // What is left of the block is good for more: nobody writes to what was given out.
      this.#block = this.#block.length - this.#used >= copyBytes ? this.#block.subarray(this.#used) : undefined;
    }
    this.#used = 0;
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => this.flush());
  }

  flush(): void {
    this.#scheduled = false;
    this.#closeBlock();
    const parts = this.#full;
    this.#full = [];
    this.#bytes = 0;
    if (parts.length === 0 || this.#socket.destroyed || this.#socket.writableEnded) return;
    if (parts.length === 1) {
      this.#socket.write(parts[0]!);
    } else {
      this.#socket.cork();
      for (const part of parts) this.#socket.write(part);
      this.#socket.uncork();
    }
    this.#flushed();
  }
}
