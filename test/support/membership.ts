import type { EtcdClient } from '../../core/client/etcd-client.ts';
import type { Member } from '../../core/proto/gen/rpc.ts';
import { eventually } from './process.ts';

/**
 * Asks for a change of members until the list shows it: one whose answer was not waited for, or was lost with a leader, may have been made
 * all the same, and asking again is refused then. Resolves with what `seen` gives.
 */
export function changed<T>(what: string, client: Pick<EtcdClient, 'memberList'>, ask: () => Promise<unknown>, seen: (members: readonly Member[]) => T | false | undefined): Promise<T> {
  return eventually(what, async () => {
    const look = async (): Promise<T | false | undefined> => seen((await client.memberList()).members);
    const before = await look();
    if (before !== undefined && before !== false) return before;
    await ask();
    const after = await look();
    if (after === undefined || after === false) throw new Error('it was answered, and the list does not show it');
    return after;
  });
}
