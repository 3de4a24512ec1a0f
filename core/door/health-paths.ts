import type { IncomingMessage, ServerResponse } from 'node:http';
import { range } from '../api/kv.ts';
import { noMember } from '../base/ids.ts';
import type { EtcdMember } from '../member/types.ts';
import { AlarmType, RangeRequest } from '../proto/gen/rpc.ts';
import type { LogSink } from '../ports/log.ts';
import type { Asked } from '../node/asked-path.ts';
import { onlyGet, reply, replyError } from './http-answer.ts';

/** How often each check was asked for, and what it said last. Read by the metrics. */
export class HealthFigures {
  successes = 0;
  failures = 0;
  /** By `type name`, such as `readyz non_learner`. */
  readonly checks = new Map<string, { success: number; error: number; last: boolean }>();

  note(type: string, name: string, ok: boolean): void {
    const key = `${type} ${name}`;
    const check = this.checks.get(key) ?? { success: 0, error: 0, last: ok };
    check[ok ? 'success' : 'error']++;
    check.last = ok;
    this.checks.set(key, check);
  }
}

export interface HealthOptions {
  log: LogSink;
  figures: HealthFigures;
}

type Check = (member: EtcdMember) => Promise<void>;

/** A read of any one key, with the member's own limit of time. */
async function read(member: EtcdMember, serializable: boolean): Promise<void> {
  const request = RangeRequest.create({ key: new Uint8Array(1), rangeEnd: new Uint8Array(1), limit: 1, keysOnly: true, serializable });
  await range(member, request, { deadlineMs: Infinity, signal: undefined });
}

const serializableRead: Check = (member) => read(member, true);
const linearizableRead: Check = (member) => read(member, false);

async function dataCorruption(member: EtcdMember): Promise<void> {
  if (member.alarms().some(({ alarm }) => alarm === AlarmType.CORRUPT)) throw new Error('alarm activated: CORRUPT');
}

async function nonLearner(member: EtcdMember): Promise<void> {
  if (member.status().isLearner) throw new Error('not supported for learner');
}

/** What each path checks. Source: etcd `server/etcdserver/api/etcdhttp/health.go`. */
const registries: Readonly<Record<string, ReadonlyMap<string, Check>>> = {
  livez: new Map([['serializable_read', serializableRead]]),
  readyz: new Map([['data_corruption', dataCorruption], ['serializable_read', serializableRead], ['linearizable_read', linearizableRead], ['non_learner', nonLearner]]),
};

/** `/health`, `/livez`, `/readyz` and each check by itself, such as `/readyz/non_learner`. False: not one of these paths. */
export function healthPaths(member: EtcdMember, options: HealthOptions): (request: IncomingMessage, response: ServerResponse, asked: Asked) => boolean {
  return (request, response, { path, query }) => {
    if (path === '/health') {
      if (onlyGet(request, response)) void answerHealth(member, query, response, options);
      return true;
    }
    const [, type = '', name, ...more] = path.split('/');
    const registry = Object.hasOwn(registries, type) ? registries[type] : undefined;
    if (!registry || more.length > 0 || (name !== undefined && !registry.has(name))) return false;
    if (onlyGet(request, response)) {
      const excluded = new Set(name === undefined ? query.getAll('exclude') : []);
      const names = name === undefined ? [...registry.keys()].filter((check) => !excluded.has(check)) : [name];
      void answerChecks(member, type, names, query.has('verbose'), response, options);
    }
    return true;
  };
}

async function answerChecks(member: EtcdMember, type: string, names: readonly string[], verbose: boolean, response: ServerResponse, options: HealthOptions): Promise<void> {
  const lines = await Promise.all(
    names.map(async (name) => {
      const failure = await failureOf(registries[type]!.get(name)!(member));
      options.figures.note(type, name, failure === undefined);
      return failure === undefined ? `[+]${name} ok\n` : `[-]${name} failed: ${failure}\n`;
    }),
  );
  const reason = lines.join('');
  if (lines.some((line) => line.startsWith('[-]'))) {
    options.log.log('error', 'Health check error', { path: `/${type}`, reason, 'status-code': 503 });
    replyError(response, 503, reason);
    return;
  }
  response.setHeader('X-Content-Type-Options', 'nosniff');
  reply(response, 200, `${verbose ? reason : ''}ok\n`);
}

/** What went wrong; undefined: nothing. */
const failureOf = (check: Promise<void>): Promise<string | undefined> =>
  check.then(() => undefined, (error: unknown) => (error instanceof Error ? error.message : String(error)));

async function answerHealth(member: EtcdMember, query: URLSearchParams, response: ServerResponse, { log, figures }: HealthOptions): Promise<void> {
  const reason = await illness(member, query);
  const text = JSON.stringify({ health: String(reason === ''), reason });
  if (reason === '') {
    figures.successes++;
    reply(response, 200, text);
  } else {
    figures.failures++;
    log.log('warn', '/health error', { output: text, 'status-code': 503 });
    replyError(response, 503, text);
  }
}

/** The reason why the member is unhealthy; empty: it is healthy. */
async function illness(member: EtcdMember, query: URLSearchParams): Promise<string> {
  const excluded = new Set(query.getAll('exclude'));
  for (const { alarm } of member.alarms()) {
    if (alarm === AlarmType.NOSPACE && !excluded.has('NOSPACE')) return 'ALARM NOSPACE';
    if (alarm === AlarmType.CORRUPT && !excluded.has('CORRUPT')) return 'ALARM CORRUPT';
  }
  const serializable = query.get('serializable') === 'true';
  if (!serializable && member.status().leader === noMember) return 'RAFT NO LEADER';
  const failure = await failureOf(read(member, serializable));
  return failure === undefined ? '' : `RANGE ERROR:${failure}`;
}
