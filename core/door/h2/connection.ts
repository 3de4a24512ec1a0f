import type { Socket } from 'node:net';
import { defaultWindow, Flag, frameHeaderBytes, FrameType, H2Code, H2Error, maxWindow, minFrameSize, preface, Setting, writeFrameHeader } from './frames.ts';
import { HpackDecoder, HpackError, type Header } from './hpack.ts';
import { Output } from './output.ts';
import { PingGuard } from './pings.ts';

export interface StreamHandler {
  /** A piece of the request's body; the last one with `end`. The bytes are good only during the call unless they are copied. */
  data(bytes: Buffer, end: boolean): void;
  /** The client has given the stream up, or the connection is gone. Not after the stream has ended on both sides. */
  closed(): void;
  /** What was queued has gone out far enough for more. */
  drained(): void;
}

export interface ConnectionOptions {
  maxConcurrentStreams: number;
  maxHeaderListBytes: number;
  /** What a client may send on one stream, and on all together, before the bytes are taken. */
  streamWindow: number;
  connectionWindow: number;
  /** A client with an open call may ping this often. */
  minPingTimeMs: number;
  nowMs(): number;
  /** A request has begun. Throws nothing. */
  open(stream: H2Stream, headers: readonly Header[], end: boolean): StreamHandler;
  /** The connection has ended; the text says why when that was not in order. */
  closed(problem: string | undefined): void;
}

/** Unsent bytes of one stream beyond which its source is asked to hold back, and at which it is asked for more. */
const highWaterBytes = 1 << 20;
const lowWaterBytes = 256 << 10;
/** With more than this unsent a connection is not read from: whoever does not read is not answered for ever. */
const maxUnsentBytes = 16 << 20;
/** With more than this that waits for window, all streams together, no more requests are begun. */
const maxQueuedBytes = 64 << 20;
/** Frames that ask for an answer or cost work, and that carry no request: more than these without one are an attack. */
const maxIdleFrames = 10_000;
const nothing = new Uint8Array(0);
/** Compressed headers of one block. */
const maxBlockBytes = 256 << 10;

/** One request and its answer. */
export class H2Stream {
  readonly id: number;
  readonly #connection: H2Connection;
  handler: StreamHandler | undefined;
  sendWindow: number;
  /** Bytes that came and were not credited back yet. */
  uncredited = 0;
  /** No more is credited for now. */
  paused = false;
  remoteEnded = false;
  localEnded = false;
  /** Waits for window, what is before `queueAt` is out; `trailers` follow when all is. */
  queue: Uint8Array[] = [];
  queueAt = 0;
  queuedBytes = 0;
  trailers: Uint8Array | undefined;

  constructor(connection: H2Connection, id: number, sendWindow: number) {
    this.#connection = connection;
    this.id = id;
    this.sendWindow = sendWindow;
  }

  get over(): boolean {
    return this.localEnded && this.remoteEnded;
  }

  headers(block: Uint8Array, end: boolean): void {
    if (!this.localEnded) this.#connection.sendHeaders(this, block, end);
  }

  /** False: hold back until `drained`. The bytes must not change any more. */
  write(bytes: Uint8Array): boolean {
    return this.localEnded || this.#connection.sendData(this, bytes);
  }

  /** The client gets no more room to send on this stream than it has, until `resume`. */
  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
    this.#connection.creditStream(this);
  }

  /** Ends the answer behind what is queued. */
  end(trailers: Uint8Array): void {
    if (!this.localEnded) this.#connection.sendTrailers(this, trailers);
  }
}

/**
 * The server's side of one HTTP/2 connection: frames, header compression and flow control, and nothing of what the requests
 * mean. Source: RFC 9113. Unlike most libraries it takes any `:authority`, as Go's server does: etcd's clients send URLs there.
 */
export class H2Connection {
  readonly #socket: Socket;
  readonly #options: ConnectionOptions;
  readonly #output: Output;
  readonly #decoder: HpackDecoder;
  readonly #streams = new Map<number, H2Stream>();
  /** Streams with something queued for which there was no window. */
  readonly #blocked = new Set<H2Stream>();
  /** Streams whose sources were asked to hold back. */
  readonly #heldBack = new Set<H2Stream>();
  #rest: Buffer | undefined;
  #prefaceSeen = false;
  #lastStream = 0;
  #sendWindow = defaultWindow;
  #initialSendWindow = defaultWindow;
  #maxFrame = minFrameSize;
  #uncredited = 0;
  /** Of all streams. */
  #queuedBytes = 0;
  /** A header block that is not complete yet. */
  #block: { stream: number; end: boolean; parts: Buffer[]; bytes: number } | undefined;
  #idleFrames = 0;
  #closed = false;
  #draining = false;
  readonly #pings: PingGuard;
  /** When something came last. */
  lastReadMs: number;

  constructor(socket: Socket, options: ConnectionOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#pings = new PingGuard(options.minPingTimeMs);
    this.lastReadMs = options.nowMs();
    this.#output = new Output(socket, () => this.#askAll());
    this.#decoder = new HpackDecoder(options.maxHeaderListBytes);
    this.#greet();
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('drain', () => this.#drained());
    socket.on('close', () => this.#end(undefined));
    socket.on('error', () => socket.destroy());
  }

  #greet(): void {
    const { maxConcurrentStreams, maxHeaderListBytes, streamWindow, connectionWindow } = this.#options;
    const settings: [number, number][] = [
      [Setting.maxConcurrentStreams, maxConcurrentStreams], [Setting.initialWindowSize, streamWindow], [Setting.maxHeaderListSize, maxHeaderListBytes],
    ];
    const { block, at } = this.#frame(settings.length * 6, FrameType.settings, 0, 0);
    for (const [i, [name, value]] of settings.entries()) {
      block.writeUInt16BE(name, at + i * 6);
      block.writeUInt32BE(value, at + i * 6 + 2);
    }
    this.#windowUpdate(0, connectionWindow - defaultWindow);
  }

  // --- in

  #take(chunk: Buffer): void {
    if (this.#closed) return;
    this.lastReadMs = this.#options.nowMs();
    let bytes = this.#rest ? Buffer.concat([this.#rest, chunk]) : chunk;
    this.#rest = undefined;
    try {
      if (!this.#prefaceSeen) {
        const begin = bytes.subarray(0, preface.length);
        if (!begin.equals(preface.subarray(0, begin.length))) throw new H2Error(H2Code.protocol, 'the connection does not begin as HTTP/2');
        if (begin.length < preface.length) {
          this.#rest = bytes;
          return;
        }
        this.#prefaceSeen = true;
        bytes = bytes.subarray(preface.length);
      }
      const used = this.#frames(bytes);
      if (used < bytes.length) this.#rest = bytes.subarray(used);
    } catch (error) {
      this.#fail(error);
      return;
    }
    this.#creditConnection();
    if (this.#output.pendingBytes > maxUnsentBytes) this.#socket.pause();
  }

  /** Returns how many bytes were whole frames. */
  #frames(bytes: Buffer): number {
    let at = 0;
    while (bytes.length - at >= frameHeaderBytes && !this.#closed) {
      const length = (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!;
      if (length > minFrameSize) throw new H2Error(H2Code.frameSize, `a frame of ${length} bytes`);
      const end = at + frameHeaderBytes + length;
      if (end > bytes.length) break;
      const type = bytes[at + 3]!;
      const flags = bytes[at + 4]!;
      const stream = (((bytes[at + 5]! & 0x7f) << 24) | (bytes[at + 6]! << 16) | (bytes[at + 7]! << 8) | bytes[at + 8]!) >>> 0;
      this.#frameIn(type, flags, stream, bytes.subarray(at + frameHeaderBytes, end));
      at = end;
    }
    return at;
  }

  #frameIn(type: number, flags: number, stream: number, payload: Buffer): void {
    if (this.#block && type !== FrameType.continuation) throw new H2Error(H2Code.protocol, 'a header block was broken off');
    switch (type) {
      case FrameType.data:
        this.#dataIn(flags, stream, payload);
        return;
      case FrameType.headers:
        this.#headersIn(flags, stream, payload);
        return;
      case FrameType.continuation:
        this.#continuationIn(flags, stream, payload);
        return;
      case FrameType.windowUpdate:
        this.#windowUpdateIn(stream, payload);
        return;
      case FrameType.reset:
        this.#resetIn(stream, payload);
        return;
      case FrameType.settings:
        this.#settingsIn(flags, stream, payload);
        return;
      case FrameType.ping:
        this.#pingIn(flags, stream, payload);
        return;
      case FrameType.goAway:
        this.#draining = true;
        return;
      case FrameType.push:
        throw new H2Error(H2Code.protocol, 'a client must not push');
      case FrameType.priority:
        if (stream === 0 || payload.length !== 5) throw new H2Error(stream === 0 ? H2Code.protocol : H2Code.frameSize, 'a bad PRIORITY');
        this.#idle();
        return;
      default:
        // Unknown frames are to be ignored.
        this.#idle();
    }
  }

  #idle(): void {
    if (++this.#idleFrames > maxIdleFrames) throw new H2Error(H2Code.enhanceYourCalm, 'too many frames without a request');
  }

  #headersIn(flags: number, id: number, payload: Buffer): void {
    if (id === 0 || id % 2 === 0) throw new H2Error(H2Code.protocol, `HEADERS on stream ${id}`);
    let block = unpadded(flags, payload);
    if ((flags & Flag.priority) !== 0) {
      if (block.length < 5) throw new H2Error(H2Code.frameSize, 'a HEADERS frame too short for its priority');
      block = block.subarray(5);
    }
    const end = (flags & Flag.endStream) !== 0;
    if ((flags & Flag.endHeaders) !== 0) this.#blockIn(id, end, block);
    else this.#block = { stream: id, end, parts: [Buffer.from(block)], bytes: block.length };
  }

  #continuationIn(flags: number, id: number, payload: Buffer): void {
    const block = this.#block;
    if (!block || block.stream !== id) throw new H2Error(H2Code.protocol, 'a CONTINUATION without its HEADERS');
    block.parts.push(Buffer.from(payload));
    block.bytes += payload.length + frameHeaderBytes;
    if (block.bytes > maxBlockBytes) throw new H2Error(H2Code.enhanceYourCalm, 'a header block without an end');
    if ((flags & Flag.endHeaders) === 0) return;
    this.#block = undefined;
    this.#blockIn(id, block.end, Buffer.concat(block.parts));
  }

  #blockIn(id: number, end: boolean, block: Buffer): void {
    // Also of a stream that is refused: the table must follow.
    const headers = this.#decoder.decode(block);
    const known = this.#streams.get(id);
    if (known) {
      // Trailers.
      if (known.remoteEnded || !end) throw new H2Error(H2Code.protocol, `more HEADERS on stream ${id}`);
      this.#remoteEnd(known, Buffer.alloc(0));
      return;
    }
    if (id <= this.#lastStream) throw new H2Error(H2Code.streamClosed, `HEADERS on stream ${id}, which has ended`);
    this.#lastStream = id;
    if (this.#draining || this.#streams.size >= this.#options.maxConcurrentStreams || this.#queuedBytes > maxQueuedBytes) {
      this.#resetFrame(id, H2Code.refused);
      return;
    }
    this.#idleFrames = 0;
    const stream = new H2Stream(this, id, this.#initialSendWindow);
    stream.remoteEnded = end;
    this.#streams.set(id, stream);
    stream.handler = this.#options.open(stream, headers, end);
  }

  #dataIn(flags: number, id: number, payload: Buffer): void {
    if (id === 0) throw new H2Error(H2Code.protocol, 'DATA on stream 0');
    this.#uncredited += payload.length;
    if (this.#uncredited > this.#options.connectionWindow) throw new H2Error(H2Code.flowControl, 'more DATA than the connection allows');
    const stream = this.#streams.get(id);
    if (!stream || stream.remoteEnded) {
      if (id > this.#lastStream) throw new H2Error(H2Code.protocol, `DATA on stream ${id}, which was never opened`);
      // It was reset a moment ago, and the client may not know yet.
      this.#idle();
      return;
    }
    stream.uncredited += payload.length;
    if (stream.uncredited > this.#options.streamWindow) {
      this.#resetStream(stream, H2Code.flowControl);
      return;
    }
    const end = (flags & Flag.endStream) !== 0;
    const bytes = unpadded(flags, payload);
    if (end) this.#remoteEnd(stream, bytes);
    else {
      if (payload.length === 0) this.#idle();
      stream.handler?.data(bytes, false);
      this.creditStream(stream);
    }
  }

  #remoteEnd(stream: H2Stream, bytes: Buffer): void {
    stream.remoteEnded = true;
    stream.handler?.data(bytes, true);
    if (stream.over) this.#forget(stream);
  }

  /** Whoever does not take its answers gets no room for more requests. */
  creditStream(stream: H2Stream): void {
    if (this.#closed || stream.paused || stream.remoteEnded || stream.localEnded || stream.queuedBytes > highWaterBytes || stream.uncredited <= this.#options.streamWindow / 2) return;
    this.#windowUpdate(stream.id, stream.uncredited);
    stream.uncredited = 0;
  }

  #creditConnection(): void {
    if (this.#closed || this.#uncredited <= this.#options.connectionWindow / 4) return;
    this.#windowUpdate(0, this.#uncredited);
    this.#uncredited = 0;
  }

  #windowUpdateIn(id: number, payload: Buffer): void {
    if (payload.length !== 4) throw new H2Error(H2Code.frameSize, 'a bad WINDOW_UPDATE');
    const more = payload.readUInt32BE(0) & 0x7fffffff;
    if (id === 0) {
      if (more === 0) throw new H2Error(H2Code.protocol, 'a WINDOW_UPDATE of 0');
      this.#sendWindow += more;
      if (this.#sendWindow > maxWindow) throw new H2Error(H2Code.flowControl, 'the connection’s window is too large');
      for (const stream of this.#blocked) {
        if (this.#sendWindow <= 0) break;
        this.#pump(stream);
      }
      return;
    }
    const stream = this.#streams.get(id);
    if (!stream) {
      if (id > this.#lastStream) throw new H2Error(H2Code.protocol, `a WINDOW_UPDATE on stream ${id}, which was never opened`);
      return;
    }
    stream.sendWindow += more;
    if (more === 0 || stream.sendWindow > maxWindow) {
      this.#resetStream(stream, more === 0 ? H2Code.protocol : H2Code.flowControl);
      return;
    }
    this.#pump(stream);
  }

  #resetIn(id: number, payload: Buffer): void {
    if (id === 0 || payload.length !== 4) throw new H2Error(id === 0 ? H2Code.protocol : H2Code.frameSize, 'a bad RST_STREAM');
    if (id > this.#lastStream) throw new H2Error(H2Code.protocol, `RST_STREAM on stream ${id}, which was never opened`);
    const stream = this.#streams.get(id);
    if (!stream) return;
    this.#forget(stream);
    stream.localEnded = true;
    stream.handler?.closed();
  }

  #settingsIn(flags: number, id: number, payload: Buffer): void {
    if (id !== 0) throw new H2Error(H2Code.protocol, 'SETTINGS on a stream');
    if ((flags & Flag.ack) !== 0) {
      if (payload.length > 0) throw new H2Error(H2Code.frameSize, 'a SETTINGS acknowledgement with a body');
      return;
    }
    if (payload.length % 6 !== 0) throw new H2Error(H2Code.frameSize, 'a bad SETTINGS');
    this.#idle();
    for (let at = 0; at < payload.length; at += 6) this.#setting(payload.readUInt16BE(at), payload.readUInt32BE(at + 2));
    this.#frame(0, FrameType.settings, Flag.ack, 0);
  }

  #setting(name: number, value: number): void {
    if (name === Setting.maxFrameSize) {
      if (value < minFrameSize || value > 16_777_215) throw new H2Error(H2Code.protocol, `a maximum frame size of ${value}`);
      // Larger frames would only hold other streams up.
      this.#maxFrame = Math.min(value, 64 << 10);
    } else if (name === Setting.initialWindowSize) {
      if (value > maxWindow) throw new H2Error(H2Code.flowControl, `an initial window of ${value}`);
      const change = value - this.#initialSendWindow;
      this.#initialSendWindow = value;
      for (const stream of this.#streams.values()) {
        stream.sendWindow += change;
        if (stream.sendWindow > maxWindow) throw new H2Error(H2Code.flowControl, 'a window is too large');
        if (change > 0) this.#pump(stream);
      }
    } else if (name === Setting.enablePush && value > 1) throw new H2Error(H2Code.protocol, 'a bad ENABLE_PUSH');
  }

  #pingIn(flags: number, id: number, payload: Buffer): void {
    if (id !== 0 || payload.length !== 8) throw new H2Error(id === 0 ? H2Code.frameSize : H2Code.protocol, 'a bad PING');
    if ((flags & Flag.ack) !== 0) return;
    this.#idle();
    const { block, at } = this.#frame(8, FrameType.ping, Flag.ack, 0);
    payload.copy(block, at);
    // Clients that know gRPC look for these words, and ping less often.
    if (!this.#pings.allows(this.lastReadMs, this.#streams.size)) throw new H2Error(H2Code.enhanceYourCalm, 'too_many_pings');
  }

  // --- out

  #frame(length: number, type: number, flags: number, stream: number): { block: Buffer; at: number } {
    const { block, at } = this.#output.reserve(frameHeaderBytes + length);
    return { block, at: writeFrameHeader(block, at, length, type, flags, stream) };
  }

  #windowUpdate(id: number, more: number): void {
    if (more <= 0) return;
    const { block, at } = this.#frame(4, FrameType.windowUpdate, 0, id);
    block.writeUInt32BE(more, at);
  }

  ping(): void {
    if (this.#closed) return;
    const { block, at } = this.#frame(8, FrameType.ping, 0, 0);
    block.fill(0, at, at + 8);
  }

  sendHeaders(stream: H2Stream, block: Uint8Array, end: boolean): void {
    if (this.#closed) return;
    this.#pings.answered();
    const out = this.#frame(block.length, FrameType.headers, Flag.endHeaders | (end ? Flag.endStream : 0), stream.id);
    out.block.set(block, out.at);
    if (end) this.#localEnd(stream);
  }

  sendData(stream: H2Stream, bytes: Uint8Array): boolean {
    if (this.#closed) return true;
    stream.queue.push(bytes);
    stream.queuedBytes += bytes.length;
    this.#queuedBytes += bytes.length;
    this.#pump(stream);
    if (stream.queuedBytes <= highWaterBytes && this.#output.pendingBytes <= highWaterBytes) return true;
    this.#heldBack.add(stream);
    return false;
  }

  sendTrailers(stream: H2Stream, block: Uint8Array): void {
    if (this.#closed) return;
    stream.trailers = block;
    if (stream.queuedBytes === 0) this.#pump(stream);
  }

  /** Sends of a stream what its window and the connection's allow. */
  #pump(stream: H2Stream): void {
    while (stream.queueAt < stream.queue.length) {
      const head = stream.queue[stream.queueAt]!;
      const size = Math.min(head.length, this.#maxFrame, stream.sendWindow, this.#sendWindow);
      if (size <= 0 && head.length > 0) {
        this.#blocked.add(stream);
        return;
      }
      const piece = size === head.length ? head : head.subarray(0, size);
      if (size === head.length) this.#shift(stream);
      else stream.queue[stream.queueAt] = head.subarray(size);
      stream.queuedBytes -= size;
      this.#queuedBytes -= size;
      stream.sendWindow -= size;
      this.#sendWindow -= size;
      this.#frameHeader(size, stream.id);
      this.#output.push(piece);
    }
    this.#blocked.delete(stream);
    stream.queue.length = 0;
    stream.queueAt = 0;
    this.creditStream(stream);
    if (stream.trailers) {
      const { trailers } = stream;
      stream.trailers = undefined;
      this.sendHeaders(stream, trailers, true);
    } else this.#askForMore(stream);
  }

  /** Many small messages may wait: an array's own shift moves them all. */
  #shift(stream: H2Stream): void {
    stream.queue[stream.queueAt++] = nothing;
    if (stream.queueAt < 1_000 || stream.queueAt * 2 < stream.queue.length) return;
    stream.queue.splice(0, stream.queueAt);
    stream.queueAt = 0;
  }

  #frameHeader(size: number, id: number): void {
    this.#pings.answered();
    const { block, at } = this.#output.reserve(frameHeaderBytes);
    writeFrameHeader(block, at, size, FrameType.data, 0, id);
  }

  #askForMore(stream: H2Stream): void {
    if (!this.#heldBack.has(stream) || stream.queuedBytes > lowWaterBytes || this.#output.pendingBytes > highWaterBytes) return;
    this.#heldBack.delete(stream);
    // Not in the turn in which it was told to hold back.
    setImmediate(() => {
      if (!stream.localEnded) stream.handler?.drained();
    });
  }

  #drained(): void {
    if (this.#closed) return;
    this.#socket.resume();
    this.#askAll();
  }

  #askAll(): void {
    for (const stream of [...this.#heldBack]) this.#askForMore(stream);
  }

  #localEnd(stream: H2Stream): void {
    stream.localEnded = true;
    if (stream.remoteEnded) this.#forget(stream);
    // The answer is whole: nobody will read the rest of the request.
    else this.#resetStream(stream, H2Code.none);
  }

  #resetStream(stream: H2Stream, code: number): void {
    if (this.#closed || !this.#streams.has(stream.id)) return;
    this.#forget(stream);
    const tell = !stream.localEnded;
    stream.localEnded = true;
    this.#resetFrame(stream.id, code);
    if (tell) stream.handler?.closed();
  }

  #resetFrame(id: number, code: number): void {
    this.#pings.answered();
    const { block, at } = this.#frame(4, FrameType.reset, 0, id);
    block.writeUInt32BE(code, at);
  }

  #forget(stream: H2Stream): void {
    this.#streams.delete(stream.id);
    this.#blocked.delete(stream);
    this.#heldBack.delete(stream);
    stream.queue = [];
    stream.queueAt = 0;
    this.#queuedBytes -= stream.queuedBytes;
    stream.queuedBytes = 0;
  }

  // --- the end

  #fail(error: unknown): void {
    const code = error instanceof H2Error ? error.code : error instanceof HpackError ? H2Code.compression : H2Code.internal;
    const text = error instanceof Error ? error.message : String(error);
    this.goAway(code, error instanceof H2Error ? text : '');
    this.#socket.end();
    this.#end(error instanceof H2Error || error instanceof HpackError ? text : (error instanceof Error ? (error.stack ?? text) : text));
    // A client that goes on sending is not listened to.
    this.#socket.resume();
    setTimeout(() => this.#socket.destroy(), 1_000).unref();
  }

  /** Tells the client that nothing new is taken, and why; `why` in ASCII. */
  goAway(code: number, why = ''): void {
    if (this.#closed) return;
    this.#draining = true;
    const { block, at } = this.#frame(8 + why.length, FrameType.goAway, 0, 0);
    block.writeUInt32BE(this.#lastStream, at);
    block.writeUInt32BE(code, at + 4);
    block.write(why, at + 8, 'latin1');
    this.#output.flush();
  }

  destroy(): void {
    this.#socket.destroy();
    this.#end(undefined);
  }

  #end(problem: string | undefined): void {
    if (this.#closed) return;
    this.#closed = true;
    const streams = [...this.#streams.values()];
    this.#streams.clear();
    this.#blocked.clear();
    this.#heldBack.clear();
    this.#rest = undefined;
    for (const stream of streams) {
      stream.localEnded = true;
      stream.handler?.closed();
    }
    this.#options.closed(problem);
  }
}

function unpadded(flags: number, payload: Buffer): Buffer {
  if ((flags & Flag.padded) === 0) return payload;
  const padding = payload[0] ?? 0;
  if (payload.length < padding + 1) throw new H2Error(H2Code.protocol, 'more padding than frame');
  return payload.subarray(1, payload.length - padding);
}
