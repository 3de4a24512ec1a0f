/**
 * A client that costs far less than the servers it measures: HTTP/2 by hand, just enough for gRPC calls.
 * A unary call has succeeded when a message came and its stream ended well; a refused stream, or trailers alone, is a failure.
 */
import net from 'node:net';

const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1');
const FrameType = { data: 0, headers: 1, reset: 3, settings: 4, ping: 6, goAway: 7, windowUpdate: 8 } as const;
const Flag = { endStream: 1, ack: 1, endHeaders: 4 } as const;
/** Received bytes after which the connection's window is opened again. */
const windowStep = 1 << 20;

function frame(type: number, flags: number, stream: number, payload: Uint8Array): Buffer {
  const out = Buffer.allocUnsafe(9 + payload.length);
  out.writeUIntBE(payload.length, 0, 3);
  out[3] = type;
  out[4] = flags;
  out.writeUInt32BE(stream, 5);
  out.set(payload, 9);
  return out;
}

/** A header field that no table is asked for (RFC 7541 §6.2.2), with lengths below 127. */
function literal(name: string, value: string): Buffer {
  return Buffer.concat([Buffer.from([0, name.length]), Buffer.from(name), Buffer.from([value.length]), Buffer.from(value)]);
}

function requestHeaders(path: string, authority: string): Buffer {
  // :method POST and :scheme http stand in the static table.
  const indexed = Buffer.from([0x83, 0x86]);
  return Buffer.concat([indexed, literal(':path', path), literal(':authority', authority), literal('content-type', 'application/grpc'), literal('te', 'trailers')]);
}

interface Call {
  answered: boolean;
  done: (ok: boolean) => void;
}

/** A call whose messages go both ways until it is left alone. */
interface Streaming {
  take: (message: Buffer) => void;
  ended: () => void;
  pending: Buffer | undefined;
  received: number;
}

export interface Stream {
  send(message: Uint8Array): void;
}

function grpcMessage(message: Uint8Array): Buffer {
  const body = Buffer.allocUnsafe(5 + message.length);
  body[0] = 0;
  body.writeUInt32BE(message.length, 1);
  body.set(message, 5);
  return body;
}

function windowUpdate(stream: number, bytes: number): Buffer {
  const window = Buffer.alloc(4);
  window.writeUInt32BE(bytes);
  return frame(FrameType.windowUpdate, 0, stream, window);
}

export class H2Client {
  readonly #socket: net.Socket;
  readonly #authority: string;
  readonly #headers = new Map<string, Buffer>();
  readonly #calls = new Map<number, Call>();
  readonly #streams = new Map<number, Streaming>();
  #nextStream = 1;
  #pending: Buffer | undefined;
  #out: Buffer[] = [];
  #scheduled = false;
  #received = 0;
  #failure: Error | undefined;

  private constructor(socket: net.Socket, authority: string) {
    this.#socket = socket;
    this.#authority = authority;
    socket.on('data', (chunk) => this.#read(chunk));
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error(`${authority} closed the connection`)));
  }

  static connect(address: string): Promise<H2Client> {
    const url = new URL(address.includes('://') ? address : `http://${address}`);
    return new Promise((resolve, reject) => {
      const socket = net.connect({ host: url.hostname, port: Number(url.port), noDelay: true });
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        const client = new H2Client(socket, url.host);
        // No dynamic table, no pushes, wide windows: nothing of these is to be measured.
        const settings = Buffer.alloc(18);
        settings.writeUInt16BE(1, 0);
        settings.writeUInt16BE(2, 6);
        settings.writeUInt16BE(4, 12);
        settings.writeUInt32BE(4 << 20, 14);
        const window = Buffer.alloc(4);
        window.writeUInt32BE(1 << 30);
        socket.write(Buffer.concat([preface, frame(FrameType.settings, 0, 0, settings), frame(FrameType.windowUpdate, 0, 0, window)]));
        resolve(client);
      });
    });
  }

  call(path: string, message: Uint8Array, done: (ok: boolean) => void): void {
    if (this.#failure) return done(false);
    let headers = this.#headers.get(path);
    if (!headers) this.#headers.set(path, (headers = requestHeaders(path, this.#authority)));
    const stream = this.#nextStream;
    this.#nextStream += 2;
    this.#calls.set(stream, { answered: false, done });
    this.#write(frame(FrameType.headers, Flag.endHeaders, stream, headers), frame(FrameType.data, Flag.endStream, stream, grpcMessage(message)));
  }

  /** Opens a streaming call; `ended` tells that it is over, for whatever reason. */
  stream(path: string, take: (message: Buffer) => void, ended: () => void): Stream {
    let headers = this.#headers.get(path);
    if (!headers) this.#headers.set(path, (headers = requestHeaders(path, this.#authority)));
    const stream = this.#nextStream;
    this.#nextStream += 2;
    this.#streams.set(stream, { take, ended, pending: undefined, received: 0 });
    this.#write(frame(FrameType.headers, Flag.endHeaders, stream, headers));
    return { send: (message) => this.#write(frame(FrameType.data, 0, stream, grpcMessage(message))) };
  }

  /** One write for all that is said in one turn. */
  #write(...frames: Buffer[]): void {
    this.#out.push(...frames);
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#socket.write(Buffer.concat(this.#out));
      this.#out = [];
    });
  }

  #read(chunk: Buffer): void {
    const data = this.#pending ? Buffer.concat([this.#pending, chunk]) : chunk;
    let at = 0;
    while (data.length - at >= 9) {
      const length = data.readUIntBE(at, 3);
      if (data.length - at < 9 + length) break;
      this.#take(data[at + 3]!, data[at + 4]!, data.readUInt32BE(at + 5) & 0x7fff_ffff, data.subarray(at + 9, at + 9 + length));
      at += 9 + length;
    }
    this.#pending = at < data.length ? data.subarray(at) : undefined;
  }

  #take(type: number, flags: number, stream: number, payload: Buffer): void {
    switch (type) {
      case FrameType.data: {
        this.#received += payload.length;
        const call = this.#calls.get(stream);
        if (call && payload.length >= 5) call.answered = true;
        const streaming = this.#streams.get(stream);
        if (streaming) this.#takeStreamed(stream, streaming, payload);
        if (flags & Flag.endStream) this.#end(stream, true);
        if (this.#received >= windowStep) {
          this.#write(windowUpdate(0, this.#received));
          this.#received = 0;
        }
        return;
      }
      case FrameType.headers:
        if (flags & Flag.endStream) this.#end(stream, true);
        return;
      case FrameType.reset:
        this.#end(stream, false);
        return;
      case FrameType.settings:
        if (!(flags & Flag.ack)) this.#write(frame(FrameType.settings, Flag.ack, 0, Buffer.alloc(0)));
        return;
      case FrameType.ping:
        if (!(flags & Flag.ack)) this.#write(frame(FrameType.ping, Flag.ack, 0, Buffer.from(payload)));
        return;
      case FrameType.goAway:
        this.#fail(new Error(`${this.#authority} sent GOAWAY`));
        return;
      default:
    }
  }

  /** A frame may hold many messages, or a part of one. */
  #takeStreamed(id: number, streaming: Streaming, payload: Buffer): void {
    streaming.received += payload.length;
    if (streaming.received >= windowStep) {
      this.#write(windowUpdate(id, streaming.received));
      streaming.received = 0;
    }
    const data = streaming.pending ? Buffer.concat([streaming.pending, payload]) : payload;
    let at = 0;
    while (data.length - at >= 5) {
      const end = at + 5 + data.readUInt32BE(at + 1);
      if (end > data.length) break;
      streaming.take(data.subarray(at + 5, end));
      at = end;
    }
    // What is kept must not hold the socket's whole buffer.
    streaming.pending = at < data.length ? Buffer.from(data.subarray(at)) : undefined;
  }

  #end(stream: number, clean: boolean): void {
    const streaming = this.#streams.get(stream);
    this.#streams.delete(stream);
    streaming?.ended();
    const call = this.#calls.get(stream);
    if (!call) return;
    this.#calls.delete(stream);
    call.done(clean && call.answered);
  }

  #fail(error: Error): void {
    if (this.#failure) return;
    this.#failure = error;
    for (const stream of [...this.#calls.keys(), ...this.#streams.keys()]) this.#end(stream, false);
  }

  close(): void {
    this.#failure ??= new Error('closed');
    this.#streams.clear();
    this.#socket.destroy();
  }
}
