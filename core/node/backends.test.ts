import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { utf8, utf8Text } from '../base/bytes.ts';
import { Table, type Backend, type BackendOp, type BackendReader } from '../mvcc/backend.ts';
import { MemoryBackend } from '../mvcc/memory-backend.ts';
import { tempFolder, type TempFolder } from '../../test/support/process.ts';
import { LmdbBackend } from './lmdb-backend.ts';

const put = (key: string, value: string, table: Table = Table.key): BackendOp => ({ kind: 'put', table, key: utf8(key), value: utf8(value) });
const rowsOf = (reader: BackendReader, table: Table = Table.key): string[] => [...reader.scan(table, utf8(''))].map(({ key, value }) => `${utf8Text(key)}=${utf8Text(value)}`);

let folders: TempFolder[] = [];
let opened: Backend[] = [];
afterEach(async () => {
  for (const backend of opened) await backend.close();
  for (const folder of folders) folder.remove();
  folders = [];
  opened = [];
});

function folder(): string {
  const made = tempFolder('backends');
  folders.push(made);
  return made.path;
}
const openLmdb = (dir: string): LmdbBackend => {
  const backend = LmdbBackend.open(join(dir, 'store.lmdb'));
  opened.push(backend);
  return backend;
};

for (const [name, open] of [['memory', () => new MemoryBackend()], ['LMDB', () => openLmdb(folder())]] as const) {
  describe(`the backend in ${name}`, () => {
    test('a view shows what was there when it was opened, in scans that go on for long too', async () => {
      const backend = open();
      await backend.commit(Array.from({ length: 500 }, (_, i) => put(`k${String(i).padStart(3, '0')}`, 'old')));
      const view = backend.view();
      const scan = view.scan(Table.key, utf8(''))[Symbol.iterator]();
      const seen: string[] = [];
      for (let i = 0; i < 500; i++) {
        if (i % 50 === 0) {
          await backend.commit([put(`k${String(i).padStart(3, '0')}`, 'new'), put(`n${i}`, 'new'), { kind: 'delete', table: Table.key, key: utf8(`k${String(499 - i).padStart(3, '0')}`) }]);
          await new Promise((resolve) => setImmediate(resolve));
        }
        const next = scan.next();
        expect(next.done).toBe(false);
        seen.push(`${utf8Text(next.value!.key)}=${utf8Text(next.value!.value)}`);
      }
      expect(scan.next().done).toBe(true);
      expect(new Set(seen.map((row) => row.split('=')[1]))).toEqual(new Set(['old']));
      expect(utf8Text(view.get(Table.key, utf8('k000'))!)).toBe('old');
      expect(view.get(Table.key, utf8('n0'))).toBeUndefined();
      expect(utf8Text(backend.get(Table.key, utf8('k000'))!)).toBe('new');
      view.close();
      expect(() => view.get(Table.key, utf8('k000'))).toThrow(/closed/);
      expect(() => rowsOf(view)).toThrow(/closed/);
    });

    test('a view opened right after a commit has it, whatever was read in the same turn', async () => {
      const backend = open();
      for (let i = 0; i < 20; i++) {
        backend.get(Table.key, utf8('k'));
        await backend.commit([put('k', String(i))]);
        const view = backend.view();
        expect(utf8Text(view.get(Table.key, utf8('k'))!)).toBe(String(i));
        view.close();
      }
    });

    test('a visit sees every row of its table, in order, whatever the lengths', async () => {
      const backend = open();
      const value = (i: number): string => String(i % 10).repeat([0, 3, 300, 5_000, 70_000][i % 5]!);
      const rows = Array.from({ length: 400 }, (_, i) => put(`${String.fromCharCode(i >>> 5)}${String(i).padStart(4, '0')}${'k'.repeat(i % 7)}`, value(i)));
      await backend.commit([...rows, put('other', 'table', Table.lease)]);
      const seen: string[] = [];
      backend.visit(Table.key, (key, bytes) => seen.push(`${utf8Text(key)}=${utf8Text(bytes)}`));
      expect(seen).toEqual(rowsOf(backend));
      expect(seen).toHaveLength(400);
      await backend.commit([put('\0' + '0000', 'changed')]);
      const again: string[] = [];
      backend.visit(Table.key, (key, bytes) => again.push(`${utf8Text(key)}=${utf8Text(bytes)}`));
      expect(again[0]).toBe('\0' + '0000=changed');
      expect(rowsOf(backend)).toEqual(again);
    });

    test('closing a view ends a scan that has not come to its end', async () => {
      const backend = open();
      await backend.commit([put('a', '1'), put('b', '2')]);
      const view = backend.view();
      const scan = view.scan(Table.key, utf8(''))[Symbol.iterator]();
      scan.next();
      view.close();
      expect(() => scan.next()).toThrow(/closed/);
    });

    test('a replacement takes the place of everything at once', async () => {
      const backend = open();
      await backend.commit([put('a', 'old'), put('lease', 'old', Table.lease)]);
      const view = backend.view();
      const replacement = await backend.replace();
      await replacement.commit([put('b', 'new')]);
      await backend.commit([put('c', 'old')]);
      await replacement.commit([put('x', 'new', Table.meta)]);
      expect(rowsOf(backend)).toEqual(['a=old', 'c=old']);
      const late = backend.commit([put('d', 'old')]);
      await replacement.finish();
      await late;
      expect(rowsOf(backend)).toEqual(['b=new']);
      expect(rowsOf(backend, Table.lease)).toEqual([]);
      expect(rowsOf(backend, Table.meta)).toEqual(['x=new']);
      expect(rowsOf(view)).toEqual(['a=old']);
      await backend.commit([put('e', 'after')]);
      expect(rowsOf(backend)).toEqual(['b=new', 'e=after']);
      view.close();
    });

    test('an abandoned replacement leaves everything as it was, and another may begin', async () => {
      const backend = open();
      await backend.commit([put('a', 'old')]);
      const first = await backend.replace();
      await expect(backend.replace()).rejects.toThrow(/already/);
      await first.commit([put('b', 'new')]);
      await first.abandon();
      await first.abandon();
      expect(rowsOf(backend)).toEqual(['a=old']);
      const second = await backend.replace();
      await second.commit([put('c', 'new')]);
      await second.finish();
      await second.abandon();
      expect(rowsOf(backend)).toEqual(['c=new']);
    });
  });
}

describe('LMDB files', () => {
  test('a restart finds the replaced content, and one file', async () => {
    const dir = folder();
    let backend = openLmdb(dir);
    for (let round = 0; round < 3; round++) {
      const replacement = await backend.replace();
      await replacement.commit([put('round', String(round))]);
      await replacement.finish();
      await backend.commit([put('after', String(round))]);
      await backend.close();
      expect(readdirSync(dir).filter((name) => name.endsWith('.lmdb'))).toEqual([`store-${round + 2}.lmdb`]);
      backend = openLmdb(dir);
      expect(rowsOf(backend)).toEqual([`after=${round}`, `round=${round}`]);
    }
  });

  test('what a crash leaves of a replacement is removed: before the rename the old content counts, after it the new', async () => {
    const dir = folder();
    const backend = openLmdb(dir);
    await backend.commit([put('a', 'old')]);
    await backend.close();
    for (const name of ['store.lmdb.new', 'store.lmdb.new-lock', 'store-x.lmdb', 'store-0.lmdb']) writeFileSync(join(dir, name), 'unfinished');
    const again = openLmdb(dir);
    expect(rowsOf(again)).toEqual(['a=old']);
    expect(readdirSync(dir).filter((name) => name.includes('.new'))).toEqual([]);
    const view = again.view();
    const replacement = await again.replace();
    await replacement.commit([put('a', 'new')]);
    await replacement.finish();
    // The view keeps the old file: as after a crash, both are there.
    expect(readdirSync(dir)).toEqual(expect.arrayContaining(['store.lmdb', 'store-2.lmdb']));
    await again.close();
    view.close();
    const last = openLmdb(dir);
    expect(rowsOf(last)).toEqual(['a=new']);
    expect(readdirSync(dir)).not.toContain('store.lmdb');
  });

  test('views of many moments leave room for reads and commits, and one more than may be is refused', async () => {
    const backend = openLmdb(folder());
    const views = [];
    // LMDB has places for 126 readers where it is not told otherwise, and a view of a moment of its own takes one.
    for (let i = 0; i < 200; i++) {
      await backend.commit([put('k', String(i))]);
      views.push(backend.view());
      expect(utf8Text(views.at(-1)!.get(Table.key, utf8('k'))!)).toBe(String(i));
    }
    while (views.length < 1_000) views.push(backend.view());
    expect(() => backend.view()).toThrow('too many requests');
    await backend.commit([put('k', 'newest')]);
    expect(utf8Text(backend.get(Table.key, utf8('k'))!)).toBe('newest');
    views.pop()!.close();
    expect(utf8Text(backend.view().get(Table.key, utf8('k'))!)).toBe('newest');
    for (const [i, view] of views.slice(0, 200).entries()) expect(utf8Text(view.get(Table.key, utf8('k'))!)).toBe(String(i));
    for (const view of views) view.close();
  });

  test('a defragmentation gives space back, and loses nothing that is written meanwhile', async () => {
    const dir = folder();
    const backend = openLmdb(dir);
    const value = 'x'.repeat(500);
    const keyOf = (i: number): string => `k${String(i).padStart(5, '0')}`;
    for (let from = 0; from < 20_000; from += 2_000) await backend.commit(Array.from({ length: 2_000 }, (_, i) => put(keyOf(from + i), value)));
    for (let from = 1_000; from < 20_000; from += 1_000) {
      await backend.commit(Array.from({ length: 1_000 }, (_, i): BackendOp => ({ kind: 'delete', table: Table.key, key: utf8(keyOf(from + i)) })));
    }
    const before = { total: backend.totalBytes, inUse: backend.inUseBytes };
    expect(before.total).toBeGreaterThan(10_000_000);
    expect(before.inUse).toBeLessThan(before.total / 5);
    const view = backend.view();
    const expected = new Map(rowsOf(backend).map((row): [string, string] => [row.split('=')[0]!, row.split('=')[1]!]));
    let done = false;
    const both = [backend.defragment(), backend.defragment()];
    void both[0]!.then(() => (done = true));
    let writes = 0;
    while (!done) {
      const [set, gone] = [keyOf(writes), keyOf(1_000 - 1 - writes)];
      await backend.commit([put(set, `new ${writes}`), put(`l${writes}`, 'lease', Table.lease), { kind: 'delete', table: Table.key, key: utf8(gone) }]);
      expected.set(set, `new ${writes}`);
      expected.delete(gone);
      expect(utf8Text(backend.get(Table.key, utf8(set)) ?? utf8('none'))).toBe(set === gone ? 'none' : `new ${writes}`);
      writes++;
    }
    await Promise.all(both);
    expect(writes).toBeGreaterThan(0);
    const rows = [...expected].map(([key, text]) => `${key}=${text}`).sort();
    expect(rowsOf(backend)).toEqual(rows);
    expect(rowsOf(backend, Table.lease)).toHaveLength(writes);
    expect(backend.totalBytes).toBeLessThan(before.total / 5);
    expect(backend.inUseBytes).toBeLessThanOrEqual(backend.totalBytes);
    // What was there before is seen by those who began to look before.
    expect([...view.scan(Table.key, utf8(''))]).toHaveLength(1_000);
    view.close();
    await backend.commit([put('after', 'it')]);
    await backend.close();
    const again = openLmdb(dir);
    expect(rowsOf(again)).toEqual(['after=it', ...rows]);
    expect(readdirSync(dir).filter((name) => /lmdb$|new/.test(name))).toEqual(['store-2.lmdb']);
    await again.defragment();
    await again.close();
    expect(readdirSync(dir).filter((name) => /lmdb$|new/.test(name))).toEqual(['store-3.lmdb']);
  });

  test('its files are for its user alone, as they are made and after a defragmentation and a replacement', async () => {
    const dir = folder();
    const backend = openLmdb(dir);
    const modes = (): string[] => readdirSync(dir).sort().map((name) => `${name} ${(statSync(join(dir, name)).mode & 0o777).toString(8)}`);
    expect(modes()).toEqual(['store.lmdb 600', 'store.lmdb-lock 600']);
    await backend.commit([put('a', '1')]);
    await backend.defragment();
    expect(modes()).toEqual(expect.arrayContaining(['store-2.lmdb 600', 'store-2.lmdb-lock 600']));
    const replacement = await backend.replace();
    await replacement.commit([put('b', '2')]);
    await replacement.finish();
    expect(modes()).toEqual(expect.arrayContaining(['store-3.lmdb 600', 'store-3.lmdb-lock 600']));
  });

  test('a defragmentation waits for a new content that is in the making, and has that', async () => {
    const dir = folder();
    const backend = openLmdb(dir);
    await backend.commit([put('a', 'old')]);
    const kept = await backend.replace();
    const defragmented = backend.defragment();
    await kept.commit([put('a', 'new')]);
    await kept.finish();
    await defragmented;
    expect(rowsOf(backend)).toEqual(['a=new']);
    expect(readdirSync(dir)).toContain('store-3.lmdb');
    const other = await backend.replace();
    const again = backend.defragment();
    await other.abandon();
    await again;
    expect(rowsOf(backend)).toEqual(['a=new']);
  });

  test('a defragmentation that fails changes nothing', async () => {
    const dir = folder();
    const backend = openLmdb(dir);
    await backend.commit([put('a', '1')]);
    // Nothing can be written where the copy should be.
    mkdirSync(join(dir, 'store.lmdb.new', 'in the way'), { recursive: true });
    await expect(backend.defragment()).rejects.toMatchObject({ name: 'DiskError', path: join(dir, 'store.lmdb.new') });
    rmSync(join(dir, 'store.lmdb.new'), { recursive: true });
    await backend.commit([put('b', '2')]);
    await backend.defragment();
    expect(rowsOf(backend)).toEqual(['a=1', 'b=2']);
  });

  test('a file that is not a store, or the beginning of one, is refused by name', async () => {
    const dir = folder();
    const path = join(dir, 'store.lmdb');
    const backend = openLmdb(dir);
    for (let i = 0; i < 50; i++) await backend.commit([put(`k${i}`, 'x'.repeat(3_000))]);
    await backend.close();
    const whole = readFileSync(path);
    const broken = (change: (bytes: Buffer) => Buffer | void): Buffer => {
      const bytes = Buffer.from(whole);
      return change(bytes) ?? bytes;
    };
    for (const bytes of [
      Buffer.from('hello'.repeat(3_000)), Buffer.alloc(20_000), Buffer.from('x'), whole.subarray(0, 100), whole.subarray(0, 4_096), whole.subarray(0, 8_192),
      broken((copy) => void copy.fill(0, 0, 4_096)), broken((copy) => void copy.fill(0, 4_096, 8_192)), broken((copy) => void copy.writeUInt32LE(77, 48)),
    ]) {
      writeFileSync(path, bytes);
      expect(() => LmdbBackend.open(path)).toThrow(expect.objectContaining({ name: 'DiskError', code: 'EDAMAGED', path, message: expect.stringContaining('is damaged') as string }) as Error);
    }
    writeFileSync(path, whole);
    expect(rowsOf(openLmdb(dir))).toHaveLength(50);
  });
});
