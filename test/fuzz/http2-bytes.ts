import { randomInt, type Random } from '../../core/base/random.ts';

/** HTTP/2 by hand, so that it can be got wrong on purpose. */
export const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

export const FrameType = { data: 0, headers: 1, priority: 2, rstStream: 3, settings: 4, pushPromise: 5, ping: 6, goAway: 7, windowUpdate: 8, continuation: 9 } as const;

/** `declared` lies about the length. */
export function frame(type: number, flags: number, stream: number, payload: Uint8Array = new Uint8Array(0), declared = payload.length): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(declared & 0xffffff, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream >>> 0, 5);
  return Buffer.concat([head, payload]);
}

/** Literal header fields, neither indexed nor Huffman coded. */
export function headerBlock(headers: readonly (readonly [string, string])[]): Buffer {
  const text = (value: string): Buffer => {
    const bytes = Buffer.from(value, 'latin1');
    // Lengths of 127 and more go on in bytes of seven bits.
    if (bytes.length < 127) return Buffer.concat([Buffer.from([bytes.length]), bytes]);
    const length = [127];
    let rest = bytes.length - 127;
    for (; rest > 127; rest >>= 7) length.push((rest & 127) | 128);
    return Buffer.concat([Buffer.from([...length, rest]), bytes]);
  };
  return Buffer.concat(headers.map(([name, value]) => Buffer.concat([Buffer.from([0]), text(name), text(value)])));
}

export function callHeaders(path: string, more: readonly (readonly [string, string])[] = []): Buffer {
  return headerBlock([[':method', 'POST'], [':scheme', 'http'], [':path', path], [':authority', 'fuzz'], ['te', 'trailers'], ['content-type', 'application/grpc'], ...more]);
}

/** A gRPC message with its prefix; `declared` lies about its length, `flag` about its compression. */
export function grpcMessage(body: Uint8Array, declared = body.length, flag = 0): Buffer {
  const head = Buffer.alloc(5);
  head[0] = flag;
  head.writeUInt32BE(declared >>> 0, 1);
  return Buffer.concat([head, body]);
}

/** A whole call on one stream. */
export function call(stream: number, path: string, body: Uint8Array): Buffer {
  return Buffer.concat([frame(FrameType.headers, 4, stream, callHeaders(path)), frame(FrameType.data, 1, stream, grpcMessage(body))]);
}

export function randomBytes(random: Random, length: number): Buffer {
  const out = Buffer.alloc(length);
  for (let i = 0; i < length; i++) out[i] = randomInt(random, 256);
  return out;
}

/** Changes, drops, doubles or cuts off some bytes. */
export function mutated(random: Random, bytes: Buffer): Buffer {
  let out = Buffer.from(bytes);
  for (let n = 1 + randomInt(random, 4); n > 0 && out.length > 0; n--) {
    const at = randomInt(random, out.length);
    switch (randomInt(random, 4)) {
      case 0:
        out[at] = randomInt(random, 256);
        break;
      case 1:
        out = Buffer.concat([out.subarray(0, at), out.subarray(at + 1 + randomInt(random, 8))]);
        break;
      case 2:
        out = Buffer.concat([out.subarray(0, at), out.subarray(Math.max(0, at - randomInt(random, 16)))]);
        break;
      default:
        out = out.subarray(0, at);
    }
  }
  return out;
}
