import { Code, EtcdError } from '../base/etcd-error.ts';
import type { DatabaseExport } from '../member/database/export.ts';
import { snapshotPieces, type SnapshotPiece } from '../member/database/snapshot-file.ts';
import type { EtcdMember } from '../member/types.ts';
import type { SnapshotRequest, SnapshotResponse } from '../proto/gen/rpc.ts';
import type { ServerStream } from './stream.ts';

/** Maintenance.Snapshot: the member's state as a database file and its digest, sent as fast as the client takes it. */
export function snapshot(member: EtcdMember, stream: ServerStream<SnapshotRequest, Partial<SnapshotResponse>>): void {
  let exported: DatabaseExport | undefined;
  let pieces: Generator<SnapshotPiece, void, undefined> | undefined;
  let asked = false;
  let closed = false;

  const close = (): void => {
    closed = true;
    pieces?.return();
    exported?.close();
  };
  const fail = (error: unknown): void => {
    if (!closed) stream.end(error instanceof EtcdError ? error : new EtcdError(Code.unknown, error instanceof Error ? error.message : String(error)));
    close();
  };
  const pump = (): void => {
    try {
      while (!closed && exported && pieces) {
        const next = pieces.next();
        if (next.done) {
          stream.end();
          close();
        } else if (!stream.send({ ...next.value, version: exported.storageVersion })) return;
      }
    } catch (error) {
      fail(error);
    }
  };

  stream.onDrain(pump);
  stream.onClose(close);
  stream.onMessage(() => {
    if (asked) return;
    asked = true;
    member.database.export().then((ready) => {
      exported = ready;
      pieces = snapshotPieces(ready);
      if (closed) close();
      else pump();
    }, fail);
  });
}
