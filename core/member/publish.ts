import { EtcdError } from '../base/etcd-error.ts';
import type { Clock } from '../ports/clock.ts';
import type { MemberConfig } from './config.ts';
import type { MemberHost } from './host.ts';

const retryMs = 50;

/**
 * Makes the member's name and client URLs known through the log, again and again until it is done: it can serve clients
 * then, since it has joined with a quorum. Rejects when the member ends first.
 */
export async function publish(host: MemberHost, config: MemberConfig, clock: Clock): Promise<void> {
  const attributes = { name: config.name, clientUrls: [...config.advertiseClientUrls] };
  let ended: Error | undefined;
  void host.stopped.then((reason) => {
    ended = reason ?? new Error('the member was stopped before it was ready');
  });
  while (ended === undefined) {
    // The version says how this is put into the log, so that every member can read it.
    if (host.clusterVersion !== '') {
      try {
        await host.propose({ clusterMemberAttrSet: { memberId: host.id, memberAttributes: attributes } }, { deadlineMs: Infinity, signal: undefined });
        return;
      } catch (error) {
        if (!(error instanceof EtcdError)) throw error;
      }
    }
    await new Promise<void>((resolve) => clock.after(retryMs, resolve));
  }
  throw ended;
}
