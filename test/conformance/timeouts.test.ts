import { expect, test } from 'vitest';
import { utf8 } from '../../core/base/bytes.ts';
import { KVService, MaintenanceService } from '../../core/proto/gen/rpc.ts';
import { eventually } from '../support/process.ts';
import { differing } from './differences.ts';
import { eachServer } from './servers.ts';
import { WireConnection } from './wire-call.ts';

/** Long beside the time that a call is given, so that a member has the same leader from its call's start to its end. */
const electionMs = 1_500;
const flags = ['--pre-vote=true', '--heartbeat-interval=100', `--election-timeout=${electionMs}`];
const within = (ms: number): Record<string, string> => ({ 'grpc-timeout': `${ms}m` });

eachServer('Time that runs out', 3, (server) => {
  const put = (wire: WireConnection, ms: number) => wire.call(KVService.put, { key: utf8('late') }, within(ms));

  /** A leader, the others, and a put that each of them has answered. */
  async function level(wires: readonly WireConnection[]): Promise<{ leader: number; followers: [number, number] }> {
    const roles = await server.roles();
    for (const wire of wires) await eventually('a put', async () => expect(await put(wire, 5_000)).toBe('0'));
    return { leader: roles.leader, followers: roles.followers as [number, number] };
  }

  test('each cause has its own text', async () => {
    const wires = server.target.endpoints.map((endpoint) => new WireConnection(endpoint));
    try {
      // Leadership cannot go to a member that stands still. Awake, it takes what it was sent.
      const { leader: mover, followers: [target] } = await level(wires);
      const targetId = (await server.status(target)).header!.memberId;
      server.target.pauseMember(target);
      expect(await wires[mover]!.call(MaintenanceService.moveLeader, { targetId }, within(500))).toBe('2 etcdserver: request timed out, leader transfer took too long');
      server.target.resumeMember(target);
      await eventually('it leads after all', async () => expect((await server.roles()).leader).toBe(target));

      // The leader stands still: nobody knows more. What the next leader finds lost was so because of the one before,
      // unless its election took longer than two timeouts.
      await eventually('a timely election', async () => {
        const { leader: still, followers: [a, b] } = await level(wires);
        server.target.pauseMember(still);
        try {
          const lost = put(wires[a]!, 3 * electionMs);
          const read = wires[b]!.call(KVService.range, { key: utf8('late') }, within(3 * electionMs));
          const short = await put(wires[a]!, 300);
          expect([short, await read, await lost]).toEqual([
            '14 etcdserver: request timed out', '14 etcdserver: leader changed', '14 etcdserver: request timed out, possibly due to previous leader failure',
          ]);
        } finally {
          server.target.resumeMember(still);
        }
      }, 60_000);

      // A leader that has lost its followers, and knows it by their connections alone.
      const { leader, followers } = await level(wires);
      await Promise.all(followers.map((i) => server.target.killMember(i)));
      expect(await put(wires[leader]!, 300)).toBe('14 etcdserver: request timed out, possibly due to connection lost');

      // Without a leader a write waits for one, and a read asks on.
      await eventually('it leads no more', async () => expect((await server.status(leader)).leader).toBe(0n));
      expect(await put(wires[leader]!, 300)).toBe(differing('contextError', server.kind));
      expect(await wires[leader]!.call(KVService.range, { key: utf8('late') }, within(300))).toBe(differing('contextError', server.kind));

      // Who still waits when the server ends.
      const stopping = differing('stopping', server.kind);
      if (stopping === undefined) return;
      const waiting = [wires[leader]!.call(KVService.range, { key: utf8('late') }, within(60_000)), put(wires[leader]!, 60_000)];
      // Comes after them on their connection.
      expect(await wires[leader]!.call(KVService.range, { key: utf8('late'), serializable: true })).toBe('0');
      await server.target.stopMember(leader);
      expect(await Promise.all(waiting)).toEqual([stopping, stopping]);
    } finally {
      for (const wire of wires) wire.close();
    }
  });
}, { flags });
