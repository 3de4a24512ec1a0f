import type { Backend } from '../mvcc/backend.ts';
import type { Clock } from '../ports/clock.ts';
import type { LogSink } from '../ports/log.ts';

export interface DefragmentParts {
  backend: Backend;
  clock: Clock;
  log: LogSink;
}

/** Gives what is free in the store's file back to the disk, and logs how much that was. Rejects with a DiskError. */
export async function defragment({ backend, clock, log }: DefragmentParts): Promise<void> {
  const startMs = clock.nowMs();
  log.log('info', 'defragmenting', { bytes: backend.totalBytes, 'in-use-bytes': backend.inUseBytes });
  await backend.defragment();
  log.log('info', 'finished defragmenting', { bytes: backend.totalBytes, 'in-use-bytes': backend.inUseBytes, 'took-ms': Math.round(clock.nowMs() - startMs) });
}

/** Before the member starts, when so much or more would be freed; 0: never. Source: etcd `server/etcdserver/bootstrap.go`, maybeDefragBackend. */
export async function defragmentAtStart(parts: DefragmentParts, thresholdMegabytes: number): Promise<void> {
  if (thresholdMegabytes === 0) return;
  const free = parts.backend.totalBytes - parts.backend.inUseBytes;
  if (free >= thresholdMegabytes * 1024 * 1024) await defragment(parts);
  else parts.log.log('info', 'skipping defragmentation', { 'free-bytes': free, 'threshold-megabytes': thresholdMegabytes });
}
