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

  let wires: WireConnection[] = [];
  const connect = (): void => {
    for (const wire of wires) wire.close();
    wires = server.target.endpoints.map((endpoint) => new WireConnection(endpoint));
  };

  /** A leader, the others, and a put that each of them has answered. */
  async function level(): Promise<{ leader: number; followers: [number, number] }> {
    const roles = await server.roles();
    for (const wire of wires) await eventually('a put', async () => expect(await put(wire, 5_000)).toBe('0'));
    return { leader: roles.leader, followers: roles.followers as [number, number] };
  }

  /** With a member that stands still; it goes on in any case. */
  async function without(still: number, run: () => Promise<void>): Promise<void> {
    server.target.pauseMember(still);
    try {
      await run();
    } finally {
      server.target.resumeMember(still);
    }
  }

  // Each is told while a leader is known to stay, or to have just gone: where another election came in between, once more from the start.
  test('each cause has its own text', { timeout: 300_000 }, async () => {
    connect();
    try {
      // Leadership cannot go to a member that stands still. Awake, it takes what it was sent.
      await eventually('a transfer in vain', async () => {
        const { leader: mover, followers: [target] } = await level();
        const targetId = (await server.status(target)).header!.memberId;
        await without(target, async () => expect(await wires[mover]!.call(MaintenanceService.moveLeader, { targetId }, within(500))).toBe('2 etcdserver: request timed out, leader transfer took too long'));
        await eventually('it leads after all', async () => expect((await server.roles()).leader).toBe(target), 4 * electionMs);
      });

      // The leader stands still: nobody knows more. What the next leader finds lost was so because of the one before,
      // unless its election took longer than two timeouts.
      await eventually('a timely election', async () => {
        const { leader: still, followers: [a, b] } = await level();
        await without(still, async () => {
          const lost = put(wires[a]!, 3 * electionMs);
          const read = wires[b]!.call(KVService.range, { key: utf8('late') }, within(3 * electionMs));
          const short = await put(wires[a]!, 300);
          expect([short, await read, await lost]).toEqual([
            '14 etcdserver: request timed out', '14 etcdserver: leader changed', '14 etcdserver: request timed out, possibly due to previous leader failure',
          ]);
        });
      });

      // A leader that has lost its followers, and knows it by their connections alone.
      const leader = await eventually('a leader whose connections are lost', async () => {
        const { leader: alone, followers } = await level();
        await Promise.all(followers.map((i) => server.target.killMember(i)));
        const told = await put(wires[alone]!, 300);
        if (told !== '14 etcdserver: request timed out, possibly due to connection lost') {
          await Promise.all(followers.map((i) => server.target.startMember(i)));
          connect();
          throw new Error(told);
        }
        return alone;
      });

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
