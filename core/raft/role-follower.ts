import { noMember } from '../base/ids.ts';
import { takeFromLeader } from './receive.ts';
import { stepDropped, stepOk, type Raft, type StepResult } from './raft.ts';
import { MessageType, type Message } from './types.ts';

export function stepFollower(raft: Raft, m: Message): StepResult {
  switch (m.type) {
    case MessageType.prop:
      if (raft.lead === noMember || raft.config.disableProposalForwarding) return stepDropped;
      raft.send(m.type, { ...m, to: raft.lead });
      return stepOk;
    case MessageType.app:
    case MessageType.heartbeat:
    case MessageType.snap:
      raft.electionElapsed = 0;
      raft.lead = m.from;
      takeFromLeader(raft, m);
      return stepOk;
    case MessageType.transferLeader:
    case MessageType.readIndex:
      if (raft.lead !== noMember) raft.send(m.type, { ...m, to: raft.lead });
      return stepOk;
    case MessageType.forgetLeader:
      // With lease-based reads the leader's lease counts on our memory of it.
      if (raft.readOnly.option !== 'leaseBased') raft.lead = noMember;
      return stepOk;
    case MessageType.timeoutNow:
      // The leader asks for it: no pre-vote, and the vote is cast in spite of leases.
      raft.hup('transfer');
      return stepOk;
    case MessageType.readIndexResp:
      if (m.entries.length === 1) raft.readStates.push({ index: m.index, context: m.entries[0]!.data });
      return stepOk;
    default:
      return stepOk;
  }
}
