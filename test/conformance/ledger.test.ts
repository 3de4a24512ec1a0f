import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import type { Kind } from '../support/target.ts';
import { etcdctlEnv, etcdctlPath, missing } from '../support/tools.ts';
import type { Asked } from './ledger/asked.ts';
import { commandsIn, errors, etcd3Paths, gatewayPaths, ofLaterWork, refusedAlways, rpcPaths, unprovoked } from './ledger/expected.ts';
import { judge } from './ledger/verdict.ts';

const commands = ['get', 'lease grant'];
const excused = (server: Kind, name: string): boolean => unprovoked[name as keyof typeof unprovoked]?.on.includes(server) ?? false;

/** All that there is to ask. */
function everything(server: Kind): Asked[] {
  const asked = (client: Asked['client'], what: string, outcome: string): Asked => ({ server, client, what, outcome });
  return [
    ...rpcPaths.map((path) => asked('raw', path, refusedAlways.has(path) ? '9 refused' : '0')), ...etcd3Paths.map((path) => asked('etcd3', path, '0')),
    asked('etcdctl', 'get key', '0'), asked('etcdctl', 'lease grant', '1'), ...[...gatewayPaths.keys()].map((path) => asked('http', path, '200')),
    ...[...errors].filter(([name]) => !excused(server, name)).map(([, text]) => asked('raw', rpcPaths[0]!, text)),
  ];
}

describe.each(['etcd', 'quorate'] as const)('the ledger of %s', (server) => {
  test('is content with everything, and misses each thing that is left out', () => {
    const all = everything(server);
    expect(judge(server, all, commands).unmet).toEqual([]);
    expect(judge(server === 'etcd' ? 'quorate' : 'etcd', all, commands).figures).toEqual(expect.arrayContaining([expect.stringMatching(/^0 of \d+ RPCs by raw gRPC$/)]));
    for (const left of all) {
      const others = all.filter(({ client, what, outcome }) => client !== left.client || what !== left.what || outcome !== left.outcome);
      // The errors all came of one RPC, which is asked all the same without one of them.
      expect(judge(server, others, commands).unmet, `${left.client} ${left.what} ${left.outcome}`).toHaveLength(left.what === rpcPaths[0] && left.outcome === '9 refused' ? 0 : 1);
    }
  });

  test('does not take a refusal for an answer of ours, nor an excuse for what can be met', () => {
    const refused = everything(server).map((asked) => (asked.what === '/etcdserverpb.KV/Compact' && asked.client === 'raw' ? { ...asked, outcome: '11 refused' } : asked));
    expect(judge(server, refused, commands).unmet).toEqual(server === 'etcd' ? [] : ['RPCs by raw gRPC: /etcdserverpb.KV/Compact']);
    const said = (name: string): Asked => ({ server, client: 'raw', what: rpcPaths[0]!, outcome: errors.get(name)! });
    expect(judge(server, [...everything(server), said('clusterIdMismatch'), said('timeoutWaitApplied')], commands).unmet).toEqual(['errors: clusterIdMismatch is excused, and was met']);
  });
});

test('etcd’s table of 63 errors is ours and what is left for later', () => {
  // One of ours is said by etcd, and is not in its table.
  const texts = new Set([...errors].filter(([name]) => name !== 'timeoutLeaderTransfer').map(([, text]) => text));
  expect(texts.size + ofLaterWork.length).toBe(63);
});

test.skipIf(missing(etcdctlPath) !== undefined)('the commands of etcdctl are read from its help', () => {
  const found = commandsIn(execFileSync(etcdctlPath, ['help'], { encoding: 'utf8', env: { ...process.env, ...etcdctlEnv() } }));
  expect(found).toEqual(expect.arrayContaining(['get', 'lease grant', 'member promote', 'endpoint hashkv', 'watch']));
  expect(found).not.toContain('migrate');
  expect(found).not.toContain('completion bash');
});
