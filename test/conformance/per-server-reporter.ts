import type { Reporter, TestCase, TestModule } from 'vitest/node';

/** Ends a conformance run with what passed and failed against each server. */
export default class PerServerReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const counts = new Map<string, { passed: number; failed: number; skipped: number }>();
    for (const module of modules) for (const test of module.children.allTests()) this.#count(counts, test);
    for (const [server, { passed, failed, skipped }] of [...counts].sort(([a], [b]) => (a < b ? -1 : 1))) {
      process.stdout.write(`${server}: ${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`);
    }
  }

  #count(counts: Map<string, { passed: number; failed: number; skipped: number }>, test: TestCase): void {
    const server = /\[(etcd|quorate)\]/.exec(test.fullName)?.[1];
    if (server === undefined) return;
    const count = counts.get(server) ?? { passed: 0, failed: 0, skipped: 0 };
    counts.set(server, count);
    const { state } = test.result();
    if (state === 'pending') return;
    count[state]++;
  }
}
