import { Code, EtcdError, etcdErrors } from '../base/etcd-error.ts';
import type { CallContext, EtcdMember } from '../member/types.ts';
import { DowngradeRequestDowngradeAction as Action, DowngradeResponse, type DowngradeRequest } from '../proto/gen/rpc.ts';
import { notAvailable } from './absent.ts';
import { headerOf } from './header.ts';

interface Version {
  major: number;
  minor: number;
}

function parseVersion(text: string): Version | undefined {
  const match = /^(\d+)\.(\d+)(?:\.\d+(?:[-+].*)?)?$/.exec(text);
  return match ? { major: Number(match[1]), minor: Number(match[2]) } : undefined;
}

/**
 * Tells whether the cluster could go down to a version: one minor version below its own. Going there is another matter.
 * Source: etcd `server/etcdserver/version/manager.go`.
 */
export async function downgrade(member: EtcdMember, request: DowngradeRequest, context: CallContext): Promise<DowngradeResponse> {
  const answer = (): DowngradeResponse => DowngradeResponse.create({ header: headerOf(member), version: clusterVersion(member).text });
  switch (request.action) {
    case Action.VALIDATE:
    case Action.ENABLE: {
      const target = parseVersion(request.version);
      if (!target) throw etcdErrors.wrongDowngradeVersionFormat();
      await member.linearizableRead(context);
      const { major, minor } = clusterVersion(member);
      if (target.major !== major || target.minor !== minor - 1) throw etcdErrors.invalidDowngradeTargetVersion();
      if (request.action === Action.ENABLE) throw notAvailable('a downgrade');
      return answer();
    }
    case Action.CANCEL:
      // etcd answers so whether there was one or not.
      return answer();
    default:
      throw new EtcdError(Code.unknown, 'etcdserver: unknown method');
  }
}

function clusterVersion(member: EtcdMember): Version & { text: string } {
  const version = parseVersion(member.clusterVersion);
  if (!version) throw etcdErrors.clusterVersionUnavailable();
  return { ...version, text: `${version.major}.${version.minor}` };
}
