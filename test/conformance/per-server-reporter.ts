import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Reporter, TestCase, TestModule, Vitest } from 'vitest/node';
import { etcdctlEnv, etcdctlPath } from '../support/tools.ts';
import { commandsIn } from './ledger/expected.ts';
import { judge } from './ledger/verdict.ts';

const folder = import.meta.dirname;

/**
 * Ends a conformance run with what passed and failed against each server and, after a run of every spec, with what was asked of
 * each: the run fails when there is something that no spec asks. `QUORATE_LEDGER` names a file for all of it, spec by spec.
 */
export default class PerServerReporter implements Reporter {
  #vitest: Vitest | undefined;

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const counts = new Map<string, { passed: number; failed: number; skipped: number }>();
    for (const module of modules) for (const test of module.children.allTests()) this.#count(counts, test);
    for (const [server, { passed, failed, skipped }] of [...counts].sort(([a], [b]) => (a < b ? -1 : 1))) {
      process.stdout.write(`${server}: ${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`);
    }
    const specs = modules.filter(({ moduleId }) => moduleId.startsWith(`${folder}/`));
    this.#writeLedger(specs);
    if (this.#isWhole(specs)) this.#judge(specs);
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

  /** Every spec has run to its end: of a part, or of one that failed, nothing can be said. */
  #isWhole(specs: readonly TestModule[]): boolean {
    const ran = new Set(specs.map(({ moduleId }) => basename(moduleId)));
    // What a newer etcd is excused from is another matter.
    const other = this.#vitest?.config.testNamePattern !== undefined || process.env['QUORATE_ETCD_BIN'] !== undefined;
    return !other && existsSync(etcdctlPath) && readdirSync(folder).every((file) => !file.endsWith('.test.ts') || ran.has(file)) && specs.every((spec) => spec.ok());
  }

  #judge(specs: readonly TestModule[]): void {
    const asked = specs.flatMap((spec) => [spec.meta(), ...[...spec.children.allTests()].map((test) => test.meta())]).flatMap((meta) => meta.asked ?? []);
    const commands = commandsIn(execFileSync(etcdctlPath, ['help'], { encoding: 'utf8', env: { ...process.env, ...etcdctlEnv() } }));
    for (const { server, figures, unmet } of (['etcd', 'quorate'] as const).map((kind) => judge(kind, asked, commands))) {
      process.stdout.write(`${server} was asked ${figures.join(', ')}\n`);
      for (const one of unmet) process.stdout.write(`  no spec of ${server} meets ${one}\n`);
      if (unmet.length > 0) process.exitCode = 1;
    }
  }

  #writeLedger(specs: readonly TestModule[]): void {
    const file = process.env['QUORATE_LEDGER'];
    if (file === undefined) return;
    const lines = specs.flatMap((spec) => [{ name: '(before its tests)', meta: spec.meta() }, ...[...spec.children.allTests()].map((test) => ({ name: test.fullName, meta: test.meta() }))].flatMap(({ name, meta }) =>
      (meta.asked ?? []).map(({ server, client, what, outcome }) => [server, client, what, outcome, basename(spec.moduleId), name].join('\t')),
    ));
    writeFileSync(file, `${lines.sort().join('\n')}\n`);
  }
}
