import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EtcdClient } from '../../core/client/etcd-client.ts';
import { MaintenanceService } from '../../core/proto/gen/rpc.ts';
import { eventually, freePorts } from '../support/process.ts';
import { Target, type Kind } from '../support/target.ts';
import { etcdMinor, etcdPath, missing } from '../support/tools.ts';
import { differing } from './differences.ts';

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
    for (const path of ['/livez/non_learner', '/readyz/nothing', '/readyz/non_learner/more', '/constructor', '/', '/debug/requests', '/debug/pprof/']) expect(await ask(`${base}${path}`)).toBe(`404 ${plain} 404 page not found\n`);
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

/** The request line as it is written here, which `fetch` would put right; what is answered, without what tells of the connection, the time and origins. */
function askRaw(base: string, target: string, method = 'GET'): Promise<string> {
  const { hostname, port } = new URL(base);
  return new Promise((resolve, reject) => {
    const asked = request({ host: hostname, port, path: target, method, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.once('end', () => {
        const told = ['content-type', 'location', 'allow', 'x-content-type-options'].map((name) => response.headers[name]).filter((value) => value !== undefined);
        resolve([response.statusCode, ...told, text].join(' '));
      });
    });
    asked.once('error', reject).end();
  });
}

const moved = (to: string): string => `301 text/html; charset=utf-8 ${to} <a href="${to.replace('&', '&amp;')}">Moved Permanently</a>.\n\n`;
const nowhere = `404 ${plain} nosniff 404 page not found\n`;
const notAllowed = `405 ${plain} GET nosniff Method Not Allowed\n`;
const healthy = (kind: Kind): string => `200 ${plain} ${kind === 'etcd' && etcdMinor() < 5 ? '{"health":"true"}' : '{"health":"true","reason":""}'}`;

describe.skipIf(missing(etcdPath) !== undefined).each<Kind>(['etcd', 'quorate'])('Paths of HTTP [%s]', (kind) => {
  let target: Target;
  let metrics = '';
  beforeAll(async () => {
    const [port] = await freePorts(1);
    metrics = `http://127.0.0.1:${port}`;
    target = await Target.start(kind, 1, { flags: [`--listen-metrics-urls=${metrics}`] });
  });
  afterAll(() => target.stop());
  const client = (): string => target.endpoints[0]!;

  test.each([
    ['//health', '/health'], ['/a/../health', '/health'], ['/./version', '/version'], ['/health/.', '/health'], ['//', '/'], ['/v3', '/v3/'], ['//v3//kv//range', '/v3/kv/range'],
    ['/v3beta//kv', '/v3/kv'], ['//health?x=1&y', '/health?x=1&y'], ['//a?b=/c//d', '/a?b=/c//d'], ['/livez//', '/livez/'], ['/health/../metrics/x/..', '/metrics'],
  ])('%s is at %s', async (path, to) => {
    expect(await askRaw(client(), path)).toBe(moved(to));
    expect(await askRaw(client(), path, 'POST')).toBe(`301 ${to} `);
    expect(await askRaw(client(), path, 'HEAD')).toBe(`301 text/html; charset=utf-8 ${to} `);
  });

  test('for those who watch over it, and for members', async () => {
    for (const base of [metrics, target.peerUrls[0]!]) {
      expect(await askRaw(base, '//health')).toBe(moved('/health'));
      expect(await askRaw(base, '//health', 'OPTIONS')).toBe('301 /health ');
      expect(await askRaw(base, '/v3')).toBe(nowhere);
    }
    expect(await askRaw(target.peerUrls[0]!, '/members/promote')).toBe(moved('/members/promote/'));
    expect(await askRaw(target.peerUrls[0]!, '/members/')).toBe(nowhere);
    expect(await askRaw(target.peerUrls[0]!, '/version', 'POST')).toBe(notAllowed);
    expect(await askRaw(metrics, '/health')).toBe(healthy(kind));
    expect(await askRaw(metrics, '/debug/vars')).toBe(nowhere);
  });

  test('what there is not', async () => {
    for (const path of ['/', '/nothing', '/health/', '/version/', '/metrics/', '/debug/vars/', '/debug/requests', '/debug/pprof/', '/members', '/raft']) expect(await askRaw(client(), path), path).toBe(nowhere);
    expect(await askRaw(client(), '*')).toBe('400 ');
    // An etcd closes the connection with it, at times before it can be read.
    if (kind === 'quorate') expect(await askRaw(client(), '/%zz')).toBe(`400 ${plain} 400 Bad Request`);
    expect(await askRaw(client(), 'http://elsewhere/health')).toBe(healthy(kind));
  });

  test('escapes', async () => {
    expect(await askRaw(client(), '/%68ealth')).toBe(healthy(kind));
    expect([await askRaw(client(), '/%2fhealth'), await askRaw(client(), '/%2e%2e/health')].map((text) => text.slice(0, 3))).toEqual(differing('escapedPaths', kind));
  });

  test('methods', async () => {
    for (const path of ['/health', '/version', '/debug/vars']) {
      for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'TRACE']) expect(await askRaw(client(), path, method), `${method} ${path}`).toBe(notAllowed);
      expect(await askRaw(client(), path, 'HEAD')).toBe(notAllowed.replace('Method Not Allowed\n', ''));
      expect(await askRaw(client(), path, 'OPTIONS')).toBe('200 ');
    }
    for (const method of ['POST', 'DELETE']) expect(await askRaw(client(), '/metrics', method)).toMatch(/^200 text\/plain; version=0\.0\.4.*etcd_server_has_leader 1/s);
  });

  test('/debug/vars', async () => {
    const response = await fetch(`${client()}/debug/vars`);
    expect(`${response.status} ${response.headers.get('content-type')}`).toBe('200 application/json; charset=utf-8');
    const vars = (await response.json()) as Record<string, unknown>;
    expect(Object.keys(vars)).toEqual(differing('debugVars', kind));
    expect(vars['cmdline']).toContain('--initial-advertise-peer-urls');
    expect(vars['file_descriptor_limit']).toBeGreaterThan(100);
    const raft = vars['raft.status'] as Record<string, unknown>;
    const id = raft['id'] as string;
    const { commit, applied, term } = raft;
    expect(raft).toEqual({
      id, term, vote: id, commit, lead: id, raftState: 'StateLeader', applied, progress: { [id]: { match: commit, next: Number(commit) + 1, state: expect.stringMatching(/^State(Probe|Replicate)$/) as string } },
      leadtransferee: '0',
    });
    expect(Number(commit)).toBeGreaterThan(2);
  });
});
