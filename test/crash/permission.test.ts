import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { utf8, utf8Text } from '../../core/base/bytes.ts';
import { EtcdClient } from '../../core/client/etcd-client.ts';
import { KVService } from '../../core/proto/gen/rpc.ts';
import { freePorts, Program, tempFolder, type TempFolder } from '../support/process.ts';
import { quorateArgs } from '../support/target.ts';

/** Nobody: root itself may do everything. */
const uid = 65_534;
const asNobody = [`--reuid=${uid}`, '--clear-groups', process.execPath];

function impossible(): string | undefined {
  const { status, stderr, error } = spawnSync('setpriv', [...asNobody, ...quorateArgs, 'member', '--version'], { encoding: 'utf8' });
  return status === 0 ? undefined : `no member can be run as another user: ${error?.message ?? stderr.trim()}`;
}
const reason = impossible();
if (reason !== undefined) process.stderr.write(`skipped: ${reason}\n`);

describe.skipIf(reason !== undefined)('a folder that is taken from the user of a member', () => {
  let folder: TempFolder | undefined;
  let program: Program | undefined;
  let client: EtcdClient | undefined;
  afterEach(async () => {
    client?.close();
    await program?.end('SIGKILL');
    folder?.remove();
  });

  test('ends the member, which says so; given back, everything is there that was acknowledged', async () => {
    folder = tempFolder('permission');
    chmodSync(folder.path, 0o755);
    chownSync(folder.path, uid, uid);
    const [port, peerPort] = await freePorts(2);
    const endpoint = `http://127.0.0.1:${port}`;
    const peer = `http://127.0.0.1:${peerPort}`;
    const dataDir = join(folder.path, 'data');
    const snapDir = join(dataDir, 'member/snap');
    const start = (): Program => (program = new Program('quorate member', 'setpriv', [
      ...asNobody, ...quorateArgs, 'member', '--name=m', '--data-dir', dataDir, '--snapshot-count=20', `--listen-client-urls=${endpoint}`, `--advertise-client-urls=${endpoint}`,
      `--listen-peer-urls=${peer}`, `--initial-advertise-peer-urls=${peer}`, `--initial-cluster=m=${peer}`,
    ]));
    const running = start();
    await running.saying(/ready to serve client requests/);
    chownSync(snapDir, 0, 0);
    chmodSync(snapDir, 0o755);
    client = new EtcdClient([endpoint]);
    const acknowledged: string[] = [];
    for (let i = 0; running.running; i++) {
      const key = `k${i}`;
      const answered = await client.at(0, KVService.put, { key: utf8(key), value: utf8(key) }, { timeoutMs: 5_000 }).then(() => true, () => false);
      if (answered) acknowledged.push(key);
    }
    expect((await running.exited).code).toBe(1);
    const refusal = new RegExp(`cannot create ${snapDir}/\\S+\\.snap\\.tmp: permission denied \\(EACCES\\): let the user that runs the member write there`);
    expect(running.output).toMatch(refusal);
    expect(acknowledged.length).toBeGreaterThan(5);

    chmodSync(snapDir, 0o700);
    const again = start();
    expect((await again.exited).code).toBe(1);
    expect(again.output).toMatch(new RegExp(`"msg":"failed to start","error":"cannot \\S+ ${snapDir}\\S*: permission denied \\(EACCES\\)`));

    chownSync(snapDir, uid, uid);
    await start().saying(/ready to serve client requests/);
    client.close();
    client = new EtcdClient([endpoint]);
    const { kvs } = await client.range({ key: utf8('k'), rangeEnd: utf8('l') }, { timeoutMs: 20_000 });
    const found = new Set(kvs.map(({ key }) => utf8Text(key)));
    expect(acknowledged.filter((key) => !found.has(key))).toEqual([]);
  });
});
