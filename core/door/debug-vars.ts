import { idHex } from '../base/ids.ts';
import type { EtcdMember } from '../member/types.ts';
import { limit } from './process-figures.ts';

const roles = { follower: 'StateFollower', candidate: 'StateCandidate', preCandidate: 'StatePreCandidate', leader: 'StateLeader' } as const;
const states = { probe: 'StateProbe', replicate: 'StateReplicate', snapshot: 'StateSnapshot' } as const;

/** What etcd tells under `/debug/vars`, but for `memstats`, which is of Go's memory. Source: etcd `server/etcdserver/api/etcdhttp/debug.go`, Go's `expvar`. */
export function debugVars(member: EtcdMember, args: readonly string[] = process.argv): string {
  const { id, hardState, lead, role, applied, leadTransferee, progress } = member.raftStatus();
  const raft = {
    id: idHex(id), term: hardState.term, vote: idHex(hardState.vote), commit: hardState.commit, lead: idHex(lead), raftState: roles[role], applied,
    progress: Object.fromEntries([...progress].map(([peer, { match, next, state }]) => [idHex(peer), { match, next, state: states[state] }])),
    leadtransferee: idHex(leadTransferee),
  };
  const values = { cmdline: args, file_descriptor_limit: limit('Max open files') ?? 0, 'raft.status': raft };
  return `{\n${Object.entries(values).map(([name, value]) => `"${name}": ${JSON.stringify(value)}`).join(',\n')}\n}\n`;
}
