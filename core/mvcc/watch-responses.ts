import { Event as EventCodec, type Event as PbEvent } from '../proto/gen/kv.ts';
import { eventBytes } from './watcher.ts';

/** Events of several revisions go in one response up to this, bytes: clients of other makes refuse messages of 4 MiB. */
const softLimitBytes = 1 << 20;
/** Of a response that are not events: header, ids, flags. */
const frameBytes = 64;

/** Cuts events in order into responses at the bounds of revisions. One revision is never cut, however large it is. */
export function byRevision(events: PbEvent[]): PbEvent[][] {
  if (events.reduce((sum, event) => sum + eventBytes(event), 0) <= softLimitBytes) return [events];
  const out: PbEvent[][] = [];
  let from = 0;
  let bytes = 0;
  let revisionFrom = 0;
  let revisionBytes = 0;
  for (let i = 0; i < events.length; i++) {
    if (revisionOf(events[i]!) !== revisionOf(events[revisionFrom]!)) {
      revisionFrom = i;
      revisionBytes = 0;
    }
    const size = eventBytes(events[i]!);
    bytes += size;
    revisionBytes += size;
    if (bytes > softLimitBytes && revisionFrom > from) {
      out.push(events.slice(from, revisionFrom));
      from = revisionFrom;
      bytes = revisionBytes;
    }
  }
  out.push(from === 0 ? events : events.slice(from));
  return out;
}

export const revisionOf = (event: PbEvent): number => event.kv!.modRevision;

/**
 * Cuts the events of a response that would be `maxBytes` or longer into pieces below that; an event that is larger by
 * itself goes alone. Source: etcd `sendFragments`.
 */
export function fragments(events: PbEvent[], maxBytes: number): PbEvent[][] {
  if (events.length < 2 || events.reduce((sum, event) => sum + eventBytes(event), frameBytes) < maxBytes) return [events];
  const pieces: PbEvent[][] = [];
  let piece: PbEvent[] = [];
  let bytes = frameBytes;
  for (const event of events) {
    const size = 1 + fieldBytes(EventCodec.encode(event).length);
    if (piece.length > 0 && bytes + size >= maxBytes) {
      pieces.push(piece);
      piece = [];
      bytes = frameBytes;
    }
    piece.push(event);
    bytes += size;
  }
  return [...pieces, piece];
}

/** A length-delimited field without its tag. */
function fieldBytes(length: number): number {
  let bytes = 1;
  for (let rest = length >>> 7; rest > 0; rest >>>= 7) bytes++;
  return bytes + length;
}
