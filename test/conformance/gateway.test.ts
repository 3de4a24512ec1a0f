import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../support/process.ts';
import { Target } from '../support/target.ts';
import { etcdPath, missing } from '../support/tools.ts';
import { differing, minorOf } from './differences.ts';

const absent = missing(etcdPath);
const b64 = (text: string): string => Buffer.from(text).toString('base64');
type Json = Record<string, unknown>;

describe.skipIf(absent !== undefined).each(['etcd', 'quorate'] as const)('the JSON gateway [%s]', (kind) => {
  let target: Target;
  let base = '';
  beforeAll(async () => {
    target = await Target.start(kind, 1);
    base = target.endpoints[0]!;
  });
  afterAll(async () => target?.stop());

  const failedPrecondition = differing('gatewayFailedPrecondition', kind) as number;
  const post = (path: string, body: string, headers: Record<string, string> = {}) => fetch(`${base}${path}`, { method: 'POST', body, headers });
  /** The answer without its header, whose form is checked. */
  const ask = async (path: string, body: unknown): Promise<Json> => {
    const response = await post(path, typeof body === 'string' ? body : JSON.stringify(body));
    const { header, ...rest } = (await response.json()) as Json;
    expect(response.status, JSON.stringify(rest)).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(response.headers.get('grpc-metadata-content-type')).toBe('application/grpc');
    if (header !== undefined) for (const value of Object.values(header as Json)) expect(value).toMatch(/^\d+$/);
    return rest;
  };
  const fail = async (path: string, body: string, method = 'POST'): Promise<string> => {
    const response = await fetch(`${base}${path}`, method === 'POST' ? { method, body } : { method });
    const { code, message, error } = (await response.json()) as { code: number; message: string; error?: string };
    expect(error).toBe(differing('gatewayErrorField', kind) ? message : undefined);
    return `${response.status} ${code} ${message}`;
  };

  test('keys: put, range, delete, transactions, compaction', async () => {
    expect(await ask('/v3/kv/put', { key: b64('a'), value: b64('1') })).toEqual({});
    expect(await ask('/v3/kv/put', { key: b64('a'), value: b64('2'), prev_kv: true })).toEqual({ prev_kv: { key: b64('a'), value: b64('1'), create_revision: '2', mod_revision: '2', version: '1' } });
    expect(await ask('/v3/kv/range', { key: b64('a'), rangeEnd: b64('b'), limit: '1', sort_order: 'DESCEND', sort_target: 'KEY' })).toEqual({
      kvs: [{ key: b64('a'), value: b64('2'), create_revision: '2', mod_revision: '3', version: '2' }], count: '1',
    });
    expect(await ask('/v3/kv/range', { key: b64('none') })).toEqual({});
    const txn = {
      compare: [{ target: 'VERSION', key: b64('a'), version: '2' }, { target: 'VALUE', result: 'NOT_EQUAL', key: b64('a'), value: b64('9') }],
      success: [{ request_put: { key: b64('b'), value: b64('x') } }, { request_range: { key: b64('b') } }], failure: [{ requestDeleteRange: { key: b64('a') } }],
    };
    expect(await ask('/v3/kv/txn', txn)).toMatchObject({
      succeeded: true, responses: [{ response_put: { header: { revision: '4' } } }, { response_range: { kvs: [{ key: b64('b'), value: b64('x'), create_revision: '4', mod_revision: '4', version: '1' }], count: '1' } }],
    });
    expect(await ask('/v3/kv/deleterange', { key: b64('b'), prev_kv: true })).toMatchObject({ deleted: '1', prev_kvs: [{ key: b64('b') }] });
    expect(await ask('/v3/kv/compaction', { revision: 3 })).toEqual({});
    if (kind === 'quorate') expect(await ask('/v3beta/kv/range', { key: b64('a'), count_only: true })).toEqual({ count: '1' });
  });

  test('leases, with ids beyond a double', async () => {
    const id = '7587862094711632144';
    expect(await ask('/v3/lease/grant', `{"TTL": 60, "ID": ${id}}`)).toEqual({ ID: id, TTL: '60' });
    expect(await ask('/v3/kv/put', { key: b64('leased'), value: b64('v'), lease: id })).toEqual({});
    const life = await ask('/v3/lease/timetolive', { ID: id, keys: true });
    expect(life).toMatchObject({ ID: id, grantedTTL: '60', keys: [b64('leased')] });
    expect(await fail('/v3/kv/lease/revoke', '{"ID":"99"}')).toBe('404 5 etcdserver: requested lease not found');
    expect(await ask('/v3/kv/lease/timetolive', { ID: '99' })).toEqual({ ID: '99', TTL: '-1' });
    expect(await ask('/v3/lease/leases', '{}')).toEqual({ leases: [{ ID: id }] });
    expect(await ask('/v3/kv/lease/leases', '')).toEqual({ leases: [{ ID: id }] });
    const kept = await post('/v3/lease/keepalive', JSON.stringify({ ID: id }));
    expect(kept.status).toBe(200);
    const lines = (await kept.text()).trim().split('\n').map((line) => JSON.parse(line) as Json);
    expect(lines).toEqual([{ result: { header: expect.any(Object) as object, ID: id, TTL: '60' } }]);
    expect(await ask('/v3/kv/lease/revoke', { ID: id })).toEqual({});
    expect(await ask('/v3/lease/grant', '{"TTL": "60", "ID": "5"}')).toEqual({ ID: '5', TTL: '60' });
    expect(await ask('/v3/lease/revoke', { ID: 5 })).toEqual({});
    expect(await fail('/v3/lease/revoke', JSON.stringify({ ID: id }))).toBe('404 5 etcdserver: requested lease not found');
  });

  test('cluster and maintenance', async () => {
    const { members } = (await ask('/v3/cluster/member/list', '{}')) as { members: Json[] };
    expect(members).toEqual([{ ID: expect.stringMatching(/^\d+$/) as string, name: 'm1', peerURLs: [expect.stringMatching(/^http:/) as string], clientURLs: [base] }]);
    expect(await ask('/v3/maintenance/status', '{}')).toMatchObject({ version: expect.stringMatching(/^3\./) as string, dbSize: expect.stringMatching(/^\d+$/) as string, leader: members[0]!['ID'] });
    expect(await ask('/v3/maintenance/alarm', '{}')).toEqual({});
    expect(await ask('/v3/maintenance/hash', '{}')).toEqual({ hash: expect.any(Number) as number });
    expect(await ask('/v3/maintenance/defragment', '{}')).toEqual({});
    expect(await ask('/v3/maintenance/transfer-leadership', { targetID: members[0]!['ID'] })).toEqual({});
    expect(await fail('/v3/maintenance/transfer-leadership', '{"targetID":"404"}')).toBe(`${failedPrecondition} 9 etcdserver: bad leader transferee`);
    const snapshot = await post('/v3/maintenance/snapshot', '{}');
    const chunks = (await snapshot.text()).trim().split('\n').map((line) => (JSON.parse(line) as { result: { blob: string; remaining_bytes?: string } }).result);
    expect(Buffer.concat(chunks.map(({ blob }) => Buffer.from(blob, 'base64'))).length % 512).toBe(32);
  });

  test('members come and go', async () => {
    const { members } = (await ask('/v3/cluster/member/list', '{"linearizable":true}')) as { members: Json[] };
    const learner = { ID: expect.stringMatching(/^\d+$/) as string, peerURLs: ['http://127.0.0.1:1'], isLearner: true };
    const { member, members: now } = (await ask('/v3/cluster/member/add', { peerURLs: ['http://127.0.0.1:1'], isLearner: true })) as { member: Json; members: Json[] };
    expect(member).toEqual(learner);
    expect(now).toHaveLength(2);
    expect(await fail('/v3/cluster/member/promote', JSON.stringify({ ID: member['ID'] }))).toBe(`${failedPrecondition} 9 etcdserver: can only promote a learner member which is in sync with leader`);
    await ask('/v3/kv/put', { key: b64('settled') });
    // The learner would lose its being one on a 3.4 server: the voter is told what it has already.
    expect(await ask('/v3/cluster/member/update', { ID: members[0]!['ID'], peerURLs: members[0]!['peerURLs'] })).toEqual({ members: now });
    await ask('/v3/kv/put', { key: b64('settled') });
    expect(await ask('/v3/cluster/member/remove', { ID: member['ID'] })).toEqual({ members });
    expect(await fail('/v3/cluster/member/remove', JSON.stringify({ ID: member['ID'] }))).toBe('404 5 etcdserver: member not found');
    expect(await fail('/v3/cluster/member/add', '{}')).toBe('400 3 etcdserver: given member URLs are invalid');
  });

  test('authentication, which is off', async () => {
    expect(await ask('/v3/auth/disable', '{}')).toEqual({});
    expect(await fail('/v3/auth/enable', '{}')).toBe(`${failedPrecondition} 9 etcdserver: root user does not exist`);
    expect(await ask('/v3/auth/user/list', '{}')).toEqual({});
    expect(await ask('/v3/auth/role/list', '{}')).toEqual({});
    expect(await fail('/v3/auth/user/add', '{}')).toBe('400 3 etcdserver: user name is empty');
    expect(await fail('/v3/auth/role/add', '{}')).toBe('400 3 etcdserver: role name is empty');
    for (const what of ['get', 'delete', 'changepw', 'grant', 'revoke']) expect(await fail(`/v3/auth/user/${what}`, '{"name":"u"}'), what).toBe(`${failedPrecondition} 9 etcdserver: user name not found`);
    for (const what of ['get', 'delete', 'revoke']) expect(await fail(`/v3/auth/role/${what}`, '{"role":"r"}'), what).toBe(`${failedPrecondition} 9 etcdserver: role name not found`);
    expect(await fail('/v3/auth/role/grant', '{"name":"r","perm":{"permType":"READWRITE","key":"aw==","range_end":"AA=="}}')).toBe(`${failedPrecondition} 9 etcdserver: role name not found`);
  });

  test('paths that 3.4 has not', async () => {
    const minor = minorOf(kind);
    const paths: Readonly<Record<string, { body: string; answer: Json }>> = {
      '/v3/auth/status': { body: '{}', answer: { authRevision: '1' } },
      '/v3/maintenance/hashkv': { body: '{}', answer: { hash: expect.any(Number) as number, ...(differing('hashRevision', kind) ? { hash_revision: expect.stringMatching(/^\d+$/) as string } : {}) } },
      '/v3/maintenance/downgrade': { body: JSON.stringify({ action: 'VALIDATE', version: `3.${minor - 1}.0` }), answer: { version: `3.${minor}${differing('downgradeVersion', kind)}` } },
      '/v3/quorate/progress': { body: '{}', answer: { leader: expect.stringMatching(/^\d+$/) as string, max_learners: 1 } },
    };
    const absent: readonly string[] = [...differing('gatewayAbsent', kind), ...differing('gatewayOurs', kind)];
    for (const [path, { body, answer }] of Object.entries(paths)) {
      if (absent.includes(path)) expect((await post(path, body)).status, path).toBe(404);
      else expect(await ask(path, body), path).toMatchObject(answer);
    }
  });

  test('a learner that runs is promoted by its path', async () => {
    const position = await target.addSlot();
    const added = (await ask('/v3/cluster/member/add', { peerURLs: [target.peerUrls[position]], isLearner: true })) as { member: { ID: string; isLearner: boolean } };
    expect(added.member.isLearner).toBe(true);
    const { ID } = added.member;
    await target.startMember(position, 'existing');
    const answer = await eventually('it is in sync', async () => {
      const response = await post('/v3/cluster/member/promote', JSON.stringify({ ID }));
      const { header: _, ...rest } = (await response.json()) as Json;
      expect(response.status, JSON.stringify(rest)).toBe(200);
      return rest as { members: Json[] };
    });
    expect(answer.members).toHaveLength(2);
    expect(answer.members.find((member) => member['ID'] === ID)).toEqual({ ID, name: 'm2', peerURLs: [target.peerUrls[position]], clientURLs: [target.endpoints[position]] });
    expect(await fail('/v3/cluster/member/promote', JSON.stringify({ ID }))).toBe(`${failedPrecondition} 9 etcdserver: can only promote a learner member`);
    await eventually('its removal', async () => {
      const { status } = await post('/v3/cluster/member/remove', JSON.stringify({ ID }));
      expect([200, 404]).toContain(status);
    });
  });

  test('locks and elections', async () => {
    const { key } = (await ask('/v3/lock/lock', { name: b64('l') })) as { key: string };
    expect(Buffer.from(key, 'base64').toString()).toMatch(/^l\/[0-9a-f]+$/);
    expect(await ask('/v3/lock/unlock', { key })).toEqual({});
    const { leader } = (await ask('/v3/election/campaign', { name: b64('e'), value: b64('me') })) as { leader: Json };
    expect(await ask('/v3/election/leader', { name: b64('e') })).toMatchObject({ kv: { value: b64('me'), key: leader['key'] } });
    expect(await ask('/v3/election/proclaim', { leader, value: b64('still me') })).toEqual({});
    const leave = new AbortController();
    const observed = await fetch(`${base}/v3/election/observe`, { method: 'POST', body: JSON.stringify({ name: b64('e') }), signal: leave.signal });
    const { value } = await observed.body!.getReader().read();
    expect(JSON.parse(Buffer.from(value!).toString())).toMatchObject({ result: { kv: { value: b64('still me') } } });
    leave.abort();
    expect(await ask('/v3/election/resign', { leader })).toEqual({});
    expect(await fail('/v3/election/leader', JSON.stringify({ name: b64('e') }))).toBe('500 2 election: no leader');
  });

  test('errors: etcd’s texts, gRPC’s codes, HTTP’s', async () => {
    expect(await fail('/v3/kv/put', '{}')).toBe('400 3 etcdserver: key is not provided');
    expect(await fail('/v3/kv/range', JSON.stringify({ key: b64('a'), revision: '9999999' }))).toBe('400 11 etcdserver: mvcc: required revision is a future revision');
    expect(await fail('/v3/auth/authenticate', '{"name":"a","password":"b"}')).toBe(`${failedPrecondition} 9 etcdserver: authentication is not enabled`);
    expect(await fail('/v3/kv/put', '{"key":')).toMatch(/^400 3 /);
    expect(await fail('/v3/kv/put', '{"key":5}')).toMatch(/^400 3 /);
    expect(await fail('/v3/kv/put', 'nonsense')).toMatch(/^400 3 /);
    expect(await fail('/v3/kv/put', '}')).toBe("400 3 invalid character '}' looking for beginning of value");
    const limited = async (path: string, timeout: string, body: Json): Promise<string> => {
      const response = await post(path, JSON.stringify(body), { 'grpc-timeout': timeout });
      const { code, message } = (await response.json()) as { code?: number; message?: string };
      return `${response.status}${message === undefined ? '' : ` ${code} ${message}`}`;
    };
    expect(await limited('/v3/kv/range', '1H', { key: b64('a') })).toBe('200');
    expect(await limited('/v3/kv/range', '0S', { key: b64('a') })).toBe('200');
    expect(await limited('/v3/kv/range', '1n', { key: b64('a') })).toBe('504 4 context deadline exceeded');
    expect(await limited('/v3/kv/range', '5Sx', { key: b64('a') })).toBe('400 3 invalid grpc-timeout: 5Sx');
    expect(await limited('/v3/watch', 'S', { create_request: {} })).toBe('400 3 invalid grpc-timeout: S');
    expect(await limited('/v3/kv/range', '', { key: b64('a'), sort_order: 'NOPE' })).toBe(differing('gatewayEnumName', kind));
    // 3.4 answers these two in plain text.
    if (kind === 'etcd') return;
    expect(await fail('/v3/kv/nothing', '{}')).toBe('404 5 Not Found');
    expect(await fail('/v3/kv/range', '', 'GET')).toBe('501 12 Method Not Allowed');
  });

  test('a value of the largest size goes through, a larger one does not', async () => {
    const size = 1_500_000;
    expect(await ask('/v3/kv/put', { key: b64('big'), value: Buffer.alloc(size, 7).toString('base64') })).toEqual({});
    const { kvs } = (await ask('/v3/kv/range', { key: b64('big') })) as { kvs: { value: string }[] };
    expect(Buffer.from(kvs[0]!.value, 'base64').equals(Buffer.alloc(size, 7))).toBe(true);
    expect(await fail('/v3/kv/put', JSON.stringify({ key: b64('big'), value: Buffer.alloc(1_700_000).toString('base64') }))).toBe('400 3 etcdserver: request is too large');
    expect(await fail('/v3/kv/put', JSON.stringify({ key: b64('big'), value: Buffer.alloc(2_200_000).toString('base64') }))).toMatch(/^429 8 grpc: received message larger than max \(\d+ vs\. 2097152\)$/);
  });

  test('what follows a message in its body costs nothing: the connection takes the next request', async () => {
    const { hostname, port } = new URL(base);
    const socket = connect(Number(port), hostname).setNoDelay(true);
    let text = '';
    socket.on('data', (bytes) => {
      text += bytes.toString('utf8');
    });
    const answers = (): number => text.split('HTTP/1.1 200 OK').length - 1;
    const body = JSON.stringify({ key: b64('rest') });
    const head = (length: number): string => `POST /v3/kv/range HTTP/1.1\r\nHost: x\r\nContent-Length: ${length}\r\n\r\n`;
    socket.write(head(body.length + 2) + body);
    // Go's server answers only when it has the whole body.
    if (kind === 'quorate') await eventually('the first answer', async () => expect(answers()).toBe(1));
    socket.write('\n');
    // An answer of another connection: the line break has been read by then.
    await ask('/v3/kv/range', { key: b64('rest') });
    socket.write(`\n${head(body.length)}${body}`);
    await eventually('both answers', async () => expect(answers()).toBe(2));
    socket.destroy();
  });

  test('a watch: requests in the body as they come, a line a response', async () => {
    const { hostname, port } = new URL(base);
    const socket = connect(Number(port), hostname);
    let text = '';
    socket.on('data', (bytes) => {
      text += bytes.toString('utf8');
    });
    const chunk = (body: string): void => void socket.write(`${Buffer.byteLength(body).toString(16)}\r\n${body}\r\n`);
    const lines = (): Json[] => text.split('\n').filter((line) => line.startsWith('{')).map((line) => (JSON.parse(line) as { result: Json }).result);
    socket.write('POST /v3/watch HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n');
    chunk(JSON.stringify({ create_request: { key: b64('w') } }));
    // Go's server answers only when it has the whole body.
    if (kind === 'etcd') socket.write('0\r\n\r\n');
    await eventually('created', async () => expect(lines()).toHaveLength(1));
    expect(lines()[0]).toMatchObject({ created: true, header: { revision: expect.stringMatching(/^\d+$/) as string } });
    await ask('/v3/kv/put', { key: b64('w'), value: b64('1') });
    await eventually('an event', async () => expect(lines()).toHaveLength(2));
    expect(lines()[1]).toMatchObject({ events: [{ kv: { key: b64('w'), value: b64('1'), version: '1' } }] });
    await ask('/v3/kv/deleterange', { key: b64('w') });
    await eventually('a deletion', async () => expect(lines()).toHaveLength(3));
    expect(lines()[2]).toMatchObject({ events: [{ type: 'DELETE', kv: { key: b64('w') } }] });
    if (kind === 'quorate') {
      // Further requests on the stream, cut anywhere.
      chunk(`${JSON.stringify({ cancel_request: {} })}{"create`);
      chunk('_request":{"key":"dw==","watch_id":"9007199254740993"}}');
      await eventually('both', async () => expect(lines()).toHaveLength(5));
      expect(lines()[3]).toMatchObject({ canceled: true });
      expect(lines()[4]).toMatchObject({ created: true, watch_id: '9007199254740993' });
    }
    expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(text).toMatch(/Transfer-Encoding: chunked/i);
    socket.destroy();
  });

  test('a watch that is asked for whole, and left', async () => {
    const leave = new AbortController();
    const response = await fetch(`${base}/v3/watch`, { method: 'POST', body: JSON.stringify({ create_request: { key: b64('left') } }), signal: leave.signal });
    expect(response.status).toBe(200);
    const { value } = await response.body!.getReader().read();
    expect(JSON.parse(Buffer.from(value!).toString())).toMatchObject({ result: { created: true } });
    leave.abort();
  });

  test.skipIf(kind === 'etcd')('a body of a watch that is no JSON ends it', async () => {
    const response = await post('/v3/watch', '{"create_request":{"key":"dw=="}} nonsense');
    const lines = (await response.text()).trim().split('\n').map((line) => JSON.parse(line) as Json);
    expect(lines.at(-1)).toMatchObject({ error: { code: 3 } });
  });

  test('pages of other sites are told that they may', async () => {
    const options = await fetch(`${base}/v3/kv/range`, { method: 'OPTIONS', headers: { origin: 'https://other.example' } });
    expect(options.status).toBe(200);
    expect(options.headers.get('access-control-allow-origin')).toBe('*');
    expect(options.headers.get('access-control-allow-methods')).toBe('POST, GET, OPTIONS, PUT, DELETE');
    expect(options.headers.get('access-control-allow-headers')).toBe('accept, content-type, authorization');
  });
});
