import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

const root = join(import.meta.dirname, '..');

/** What is to come is waited for as long as a machine may stand still, and more; Vitest's own patience is one second. */
const patient = { expect: { poll: { timeout: 30_000 } } } as const;

/** Parts that start processes of their own run one file at a time: the machine may have few cores. */
const heavy = { ...patient, pool: 'forks', fileParallelism: false, testTimeout: 120_000, hookTimeout: 120_000 } as const;

/** Much of the time of these goes by in waiting for what servers do on their clocks. */
const twoAtATime = { fileParallelism: true, maxWorkers: 2 } as const;

export default defineConfig({
  root,
  test: {
    projects: [
      { root, test: { ...patient, name: 'unit', include: ['{core,renderer,electron,build}/**/*.test.{ts,tsx}'], testTimeout: 30_000 } },
      { root, test: { name: 'transcripts', include: ['test/transcripts/*.test.ts'], testTimeout: 60_000 } },
      { root, test: { name: 'sim', include: ['test/sim/*.test.ts'], testTimeout: 300_000 } },
      { root, test: { name: 'conformance', include: ['test/{conformance,differential}/*.test.ts'], setupFiles: ['test/conformance/ledger/observe.ts'], ...heavy, ...twoAtATime } },
      { root, test: { name: 'crash', include: ['test/crash/*.test.ts'], ...heavy, testTimeout: 600_000 } },
      { root, test: { name: 'fuzz', include: ['test/fuzz/*.test.ts'], ...heavy } },
      { root, test: { name: 'e2e', include: ['test/e2e/*.e2e.ts'], ...heavy } },
    ],
  },
});
