import { EtcdError, etcdErrors } from '../base/etcd-error.ts';
import { idHex } from '../base/ids.ts';
import type { EtcdClient } from '../client/etcd-client.ts';
import { compactionFloor } from '../client/past.ts';
import { DeskError } from '../contract/desk-api.ts';
import type { CompactInput, DisarmInput } from '../contract/inputs.ts';
import type { AlarmView, CompactionState, HexId, MemberHash } from '../contract/types.ts';
import { AlarmRequestAlarmAction as Action, AlarmType, KVService, MaintenanceService } from '../proto/gen/rpc.ts';
import type { ClusterSession } from './cluster-session.ts';
import { plainText } from './plain-text.ts';

/** A large database takes its time. */
const longMs = 30 * 60_000;
const anyKey = new Uint8Array(1);
/** A member that lags a little gets to the revision that is hashed. */
const hashAttempts = 20;
const hashAgainMs = 100;

const alarmNames: Readonly<Record<number, AlarmView['alarm']>> = { [AlarmType.NOSPACE]: 'NOSPACE', [AlarmType.CORRUPT]: 'CORRUPT' };
const idOf = (member: HexId): bigint => BigInt(`0x${member}`);

/** A client and the position of the endpoint of one member. */
export function endpointOf(session: ClusterSession, member: HexId): { client: EtcdClient; endpoint: number } {
  const place = session.probes.at(idOf(member));
  if (!place) throw new DeskError('noEndpoint', `member ${member} does not answer: start it, or choose another`);
  return place;
}

export async function compaction({ client }: ClusterSession, signal: AbortSignal): Promise<CompactionState> {
  const { header } = await client.range({ key: anyKey, countOnly: true }, { signal });
  return { floor: await compactionFloor(client, anyKey, signal), revision: header?.revision ?? 0 };
}

export async function compact({ client }: ClusterSession, { revision, physical }: CompactInput): Promise<void> {
  await client.write(KVService.compact, { revision, physical }, { timeoutMs: longMs });
}

/** One member; etcd answers nothing meanwhile. Resolves with how long it took. */
export async function defragment(session: ClusterSession, member: HexId): Promise<{ tookMs: number }> {
  const { client, endpoint } = endpointOf(session, member);
  const startedMs = performance.now();
  await client.at(endpoint, MaintenanceService.defragment, {}, { timeoutMs: longMs });
  session.refresh();
  return { tookMs: performance.now() - startedMs };
}

export async function alarms({ client }: ClusterSession): Promise<AlarmView[]> {
  const response = await client.read(MaintenanceService.alarm, { action: Action.GET, alarm: AlarmType.NONE });
  return response.alarms.flatMap(({ memberId, alarm }) => {
    const name = alarmNames[alarm];
    return name ? [{ member: idHex(memberId), alarm: name }] : [];
  });
}

export async function disarm(session: ClusterSession, input: DisarmInput): Promise<void> {
  await session.client.write(MaintenanceService.alarm, { action: Action.DEACTIVATE, memberId: idOf(input.member), alarm: AlarmType[input.alarm] });
  session.refresh();
}

/** Each member's hash of the same revisions: where they differ, the data does. */
export async function hashes(session: ClusterSession, signal: AbortSignal): Promise<MemberHash[]> {
  const { header } = await session.client.range({ key: anyKey, countOnly: true }, { signal });
  const revision = header?.revision ?? 0;
  return Promise.all(
    (session.status.value?.members ?? []).map(async ({ id }): Promise<MemberHash> => {
      try {
        const { client, endpoint } = endpointOf(session, id);
        const { hash, compactRevision } = await hashAt(client, endpoint, revision, signal);
        return { member: id, revision, hash: hash.toString(16).padStart(8, '0'), compactRevision: Math.max(0, compactRevision), error: undefined };
      } catch (error) {
        return { member: id, revision, hash: undefined, compactRevision: undefined, error: plainText(error instanceof Error ? error.message : String(error)) };
      }
    }),
  );
}

async function hashAt(client: EtcdClient, endpoint: number, revision: number, signal: AbortSignal) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await client.at(endpoint, MaintenanceService.hashKv, { revision }, { signal, timeoutMs: longMs });
    } catch (error) {
      const behind = error instanceof EtcdError && error.message === etcdErrors.futureRev().message;
      if (!behind || attempt >= hashAttempts) throw error;
      await new Promise((resolve) => setTimeout(resolve, hashAgainMs));
    }
  }
}
