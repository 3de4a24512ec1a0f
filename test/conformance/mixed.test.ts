import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { utf8, utf8Text } from '../../core/base/bytes.ts';
import { EtcdClient } from '../../core/client/etcd-client.ts';
import { keepAliveOnce } from '../../core/client/keep-alive.ts';
import {
  AlarmRequestAlarmAction, AlarmType, ClusterService, KVService, LeaseService, MaintenanceService, PutRequest, RequestOp, TxnRequest, type StatusResponse,
} from '../../core/proto/gen/rpc.ts';
import { eventually } from '../support/process.ts';
import { calm, Target, type Kind } from '../support/target.ts';
import { etcdPath, etcdMinor, missing } from '../support/tools.ts';
import { differing } from './differences.ts';

const absent = missing(etcdPath);
/** etcd keeps this many entries behind a point in its log; whoever lacks more is sent a snapshot. */
const keptEntries = 5_000;
const snapshotCount = 200;

/** One cluster of both kinds, and a client of all its endpoints. */
class Mixed {
  target!: Target;
  client!: EtcdClient;
  /** Positions of members that are none any more. */
  readonly gone = new Set<number>();

  async start(kinds: readonly Kind[]): Promise<void> {
    this.target = await Target.mixed(kinds, { flags: [...calm, `--snapshot-count=${snapshotCount}`] });
    this.connect();
  }

  connect(): void {
    this.client?.close();
    this.client = new EtcdClient(this.target.endpoints);
  }

  get all(): number[] {
    return this.target.endpoints.map((_, i) => i).filter((i) => !this.gone.has(i));
  }

  of(kind: Kind): number[] {
    return this.all.filter((i) => this.target.kindOf(i) === kind);
  }

  status(i: number): Promise<StatusResponse> {
    return this.client.at(i, MaintenanceService.status, {});
  }

  leader(): Promise<number> {
    return eventually('a leader that all know', async () => {
      const positions = this.all;
      const all = await Promise.all(positions.map((i) => this.status(i)));
      const leader = all.findIndex((one) => one.header!.memberId === one.leader);
      if (leader < 0 || all.some((one) => one.leader !== all[leader]!.leader)) throw new Error('they do not agree');
      return positions[leader]!;
    });
  }

  async lead(i: number): Promise<void> {
    const leader = await this.leader();
    if (leader !== i) await this.client.at(leader, MaintenanceService.moveLeader, { targetId: (await this.status(i)).header!.memberId });
    expect(await this.leader()).toBe(i);
  }

  put(i: number, key: string, value: string): Promise<unknown> {
    return this.client.at(i, KVService.put, { key: utf8(key), value: utf8(value) }, { timeoutMs: 20_000 });
  }

  async get(i: number, key: string): Promise<string | undefined> {
    const { kvs } = await this.client.at(i, KVService.range, { key: utf8(key) }, { timeoutMs: 20_000 });
    return kvs[0] && utf8Text(kvs[0].value);
  }

  /** Many small writes, several at a time, at one endpoint. */
  async fill(i: number, count: number, name: string): Promise<void> {
    let next = 0;
    const writer = async (): Promise<void> => {
      while (next < count) {
        const n = next++;
        await this.put(i, `${name}/${n % 1000}`, String(n));
      }
    };
    await Promise.all(Array.from({ length: 64 }, writer));
  }

  /** The same revision and the same hash everywhere, once all have caught up. */
  async agree(): Promise<void> {
    await eventually('the same store everywhere', async () => {
      const { header } = await this.client.at(await this.leader(), KVService.range, { key: utf8('any') });
      const { revision } = header!;
      const hashes = await Promise.all(this.all.map((i) => this.client.at(i, MaintenanceService.hashKv, { revision })));
      expect(new Set(hashes.map(({ hash, compactRevision }) => `${hash}@${compactRevision}`)).size, hashes.map(({ hash }) => hash).join()).toBe(1);
    }, 60_000);
  }

  async stop(): Promise<void> {
    this.client?.close();
    await this.target?.stop();
  }
}

const other = (kind: Kind): Kind => (kind === 'etcd' ? 'quorate' : 'etcd');
const each: readonly [string, Kind][] = [["Debian's etcd", 'etcd'], ['ours', 'quorate']];
/** What a member says of a snapshot that it has taken, and at its end. */
const taken: Record<Kind, RegExp> = { etcd: /applied snapshot|finished applying incoming snapshot/, quorate: /a snapshot is installed/ };
const removed: Record<Kind, RegExp> = { etcd: /removed/, quorate: /permanently removed from the cluster/ };

describe.skipIf(absent !== undefined).each<[string, Kind[]]>([
  ["Debian's etcd with two of ours", ['etcd', 'quorate', 'quorate']],
  ["ours with two of Debian's etcd", ['quorate', 'etcd', 'etcd']],
])('%s', (_title, start) => {
  const mixed = new Mixed();
  beforeAll(() => mixed.start(start));
  afterAll(() => mixed.stop());

  test('the cluster version is that of the older release, and all tell the same members', async () => {
    await eventually('the version', async () => {
      for (const endpoint of mixed.target.endpoints) {
        expect(await (await fetch(`${endpoint}/version`)).json()).toMatchObject({ etcdcluster: `3.${etcdMinor()}.0` });
      }
    });
    const lists = await Promise.all(mixed.all.map(async (i) => (await mixed.client.at(i, ClusterService.memberList, {})).members));
    for (const list of lists) expect(list).toEqual(lists[0]);
    expect(lists[0]!.map((member) => member.name).sort()).toEqual(['m1', 'm2', 'm3']);
    expect(lists[0]!.flatMap(({ clientUrls }) => clientUrls).sort()).toEqual([...mixed.target.endpoints].sort());
  });

  test('each leads once, and through each one writes and reads', async () => {
    for (const leader of mixed.all) {
      await mixed.lead(leader);
      for (const i of mixed.all) await mixed.put(i, `led/${leader}`, `by ${leader} through ${i}`);
      for (const i of mixed.all) expect(await mixed.get(i, `led/${leader}`)).toBe(`by ${leader} through ${mixed.all.length - 1}`);
    }
    await mixed.agree();
  });

  test.each(each)('leases are kept alive and looked at through followers while %s leads', async (_name, kind) => {
    await mixed.lead(mixed.of(kind)[0]!);
    const { id } = await mixed.client.at(mixed.of(other(kind))[0]!, LeaseService.leaseGrant, { ttl: 600 });
    await mixed.client.at(mixed.all[0]!, KVService.put, { key: utf8(`leased/${kind}`), lease: id });
    for (const i of mixed.all) {
      const client = new EtcdClient([mixed.target.endpoints[i]!]);
      expect(await keepAliveOnce(client, id)).toBe(600);
      client.close();
      const life = await mixed.client.at(i, LeaseService.leaseTimeToLive, { id, keys: true });
      expect([life.grantedTtl, life.keys.map(utf8Text)]).toEqual([600, [`leased/${kind}`]]);
      expect(life.ttl).toBeGreaterThan(590);
    }
    await mixed.client.at(mixed.of(other(kind))[0]!, LeaseService.leaseRevoke, { id });
    expect(await mixed.get(mixed.of(kind)[0]!, `leased/${kind}`)).toBeUndefined();
  });

  test.each(each)('a learner of %s is added under the other, and promoted through a follower', async (_name, kind) => {
    const leader = mixed.of(other(kind))[0]!;
    await mixed.lead(leader);
    const position = await mixed.target.addSlot(kind);
    // Both refuse while peers have not been connected for some seconds.
    const { member } = await eventually('its addition', () => mixed.client.at(leader, ClusterService.memberAdd, { peerUrls: [mixed.target.peerUrls[position]!], isLearner: true }));
    await mixed.target.startMember(position, 'existing');
    mixed.connect();
    expect(await mixed.status(position)).toMatchObject({ isLearner: true, header: { memberId: member!.id } });
    const follower = mixed.of(kind)[0]!;
    await eventually('its promotion', () => mixed.client.at(follower, ClusterService.memberPromote, { id: member!.id }));
    await eventually('its new role', async () => {
      for (const i of mixed.all) {
        const { members } = await mixed.client.at(i, ClusterService.memberList, {});
        expect(members.find(({ id }) => id === member!.id)).toMatchObject({ isLearner: false, name: `m${position + 1}` });
      }
    });
    await mixed.put(position, `promoted/${kind}`, 'yes');
    await mixed.agree();
  });

  test.each(each)('one of %s that lags is caught up by a snapshot of the other', async (_name, kind) => {
    const leader = mixed.of(other(kind))[0]!;
    await mixed.lead(leader);
    const behind = mixed.of(kind).at(-1)!;
    await mixed.target.killMember(behind);
    await mixed.fill(leader, keptEntries + 3 * snapshotCount, `lag/${kind}`);
    await mixed.target.startMember(behind);
    mixed.connect();
    await mixed.agree();
    expect(mixed.target.output(behind)).toMatch(taken[kind]);
    // It is a member like any other: it knows the others, and can lead.
    const { members } = await mixed.client.at(behind, ClusterService.memberList, {});
    expect(members.map((member) => member.name).sort()).toEqual(['m1', 'm2', 'm3', 'm4', 'm5']);
    await mixed.lead(behind);
    await mixed.put(behind, `caught up/${kind}`, 'yes');
    await mixed.target.stopMember(behind);
    await mixed.target.startMember(behind);
    mixed.connect();
    await mixed.agree();
  });

  test('a compaction leaves the same everywhere', async () => {
    const leader = await mixed.leader();
    const { header } = await mixed.client.at(leader, KVService.range, { key: utf8('any') });
    await mixed.client.at(mixed.of(other(mixed.target.kindOf(leader)))[0]!, KVService.compact, { revision: header!.revision - 500, physical: true }, { timeoutMs: 20_000 });
    await mixed.fill(leader, 200, 'after');
    await mixed.agree();
  });

  test('what is refused for want of space is refused by all of them, or by none', async () => {
    const alarm = { alarm: AlarmType.NOSPACE, memberId: (await mixed.status(mixed.all[0]!)).header!.memberId };
    const put = (key: string): RequestOp => RequestOp.create({ requestPut: PutRequest.create({ key: utf8(key) }) });
    await mixed.client.at(mixed.all[0]!, MaintenanceService.alarm, { ...alarm, action: AlarmRequestAlarmAction.ACTIVATE });
    for (const i of mixed.all) {
      const flat = mixed.client.at(i, KVService.txn, { success: [put(`flat/${i}`)] }, { timeoutMs: 20_000 });
      await expect(flat).rejects.toThrow(/database space exceeded/);
      // Whether this one is refused depends on the release that takes it; what a later one lets through it does not apply itself.
      if (differing('nestedPutNoSpace', 'etcd')) continue;
      const nested = RequestOp.create({ requestTxn: TxnRequest.create({ success: [put(`nested/${i}`)] }) });
      await mixed.client.at(i, KVService.txn, { success: [nested] }, { timeoutMs: 20_000 }).catch((error: unknown) => expect(String(error)).toMatch(/database space exceeded/));
    }
    await mixed.client.at(mixed.all[0]!, MaintenanceService.alarm, { ...alarm, action: AlarmRequestAlarmAction.DEACTIVATE });
    await mixed.agree();
  });

  test.each(each)('one of %s that the other removes learns it and ends', async (_name, kind) => {
    const leader = mixed.of(other(kind))[0]!;
    const leaving = mixed.of(kind).at(-1)!;
    await mixed.lead(leader);
    const id = (await mixed.status(leaving)).header!.memberId;
    // Stopped meanwhile, it cannot learn it from the log.
    await mixed.target.stopMember(leaving);
    await eventually('its removal', () => mixed.client.at(leader, ClusterService.memberRemove, { id }));
    mixed.gone.add(leaving);
    mixed.target.launchMember(leaving, 'existing');
    const code = await mixed.target.ended(leaving);
    // What an etcd ends with depends on what it was about.
    if (kind === 'quorate') expect(code).toBe(0);
    expect(mixed.target.output(leaving)).toMatch(removed[kind]);
    await mixed.agree();
  });

  test("when the last of Debian's has gone, the cluster rises to our release", async () => {
    const ours = mixed.of('quorate');
    await mixed.lead(ours[0]!);
    for (const leaving of mixed.of('etcd')) {
      const id = (await mixed.status(leaving)).header!.memberId;
      await eventually('its removal', () => mixed.client.at(ours[0]!, ClusterService.memberRemove, { id }));
      mixed.gone.add(leaving);
      await mixed.target.ended(leaving);
    }
    await eventually('the version', async () => {
      for (const i of ours) expect(await (await fetch(`${mixed.target.endpoints[i]}/version`)).json()).toMatchObject({ etcdcluster: '3.6.0' });
    });
    await mixed.put(ours[0]!, 'risen', 'yes');
    // What was written in either way is read again.
    for (const i of ours) {
      await mixed.target.killMember(i);
      await mixed.target.startMember(i);
      mixed.connect();
      expect(await mixed.get(i, 'risen')).toBe('yes');
    }
    await mixed.agree();
  });
});
