import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { memberHelp } from './help.ts';
import { flagRow, flagRows, forgottenFlags, formerNames, ownFlags } from './table.ts';
import { checkValue } from './values.ts';

const listed = readFileSync(join(import.meta.dirname, 'etcd-3.6-flags.tsv'), 'utf8').split('\n').filter((line) => line !== '' && !line.startsWith('#')).map((line) => line.split('\t'));

test('every flag of etcd 3.6 is known, with its default', () => {
  const wrong = listed.flatMap(([name = '', fallback]) => {
    if (name.startsWith('experimental-')) return formerNames.has(name) ? [] : [name];
    const row = flagRow.get(name);
    if (!row) return [name];
    const expected = row.kind === 'boolean' && fallback === '' ? 'false' : (fallback ?? '');
    // These are written out where etcd leaves them open.
    const open = name === 'bootstrap-defrag-threshold-megabytes' || name === 'downgrade-check-time' || name === 'snapshot-catchup-entries' || name === 'enable-grpc-gateway';
    return open || row.default === expected ? [] : [`${name}: ${row.default} is not ${expected}`];
  });
  expect(wrong).toEqual([]);
});

test('there is no flag that etcd does not have, but our own', () => {
  const theirs = new Set([...listed.map(([name]) => name), 'config-file', 'version', 'help']);
  expect(flagRows.map(({ name }) => name).filter((name) => !theirs.has(name))).toEqual([...ownFlags]);
});

test('names, keys and former names are told apart', () => {
  const keys = flagRows.map((row) => row.fileKey ?? row.name);
  expect(new Set(keys).size).toBe(flagRows.length);
  for (const [former, now] of formerNames) {
    expect(flagRow.has(former) || forgottenFlags.has(former), former).toBe(false);
    expect(now.startsWith('gate:') || flagRow.has(now), now).toBe(true);
  }
});

test('every default is a value that its flag takes', () => {
  for (const row of flagRows) expect(checkValue(row, row.default), row.name).toBeUndefined();
});

test('the help tells each flag once, and fits a terminal', () => {
  const help = memberHelp();
  for (const { name } of flagRows) expect(help.match(new RegExp(`--${name}(?![a-z-])`, 'g'))?.length, name).toBeGreaterThanOrEqual(1);
  for (const line of help.split('\n')) expect(line.length, line).toBeLessThanOrEqual(132);
});

test.skipIf(!existsSync('/usr/bin/etcd'))('what Debian’s etcd 3.4 takes and 3.6 has dropped is all that we do not take', () => {
  const theirs = [...execFileSync('/usr/bin/etcd', ['--help'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).matchAll(/^ +--([a-z0-9-]+)/gm)].map(([, name]) => name!);
  expect(theirs.length).toBeGreaterThan(70);
  const dropped = theirs.filter((name) => !flagRow.has(name) && !formerNames.has(name) && !forgottenFlags.has(name));
  expect(dropped.sort()).toEqual([
    'debug', 'enable-v2', 'experimental-backend-bbolt-freelist-type', 'experimental-enable-v2v3', 'log-package-levels', 'proxy', 'proxy-dial-timeout',
    'proxy-failure-wait', 'proxy-read-timeout', 'proxy-refresh-interval', 'proxy-write-timeout',
  ]);
});
