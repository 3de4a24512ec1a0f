import { noMember } from '../base/ids.ts';
import { takeFromLeader } from './receive.ts';
import { stepDropped, stepOk, type Raft, type StepResult } from './raft.ts';
import { MessageType, type Message } from './types.ts';

/** Candidates and pre-candidates: they differ in which answers they count and in what a won vote means. */
export function stepCandidate(raft: Raft, m: Message): StepResult {
  const counted = raft.role === 'preCandidate' ? MessageType.preVoteResp : MessageType.voteResp;
  switch (m.type) {
    case MessageType.prop:
      return stepDropped;
    case MessageType.app:
    case MessageType.heartbeat:
    case MessageType.snap:
      // Someone leads this term already.
      raft.becomeFollower(m.term, m.from);
      takeFromLeader(raft, m);
      return stepOk;
    case counted:
      countVote(raft, m);
      return stepOk;
    default:
      return stepOk;
  }
}

function countVote(raft: Raft, m: Message): void {
  const { result } = raft.poll(m.from, !m.reject);
  if (result === 'lost') raft.becomeFollower(raft.term, noMember);
  else if (result === 'won') {
    if (raft.role === 'preCandidate') raft.campaign('election');
    else {
      raft.becomeLeader();
      raft.broadcastAppend();
    }
  }
}
