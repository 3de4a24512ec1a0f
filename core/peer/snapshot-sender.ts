import type { ClientRequest } from 'node:http';
import type { Disposable } from '../base/dispose.ts';
import type { Clock } from '../ports/clock.ts';
import type { SnapshotBody } from '../ports/network.ts';
import type { Message } from '../raft/types.ts';
import { readBody } from './http-io.ts';
import { encodeFrames } from './message-codec.ts';
import { requestPeer } from './peer-request.ts';
import { PostRefused } from './pipeline.ts';

/** Either side takes the other for dead when no byte of a snapshot passes for this long. */
export const snapshotStallMs = 30_000;
/** For the answer when all is sent: the peer may be syncing gigabytes to a slow disk. */
const answerMs = 120_000;
const maxAnswerBytes = 64 * 1024;

export interface SnapshotPost extends Disposable {
  /** Resolves when the peer has stored the snapshot; rejects with the reason why it has not. Closes the body before. */
  readonly done: Promise<void>;
}

/** Posts to `/raft/snapshot`: the message as a frame, then the store's bytes. Source: etcd `rafthttp/snapshot_sender.go`. */
export function postSnapshot(peerUrl: string, headers: Record<string, string>, message: Message, body: SnapshotBody, clock: Clock): SnapshotPost {
  const head = encodeFrames([message]);
  let request: ClientRequest;
  try {
    request = requestPeer(peerUrl, '/raft/snapshot', {
      method: 'POST', agent: false,
      headers: { ...headers, 'Content-Type': 'application/octet-stream', 'Content-Length': head.length + body.byteLength },
    });
  } catch (error) {
    body.close();
    return { done: Promise.reject(error as Error), dispose: () => {} };
  }
  let limit: Disposable = { dispose() {} };
  const within = (limitMs: number): void => {
    limit.dispose();
    limit = clock.after(limitMs, () => request.destroy(new Error(`the peer took nothing and said nothing for ${limitMs} ms`)));
  };
  within(snapshotStallMs);
  const answered = new Promise<void>((done, fail) => {
    request.on('response', (response) => {
      const { statusCode = 0 } = response;
      readBody(response, maxAnswerBytes).then((text) => {
        if (statusCode === 204) done();
        else fail(new PostRefused(statusCode, text.toString('utf8').trim()));
      }, fail);
    });
    request.on('error', fail);
  });
  // A peer may refuse before it has read all; its answer says more than the broken write.
  const written = writeAll(request, framed(head, body, within));
  const done = Promise.all([answered, written.catch((error: unknown) => answered.then(() => Promise.reject(error)))])
    .then(() => {})
    .finally(() => {
      limit.dispose();
      request.destroy();
      body.close();
    });
  return { done, dispose: () => void request.destroy(new Error('the link was cut')) };
}

/** A piece is in the system's hands before the next is made: the memory is that of one piece, whatever the pace of the peer. */
async function writeAll(request: ClientRequest, pieces: Iterable<Uint8Array>): Promise<void> {
  let closed = (_error: Error): void => {};
  request.once('close', () => closed(new Error('the connection closed')));
  const write = (piece: Uint8Array): Promise<void> => new Promise((done, fail) => {
    closed = fail;
    // What comes of it may have been decided meanwhile: the body is closed then.
    request.write(piece, (error) => (error || request.destroyed ? fail(error ?? new Error('the connection closed')) : done()));
  });
  try {
    for (const piece of pieces) await write(piece);
    request.end();
  } catch (error) {
    request.destroy(error as Error);
    throw error;
  }
}

function* framed(head: Uint8Array, body: SnapshotBody, within: (limitMs: number) => void): Iterable<Uint8Array> {
  yield head;
  let bytes = 0;
  for (const chunk of body.chunks()) {
    within(snapshotStallMs);
    bytes += chunk.length;
    if (bytes > body.byteLength) break;
    if (chunk.length > 0) yield chunk;
  }
  if (bytes !== body.byteLength) throw new RangeError(`a snapshot of ${body.byteLength} bytes has ${bytes} or more`);
  within(answerMs);
}
