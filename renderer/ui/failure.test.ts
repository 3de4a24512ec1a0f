import { TRPCClientError } from '@trpc/client';
import { expect, test } from 'vitest';
import { Code } from '../../core/base/etcd-error.ts';
import type { ErrorData } from '../../core/contract/router.ts';
import { translate, type Translate } from '../i18n/index.ts';
import { explain, messageOf } from './failure.ts';

const t: Translate = (key, values) => translate('en', key, values);
const failure = (message: string, data: ErrorData) => TRPCClientError.from({ error: { message, code: -32_600, data } } as never, {});

test('a request that a server does not know is said to be that, with its own words', () => {
  const error = failure('unknown method Snapshot for service etcdserverpb.Maintenance', { code: 'etcd', grpcCode: Code.unimplemented });
  expect(explain(t, error)).toBe('This server does not offer it (unknown method Snapshot for service etcdserverpb.Maintenance)');
  expect(explain(t, failure('etcdserver: no leader', { code: 'etcd', grpcCode: Code.unavailable }))).toBe('etcdserver: no leader');
});

test('for a full database it says what helps', () => {
  expect(explain(t, failure('etcdserver: mvcc: database space exceeded', { code: 'etcd', grpcCode: Code.resourceExhausted }))).toMatch(/^etcdserver: mvcc: database space exceeded\. Make room/);
  expect(explain(t, failure('etcdserver: too many requests', { code: 'etcd', grpcCode: Code.resourceExhausted }))).toBe('etcdserver: too many requests');
});

test('what an input was refused for is read from its list', () => {
  expect(messageOf(failure('[{"message":"use host:port"},{"message":"give it a name"}]', { code: 'badInput', grpcCode: undefined }))).toBe('use host:port; give it a name');
});
