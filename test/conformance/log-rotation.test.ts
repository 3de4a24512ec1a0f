import { appendFileSync, existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { Program, eventually, freePorts, tempFolder, type TempFolder } from '../support/process.ts';
import { SmallDisk } from '../support/small-disk.ts';
import { quorateArgs, type Kind } from '../support/target.ts';
import { etcdMinor, etcdPath, missing } from '../support/tools.ts';
import { differing } from './differences.ts';
import { rejected } from './rejected-requests.ts';

const programs: Program[] = [];
const folders: TempFolder[] = [];
afterEach(async () => {
  await Promise.all(programs.splice(0).map((program) => program.end('SIGKILL')));
  for (const folder of folders.splice(0)) folder.remove();
});

/** A member that warns of every HTTP request, naming the host that it was for. */
async function start(kind: Kind, folder: string, flags: readonly string[]): Promise<{ program: Program; client: string }> {
  const [clientPort, peerPort] = await freePorts(2);
  const client = `http://127.0.0.1:${clientPort}`;
  const peer = `http://127.0.0.1:${peerPort}`;
  const args = [
    '--data-dir', join(folder, 'data'), `--listen-client-urls=${client}`, `--advertise-client-urls=${client}`, `--listen-peer-urls=${peer}`, `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`, '--host-whitelist=nobody.example', ...flags,
  ];
  const [command, all] = kind === 'etcd' ? [etcdPath, args] : [process.execPath, [...quorateArgs, 'member', ...args]];
  const program = new Program(`${kind} member`, command, all);
  programs.push(program);
  return { program, client };
}

function folder(): string {
  const made = tempFolder('rotation');
  folders.push(made);
  return made.path;
}

const ready = 'ready to serve client requests';
const backupName = /^member-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}\.log(\.gz)?$/;
const logsIn = (path: string): string[] => readdirSync(path).filter((name) => name.startsWith('member')).sort();
const mib = 1024 * 1024;

/** Fills a log up to a few hundred bytes below a MiB, with lines of one length; returns the numbers of its new lines. */
function fill(path: string, from: number): number[] {
  const size = existsSync(path) ? statSync(path).size : 0;
  const line = (i: number): string => `${JSON.stringify({ filling: i, with: 'x'.repeat(400) })}\n`;
  const numbers = Array.from({ length: Math.floor((mib - size - 1) / line(from).length) }, (_, i) => from + i);
  appendFileSync(path, numbers.map(line).join(''));
  return numbers;
}

const hasFlag = (kind: Kind): boolean => kind === 'quorate' || (missing(etcdPath) === undefined && etcdMinor() >= 5);

/** All that was written, oldest first; fails at a line that is not whole. */
function linesOf(path: string): Record<string, unknown>[] {
  return logsIn(path).flatMap((name) => {
    const bytes = readFileSync(join(path, name));
    const text = name.endsWith('.gz') ? gunzipSync(bytes).toString() : bytes.toString();
    return text.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Record<string, unknown>);
  });
}

describe.skipIf(missing(etcdPath) !== undefined).each<Kind>(['etcd', 'quorate'])('Rotation of the log [%s]', (kind) => {
  test.skipIf(!hasFlag(kind))('a full file is put aside and gzipped; every line is there, whole and in order', async () => {
    const path = folder();
    const current = join(path, 'member.log');
    const flags = ['--enable-log-rotation', '--log-rotation-config-json={"maxsize":1,"compress":true}', `--log-outputs=${current}`];
    const before: number[] = [];
    for (let run = 0; run < 2; run++) {
      before.push(...fill(current, 100_000 * (run + 1)));
      const { program } = await start(kind, path, flags);
      await eventually('the backups are compressed', async () => expect(logsIn(path)).toEqual([...Array.from({ length: run + 1 }, () => expect.stringMatching(/\.gz$/)), 'member.log']));
      await eventually('it serves', async () => expect(linesOf(path).filter(({ msg }) => msg === ready)).toHaveLength(run + 1));
      await program.end('SIGTERM');
      expect(statSync(current).size).toBeLessThanOrEqual(mib);
    }
    for (const name of logsIn(path).slice(0, 2)) expect(name).toMatch(backupName);
    expect(linesOf(path).flatMap(({ filling }) => (typeof filling === 'number' ? [filling] : []))).toEqual(before);
  });

  test.skipIf(!hasFlag(kind))('only so many backups are kept, beside another output', async () => {
    const path = folder();
    const current = join(path, 'member.log');
    for (const name of ['member-2026-01-01T00-00-00.000.log', 'member-2026-01-01T00-00-00.001.log']) writeFileSync(join(path, name), '');
    const numbers = fill(current, 100_000);
    const { program } = await start(kind, path, ['--enable-log-rotation', '--log-rotation-config-json={"maxsize":1,"maxbackups":1}', `--log-outputs=stderr,${current}`]);
    await program.saying(/ready to serve/);
    await eventually('one backup', async () => expect(logsIn(path)).toEqual([expect.stringMatching(backupName), 'member.log']));
    expect(linesOf(path).flatMap(({ filling }) => (typeof filling === 'number' ? [filling] : []))).toEqual(numbers);
  });

  const json = (text: string): string[] => ['--log-outputs=member.log', `--log-rotation-config-json=${text}`];
  test.skipIf(!hasFlag(kind)).each([
    [[]], [['--log-outputs=stdout']], [['--log-outputs=a.log,b.log']], [['--log-outputs=systemd/journal,a.log']],
    [json('')], [json('{"maxsize": ')], [json('x')], [json("{'maxsize': 1}")], [json('{} x')], [json('{"maxsize": 01}')], [json('{"compress": trye}')], [json(String.raw`{"compress": "\x"}`)],
    [json('{"maxsize": "1"}')], [json('{"maxsize": 1.5}')], [json('{"maxage": 1e3}')], [json('{"maxbackups": {}}')], [json('{"maxsize": 99999999999999999999}')],
    [json('{"MaxSize": 1, "compress": 3}')], [json('{"LOCALTIME": []}')], [json('{"filename": 3}')], [json('[]')], [json('"x"')],
  ])('%j is refused', async (flags) => {
    const { program } = await start(kind, folder(), ['--enable-log-rotation', ...flags]);
    expect((await program.exited).code).toBe(1);
    const said = program.output.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Record<string, string>);
    expect(said.find(({ msg }) => msg === 'failed to verify flags')!['error']).toBe(refusals.get(flags.join(' ')));
  });

  test.skipIf(!hasFlag(kind))('no JSON but an empty object', async () => {
    const path = folder();
    const { program } = await start(kind, path, ['--enable-log-rotation', '--log-rotation-config-json={}', `--log-outputs=${join(path, 'member.log')}`]);
    const served = eventually('it serves or ends', async () => expect(!program.running || (existsSync(join(path, 'member.log')) && readFileSync(join(path, 'member.log'), 'utf8').includes(ready))).toBe(true));
    await served;
    expect(program.running).toBe(differing('emptyRotation', kind));
  });
});

const unmarshal = (kind: string, field: string, type: string): string => `invalid log rotation config: json: cannot unmarshal ${kind} into Go struct field logRotationConfig.Logger.${field} of type ${type}`;
const outputs = '--log-outputs requires a single file path when --log-rotate-config-json is defined';
const begin = '--log-outputs=member.log --log-rotation-config-json=';
const refusals = new Map([
  ['', outputs], ['--log-outputs=stdout', outputs], ['--log-outputs=a.log,b.log', outputs], ['--log-outputs=systemd/journal,a.log', outputs],
  ...([
    ['', 'unexpected end of JSON input'], ['{"maxsize": ', 'unexpected end of JSON input'], ['x', "invalid character 'x' looking for beginning of value"],
    ["{'maxsize': 1}", String.raw`invalid character '\'' looking for beginning of object key string`], ['{} x', "invalid character 'x' after top-level value"],
    ['{"maxsize": 01}', "invalid character '1' after object key:value pair"], ['{"compress": trye}', "invalid character 'y' in literal true (expecting 'u')"],
    [String.raw`{"compress": "\x"}`, "invalid character 'x' in string escape code"],
  ] as const).map(([text, fault]): [string, string] => [begin + text, `improperly formatted log rotation config: ${fault}`]),
  ...([
    ['{"maxsize": "1"}', unmarshal('string', 'maxsize', 'int')], ['{"maxsize": 1.5}', unmarshal('number 1.5', 'maxsize', 'int')], ['{"maxage": 1e3}', unmarshal('number 1e3', 'maxage', 'int')],
    ['{"maxbackups": {}}', unmarshal('object', 'maxbackups', 'int')], ['{"maxsize": 99999999999999999999}', unmarshal('number 99999999999999999999', 'maxsize', 'int')],
    ['{"MaxSize": 1, "compress": 3}', unmarshal('number', 'compress', 'bool')], ['{"LOCALTIME": []}', unmarshal('array', 'localtime', 'bool')], ['{"filename": 3}', unmarshal('number', 'filename', 'string')],
    ['[]', 'invalid log rotation config: json: cannot unmarshal array into Go value of type embed.logRotationConfig'],
    ['"x"', 'invalid log rotation config: json: cannot unmarshal string into Go value of type embed.logRotationConfig'],
  ] as const).map(([text, fault]): [string, string] => [begin + text, fault]),
]);

test('lines that come in thousands are all there', async () => {
  const path = folder();
  const { program, client } = await start('quorate', path, ['--enable-log-rotation', '--log-rotation-config-json={"maxsize":1,"compress":true}', `--log-outputs=stderr,${join(path, 'member.log')}`]);
  await program.saying(/ready to serve/);
  const hosts = await rejected(client, 320);
  await eventually('the backups are compressed', async () => expect(logsIn(path)).toEqual([expect.stringMatching(/\.gz$/), expect.stringMatching(/\.gz$/), 'member.log']));
  expect(linesOf(path).flatMap(({ host }) => (typeof host === 'string' ? [host] : []))).toEqual(hosts);
});

test.skipIf(SmallDisk.impossible() !== undefined)('a member outlives the disk of its log, and logs on when there is room again', async () => {
  const disk = SmallDisk.make(2);
  try {
    const path = folder();
    const { program, client } = await start('quorate', path, ['--enable-log-rotation', '--log-rotation-config-json={"maxsize":1}', `--log-outputs=stderr,${join(disk.path, 'member.log')}`]);
    await program.saying(/ready to serve/);
    await rejected(client, 400);
    expect(program.running).toBe(true);
    disk.remount('size=8m');
    const hosts = await rejected(client, 3);
    const written = linesOf(disk.path);
    expect(written.slice(-3).map(({ host }) => host)).toEqual(hosts);
    expect(written.length).toBeLessThan(403);
  } finally {
    await Promise.all(programs.splice(0).map((program) => program.end('SIGKILL')));
    disk.remove();
  }
});
