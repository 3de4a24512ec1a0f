import { serviceTable, type Method } from '../api/services.ts';
import { etcdVersion } from '../base/version.ts';
import { ClientListener, type Place } from '../door/client-listener.ts';
import { GrpcServer } from '../door/grpc-server.ts';
import { HttpDoor } from '../door/http-door.ts';
import type { MetricSources } from '../door/metric-families.ts';
import { countCalls, RpcFigures } from '../door/rpc-figures.ts';
import type { MemberConfig } from '../member/config.ts';
import type { MemberHost } from '../member/host.ts';
import { nodeClock } from '../node/node-clock.ts';
import type { LogSink } from '../ports/log.ts';

/** The room that etcd's transport leaves around `--max-request-bytes`. */
export const grpcOverheadBytes = 512 * 1024;

/** Where clients are served what: HTTP moves away from the client URLs when it has some of its own. */
function places(config: MemberConfig, { forClients: http, forMetrics }: HttpDoor): Place[] {
  const reusePort = config.socketReusePort;
  const apart = config.listenClientHttpUrls.length > 0;
  return [
    ...config.listenClientUrls.map((url) => ({ url, flag: 'listen-client-urls', rpc: true, http: apart ? undefined : http, reusePort })),
    ...config.listenClientHttpUrls.map((url) => ({ url, flag: 'listen-client-http-urls', rpc: false, http, reusePort })),
    ...config.listenMetricsUrls.map((url) => ({ url, flag: 'listen-metrics-urls', rpc: false, http: forMetrics, atOnce: true, reusePort })),
  ];
}

/** What others have counted, for the metrics. */
export type DoorFigures = Pick<MetricSources, 'disk' | 'peers'>;

/** All that clients come through: gRPC, JSON, health checks, on however many addresses. */
export class ClientDoors {
  readonly #config: MemberConfig;
  readonly #log: LogSink;
  readonly #methods: readonly Method[];
  readonly #listener: ClientListener;

  private constructor(config: MemberConfig, log: LogSink, methods: readonly Method[], listener: ClientListener) {
    this.#config = config;
    this.#log = log;
    this.#methods = methods;
    this.#listener = listener;
  }

  /** Listens at once; clients wait until `open`. Rejects when an address cannot be had. */
  static async listen(config: MemberConfig, host: MemberHost, log: LogSink, figures: DoorFigures): Promise<ClientDoors> {
    const { maxRequestBytes, maxTxnOps, enableGrpcGateway, cors, hostWhitelist } = config;
    const rpc = new RpcFigures();
    const table = serviceTable(host, { version: etcdVersion, maxRequestBytes, maxTxnOps, clock: nodeClock, log, pauseForDefragment: config.stopGrpcServiceOnDefrag });
    const methods = countCalls(table, { clock: nodeClock, log, figures: rpc, warningRequestMs: config.warningUnaryRequestDurationMs });
    const http = new HttpDoor(host, {
      clock: nodeClock, log, serverVersion: etcdVersion, methods: enableGrpcGateway ? methods : undefined, maxReceiveBytes: maxRequestBytes + grpcOverheadBytes, cors, hostWhitelist,
      metrics: { ...figures, rpc, extensive: config.metrics === 'extensive' },
    });
    return new ClientDoors(config, log, methods, await ClientListener.listen(places(config, http)));
  }

  /** The member has joined with a quorum: clients are served. */
  open(): void {
    const { maxRequestBytes, maxConcurrentStreams, grpcKeepaliveMinTimeMs, grpcKeepaliveIntervalMs, grpcKeepaliveTimeoutMs } = this.#config;
    this.#listener.open(
      new GrpcServer(this.#methods, {
        clock: nodeClock, log: this.#log, maxReceiveBytes: maxRequestBytes + grpcOverheadBytes, maxConcurrentStreams,
        keepaliveMinTimeMs: grpcKeepaliveMinTimeMs, keepaliveIntervalMs: grpcKeepaliveIntervalMs, keepaliveTimeoutMs: grpcKeepaliveTimeoutMs,
      }),
    );
  }

  dispose(): Promise<void> {
    return this.#listener.dispose();
  }
}
