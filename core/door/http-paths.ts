import type { ServerResponse } from 'node:http';
import { noMember } from '../base/ids.ts';
import type { EtcdMember } from '../member/types.ts';
import { AlarmType } from '../proto/gen/rpc.ts';
import type { HttpHandler } from './client-listener.ts';

/** How long a linearizable health check may take: it must answer before the one who asks gives up. */
const healthTimeoutMs = 2_000;

export interface HttpPathsOptions {
  nowMs(): number;
  serverVersion: string;
  clusterVersion(): string;
}

/** `/health` and `/version` on the client port. Source: etcd `server/etcdserver/api/etcdhttp`. */
export function httpPaths(member: EtcdMember, options: HttpPathsOptions): HttpHandler {
  return (request, response) => {
    const url = new URL(request.url ?? '/', 'http://member');
    if (url.pathname === '/version') {
      const versions = { etcdserver: options.serverVersion, etcdcluster: options.clusterVersion() || 'not_decided', storage: options.serverVersion };
      reply(response, 200, JSON.stringify(versions), 'application/json');
    } else if (url.pathname === '/health') {
      if (request.method !== 'GET') {
        reply(response, 405, 'Method Not Allowed\n');
        return;
      }
      void health(member, url.searchParams, options.nowMs()).then((reason) => {
        reply(response, reason === '' ? 200 : 503, JSON.stringify({ health: String(reason === ''), reason }));
      });
    } else reply(response, 404, '404 page not found\n');
  };
}

/** The reason why the member is unhealthy; empty: it is healthy. */
async function health(member: EtcdMember, query: URLSearchParams, nowMs: number): Promise<string> {
  const excluded = new Set(query.getAll('exclude'));
  for (const { alarm } of member.alarms()) {
    if (alarm === AlarmType.NOSPACE && !excluded.has('NOSPACE')) return 'ALARM NOSPACE';
    if (alarm === AlarmType.CORRUPT && !excluded.has('CORRUPT')) return 'ALARM CORRUPT';
  }
  if (query.get('serializable') === 'true') return '';
  if (member.status().leader === noMember) return 'RAFT NO LEADER';
  try {
    await member.linearizableRead({ deadlineMs: nowMs + healthTimeoutMs, signal: undefined });
    return '';
  } catch (error) {
    return `RANGE ERROR:${error instanceof Error ? error.message : String(error)}`;
  }
}

function reply(response: ServerResponse, status: number, text: string, type = 'text/plain; charset=utf-8'): void {
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(text) }).end(text);
}
