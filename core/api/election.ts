import { byteString, prefixEnd } from '../base/bytes.ts';
import { Code, EtcdError } from '../base/etcd-error.ts';
import type { CallContext, EtcdMember } from '../member/types.ts';
import {
  CampaignResponse, LeaderResponse, ProclaimResponse, ResignResponse, type CampaignRequest, type LeaderKey, type LeaderRequest, type ProclaimRequest, type ResignRequest,
} from '../proto/gen/election.ts';
import { EventEventType, type KeyValue } from '../proto/gen/kv.ts';
import { RangeRequest, type ResponseHeader } from '../proto/gen/rpc.ts';
import { headerOf } from './header.ts';
import * as kv from './kv.ts';
import {
  asRecipe, deleteOp, firstCreated, firstEvent, follow, ifCreatedAt, keyOf, kvAt, ownContext, prefixOf, putOp, rangeOp, sessionLease, waitForDeletes, type Room,
} from './recipes.ts';
import type { ServerStream } from './stream.ts';

/** etcd's texts; they come without a code of their own. */
const failure = (text: string): EtcdError => new EtcdError(Code.unknown, text);

function given(leader: LeaderKey | undefined): LeaderKey {
  if (!leader) throw failure('"leader" field must be provided');
  return leader;
}

/** Leads when it answers. Who stands again with the same lease says another value. Source: etcd `client/v3/concurrency/election.go`. */
export function campaign(member: EtcdMember, request: CampaignRequest, context: CallContext): Promise<CampaignResponse> {
  return asRecipe(async () => {
    const lease = await sessionLease(member, request.lease, context);
    const prefix = prefixOf(request.name);
    const key = keyOf(prefix, lease);
    const stood = await ifCreatedAt(member, key, 0, [putOp(key, request.value, lease)], [rangeOp(RangeRequest.create({ key }))], context);
    const before = stood.succeeded ? undefined : kvAt(stood, 0)!;
    const leader: LeaderKey = { name: request.name, key, rev: before ? before.createRevision : stood.header!.revision, lease };
    try {
      if (before && byteString(before.value) !== byteString(request.value)) await say(member, leader, request.value, context);
      await waitForDeletes(member, prefix, leader.rev - 1, context);
    } catch (error) {
      // Who is still there may ask again, and keeps its place.
      if (context.signal?.aborted) await leave(member, leader, ownContext).catch(() => {});
      throw error;
    }
    return CampaignResponse.create({ header: stood.header, leader });
  });
}

async function say(member: EtcdMember, leader: LeaderKey, value: Uint8Array, context: CallContext): Promise<ResponseHeader | undefined> {
  const { succeeded, header } = await ifCreatedAt(member, leader.key, leader.rev, [putOp(leader.key, value, leader.lease)], [], context);
  if (!succeeded) throw failure('election: not leader');
  return header;
}

async function leave(member: EtcdMember, leader: LeaderKey, context: CallContext): Promise<ResponseHeader | undefined> {
  return (await ifCreatedAt(member, leader.key, leader.rev, [deleteOp(leader.key)], [], context)).header;
}

export function proclaim(member: EtcdMember, request: ProclaimRequest, context: CallContext): Promise<ProclaimResponse> {
  return asRecipe(async () => {
    const leader = given(request.leader);
    const lease = await sessionLease(member, leader.lease, context);
    return ProclaimResponse.create({ header: await say(member, { ...leader, lease }, request.value, context) });
  });
}

/** Who does not lead any more resigns with success. */
export function resign(member: EtcdMember, request: ResignRequest, context: CallContext): Promise<ResignResponse> {
  return asRecipe(async () => ResignResponse.create({ header: await leave(member, given(request.leader), context) }));
}

export function leader(member: EtcdMember, request: LeaderRequest, context: CallContext): Promise<LeaderResponse> {
  return asRecipe(async () => {
    const { header, kvs } = await kv.range(member, firstCreated(prefixOf(request.name)), context);
    if (kvs.length === 0) throw failure('election: no leader');
    return LeaderResponse.create({ header, kv: kvs[0] });
  });
}

/** Tells who leads, what it says anew, and who leads after it, for as long as the client listens. */
export function observe(member: EtcdMember, stream: ServerStream<LeaderRequest, LeaderResponse>, context: CallContext): void {
  const room: Room = { free: true, drained: () => {} };
  stream.onDrain(() => {
    room.free = true;
    room.drained();
  });
  const tell = (response: LeaderResponse): void => {
    room.free = stream.send(response);
  };
  stream.onMessage((request) => {
    tellLeaders(member, prefixOf(request.name), context, room, tell).catch((error: unknown) => {
      if (context.signal?.aborted) return;
      // etcd ends the stream without an error when a watch of its breaks.
      stream.end(error instanceof EtcdError && error.code === Code.unknown ? error : undefined);
    });
  });
}

async function tellLeaders(member: EtcdMember, prefix: Uint8Array, context: CallContext, room: Room, tell: (response: LeaderResponse) => void): Promise<never> {
  const headerAt = (revision: number): ResponseHeader => ({ ...headerOf(member), revision });
  for (;;) {
    const found = await kv.range(member, firstCreated(prefix), context);
    let current: KeyValue | undefined = found.kvs[0];
    let revision = found.header!.revision;
    if (!current) {
      const event = await firstEvent(member, { key: prefix, rangeEnd: prefixEnd(prefix), startRevision: revision }, context, ({ type }) => type === EventEventType.PUT);
      current = event.kv!;
      revision = current.modRevision;
    }
    tell(LeaderResponse.create({ header: headerAt(revision), kv: current }));
    await untilDeleted(member, current.key, revision + 1, context, room, (next) => tell(LeaderResponse.create({ header: headerAt(next.modRevision), kv: next })));
  }
}

function untilDeleted(member: EtcdMember, key: Uint8Array, startRevision: number, context: CallContext, room: Room, changed: (kv: KeyValue) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = follow(member, { key, startRevision }, context, (event) => {
      if (event.type === EventEventType.PUT) changed(event.kv!);
      else {
        end();
        resolve();
      }
    }, reject, room);
  });
}
