/**
 * Replaces a store's content again and again by databases of which every row carries the round's number; says `piece` before
 * each piece and `done N` after round N. Arguments: the store's file, the first round.
 */
import { emptyBytes, utf8 } from '../../core/base/bytes.ts';
import type { BoltBucket, BoltEntry } from '../../core/bolt/write.ts';
import { importDatabase } from '../../core/member/database/import.ts';
import { encodeRowKey } from '../../core/mvcc/revision.ts';
import { LmdbBackend } from '../../core/node/lmdb-backend.ts';
import { KeyValue } from '../../core/proto/gen/kv.ts';
import { gathered, layoutBolt, openBytes } from '../support/bolt-file.ts';

const rows = 4_000;

function databaseOf(round: number): Uint8Array {
  const value = new Uint8Array(200).fill(round);
  const keys = Array.from({ length: rows }, (_, i): BoltEntry => (
    [encodeRowKey(i + 2, 0, false), KeyValue.encode({ key: utf8(`${i}`), createRevision: i + 2, modRevision: i + 2, version: round, value, lease: 0n })]));
  const bucket = (name: string, entries: BoltEntry[]): BoltBucket => ({ name: utf8(name), entries: () => entries });
  return gathered(layoutBolt([bucket('key', keys), bucket('meta', [[utf8('round'), utf8(String(round))]])]).chunks());
}

const [path, first] = process.argv.slice(2);
const backend = LmdbBackend.open(path!);
for (let round = Number(first); ; round++) {
  const bytes = databaseOf(round);
  await importDatabase(await openBytes(bytes), backend, {
    soon(run) {
      process.stdout.write('piece\n');
      setImmediate(run);
    },
  });
  await backend.commit([{ kind: 'put', table: 'cluster', key: utf8('after'), value: emptyBytes }]);
  process.stdout.write(`done ${round}\n`);
}
