/**
 * Set up before each spec file: notes what the file's clients ask and what the servers answer, from what Node itself tells of
 * its HTTP/2 streams, HTTP requests and child processes. No client has to know of it, and none can go around it unseen.
 */
import { subscribe } from 'node:diagnostics_channel';
import type { ChildProcess } from 'node:child_process';
import type { ClientHttp2Stream, IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http2';
import { beforeEach, type TaskMeta } from 'vitest';
import { servedBy, type Kind } from '../../support/target.ts';
import { etcdctlPath } from '../../support/tools.ts';
import { sameAs, type Asked } from './asked.ts';

/** Of the test that runs, or of the file while none does. */
let current: { meta: TaskMeta; name: string } = { meta: {}, name: '' };

function note(task: typeof current, asked: Omit<Asked, 'server'>, port: string | undefined): void {
  const server = servedBy(Number(port)) ?? (/\[(etcd|quorate)\]/.exec(task.name)?.[1] as Kind | undefined);
  if (!server) return;
  const all = (task.meta.asked ??= []);
  const one = { server, ...asked };
  if (!all.some(sameAs(one))) all.push(one);
}

const portOf = (address: string): string | undefined => /:(\d+)\/?$/.exec(address)?.[1];

const statusOf = (headers: IncomingHttpHeaders): string | undefined => {
  const { 'grpc-status': code, 'grpc-message': text = '' } = headers;
  return code === undefined ? undefined : `${String(code)} ${decodeURIComponent(String(text))}`.trim();
};

subscribe('http2.client.stream.created', (message) => {
  const { stream, headers } = message as { stream: ClientHttp2Stream; headers: OutgoingHttpHeaders };
  if (!String(headers['content-type']).startsWith('application/grpc')) return;
  const task = current;
  const client = String(headers['user-agent']).startsWith('quorate ') ? 'raw' : 'etcd3';
  const told = (outcome: string | undefined): void => {
    if (outcome !== undefined) note(task, { client, what: String(headers[':path']), outcome }, portOf(String(headers[':authority'])));
  };
  stream.on('response', (got) => told(statusOf(got) ?? 'open'));
  stream.on('trailers', (got) => told(statusOf(got)));
});

subscribe('undici:request:headers', (message) => {
  const { request, response } = message as { request: { origin: string; path: string; method: string }; response: { statusCode: number } };
  if (request.method === 'POST') note(current, { client: 'http', what: request.path, outcome: String(response.statusCode) }, portOf(request.origin));
});

subscribe('child_process', (message) => {
  const { process: child } = message as { process: ChildProcess };
  const task = current;
  child.once('spawn', () => {
    if (child.spawnfile !== etcdctlPath) return;
    const args = child.spawnargs.slice(1);
    const what = args.filter((arg) => !arg.startsWith('-')).slice(0, 2).join(' ');
    const endpoint = args.find((arg) => arg.startsWith('--endpoints='))?.split(',')[0];
    child.once('exit', (code) => note(task, { client: 'etcdctl', what, outcome: String(code) }, endpoint && portOf(endpoint)));
  });
});

beforeEach(({ task }) => {
  // What the file's own hooks asked, before its first test.
  if (current.name === '') task.file.meta.asked = current.meta.asked;
  current = { meta: task.meta, name: `${task.suite?.name ?? ''} ${task.name}` };
});
