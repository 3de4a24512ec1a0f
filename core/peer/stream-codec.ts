import type { MemberId } from '../base/ids.ts';
import type { StreamDecoder, StreamEncoder } from './codec.ts';
import { MessageDecoder, MessageEncoder } from './message-codec.ts';
import { MsgAppDecoder, MsgAppEncoder } from './msgapp-codec.ts';

/** etcd's two streams, by the names in their paths: appends have one of their own. */
export type StreamKind = 'msgapp' | 'message';

export function newEncoder(kind: StreamKind): StreamEncoder {
  return kind === 'msgapp' ? new MsgAppEncoder() : new MessageEncoder();
}

/** `local` and `remote` are the ends that compact appends leave out. */
export function newDecoder(kind: StreamKind, local: MemberId, remote: MemberId): StreamDecoder {
  return kind === 'msgapp' ? new MsgAppDecoder(local, remote) : new MessageDecoder();
}
