import { setTimeout } from 'node:timers/promises';
import { idHex } from '../base/ids.ts';
import { mayRestart } from '../base/membership-rules.ts';
import { DeskError } from '../contract/desk-api.ts';
import type { AddMemberInput, UpdateMemberInput } from '../contract/inputs.ts';
import type { HexId } from '../contract/types.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { localUrl } from '../fleet/hosted-cluster.ts';
import type { MemberThread } from '../fleet/member-thread.ts';
import { ClusterService, MaintenanceService, type Member } from '../proto/gen/rpc.ts';
import type { ClusterSession } from './cluster-session.ts';

const idOf = (member: HexId): bigint => BigInt(`0x${member}`);

/** The members that a newcomer joins, by name; one that has not run has none yet, but the one that `own` names. */
function initialCluster(members: readonly Member[], session: ClusterSession, own: bigint, ownName: string): { name: string; peerUrls: string[] }[] {
  return members.map((member) => ({ name: member.id === own ? ownName : (member.name || (session.threadOf(idHex(member.id))?.config.name ?? idHex(member.id))), peerUrls: member.peerUrls }));
}

/** Takes a member in. A hosted cluster's gets a name, ports and a folder here; it is started by itself. */
export async function add(session: ClusterSession, fleet: Fleet, input: AddMemberInput): Promise<{ member: HexId }> {
  const hosted = session.source.kind === 'hosted';
  if (!hosted && input.peerUrls.length === 0) throw new DeskError('badInput', 'name a peer URL: the address at which the other members reach the new one');
  const reserved = hosted ? await fleet.reserveMember(session.name) : undefined;
  const peerUrls = reserved ? [localUrl(reserved.ports.peer)] : input.peerUrls;
  const { member, members } = await session.client.write(ClusterService.memberAdd, { peerUrls, isLearner: input.learner });
  const id = idHex(member!.id);
  if (reserved) await fleet.addMember(session.name, { id, ...reserved, initialCluster: initialCluster(members, session, member!.id, reserved.name) });
  session.refresh();
  return { member: id };
}

/** Before its first start, a newcomer is told whom it joins: others may have come or gone since it was added. */
export async function prepareStart(session: ClusterSession, fleet: Fleet, id: HexId): Promise<void> {
  const member = session.lastMembers.find((other) => idHex(other.id) === id);
  const thread = session.threadOf(id);
  if (!member || !thread || member.name !== '' || thread.config.initialClusterState !== 'existing') return;
  await fleet.setInitialCluster(session.name, thread.config.name, initialCluster(session.lastMembers, session, member.id, thread.config.name));
}

/** A member that is not back by then has a trouble of its own. */
const restartTimeoutMs = 60_000;

export async function restart(session: ClusterSession, thread: MemberThread, id: HexId): Promise<void> {
  const { name } = thread.config;
  const others = session.lastMembers.filter((member) => !member.isLearner && idHex(member.id) !== id);
  const isLearner = session.lastMembers.some((member) => member.isLearner && idHex(member.id) === id);
  const missing = others.filter((member) => !session.isServing(member));
  if (!mayRestart(others.length, others.length - missing.length, isLearner)) {
    const names = missing.map((member) => session.threadOf(idHex(member.id))?.config.name ?? member.name).join(', ');
    throw new DeskError('badInput', `${names} ${missing.length === 1 ? 'is' : 'are'} not up, and without ${name} there would be no quorum: start ${missing.length === 1 ? 'it' : 'them'} first`);
  }
  await thread.stop();
  thread.start();
  const stop = new AbortController();
  const late = setTimeout(restartTimeoutMs, true, { signal: stop.signal, ref: false }).catch(() => false);
  try {
    if (await Promise.race([thread.ready().then(() => false), late])) throw new DeskError('startFailed', `${name} was started again, but has not come to serve within ${restartTimeoutMs / 1000} s`);
  } catch (error) {
    throw error instanceof DeskError ? error : new DeskError('startFailed', `${name} was stopped, and did not start again: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    stop.abort();
  }
}

export async function remove(session: ClusterSession, fleet: Fleet, id: HexId): Promise<void> {
  const name = session.threadOf(id)?.config.name;
  await session.client.write(ClusterService.memberRemove, { id: idOf(id) });
  if (name !== undefined) await fleet.removeMember(session.name, name);
  session.refresh();
}

export async function update(session: ClusterSession, input: UpdateMemberInput): Promise<void> {
  if (session.source.kind === 'hosted') throw new DeskError('badInput', 'the peer URLs of a hosted member are chosen by this app');
  await session.client.write(ClusterService.memberUpdate, { id: idOf(input.member), peerUrls: input.peerUrls });
  session.refresh();
}

export async function promote(session: ClusterSession, id: HexId): Promise<void> {
  await session.client.write(ClusterService.memberPromote, { id: idOf(id) });
  session.refresh();
}

/** Only the leader moves leadership, so it is asked itself. */
export async function moveLeader(session: ClusterSession, id: HexId): Promise<void> {
  const leaderId = session.status.value?.leaderId;
  const leader = leaderId === undefined ? undefined : session.probes.at(idOf(leaderId));
  if (!leader) throw new DeskError('noEndpoint', 'the leader does not answer at any known address, and only it can move leadership: try again in a moment');
  await leader.client.at(leader.endpoint, MaintenanceService.moveLeader, { targetId: idOf(id) });
  session.refresh();
}
