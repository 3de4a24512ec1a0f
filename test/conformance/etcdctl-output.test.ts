import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Program, tempFolder, type TempFolder } from '../support/process.ts';
import { Target } from '../support/target.ts';
import { etcdctl, etcdctlEnv, etcdctlPath, etcdPath, missing, snapshotTool } from '../support/tools.ts';

const absent = missing(etcdPath, etcdctlPath);

/** Ids, ports, times and sizes are a server's own. */
const masks: readonly (readonly [RegExp, string])[] = [
  // The client's own log of a refusal.
  [/^\{"level":"warn".*\n/gm, ''],
  [/127\.0\.0\.1:\d+/g, 'ADDRESS'],
  [/\b\d{15,20}\b/g, 'ID'],
  [/\b[0-9a-f]{13,16}\b/g, 'HEX'],
  [/"(dbSize|raftIndex|raftAppliedIndex|dbSizeInUse|raft_term|raftTerm)":\d+/gi, '"$1":N'],
  [/"(DBSize|RaftIndex|RaftAppliedIndex|DBSizeInUse|RaftTerm)" ?: ?\d+/g, '"$1" : N'],
  [/\b\d+ (kB|MB|B)\b/g, 'SIZE'],
  [/(took =|took|"took":|in) ?"?[\d.]+ ?(ms|µs|s)"?/g, '$1 TIME'],
  [/remaining\((\d+)s\)/g, 'remaining(TTL)'],
  [/"ttl":(99|100)\b/g, '"ttl":TTL'],
  [/"TTL" : (99|100)\b/g, '"TTL" : TTL'],
  [/\/tmp\/[^\s"]+/g, 'FILE'],
  // Columns are as wide as what was masked.
  [/-{3,}/g, '---'],
  [/ {2,}/g, ' '],
];
const masked = (text: string): string => masks.reduce((out, [pattern, by]) => out.replace(pattern, by), text);

describe.skipIf(absent !== undefined)('etcdctl prints the same of both, ids apart [quorate]', () => {
  let etcd: Target;
  let ours: Target;
  let folder: TempFolder;
  beforeAll(async () => {
    [etcd, ours] = await Promise.all([Target.start('etcd', 1), Target.start('quorate', 1)]);
    folder = tempFolder('etcdctl');
  });
  afterAll(async () => {
    await Promise.all([etcd?.stop(), ours?.stop()]);
    folder?.remove();
  });

  /** What both print: the text for standard output, the text for standard error and the exit code, which have to be the same. */
  async function both(line: string | readonly string[], { input, format }: { input?: string; format?: string } = {}): Promise<string> {
    const args = [...(typeof line === 'string' ? line.split(' ') : line), ...(format === undefined ? [] : ['-w', format])];
    const [theirs, mine] = await Promise.all([etcd, ours].map(async ({ endpoints }) => {
      const { stdout, stderr, code } = await etcdctl(endpoints, args, input === undefined ? {} : { input });
      return { stdout: masked(stdout), stderr: masked(stderr), code };
    }));
    expect(mine, args.join(' ')).toEqual(theirs);
    return mine!.stdout + mine!.stderr;
  }

  const formats = ['simple', 'json', 'fields', 'table'];
  /** In the formats that it has; where it has no table it says so, of both. */
  async function inAllFormats(line: string | readonly string[], options: { input?: string; skip?: readonly string[] } = {}): Promise<void> {
    for (const format of formats) if (!options.skip?.includes(format)) await both(line, { ...options, format });
  }

  test('keys', async () => {
    for (const [key, value] of [['a', '1'], ['b', '22'], ['c', '3'], ['zwölf', '中文']] as const) expect(await both(['put', key, value])).toBe('OK\n');
    await both('put a 2 --prev-kv', { format: 'json' });
    await both('put a 3 --prev-kv', { format: 'fields' });
    await both('put a 4 --prev-kv');
    expect(await both('put')).toMatch(/put command needs 1 argument/);
    await inAllFormats('get a');
    await inAllFormats('get a d');
    await inAllFormats(['get', '', '--prefix', '--keys-only']);
    await inAllFormats('get a --rev=2');
    await inAllFormats('get none');
    await both(['get', '', '--from-key', '--order=DESCEND', '--sort-by=VERSION', '--limit=3'], { format: 'json' });
    await both(['get', 'b', '--hex']);
    expect(await both('get a --rev=99')).toMatch(/required revision is a future revision/);
    await inAllFormats('del b', { skip: ['table'] });
    await both(['del', 'a', 'c', '--prev-kv'], { format: 'json' });
    await both(['del', 'c', '--prev-kv']);
  });

  test('transactions', async () => {
    await both('put t 1');
    const input = 'value("t") = "1"\nmod("t") > "0"\ncreate("t") > "0"\nversion("t") = "1"\n\nput t 2\nget t\ndel none\n\nget t\n\n';
    await both('txn', { input });
    await both('txn', { input, format: 'json' });
    await both('txn', { input: input.replace('"1"', '"2"'), format: 'fields' });
    expect(await both('txn', { input: '\nput t 1\nput t 2\n\n\n' })).toMatch(/duplicate key given in txn request/);
    expect(await both('txn', { input: 'nonsense\n\n\n' })).toMatch(/malformed comparison/);
  });

  test('watches of the past', async () => {
    await both('compaction 5');
    await both('compaction 5 --physical');
    expect(await both('watch t --rev=3')).toMatch(/required revision has been compacted/);
  });

  test('leases', async () => {
    await both('lease list');
    await both('lease grant 60', { format: 'json' });
    await both('lease grant 60', { format: 'fields' });
    expect(await both('lease grant x')).toMatch(/bad TTL/);
    expect(await both('lease grant 9000000001')).toMatch(/too large lease TTL/);
    await inAllFormats('lease timetolive 404', { skip: ['table'] });
    await inAllFormats('lease keep-alive 404 --once', { skip: ['table'] });
    expect(await both('lease revoke 404')).toMatch(/requested lease not found/);
    await both('lease list', { format: 'json' });
    // Its time may be over on one and not on the other before the next command.
    await both('lease grant 1');
  });

  test('members', async () => {
    await inAllFormats('member list');
    await both('member list --hex', { format: 'json' });
    expect(await both('member add x --learner --peer-urls=nonsense')).toMatch(/given member URLs are invalid|URL scheme must be/);
    expect(await both('member remove 404')).toMatch(/member not found/);
    expect(await both('member update 404 --peer-urls=http://127.0.0.1:9')).toMatch(/member not found/);
    expect(await both('member promote 404')).toMatch(/member not found/);
    expect(await both('move-leader 404')).toMatch(/bad leader transferee/);
    // One after the other: in which order two members are told is decided by their ids.
    for (const { endpoints } of [etcd, ours]) {
      const ctl = async (...args: string[]): Promise<string> => {
        const { stdout, stderr, code } = await etcdctl(endpoints, args);
        expect([code, stderr], args.join(' ')).toEqual([0, '']);
        return stdout;
      };
      const id = /^Member +([0-9a-f]+) added (?:as learner )?to cluster +[0-9a-f]+\n\nETCD_NAME="x"\nETCD_INITIAL_CLUSTER="/.exec(await ctl('member', 'add', 'x', '--learner', '--peer-urls=http://127.0.0.1:1'))![1]!;
      const listed = await ctl('member', 'list');
      expect(listed).toContain(`${id}, unstarted, , http://127.0.0.1:1, , true\n`);
      const [, self, peerUrl] = /^([0-9a-f]+), started, m1, ([^,]+)/m.exec(listed)!;
      expect(await ctl('member', 'update', self!, `--peer-urls=${peerUrl}`)).toMatch(new RegExp(`^Member +${self} updated in cluster +[0-9a-f]+\n$`));
      await ctl('put', 'settled', 'x');
      expect(await ctl('member', 'remove', id)).toMatch(new RegExp(`^Member +${id} removed from cluster +[0-9a-f]+\n$`));
    }
    await both('member list');
  });

  test('endpoints, alarms and the store', async () => {
    await both('endpoint health');
    await both('endpoint health', { format: 'json' });
    await both('endpoint hashkv', { format: 'json' });
    // In other formats the header shows that 3.4 has none here.
    expect(await both('alarm list')).toBe('');
    expect(await both('alarm disarm')).toBe('');
    await both('defrag');
    await both('defrag --cluster');
    const told: string[] = [];
    for (const target of [etcd, ours]) {
      const onFile = async (...args: string[]): Promise<string> => {
        // The endpoint says whose file it is; etcdutl takes none.
        const asked = snapshotTool() === etcdctlPath ? [`--endpoints=${target.endpoints[0]!}`] : [];
        const program = new Program('snapshot', snapshotTool(), [...asked, 'snapshot', ...args], etcdctlEnv());
        expect((await program.exited).code, program.output).toBe(0);
        return program.output;
      };
      const [file, data] = [`${target.kind}.db`, `${target.kind}-restored`].map((name) => join(folder.path, name)) as [string, string];
      expect(await etcdctl(target.endpoints, ['snapshot', 'save', file])).toMatchObject({ code: 0 });
      const stdout = await onFile('status', file);
      told.push(/^[0-9a-f]+, (\d+), \d+, /m.exec(stdout)![1]!);
      await onFile('restore', file, '--data-dir', data);
    }
    // The revision; how many rows the file has beside the keys is the release's affair.
    expect(told[1]).toBe(told[0]);
  });

  test('authentication, which is off', async () => {
    expect(await both('auth enable')).toMatch(/root user does not exist/);
    expect(await both('auth disable')).toBe('Authentication Disabled\n');
    await inAllFormats('user list', { skip: ['table'] });
    await inAllFormats('role list', { skip: ['table'] });
    for (const line of ['user get u', 'user delete u', 'user grant-role u r', 'user revoke-role u r']) expect(await both(line), line).toMatch(/user name not found/);
    expect(await both('user passwd u --interactive=false', { input: 'p\n' })).toMatch(/user name not found/);
    for (const line of ['role get r', 'role delete r', 'role grant-permission r readwrite k', 'role revoke-permission r k']) expect(await both(line), line).toMatch(/role name not found/);
    expect(await both(['user', 'add', ':p'])).toMatch(/user name is empty|empty user name/);
    expect(await both(['role', 'add', ''])).toMatch(/role name is empty/);
    expect(await both('get t --user=u:p')).toMatch(/authentication is not enabled|t\n/);
  });

  test('a load of ten thousand keys is judged by the server’s own figures', async () => {
    for (const target of [etcd, ours]) {
      const { stdout, code } = await etcdctl(target.endpoints, ['check', 'datascale', '--load=s', '--auto-compact', '--auto-defrag'], { timeoutMs: 100_000 });
      expect(stdout).toMatch(/PASS: Approximate system memory used : -?[\d.]+ MB\./);
      expect(code).toBe(0);
    }
  });
});
