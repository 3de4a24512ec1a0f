import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Method } from '../api/services.ts';
import type { EtcdMember } from '../member/types.ts';
import type { Clock } from '../ports/clock.ts';
import type { LogSink } from '../ports/log.ts';
import { askedOf, type Asked } from '../node/asked-path.ts';
import type { HttpHandler } from './client-listener.ts';
import type { Gateway } from './gateway.ts';
import type { MetricSources } from './metric-families.ts';
import type { Metrics } from './metrics.ts';
import { HealthFigures, healthPaths } from './health-paths.ts';
import { onlyGet, reply, replyError } from './http-answer.ts';

export interface HttpDoorOptions {
  clock: Clock;
  log: LogSink;
  serverVersion: string;
  /** The API behind `/v3/`; undefined: there is no gateway. */
  methods: readonly Method[] | undefined;
  /** Larger requests are refused, bytes. */
  maxReceiveBytes: number;
  /** Origins whose pages may ask, and host names that a request may name; `*`: all. */
  cors: readonly string[];
  hostWhitelist: readonly string[];
  metrics: Omit<MetricSources, 'member' | 'serverVersion' | 'health'>;
}

const notFound = (response: ServerResponse): void => replyError(response, 404, '404 page not found');

/** What is served over plain HTTP. Source: etcd `server/embed/serve.go` and `server/etcdserver/api/etcdhttp`. */
export class HttpDoor {
  readonly healthFigures = new HealthFigures();
  readonly #member: EtcdMember;
  readonly #options: HttpDoorOptions;
  readonly #health: ReturnType<typeof healthPaths>;
  #gateway: Promise<Gateway> | undefined;
  #metrics: Promise<Metrics> | undefined;

  constructor(member: EtcdMember, options: HttpDoorOptions) {
    this.#member = member;
    this.#options = options;
    this.#health = healthPaths(member, { log: options.log, figures: this.healthFigures });
  }

  /** For the client URLs: everything. */
  readonly forClients: HttpHandler = (request, response) => {
    if (!this.#mayPass(request, response)) return;
    const { methods } = this.#options;
    request.url = request.url?.replace(/^\/v3beta\//, '/v3/');
    const asked = askedOf(request, response, methods ? ['/v3/'] : []);
    if (!asked) return;
    const { path } = asked;
    if (path.startsWith('/v3/') && methods) {
      void this.#openGateway(methods).then((gateway) => gateway.serve(request, response, path));
    } else if (path === '/version') {
      if (onlyGet(request, response)) this.#version(response);
    } else if (path === '/debug/vars') {
      if (onlyGet(request, response)) void import('./debug-vars.ts').then(({ debugVars }) => reply(response, 200, debugVars(this.#member), 'application/json; charset=utf-8'));
    } else if (!this.#watched(request, response, asked)) notFound(response);
  };

  /** For those who watch over the member. */
  readonly forMetrics: HttpHandler = (request, response) => {
    const asked = askedOf(request, response);
    if (asked && !this.#watched(request, response, asked)) notFound(response);
  };

  #watched(request: IncomingMessage, response: ServerResponse, asked: Asked): boolean {
    if (asked.path !== '/metrics') return this.#health(request, response, asked);
    void this.#answerMetrics(response);
    return true;
  }

  async #answerMetrics(response: ServerResponse): Promise<void> {
    try {
      const metrics = await this.#openMetrics();
      reply(response, 200, await metrics.text(), metrics.contentType);
    } catch (error) {
      this.#options.log.log('error', 'the metrics could not be read', { error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
      replyError(response, 500, 'the metrics could not be read');
    }
  }

  #version(response: ServerResponse): void {
    const { serverVersion } = this.#options;
    reply(response, 200, JSON.stringify({ etcdserver: serverVersion, etcdcluster: this.#member.clusterVersion || 'not_decided', storage: serverVersion }), 'application/json');
  }

  /** Turns away what a page of another site sends through a name that it has pointed here, and tells pages what they may do. */
  #mayPass(request: IncomingMessage, response: ServerResponse): boolean {
    const { cors, hostWhitelist, log } = this.#options;
    const host = (request.headers.host ?? '').replace(/:\d*$/, '').replace(/^\[|\]$/g, '');
    if (!hostWhitelist.includes('*') && !hostWhitelist.includes(host)) {
      log.log('warn', 'rejecting HTTP request to prevent DNS rebinding attacks', { host });
      replyError(response, 421, `quorate: the request names the host ${JSON.stringify(host)}, which --host-whitelist does not`);
      return false;
    }
    const { origin = '' } = request.headers;
    const allowed = cors.includes('*') ? '*' : cors.includes(origin) ? origin : undefined;
    if (allowed !== undefined) {
      response.setHeader('Access-Control-Allow-Methods', 'POST, GET, OPTIONS, PUT, DELETE');
      response.setHeader('Access-Control-Allow-Origin', allowed);
      response.setHeader('Access-Control-Allow-Headers', 'accept, content-type, authorization');
    }
    if (request.method !== 'OPTIONS') return true;
    response.writeHead(200, { 'Content-Length': 0 }).end();
    return false;
  }

  /** Loaded when they are first asked for, as the gateway is: start-up time is part of the interface. */
  #openMetrics(): Promise<Metrics> {
    const { serverVersion, metrics } = this.#options;
    return (this.#metrics ??= import('./metrics.ts').then(({ Metrics: Opened }) => new Opened({ ...metrics, member: this.#member, serverVersion, health: this.healthFigures })));
  }

  /** Loaded at its first use: most members never are asked in JSON. */
  #openGateway(methods: readonly Method[]): Promise<Gateway> {
    const { clock, log, maxReceiveBytes } = this.#options;
    return (this.#gateway ??= import('./gateway.ts').then(({ Gateway: Opened }) => new Opened(methods, { clock, log, maxReceiveBytes })));
  }
}
