import { Code, EtcdError } from '../base/etcd-error.ts';
import { HealthCheckResponse, HealthCheckResponseServingStatus as Status, type HealthCheckRequest } from '../proto/gen/health.ts';
import type { ServerStream } from './stream.ts';

/**
 * gRPC's own health service. Whoever can ask is served, so the server as a whole (the empty name) always is; others are not known.
 * Source: grpc-go `health/server.go`, as etcd registers it.
 */
export function check({ service }: HealthCheckRequest): HealthCheckResponse {
  if (service !== '') throw new EtcdError(Code.notFound, 'unknown service');
  return HealthCheckResponse.create({ status: Status.SERVING });
}

/** Tells the status once: it does not change while the connection lasts. */
export function watchHealth(stream: ServerStream<HealthCheckRequest, HealthCheckResponse>): void {
  stream.onMessage(({ service }) => {
    stream.send(HealthCheckResponse.create({ status: service === '' ? Status.SERVING : Status.SERVICE_UNKNOWN }));
  });
}
