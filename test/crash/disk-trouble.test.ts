import { statfsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { utf8, utf8Text } from '../../core/base/bytes.ts';
import { EtcdClient } from '../../core/client/etcd-client.ts';
import { KVService, MaintenanceService } from '../../core/proto/gen/rpc.ts';
import { freePorts, Program, tempFolder, type TempFolder } from '../support/process.ts';
import { SmallDisk } from '../support/small-disk.ts';
import { quorateArgs } from '../support/target.ts';

const impossible = SmallDisk.impossible();
if (impossible !== undefined) process.stderr.write(`skipped: ${impossible}\n`);

/** One member on disks of the test's choice. */
class Member {
  readonly endpoint: string;
  readonly #args: string[];
  #program: Program | undefined;

  private constructor(dataDir: string, walDir: string | undefined, client: number, peer: number) {
    this.endpoint = `http://127.0.0.1:${client}`;
    this.#args = [
      ...quorateArgs, 'member', '--name=m', '--data-dir', dataDir, ...(walDir ? ['--wal-dir', walDir] : []), `--listen-client-urls=${this.endpoint}`, `--advertise-client-urls=${this.endpoint}`,
      `--listen-peer-urls=http://127.0.0.1:${peer}`, `--initial-advertise-peer-urls=http://127.0.0.1:${peer}`, `--initial-cluster=m=http://127.0.0.1:${peer}`,
    ];
  }

  static async on(dataDir: string, walDir?: string): Promise<Member> {
    const [client, peer] = await freePorts(2);
    return new Member(dataDir, walDir, client!, peer!);
  }

  get output(): string {
    return this.#program?.output ?? '';
  }

  get running(): boolean {
    return this.#program?.running ?? false;
  }

  /** Starts it and waits for what it says: that it serves, or why it cannot. */
  async start(says = /ready to serve client requests/): Promise<void> {
    this.#program = new Program('quorate member', process.execPath, this.#args);
    await this.#program.saying(says);
  }

  async ended(): Promise<number | null> {
    return (await this.#program!.exited).code;
  }

  async kill(): Promise<void> {
    await this.#program?.end('SIGKILL');
  }
}

const disks: SmallDisk[] = [];
const folders: TempFolder[] = [];
const members: Member[] = [];
afterEach(async () => {
  for (const member of members.splice(0)) await member.kill();
  for (const disk of disks.splice(0)) disk.remove();
  for (const folder of folders.splice(0)) folder.remove();
});

function smallDisk(megabytes: number): SmallDisk {
  const disk = SmallDisk.make(megabytes);
  disks.push(disk);
  return disk;
}

function roomyFolder(): string {
  const folder = tempFolder('roomy');
  folders.push(folder);
  return folder.path;
}

async function memberOn(dataDir: string, walDir?: string): Promise<Member> {
  const member = await Member.on(dataDir, walDir);
  members.push(member);
  return member;
}

/** Writes until the member is gone; the numbers that were acknowledged. */
async function writeUntilRefused(member: Member, from = 0): Promise<number[]> {
  const client = new EtcdClient([member.endpoint]);
  const acknowledged: number[] = [];
  let next = from;
  const writer = async (): Promise<void> => {
    for (;;) {
      const n = next++;
      try {
        await client.at(0, KVService.put, { key: utf8(`k${n}`), value: new Uint8Array(8_000).fill(n) }, { timeoutMs: 2_000 });
        acknowledged.push(n);
      } catch {
        if (!member.running) return;
      }
    }
  };
  await Promise.all(Array.from({ length: 8 }, writer));
  client.close();
  return acknowledged;
}

async function missingOf(member: Member, acknowledged: readonly number[]): Promise<number[]> {
  const client = new EtcdClient([member.endpoint]);
  const { kvs } = await client.range({ key: utf8('k'), rangeEnd: utf8('l'), keysOnly: true }, { timeoutMs: 20_000 });
  client.close();
  const found = new Set(kvs.map((kv) => utf8Text(kv.key)));
  return acknowledged.filter((n) => !found.has(`k${n}`));
}

const filled = (path: string): boolean => {
  const { bavail, bsize } = statfsSync(path);
  return bavail * bsize < 1_000_000;
};

describe.skipIf(impossible !== undefined)('a disk', () => {
  test('that is full under the log ends the member, which says so, and loses nothing', async () => {
    const disk = smallDisk(12);
    const member = await memberOn(roomyFolder(), join(disk.path, 'wal'));
    await member.start();
    const acknowledged = await writeUntilRefused(member);
    expect(await member.ended()).toBe(1);
    expect(member.output).toMatch(new RegExp(`cannot write to ${disk.path}/wal/\\S+\\.wal: the disk is full \\(ENOSPC\\): free space on it`));
    expect(filled(disk.path)).toBe(true);
    expect(acknowledged.length).toBeGreaterThan(100);
    disk.remount('size=200m');
    await member.start();
    expect(await missingOf(member, acknowledged)).toEqual([]);
  });

  test('that is full under the store ends the member, which says so, and loses nothing', async () => {
    const disk = smallDisk(12);
    const member = await memberOn(join(disk.path, 'data'), join(roomyFolder(), 'wal'));
    await member.start();
    const acknowledged = await writeUntilRefused(member);
    expect(await member.ended()).toBe(1);
    expect(member.output).toMatch(new RegExp(`cannot commit to ${disk.path}/data/member/snap/store\\.lmdb: the disk is full \\(ENOSPC\\): free space on it`));
    expect(acknowledged.length).toBeGreaterThan(100);
    // Nothing was freed: it does not get far, and says the same.
    await member.start(/the disk is full \(ENOSPC\)/);
    expect(await member.ended()).toBe(1);
    disk.remount('size=200m');
    await member.start();
    expect(await missingOf(member, acknowledged)).toEqual([]);
    const more = await writeSome(member, 50, 1_000_000);
    expect(await missingOf(member, more)).toEqual([]);
  });

  test('that has no room for a defragmentation leaves the member as it was', async () => {
    const disk = smallDisk(20);
    const member = await memberOn(join(disk.path, 'data'), join(roomyFolder(), 'wal'));
    await member.start();
    const acknowledged = await writeSome(member, 1_500);
    const client = new EtcdClient([member.endpoint]);
    // Its answer comes when everything is in the store's file, and not in the log alone.
    await client.at(0, MaintenanceService.hashKv, {}, { timeoutMs: 30_000 });
    const refusal = await client.at(0, MaintenanceService.defragment, {}, { timeoutMs: 30_000 }).catch((error: Error) => error.message);
    expect(refusal).toMatch(/cannot copy the store to .*store\.lmdb\.new: the disk is full \(ENOSPC\)/);
    expect(filled(disk.path)).toBe(false);
    const more = await writeSome(member, 10, 1_000_000);
    expect(await missingOf(member, [...acknowledged, ...more])).toEqual([]);
    disk.remount('size=200m');
    await client.at(0, MaintenanceService.defragment, {}, { timeoutMs: 30_000 });
    client.close();
    expect(await missingOf(member, [...acknowledged, ...more])).toEqual([]);
  });

  test('that is read-only lets no member start, which says so; writable again, it is there', async () => {
    const disk = smallDisk(50);
    const member = await memberOn(join(disk.path, 'data'));
    await member.start();
    const acknowledged = await writeSome(member, 20);
    await member.kill();
    disk.remount('ro');
    await member.start(/"error":"cannot /);
    expect(await member.ended()).toBe(1);
    expect(member.output).toMatch(new RegExp(`cannot \\S+ ${disk.path}/\\S+: the file system is read-only \\(EROFS\\): mount it writable`));
    disk.remount('rw');
    await member.start();
    expect(await missingOf(member, acknowledged)).toEqual([]);
  });
});

/** So many writes, all of which must be acknowledged. */
async function writeSome(member: Member, count: number, from = 0): Promise<number[]> {
  const client = new EtcdClient([member.endpoint]);
  const numbers = Array.from({ length: count }, (_, i) => from + i);
  for (let i = 0; i < count; i += 16) {
    await Promise.all(numbers.slice(i, i + 16).map((n) => client.at(0, KVService.put, { key: utf8(`k${n}`), value: new Uint8Array(8_000) }, { timeoutMs: 20_000 })));
  }
  client.close();
  return numbers;
}
