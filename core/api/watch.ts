import { etcdErrors } from '../base/etcd-error.ts';
import { noMember } from '../base/ids.ts';
import type { EtcdMember } from '../member/types.ts';
import type { WatchRequest, WatchResponse } from '../proto/gen/rpc.ts';
import type { ServerStream } from './stream.ts';

/** Binds a client's watch stream to the watch engine. It ends with the client, not when the client stops asking. */
export function watch(member: EtcdMember, stream: ServerStream<WatchRequest, WatchResponse>): void {
  const watchers = member.watchHub.openStream({
    send(response) {
      const { header } = response;
      if (header) {
        header.clusterId = member.clusterId;
        header.memberId = member.id;
        header.raftTerm = member.status().term;
      }
      return stream.send(response);
    },
  });
  stream.onMessage((request) => {
    if (request.createRequest) watchers.create(request.createRequest);
    else if (request.cancelRequest) watchers.cancel(request.cancelRequest.watchId);
    else if (request.progressRequest) watchers.progress();
  });
  stream.onDrain(() => watchers.drained());
  stream.onClose(() => watchers.close());
}

/** The caller wants no answer of a member that has no leader. */
export function asksForLeader(metadata: ReadonlyMap<string, string>): boolean {
  return metadata.get('hasleader') === 'true';
}

/** What such a caller gets when there is none. */
export function requireLeader(member: EtcdMember, metadata: ReadonlyMap<string, string>): void {
  if (asksForLeader(metadata) && member.status().leader === noMember) throw etcdErrors.noLeader();
}
