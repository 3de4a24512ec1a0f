import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EtcdClient } from '../../core/client/etcd-client.ts';
import { MaintenanceService } from '../../core/proto/gen/rpc.ts';
import { eventually } from '../support/process.ts';
import { Target } from '../support/target.ts';

const ask = async (url: string, init?: RequestInit): Promise<string> => {
  const response = await fetch(url, init);
  return `${response.status} ${response.headers.get('content-type')} ${await response.text()}`;
};
const plain = 'text/plain; charset=utf-8';
const readyChecks = ['data_corruption', 'serializable_read', 'linearizable_read', 'non_learner'];
const lines = (names: readonly string[]): string => names.map((name) => `[+]${name} ok\n`).join('');

describe('health checks of a member that is well', () => {
  let target: Target;
  let base = '';
  let client: EtcdClient;
  beforeAll(async () => {
    target = await Target.start('quorate', 1);
    base = target.endpoints[0]!;
    client = new EtcdClient(target.endpoints);
  });
  afterAll(async () => {
    client.close();
    await target.stop();
  });

  test('healthy', async () => {
    expect(await ask(`${base}/health`)).toBe(`200 ${plain} {"health":"true","reason":""}`);
    expect(await ask(`${base}/health?serializable=true`)).toBe(`200 ${plain} {"health":"true","reason":""}`);
    expect(await ask(`${base}/livez`)).toBe(`200 ${plain} ok\n`);
    expect(await ask(`${base}/readyz`)).toBe(`200 ${plain} ok\n`);
    expect(await ask(`${base}/livez?verbose`)).toBe(`200 ${plain} [+]serializable_read ok\nok\n`);
    expect(await ask(`${base}/readyz?verbose`)).toBe(`200 ${plain} ${lines(readyChecks)}ok\n`);
    expect(await ask(`${base}/readyz?verbose&exclude=non_learner&exclude=data_corruption&exclude=unknown`)).toBe(`200 ${plain} ${lines(readyChecks.slice(1, 3))}ok\n`);
    for (const name of readyChecks) expect(await ask(`${base}/readyz/${name}?verbose`)).toBe(`200 ${plain} [+]${name} ok\nok\n`);
  });

  test('other methods and paths', async () => {
    for (const path of ['/health', '/livez', '/readyz', '/version']) expect(await ask(`${base}${path}`, { method: 'POST' })).toBe(`405 ${plain} Method Not Allowed\n`);
    for (const path of ['/livez/non_learner', '/readyz/nothing', '/readyz/non_learner/more', '/constructor', '/']) expect(await ask(`${base}${path}`)).toBe(`404 ${plain} 404 page not found\n`);
  });

  test('with an alarm', async () => {
    const { members } = await client.memberList();
    const turn = (action: number, alarm: number) => client.write(MaintenanceService.alarm, { action, memberId: members[0]!.id, alarm });
    await turn(1, 1);
    expect(await ask(`${base}/health`)).toBe(`503 ${plain} {"health":"false","reason":"ALARM NOSPACE"}\n`);
    expect(await ask(`${base}/health?exclude=NOSPACE`)).toBe(`200 ${plain} {"health":"true","reason":""}`);
    expect(await ask(`${base}/readyz`)).toBe(`200 ${plain} ok\n`);
    await turn(2, 1);
    await turn(1, 2);
    expect(await ask(`${base}/health?exclude=NOSPACE`)).toBe(`503 ${plain} {"health":"false","reason":"ALARM CORRUPT"}\n`);
    expect(await ask(`${base}/readyz?exclude=linearizable_read&exclude=serializable_read`)).toBe(`503 ${plain} [-]data_corruption failed: alarm activated: CORRUPT\n[+]non_learner ok\n\n`);
    expect(await ask(`${base}/livez`)).toBe(`200 ${plain} ok\n`);
    await turn(2, 2);
    expect(await ask(`${base}/health`)).toBe(`200 ${plain} {"health":"true","reason":""}`);
  });
});

test('a member that has lost its quorum lives, and is not ready', async () => {
  const target = await Target.start('quorate', 3);
  try {
    await target.killMember(1);
    await target.killMember(2);
    const base = target.endpoints[0]!;
    await eventually('no leader', async () => expect(await ask(`${base}/health`)).toBe(`503 ${plain} {"health":"false","reason":"RAFT NO LEADER"}\n`));
    expect(await ask(`${base}/health?serializable=true`)).toBe(`200 ${plain} {"health":"true","reason":""}`);
    expect(await ask(`${base}/livez`)).toBe(`200 ${plain} ok\n`);
    expect(await ask(`${base}/readyz?verbose`)).toBe(`503 ${plain} [+]data_corruption ok\n[+]serializable_read ok\n[-]linearizable_read failed: etcdserver: request timed out\n[+]non_learner ok\n\n`);
  } finally {
    await target.stop();
  }
});
