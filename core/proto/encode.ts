import { Writer } from './wire.ts';

let shared: Writer | undefined = new Writer();
const keepBytes = 1 << 20;

/** Encodes one message with a writer that is reused between calls. */
export function encodeWith<T>(write: (message: T, writer: Writer) => void, message: T): Uint8Array {
  const writer = shared ?? new Writer();
  shared = undefined;
  try {
    writer.reset();
    write(message, writer);
    return writer.finish();
  } finally {
    // A buffer that one huge message has grown is let go.
    shared = writer.buffer.length > keepBytes ? new Writer() : writer;
  }
}
