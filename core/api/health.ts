import { Code, EtcdError } from '../base/etcd-error.ts';
import {
  HealthCheckResponse, HealthCheckResponseServingStatus as Status, HealthListResponse, HealthListResponseEntry, type HealthCheckRequest,
} from '../proto/gen/health.ts';
import type { LogSink } from '../ports/log.ts';
import type { ServerStream } from './stream.ts';

/** The name of the server as a whole: the only one that etcd tells of. */
const everything = '';

/**
 * gRPC's own health service. Whoever can ask is served, so the server as a whole is well, but while it says otherwise itself.
 * Source: grpc-go `health/server.go`; etcd `server/etcdserver/api/v3rpc/health.go`.
 */
export class Health {
  readonly #log: LogSink;
  readonly #watchers = new Set<() => void>();
  /** How many reasons there are now not to send requests here. */
  #pauses = 0;

  constructor(log: LogSink) {
    this.#log = log;
  }

  get #status(): number {
    return this.#pauses > 0 ? Status.NOT_SERVING : Status.SERVING;
  }

  /** Asks clients to go elsewhere while `run` does. */
  async pausedFor<T>(reason: string, run: () => Promise<T>): Promise<T> {
    this.#pauses++;
    this.#changed(reason);
    try {
      return await run();
    } finally {
      this.#pauses--;
      this.#changed(`no longer: ${reason}`);
    }
  }

  #changed(reason: string): void {
    this.#log.log(this.#pauses > 0 ? 'warn' : 'info', 'grpc service status changed', { service: everything, status: this.#pauses > 0 ? 'NOT_SERVING' : 'SERVING', reason });
    for (const tell of this.#watchers) tell();
  }

  check({ service }: HealthCheckRequest): HealthCheckResponse {
    if (service !== everything) throw new EtcdError(Code.notFound, 'unknown service');
    return HealthCheckResponse.create({ status: this.#status });
  }

  list(): HealthListResponse {
    return HealthListResponse.create({ statuses: [HealthListResponseEntry.create({ key: everything, value: HealthCheckResponse.create({ status: this.#status }) })] });
  }

  /** Tells the status now and whenever it is another. A service that is not known may yet be, so that stream stays open too. */
  watch(stream: ServerStream<HealthCheckRequest, HealthCheckResponse>): void {
    stream.onMessage(({ service }) => {
      let told: number | undefined;
      const tell = (): void => {
        const status = service === everything ? this.#status : Status.SERVICE_UNKNOWN;
        if (status === told) return;
        told = status;
        stream.send(HealthCheckResponse.create({ status }));
      };
      tell();
      this.#watchers.add(tell);
      stream.onClose(() => this.#watchers.delete(tell));
    });
  }
}
