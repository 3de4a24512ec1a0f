import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { RotatingFile, type Rotation } from './rotating-file.ts';

let folder = '';
let path = '';
const open: RotatingFile[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quorate-rotation-'));
  path = join(folder, 'member.log');
});
afterEach(() => {
  for (const file of open.splice(0)) file.close();
  rmSync(folder, { recursive: true, force: true });
});

const start = Date.UTC(2026, 0, 2, 3, 4, 5, 6);
const day = 24 * 60 * 60 * 1000;
const rotation: Rotation = { maxBytes: 100, maxAgeDays: 0, maxBackups: 0, localTime: false, compress: false };

function begin(more: Partial<Rotation> = {}, nowMs: () => number = () => start): RotatingFile {
  const file = new RotatingFile(path, { ...rotation, ...more }, nowMs);
  open.push(file);
  return file;
}

/** 40 bytes. */
const line = (i: number): string => `${String(i).padStart(39, '.')}\n`;
const names = (): string[] => readdirSync(folder).sort();
const text = (name: string): string => readFileSync(join(folder, name), 'utf8');

test('a full file is put aside before the line that it has no room for; nothing is lost, and no backup takes another’s place', () => {
  const file = begin();
  for (let i = 0; i < 7; i++) file.write(line(i));
  expect(names()).toEqual(['member-2026-01-02T03-04-05.006.log', 'member-2026-01-02T03-04-05.007.log', 'member-2026-01-02T03-04-05.008.log', 'member.log']);
  expect(names().map(text)).toEqual([line(0) + line(1), line(2) + line(3), line(4) + line(5), line(6)]);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('a file may be filled to its last byte; a line larger than that has a file to itself', () => {
  const file = begin({ maxBytes: 80 });
  file.write(line(0));
  file.write(line(1));
  expect(names()).toEqual(['member.log']);
  const long = `${'x'.repeat(200)}\n`;
  file.write(long);
  file.write(line(2));
  expect(names().map(text)).toEqual([line(0) + line(1), long, line(2)]);
});

test('what is found is gone on with, and put aside when it is full', () => {
  writeFileSync(path, line(0));
  begin().write(line(1));
  expect(names().map(text)).toEqual([line(0) + line(1)]);
  writeFileSync(path, 'y'.repeat(100));
  begin();
  expect(names()).toEqual(['member-2026-01-02T03-04-05.006.log', 'member.log']);
  expect(text('member.log')).toBe('');
});

test('the mode goes from one file to the next, and missing folders are made', () => {
  path = join(folder, 'a', 'b', 'noending');
  const file = begin();
  chmodSync(path, 0o664);
  for (let i = 0; i < 3; i++) file.write(line(i));
  expect(readdirSync(join(folder, 'a', 'b')).sort()).toEqual(['noending', 'noending-2026-01-02T03-04-05.006']);
  expect(statSync(path).mode & 0o777).toBe(0o664);
});

test('backups are named by the time here when that is asked for', () => {
  const file = begin({ localTime: true });
  for (let i = 0; i < 3; i++) file.write(line(i));
  const at = new Date(start);
  const two = (value: number): string => String(value).padStart(2, '0');
  expect(names()[0]).toBe(`member-2026-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}-${two(at.getMinutes())}-05.006.log`);
});

test('the newest backups are kept, whether compressed or not; files of others are left alone', async () => {
  for (const name of ['member-2025-01-01T00-00-00.000.log', 'member-2025-01-02T00-00-00.000.log.gz', 'member-2025-01-03T00-00-00.000.log', 'member-2025-01-03T00-00-00.000.log.gz', 'member-notes.log', 'other-2025-01-01T00-00-00.000.log']) writeFileSync(join(folder, name), '');
  const file = begin({ maxBackups: 2 });
  await file.tidied;
  const kept = ['member-2025-01-02T00-00-00.000.log.gz', 'member-2025-01-03T00-00-00.000.log', 'member-2025-01-03T00-00-00.000.log.gz', 'member-notes.log', 'member.log', 'other-2025-01-01T00-00-00.000.log'];
  expect(names()).toEqual(kept);
  for (let i = 0; i < 3; i++) file.write(line(i));
  await file.tidied;
  expect(names()).toEqual(['member-2026-01-02T03-04-05.006.log', ...kept.slice(1)].sort());
});

test('backups that are too old are removed', async () => {
  for (const name of ['member-2025-12-30T03-04-05.005.log', 'member-2025-12-30T03-04-05.006.log', 'member-2026-01-01T00-00-00.000.log.gz']) writeFileSync(join(folder, name), '');
  await begin({ maxAgeDays: 3 }, () => start).tidied;
  expect(names()).toEqual(['member-2025-12-30T03-04-05.006.log', 'member-2026-01-01T00-00-00.000.log.gz', 'member.log']);
  await begin({ maxAgeDays: 3 }, () => start + 3 * day).tidied;
  expect(names()).toEqual(['member.log']);
});

test('backups are gzipped, also those that a run before had not come to', async () => {
  const left = 'member-2025-01-01T00-00-00.000.log';
  writeFileSync(join(folder, left), line(9), { mode: 0o640 });
  writeFileSync(join(folder, `${left}.gz`), 'half');
  const file = begin({ compress: true });
  for (let i = 0; i < 5; i++) file.write(line(i));
  await file.tidied;
  expect(names()).toEqual([`${left}.gz`, 'member-2026-01-02T03-04-05.006.log.gz', 'member-2026-01-02T03-04-05.007.log.gz', 'member.log']);
  const unpacked = (name: string): string => gunzipSync(readFileSync(join(folder, name))).toString();
  expect([...names().slice(0, 3).map(unpacked), text('member.log')]).toEqual([line(9), line(0) + line(1), line(2) + line(3), line(4)]);
  expect(statSync(join(folder, `${left}.gz`)).mode & 0o777).toBe(0o640);
});

test('what cannot be compressed stays', async () => {
  const file = begin({ compress: true });
  mkdirSync(join(folder, 'member-2026-01-01T00-00-00.000.log.gz'));
  writeFileSync(join(folder, 'member-2026-01-01T00-00-00.000.log'), line(9));
  for (let i = 0; i < 3; i++) file.write(line(i));
  await file.tidied;
  expect(text('member-2026-01-01T00-00-00.000.log')).toBe(line(9));
  expect(names()).toContain('member-2026-01-02T03-04-05.006.log.gz');
});

test('a file that cannot be put aside is written on', () => {
  const file = begin();
  file.write(line(0));
  file.write(line(1));
  // Its name is a folder's now, and no next file can be opened there.
  renameSync(path, `${path}.moved`);
  mkdirSync(path);
  file.write(line(2));
  expect(text('member.log.moved')).toBe(line(0) + line(1) + line(2));
  rmSync(path, { recursive: true, force: true });
  file.write(line(3));
  expect(names().map(text)).toEqual([line(3), line(0) + line(1) + line(2)]);
});

test('a file that somebody has removed is begun again when it is full', () => {
  const file = begin();
  file.write(line(0));
  unlinkSync(path);
  file.write(line(1));
  file.write(line(2));
  expect(names().map(text)).toEqual([line(2)]);
});

test('what is no file cannot be rotated', () => {
  path = '/dev/null';
  expect(() => begin()).toThrow('it is not a file that can be rotated');
  expect(existsSync('/dev/null')).toBe(true);
});

test('nothing is written after the end', () => {
  const file = begin();
  file.write(line(0));
  open.splice(0)[0]!.close();
  for (let i = 0; i < 5; i++) file.write(line(i));
  expect(names().map(text)).toEqual([line(0)]);
});
