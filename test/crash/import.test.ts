import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { emptyBytes, utf8, utf8Text } from '../../core/base/bytes.ts';
import { randomInt, SeededRandom } from '../../core/base/random.ts';
import { Table } from '../../core/mvcc/backend.ts';
import { LmdbBackend } from '../../core/node/lmdb-backend.ts';
import { KeyValue } from '../../core/proto/gen/kv.ts';
import { Program, tempFolder } from '../support/process.ts';

const seed = Number(process.env['QUORATE_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const kills = Number(process.env['QUORATE_ROUNDS'] ?? 20);

/** The round that every row is of. */
async function roundIn(path: string): Promise<number | undefined> {
  const backend = LmdbBackend.open(path);
  try {
    const found = backend.get(Table.meta, utf8('round'));
    const rounds = new Set([...backend.scan(Table.key, emptyBytes)].map(({ value }) => KeyValue.decode(value).version));
    if (!found) {
      expect(rounds.size).toBe(0);
      return undefined;
    }
    expect([...rounds]).toEqual([Number(utf8Text(found))]);
    expect([...backend.scan(Table.key, emptyBytes)]).toHaveLength(4_000);
    return Number(utf8Text(found));
  } finally {
    await backend.close();
  }
}

test(`a process killed ${kills} times while it replaces its store has the old content or the new, whole (seed ${seed})`, async () => {
  process.stdout.write(`import: seed ${seed}, ${kills} kills\n`);
  const random = new SeededRandom(seed);
  const folder = tempFolder('import');
  const dir = join(folder.path, 'snap');
  mkdirSync(dir);
  const path = join(dir, 'store.lmdb');
  let finished = 0;
  let between = 0;
  let program: Program | undefined;
  try {
    for (let kill = 0; kill < kills; kill++) {
      program = new Program('import', process.execPath, [join(import.meta.dirname, 'import-loop.ts'), path, String(finished + 1)]);
      // A replacement has some ten pieces: the kill comes in the first, the second or the third, or between two.
      await program.saying(new RegExp(`(piece\\n[^p]*){${1 + randomInt(random, 35)}}`));
      await program.end('SIGKILL');
      const told = Math.max(finished, ...[...program.output.matchAll(/done (\d+)/g)].map((match) => Number(match[1])));
      const round = (await roundIn(path)) ?? 0;
      expect(round, program.output.slice(-300)).toBeGreaterThanOrEqual(told);
      expect(round).toBeLessThanOrEqual(told + 1);
      if (round > told) between++;
      finished = round;
      expect(readdirSync(dir).filter((name) => name.endsWith('.lmdb') || name.includes('.new'))).toHaveLength(1);
    }
    process.stdout.write(`import: ${finished} replacements, ${between} finished but not yet told\n`);
    expect(finished).toBeGreaterThan(0);
  } finally {
    await program?.end('SIGKILL');
    folder.remove();
  }
});
