/**
 * The raft core alone: three members in memory, messages handed over by reference, nothing encoded or written.
 *
 *   node --expose-gc test/bench/raft-core.ts [--total 200000] [--batch 64]
 */
import { parseArgs } from 'node:util';
import { SeededRandom } from '../../core/base/random.ts';
import { MemoryStorage } from '../../core/raft/memory-storage.ts';
import { RawNode } from '../../core/raft/raw-node.ts';
import type { Message } from '../../core/raft/types.ts';

const { values } = parseArgs({ options: { total: { type: 'string', default: '200000' }, batch: { type: 'string', default: '64' } } });
const total = Number(values.total);
const batch = Number(values.batch);
const ids = [1n, 2n, 3n];

const members = new Map(
  ids.map((id) => {
    const storage = new MemoryStorage();
    storage.applySnapshot({ data: new Uint8Array(0), metadata: { index: 1, term: 1, confState: { voters: ids, learners: [], votersOutgoing: [], learnersNext: [], autoLeave: false } } });
    const node = new RawNode({ id, electionTick: 10, heartbeatTick: 1, storage, applied: 1, maxSizePerMsg: 1 << 20, maxInflightMsgs: 512, preVote: true, checkQuorum: true, random: new SeededRandom(Number(id)) });
    return [id, { node, storage, applied: 0 }] as [bigint, { node: RawNode; storage: MemoryStorage; applied: number }];
  }),
);

/** Until nobody has anything to do. */
function settle(): void {
  for (let busy = true; busy; ) {
    busy = false;
    const mail: Message[] = [];
    for (const member of members.values()) {
      if (!member.node.hasReady()) continue;
      busy = true;
      const ready = member.node.ready();
      if (ready.hardState) member.storage.setHardState(ready.hardState);
      member.storage.append(ready.entries);
      member.applied += ready.committedEntries.length;
      mail.push(...ready.messages);
      member.node.advance();
      // What everyone has applied is let go, so that the log's own growth is not measured.
      const { applied } = member.node.basicStatus();
      if (applied - member.storage.firstIndex() > 20_000) member.storage.compact(applied - 10_000);
    }
    for (const message of mail) members.get(message.to)!.node.step(message);
  }
}

members.get(1n)!.node.campaign();
settle();
const leader = members.get(1n)!;
const data = new Uint8Array(256);
const run = (count: number): void => {
  for (let done = 0; done < count; done += batch) {
    leader.node.proposeBatch(Array.from({ length: batch }, () => data));
    settle();
  }
};
run(20_000);

/** Bytes that one entry costs on its way through all three, garbage included: so few are run that nothing is collected meanwhile. */
function allocatedPerEntry(): number | undefined {
  if (!globalThis.gc) return undefined;
  const sample = Math.ceil(1_000 / batch) * batch;
  const samples = Array.from({ length: 9 }, () => {
    globalThis.gc!();
    const before = process.memoryUsage().heapUsed;
    run(sample);
    return (process.memoryUsage().heapUsed - before) / sample;
  });
  // Where a collection came after all, the figure is too low.
  return samples.sort((a, b) => a - b)[6];
}
const perEntry = allocatedPerEntry();

globalThis.gc?.();
const before = process.memoryUsage().heapUsed;
const startedMs = performance.now();
run(total);
const seconds = (performance.now() - startedMs) / 1000;
const allocated = globalThis.gc ? `${Math.round(perEntry ?? 0)} bytes allocated per entry, ${((process.memoryUsage().heapUsed - before) / 1024 / 1024).toFixed(1)} MiB more heap at the end` : 'run with --expose-gc for the heap';
process.stdout.write(`raft core: ${Math.round(total / seconds)} proposals/s through three members, batches of ${batch}, ${leader.applied} applied, ${allocated}\n`);
