import { describe, expect, test } from 'vitest';
import { eventually, Program } from '../support/process.ts';
import { etcdctl, etcdctlEnv, etcdctlPatience, etcdctlPath, type Output } from '../support/tools.ts';
import { differing } from './differences.ts';
import { eachServer } from './servers.ts';

eachServer('etcdctl', 3, (server) => {
  /** Every port of the cluster is asked the same, under a prefix of its own. */
  describe.each([0, 1, 2])('port %i', (port) => {
    const p = `/port-${port}/`;
    const ctl = (args: readonly string[], input?: string): Promise<Output> => etcdctl([server.target.endpoints[port]!], args, input === undefined ? {} : { input });
    const ok = async (args: readonly string[], input?: string): Promise<string> => {
      const output = await ctl(args, input);
      expect(output.stderr).toBe('');
      expect(output.code).toBe(0);
      return output.stdout;
    };
    const json = async (args: readonly string[]): Promise<Record<string, unknown>> => JSON.parse(await ok([...args, '-w', 'json'])) as Record<string, unknown>;
    const revision = async (): Promise<number> => ((await json(['get', `${p}none`]))['header'] as { revision: number }).revision;

    test('put and get', async () => {
      expect(await ok(['put', `${p}a`, '1'])).toBe('OK\n');
      expect(await ok(['put', `${p}b`, '22'])).toBe('OK\n');
      expect(await ok(['put', `${p}c`, '3'])).toBe('OK\n');
      expect(await ok(['get', `${p}a`])).toBe(`${p}a\n1\n`);
      expect(await ok(['get', `${p}a`, '--print-value-only'])).toBe('1\n');
      expect(await ok(['get', `${p}missing`])).toBe('');
    });

    test('ranges: prefix, end, limit, order, keys only, count only', async () => {
      expect(await ok(['get', p, '--prefix', '--keys-only'])).toBe(`${p}a\n\n${p}b\n\n${p}c\n\n`);
      expect(await ok(['get', `${p}a`, `${p}c`])).toBe(`${p}a\n1\n${p}b\n22\n`);
      expect(await ok(['get', p, '--prefix', '--limit=2'])).toBe(`${p}a\n1\n${p}b\n22\n`);
      expect(await ok(['get', p, '--prefix', '--order=DESCEND', '--print-value-only'])).toBe('3\n22\n1\n');
      expect(await ok(['get', p, '--prefix', '--sort-by=VALUE', '--order=DESCEND', '--limit=1', '--print-value-only'])).toBe('3\n');
      expect(await ok(['get', p, '--prefix', '--sort-by=MODIFY', '--order=ASCEND', '--print-value-only'])).toBe('1\n22\n3\n');
      // etcdctl 3.4 has no --count-only: the count is in every answer (npm etcd3 asks for it alone, beside this).
      expect(await json(['get', p, '--prefix', '--keys-only'])).toMatchObject({ count: 3 });
      expect(await json(['get', p, '--prefix', '--limit=1'])).toMatchObject({ count: 3, more: true });
      expect(await ok(['get', `${p}b`, '--from-key', '--limit=1', '--print-value-only'])).toBe('22\n');
      expect(await ok(['get', `${p}a`, '--consistency=s', '--print-value-only'])).toBe('1\n');
    });

    test('versions and revisions of a key', async () => {
      await ok(['put', `${p}v`, '1']);
      const first = await revision();
      await ok(['put', `${p}v`, '2']);
      const { kvs } = (await json(['get', `${p}v`])) as { kvs: { create_revision: number; mod_revision: number; version: number }[] };
      expect(kvs[0]).toMatchObject({ create_revision: first, mod_revision: first + 1, version: 2 });
      expect(await ok(['get', `${p}v`, `--rev=${first}`, '--print-value-only'])).toBe('1\n');
      const future = await ctl(['get', `${p}v`, `--rev=${first + 1000}`]);
      expect(future.stderr).toContain('etcdserver: mvcc: required revision is a future revision');
    });

    test('put with previous value, kept value and kept lease', async () => {
      await ok(['put', `${p}pk`, 'old']);
      expect(await ok(['put', '--prev-kv', `${p}pk`, 'new'])).toBe(`OK\n${p}pk\nold\n`);
      expect(await ok(['put', '--ignore-value', `${p}pk`])).toBe('OK\n');
      expect(await ok(['get', `${p}pk`, '--print-value-only'])).toBe('new\n');
      expect((await ctl(['put', '--ignore-value', `${p}absent`])).stderr).toContain('etcdserver: key not found');
    });

    test('delete: one, none, a prefix, with previous values', async () => {
      await ok(['put', `${p}d/1`, 'x']);
      await ok(['put', `${p}d/2`, 'y']);
      expect(await ok(['del', `${p}d/none`])).toBe('0\n');
      expect(await ok(['del', '--prev-kv', `${p}d/1`])).toBe(`1\n${p}d/1\nx\n`);
      await ok(['put', `${p}d/3`, 'z']);
      expect(await ok(['del', `${p}d/`, '--prefix'])).toBe('2\n');
      expect(await ok(['get', `${p}d/`, '--prefix'])).toBe('');
    });

    test('a delete of nothing leaves the revision alone', async () => {
      const before = await revision();
      expect(await ok(['del', `${p}d/none`])).toBe('0\n');
      expect(await revision()).toBe(before);
    });

    test('transactions: both branches, all comparisons, several operations', async () => {
      await ok(['put', `${p}t`, 'one']);
      expect(await ok(['txn'], `value("${p}t") = "one"\nversion("${p}t") > "0"\nmod("${p}t") > "1"\ncreate("${p}t") > "1"\n\nput ${p}t two\nget ${p}t\n\nget ${p}none\n\n`)).toBe(`SUCCESS\n\nOK\n\n${p}t\ntwo\n`);
      expect(await ok(['txn'], `value("${p}t") = "one"\n\nput ${p}t three\n\nget ${p}t\ndel ${p}t\n\n`)).toBe(`FAILURE\n\n${p}t\ntwo\n\n1\n`);
      expect(await ok(['txn'], `create("${p}fresh") = "0"\n\nput ${p}fresh 1\n\nget ${p}fresh\n\n`)).toBe('SUCCESS\n\nOK\n');
      const twice = await ctl(['txn'], `\nput ${p}dup 1\nput ${p}dup 2\n\n\n`);
      expect(twice.stderr).toContain('etcdserver: duplicate key given in txn request');
    });

    test('watch: from a past revision, with previous values, then live', async () => {
      await ok(['put', `${p}w`, '1']);
      const from = await revision();
      await ok(['put', `${p}w`, '2']);
      await ok(['del', `${p}w`]);
      const watcher = new Program('etcdctl watch', etcdctlPath, [`--endpoints=${server.target.endpoints[port]!.replace('http://', '')}`, ...etcdctlPatience, 'watch', '--prefix', `${p}w`, `--rev=${from}`, '--prev-kv'], etcdctlEnv());
      try {
        await watcher.saying(/DELETE[\s\S]*DELETE|DELETE\n.*\n2\n.*\n/);
        await ok(['put', `${p}w2`, 'live']);
        await watcher.saying(/live\n/);
        expect(watcher.output).toBe(`PUT\n${p}w\n1\nPUT\n${p}w\n1\n${p}w\n2\nDELETE\n${p}w\n2\n${p}w\n\nPUT\n${p}w2\nlive\n`);
      } finally {
        await watcher.end();
      }
    });

    test('leases: grant, attach, time to live with keys, keep alive once, revoke, list', async () => {
      const granted = /lease ([0-9a-f]+) granted with TTL\(100s\)/.exec(await ok(['lease', 'grant', '100']));
      expect(granted).not.toBeNull();
      const id = granted![1]!;
      await ok(['put', `--lease=${id}`, `${p}leased`, 'x']);
      expect(await ok(['lease', 'timetolive', id, '--keys'])).toMatch(new RegExp(`^lease ${id} granted with TTL\\(100s\\), remaining\\(\\d+s\\), attached keys\\(\\[${p}leased\\]\\)\n$`));
      expect(await ok(['lease', 'keep-alive', '--once', id])).toBe(`lease ${id} keepalived with TTL(100)\n`);
      expect(await ok(['lease', 'list'])).toContain(id);
      expect(await ok(['lease', 'revoke', id])).toBe(`lease ${id} revoked\n`);
      expect(await ok(['get', `${p}leased`])).toBe('');
      expect((await ctl(['lease', 'revoke', id])).stderr).toContain('etcdserver: requested lease not found');
      expect(await ok(['lease', 'timetolive', id])).toBe(`lease ${id} already expired\n`);
      expect((await ctl(['put', `--lease=${id}`, `${p}leased`, 'x'])).stderr).toContain('etcdserver: requested lease not found');
    });

    test('compaction: history before it is gone, and says so', async () => {
      await ok(['put', `${p}c`, 'x']);
      const at = await revision();
      await ok(['put', `${p}c`, 'y']);
      expect(await ok(['compaction', String(at)])).toBe(`compacted revision ${at}\n`);
      expect((await ctl(['get', `${p}c`, `--rev=${at - 1}`])).stderr).toContain('etcdserver: mvcc: required revision has been compacted');
      expect(await ok(['get', `${p}c`, `--rev=${at}`, '--print-value-only'])).toBe('x\n');
      expect((await ctl(['compaction', String(at)])).stderr).toContain('etcdserver: mvcc: required revision has been compacted');
      const watcher = await ctl(['watch', `${p}c`, '--rev=1']);
      expect(watcher.stderr + watcher.stdout).toContain('etcdserver: mvcc: required revision has been compacted');
    });

    test('members', async () => {
      const lines = (await ok(['member', 'list'])).trim().split('\n');
      expect(lines).toHaveLength(3);
      for (const line of lines) expect(line).toMatch(/^[0-9a-f]+, started, m[123], http:\/\/127\.0\.0\.1:\d+, http:\/\/127\.0\.0\.1:\d+, false$/);
      expect(lines.map((line) => line.split(', ')[4]).sort()).toEqual([...server.target.endpoints].sort());
    });

    test('status and health', async () => {
      const [status] = JSON.parse(await ok(['endpoint', 'status', '-w', 'json'])) as { Endpoint: string; Status: Record<string, unknown> }[];
      expect(String(status!.Status['version'])).toMatch(differing('version', server.kind) as RegExp);
      expect(status!.Status['raftTerm']).toBeGreaterThan(0);
      expect(status!.Status['raftAppliedIndex']).toBeGreaterThan(0);
      expect(status!.Status['dbSize']).toBeGreaterThan(0);
      expect(await ctl(['endpoint', 'health'])).toMatchObject({ code: 0 });
      expect(await ok(['alarm', 'list'])).toBe('');
    });

    test('binary keys and values keep their bytes', async () => {
      const { kvs } = (await json(['get', `${p}a`])) as { kvs: { key: string; value: string }[] };
      expect(Buffer.from(kvs[0]!.key, 'base64').toString()).toBe(`${p}a`);
      await ok(['put', `${p}utf8`, 'zwölf 中文']);
      expect(await ok(['get', `${p}utf8`, '--print-value-only'])).toBe('zwölf 中文\n');
    });
  });

  test('all members agree on the data', async () => {
    const hashes = await eventually('the members are level', async () => {
      const { stdout } = await etcdctl(server.target.endpoints, ['endpoint', 'hashkv', '-w', 'json']);
      const found = (JSON.parse(stdout) as { HashKV: { hash: number } }[]).map((item) => item.HashKV.hash);
      expect(new Set(found).size).toBe(1);
      return found;
    });
    expect(hashes).toHaveLength(3);
  });

  describe('the cluster', () => {
    const ctl = (port: number, ...args: string[]): Promise<Output> => etcdctl([server.target.endpoints[port]!], args);
    const ok = async (port: number, ...args: string[]): Promise<string> => {
      const output = await ctl(port, ...args);
      expect(output, output.stderr).toMatchObject({ code: 0 });
      return output.stdout;
    };

    test('leadership is moved by its leader', async () => {
      const { leader, followers } = await server.roles();
      const id = (await server.status(followers[0]!)).header!.memberId.toString(16);
      expect((await ctl(followers[0]!, 'move-leader', id)).stderr).toContain('no leader endpoint given');
      expect(await ok(leader, 'move-leader', id)).toContain(`Leadership transferred from`);
      await eventually('it leads', async () => expect((await server.roles()).leader).toBe(followers[0]));
    });

    test('a learner is added, listed, given another URL and removed', async () => {
      const added = await eventually('an addition', () => ok(0, 'member', 'add', 'extra', '--learner', '--peer-urls=http://127.0.0.1:1'));
      const id = /Member +([0-9a-f]+) added (?:as learner )?to cluster/.exec(added)![1]!;
      expect(await ok(1, 'member', 'list')).toContain(`${id}, unstarted, , http://127.0.0.1:1, , true\n`);
      expect((await ctl(0, 'member', 'promote', id)).stderr).toContain('etcdserver: can only promote a learner member which is in sync with leader');
      expect((await ctl(2, 'member', 'add', 'more', '--learner', '--peer-urls=http://127.0.0.1:2')).stderr).toContain('etcdserver: too many learner members in cluster');
      expect(await ok(1, 'member', 'remove', id)).toMatch(new RegExp(`^Member +${id} removed from cluster`));
      expect((await ctl(0, 'member', 'remove', id)).stderr).toContain('etcdserver: member not found');
      expect((await ok(2, 'member', 'list')).trim().split('\n')).toHaveLength(3);
    });

    test('a lease that is not kept alive ends, and its keys with it', async () => {
      // The least that its election timeout lets a server grant.
      const id = /lease ([0-9a-f]+) granted with TTL\(8s\)/.exec(await ok(0, 'lease', 'grant', '1'))![1]!;
      await ok(1, 'put', `--lease=${id}`, 'short', 'x');
      expect(await ok(2, 'get', 'short', '--print-value-only')).toBe('x\n');
      await eventually('the key is gone', async () => expect(await ok(1, 'get', 'short')).toBe(''));
      expect(await ok(2, 'lease', 'timetolive', id)).toBe(`lease ${id} already expired\n`);
    });

    test('alarms are listed and disarmed', async () => {
      expect(await ok(0, 'alarm', 'list')).toBe('');
      expect(await ok(0, 'alarm', 'disarm')).toBe('');
    });

    test('a mirror is made of what is there', async () => {
      await ok(0, 'put', '/mirror/a', '1');
      const mirror = new Program('etcdctl make-mirror', etcdctlPath, [`--endpoints=${server.target.endpoints[0]!}`, ...etcdctlPatience, 'make-mirror', '--prefix=/mirror/', '--dest-prefix=/copy/', server.target.endpoints[1]!], etcdctlEnv());
      try {
        await eventually('the copy', async () => expect(await ok(2, 'get', '/copy/a', '--print-value-only')).toBe('1\n'));
        await ok(1, 'put', '/mirror/b', '2');
        await ok(1, 'del', '/mirror/a');
        await eventually('what follows', async () => expect(await ok(2, 'get', '/copy/', '--prefix')).toBe('/copy/b\n2\n'));
      } finally {
        await mirror.end();
      }
    });
  });
});
