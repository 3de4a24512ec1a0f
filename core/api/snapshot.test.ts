import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { openBytes } from '../../test/support/bolt-file.ts';
import { concatBytes, emptyBytes, utf8 } from '../base/bytes.ts';
import type { EtcdError } from '../base/etcd-error.ts';
import { exportDatabase, type DatabaseExport } from '../member/database/export.ts';
import type { EtcdMember } from '../member/types.ts';
import { MemoryBackend } from '../mvcc/memory-backend.ts';
import { MvccStore } from '../mvcc/store.ts';
import type { SnapshotRequest, SnapshotResponse } from '../proto/gen/rpc.ts';
import { snapshot } from './snapshot.ts';
import type { ServerStream } from './stream.ts';

const soon = (run: () => void): void => void setImmediate(run);

async function someExport(): Promise<DatabaseExport> {
  const backend = new MemoryBackend();
  const store = await MvccStore.open(backend, { soon });
  for (let i = 0; i < 200; i++) {
    const txn = store.begin();
    txn.put(utf8(`key-${i}`), new Uint8Array(1000 + i * 10).fill(i), 0n);
    txn.end();
  }
  return exportDatabase({ backend, flush: () => store.flush(), soon });
}

/** A client that takes so many messages before it wants a pause. */
class SlowClient implements ServerStream<SnapshotRequest, Partial<SnapshotResponse>> {
  readonly sent: Partial<SnapshotResponse>[] = [];
  readonly atOnce: number;
  ended: EtcdError | true | undefined;
  ask: () => void = () => {};
  drain: () => void = () => {};
  goAway: () => void = () => {};
  #finish: () => void = () => {};
  readonly finished = new Promise<void>((resolve) => (this.#finish = resolve));

  constructor(atOnce: number) {
    this.atOnce = atOnce;
  }
  send(message: Partial<SnapshotResponse>): boolean {
    expect(this.ended).toBeUndefined();
    this.sent.push(message);
    return this.sent.length % this.atOnce !== 0;
  }
  onMessage(take: (message: SnapshotRequest) => void): void {
    this.ask = () => take({});
  }
  pause(): void {}
  resume(): void {}
  onEnd(): void {}
  onDrain(run: () => void): void {
    this.drain = run;
  }
  onClose(run: () => void): void {
    this.goAway = run;
  }
  end(error?: EtcdError): void {
    this.ended = error ?? true;
    this.#finish();
  }
}

const memberWith = (exportDatabaseOf: () => Promise<DatabaseExport>): EtcdMember => ({ database: { export: exportDatabaseOf } }) as unknown as EtcdMember;
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('Maintenance.Snapshot', () => {
  test('pieces of 32 KiB, what is left after each, the version, and the digest at the end', async () => {
    const exported = await someExport();
    const client = new SlowClient(Infinity);
    snapshot(memberWith(async () => exported), client);
    client.ask();
    await client.finished;
    expect(client.ended).toBe(true);
    const digest = client.sent.at(-1)!;
    const pieces = client.sent.slice(0, -1);
    const database = concatBytes(pieces.map((piece) => piece.blob!));
    expect(database.length).toBe(exported.byteLength);
    let left = database.length;
    pieces.forEach((piece, i) => {
      left -= piece.blob!.length;
      expect(piece).toMatchObject({ remainingBytes: left, version: '3.6.0' });
      if (i < pieces.length - 1) expect(piece.blob!.length).toBe(32 * 1024);
    });
    expect(left).toBe(0);
    expect(digest).toMatchObject({ remainingBytes: 0, version: '3.6.0' });
    expect(Buffer.from(digest.blob!).equals(createHash('sha256').update(database).digest())).toBe(true);
    expect((await openBytes(database)).meta.pageSize).toBe(4096);
  });

  test('a slow client is sent no more than it takes, and a view is held only as long as it is there', async () => {
    let closed = 0;
    const exported = await someExport();
    const client = new SlowClient(3);
    snapshot(memberWith(async () => ({ ...exported, chunks: () => exported.chunks(), close: () => closed++ })), client);
    expect(client.sent).toHaveLength(0);
    client.ask();
    client.ask();
    await turn();
    expect(client.sent).toHaveLength(3);
    client.drain();
    expect(client.sent).toHaveLength(6);
    expect(closed).toBe(0);
    client.goAway();
    client.drain();
    expect(client.sent).toHaveLength(6);
    expect(closed).toBe(1);
    expect(client.ended).toBeUndefined();
  });

  test('a client that is gone before the export is ready leaves no view open', async () => {
    let closed = 0;
    const exported = await someExport();
    const client = new SlowClient(3);
    snapshot(memberWith(async () => ({ ...exported, chunks: () => exported.chunks(), close: () => closed++ })), client);
    client.ask();
    client.goAway();
    await turn();
    expect(client.sent).toHaveLength(0);
    expect(closed).toBe(1);
  });

  test('a failure of the store ends the call with its reason', async () => {
    const client = new SlowClient(Infinity);
    snapshot(memberWith(() => Promise.reject(new Error('the disk is full'))), client);
    client.ask();
    await client.finished;
    expect(String(client.ended)).toContain('the disk is full');
    let closed = 0;
    const later = new SlowClient(Infinity);
    const broken = { ...(await someExport()), close: () => void closed++, *chunks() {
      yield emptyBytes;
      throw new Error('cannot read');
    } };
    snapshot(memberWith(async () => broken), later);
    later.ask();
    await later.finished;
    expect(String(later.ended)).toContain('cannot read');
    expect(closed).toBe(1);
  });
});
