import { utf8 } from '../../core/base/bytes.ts';
import type { UnaryMethod } from '../../core/client/etcd-client.ts';
import { ElectionService } from '../../core/proto/gen/election.ts';
import { LockService } from '../../core/proto/gen/lock.ts';
import { isRefusal, orRefusal, type Side, type Step } from './step.ts';

/** Asks one after the other and notes each answer. */
function asker({ client }: Side): { told: unknown[]; ask<In, Out>(method: UnaryMethod<In, Out>, request: Partial<In>): Promise<Out | undefined> } {
  const told: unknown[] = [];
  return {
    told,
    async ask(method, request) {
      const answer = await orRefusal(client.at(0, method, request));
      told.push(answer);
      return isRefusal(answer) ? undefined : answer;
    },
  };
}

/** A lock that nobody holds is taken, taken again with the same lease, and given back; the lease may not be there. */
export function lockStep(lease: bigint): Step {
  const act = async (side: Side): Promise<unknown> => {
    const { told, ask } = asker(side);
    const held = await ask(LockService.lock, { name: utf8('lock'), lease });
    if (!held) return told;
    await ask(LockService.lock, { name: utf8('lock'), lease });
    for (let i = 0; i < 2; i++) await ask(LockService.unlock, { key: held.key });
    return told;
  };
  return { name: 'lock', request: { lease }, act };
}

/** An election that nobody stands in is won, said otherwise twice, asked about, and given up. */
export function electionStep(lease: bigint): Step {
  const act = async (side: Side): Promise<unknown> => {
    const { told, ask } = asker(side);
    const name = utf8('election');
    const won = await ask(ElectionService.campaign, { name, lease, value: utf8('one') });
    await ask(ElectionService.leader, { name });
    if (!won) return told;
    await ask(ElectionService.campaign, { name, lease, value: utf8('two') });
    await ask(ElectionService.proclaim, { leader: won.leader!, value: utf8('three') });
    await ask(ElectionService.leader, { name });
    for (let i = 0; i < 2; i++) await ask(ElectionService.resign, { leader: won.leader! });
    await ask(ElectionService.proclaim, { leader: won.leader!, value: utf8('late') });
    await ask(ElectionService.leader, { name });
    return told;
  };
  return { name: 'election', request: { lease }, act };
}
