import { expect, test } from 'vitest';
import { SimClock, Timeline } from '../../test/sim/sim-clock.ts';
import { MemoryBackend } from '../mvcc/memory-backend.ts';
import { silentLog } from '../ports/log.ts';
import { defragmentAtStart } from './defragment.ts';

/** 5 MiB, of which 2 are in use. */
class Airy extends MemoryBackend {
  runs = 0;

  override get totalBytes(): number {
    return 5 << 20;
  }

  override get inUseBytes(): number {
    return 2 << 20;
  }

  override async defragment(): Promise<void> {
    this.runs++;
  }
}

test.each([[0, 0], [1, 1], [3, 1], [4, 0]])('with a threshold of %i MiB it is done %i times', async (threshold, runs) => {
  const backend = new Airy();
  await defragmentAtStart({ backend, clock: new SimClock(new Timeline(), 1), log: silentLog }, threshold);
  expect(backend.runs).toBe(runs);
});
