/**
 * Loads any etcd v3 endpoint:
 *
 *   node test/bench/loadgen.ts --endpoints 127.0.0.1:2379 --op put [--conns 8] [--inflight 32] [--total 60000]
 *                              [--keys 100000] [--val 256] [--seed 1] [--rate R] [--json]
 */
import { parseArgs } from 'node:util';
import { defaults, operations, runLoad } from './load.ts';

const text = { type: 'string' } as const;
const { values } = parseArgs({
  options: { endpoints: text, op: text, conns: text, inflight: text, total: text, keys: text, val: text, seed: text, rate: text, json: { type: 'boolean' } },
});

function number(name: 'conns' | 'inflight' | 'total' | 'keys' | 'val' | 'seed' | 'rate', fallback: number): number {
  const value = values[name] === undefined ? fallback : Number(values[name]);
  if (!Number.isFinite(value) || value < 0) {
    process.stderr.write(`loadgen: --${name} wants a number, not ${values[name]}\n`);
    process.exit(2);
  }
  return value;
}

const operation = operations.find((name) => name === (values.op ?? 'put'));
if (!operation) {
  process.stderr.write(`loadgen: there is no --op ${values.op}: use ${operations.join(', ')}\n`);
  process.exit(2);
}
const result = await runLoad({
  endpoints: (values.endpoints ?? '127.0.0.1:2379').split(','), operation, connections: number('conns', defaults.connections), inflight: number('inflight', defaults.inflight),
  total: number('total', defaults.total), keys: number('keys', defaults.keys), valueBytes: number('val', defaults.valueBytes), seed: number('seed', defaults.seed), rate: number('rate', 0),
});
process.stdout.write(values.json ? `${JSON.stringify(result)}\n` : `${result.operation}: ${Math.round(result.perSecond)}/s, p50 ${result.p50Ms.toFixed(2)} ms, p99 ${result.p99Ms.toFixed(2)} ms, ${result.failed} failed of ${result.done}\n`);
process.exitCode = result.failed > 0 ? 1 : 0;
