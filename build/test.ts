/** `npm test`: everything, part by part, with the counts of all at the end. Exits 1 when anything failed. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const bin = join(root, 'node_modules/.bin');
const projects = ['unit', 'transcripts', 'sim', 'conformance', 'crash', 'fuzz', 'e2e'] as const;

/** Specs of conformance that are held against a newer etcd too; the others take long, and pass with it too. */
const withNewer = [
  'auth', 'cluster', 'etcd-wal', 'etcd3', 'etcdctl', 'follower', 'fresh', 'gateway', 'http-paths', 'keepalive', 'key-history', 'kv.test', 'leader-change', 'lease', 'maintenance', 'malformed', 'metrics', 'mixed', 'recipes', 'settings',
  'snapshot', 'space', 'watch', 'wire',
];

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

const total: Counts = { passed: 0, failed: 0, skipped: 0 };
const broken: string[] = [];

function run(name: string, command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): boolean {
  process.stdout.write(`\n=== ${name}\n`);
  const startedMs = performance.now();
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32', env: { ...process.env, ...env } });
  process.stdout.write(`=== ${name}: ${status === 0 ? 'ok' : 'FAILED'} in ${((performance.now() - startedMs) / 1000).toFixed(1)} s\n`);
  if (status !== 0) broken.push(name);
  return status === 0;
}

/** Runs a part of the test suite and adds its counts; a part that leaves none has not run. */
function runProject(project: (typeof projects)[number], folder: string, name: string = project, env: NodeJS.ProcessEnv = {}, files: readonly string[] = []): void {
  const report = join(folder, `${name}.json`);
  const reporters = ['default', 'json', './build/failures-reporter.ts', ...(project === 'conformance' ? ['./test/conformance/per-server-reporter.ts'] : [])];
  run(name, join(bin, 'vitest'), ['run', '--config', 'build/vitest.config.ts', '--project', project, ...files, ...reporters.map((name) => `--reporter=${name}`), `--outputFile.json=${report}`], { ...env, QUORATE_FAILURES: join(folder, 'failures') });
  try {
    const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(report, 'utf8')) as Record<string, number>;
    total.passed += numPassedTests ?? 0;
    total.failed += numFailedTests ?? 0;
    total.skipped += numPendingTests ?? 0;
  } catch {
    process.stdout.write(`${name} left no report: it counts as failed\n`);
    total.failed++;
  }
}

run('types', join(bin, 'tsc'), ['-p', '.']);
run('lint', 'npm', ['run', '-s', 'lint']);
run('import rules and generated code', 'npm', ['run', '-s', 'rules']);
run('build', process.execPath, ['build/bundle.ts']);
const folder = mkdtempSync(join(tmpdir(), 'quorate-test-'));
try {
  for (const project of projects) {
    runProject(project, folder);
    if (project !== 'conformance') continue;
    // The same specs against a newer etcd, where there is one: .ci/newer-etcd unpacks it.
    const newer = process.env['QUORATE_NEWER_ETCD'];
    if (newer) runProject(project, folder, 'conformance with etcd 3.5', { QUORATE_ETCD_BIN: newer }, withNewer);
    else process.stdout.write('\nskipped: conformance with etcd 3.5, for QUORATE_NEWER_ETCD does not name the folder of its programs\n');
  }
  const failures = join(folder, 'failures');
  if (existsSync(failures)) process.stdout.write(`\n${readFileSync(failures, 'utf8')}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
// A part that broke without a failed test, such as the types, is a failure too.
if (broken.length > 0) process.stdout.write(`\nfailed: ${broken.join(', ')}\n`);
const failed = Math.max(total.failed, broken.length);
process.stdout.write(`\n${total.passed} passed, ${failed} failed, ${total.skipped} skipped\n`);
process.exitCode = failed > 0 ? 1 : 0;
