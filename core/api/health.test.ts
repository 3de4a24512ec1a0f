import { expect, test } from 'vitest';
import { HealthCheckRequest, HealthCheckResponseServingStatus as Status, type HealthCheckResponse } from '../proto/gen/health.ts';
import { silentLog } from '../ports/log.ts';
import { Health } from './health.ts';
import type { ServerStream } from './stream.ts';

/** A watching client: what it has been told, and its leave. */
function watching(health: Health, service: string): { told: number[]; leave: () => void } {
  const told: number[] = [];
  let leave = (): void => {};
  const stream: ServerStream<HealthCheckRequest, HealthCheckResponse> = {
    send: ({ status }) => told.push(status) > 0,
    onMessage: (take) => take(HealthCheckRequest.create({ service })),
    onClose: (run) => (leave = run),
    pause() {}, resume() {}, onEnd() {}, onDrain() {}, end() {},
  };
  health.watch(stream);
  return { told, leave: () => leave() };
}

const statusOf = (health: Health): number => health.check(HealthCheckRequest.create()).status;

test('a pause is told to those who ask and to those who watch, once each way', async () => {
  const health = new Health(silentLog);
  const { told } = watching(health, '');
  const unknown = watching(health, 'etcdserverpb.KV');
  expect(statusOf(health)).toBe(Status.SERVING);
  await health.pausedFor('a test', () => health.pausedFor('another', async () => {
    expect(statusOf(health)).toBe(Status.NOT_SERVING);
    expect(health.list().statuses.map(({ key, value }) => [key, value?.status])).toEqual([['', Status.NOT_SERVING]]);
  }));
  expect(told).toEqual([Status.SERVING, Status.NOT_SERVING, Status.SERVING]);
  expect(unknown.told).toEqual([Status.SERVICE_UNKNOWN]);
});

test('a pause that fails ends, and who has left is told nothing', async () => {
  const health = new Health(silentLog);
  const { told, leave } = watching(health, '');
  leave();
  await expect(health.pausedFor('a test', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(statusOf(health)).toBe(Status.SERVING);
  expect(told).toEqual([Status.SERVING]);
});
