import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'vitest';

/** Where the etcd is that ours is compared with: Debian's, or another release's programs. */
const etcdFolder = process.env['QUORATE_ETCD_BIN'] ?? '/usr/bin';
export const etcdctlPath = join(etcdFolder, 'etcdctl');
export const etcdPath = join(etcdFolder, 'etcd');
export const chromiumPath = '/usr/bin/chromium';

let release: [minor: number, patch: number] | undefined;
/** Of the etcd under test: Debian's, unless `QUORATE_ETCD_BIN` names a newer one. Throws when it is not there. */
function etcdRelease(): [minor: number, patch: number] {
  const [, minor, patch] = release ? [] : /etcd Version: 3\.(\d+)\.(\d+)/.exec(execFileSync(etcdPath, ['--version'], { encoding: 'utf8' }))!;
  return (release ??= [Number(minor), Number(patch)]);
}

export const etcdMinor = (): number => etcdRelease()[0];

/** Whether the etcd under test has what came with these releases (`3.5`, or `3.5.33` and `3.6.14` of two lines), ascending. */
export function etcdHas(releases: readonly string[]): boolean {
  const [ownMinor, ownPatch] = etcdRelease();
  return releases.map((release) => release.split('.').map(Number)).some(([, minor = 0, patch = 0], i) => (
    ownMinor === minor ? ownPatch >= patch : ownMinor > minor && i === releases.length - 1));
}

/** Its command line speaks the second API without a word, before 3.4, and warns of the word since 3.6. */
export const etcdctlEnv = (): NodeJS.ProcessEnv => (etcdMinor() < 6 ? { ETCDCTL_API: '3' } : {});

/** What restores a snapshot and tells its state: etcdctl up to 3.5, etcdutl since 3.6. */
export const snapshotTool = (): string => (etcdMinor() < 6 ? etcdctlPath : join(etcdFolder, 'etcdutl'));

/** The paths that are missing; a test that needs one fails in CI, and is skipped elsewhere with its reason. */
export function missing(...paths: string[]): string | undefined {
  const absent = paths.filter((path) => !existsSync(path));
  if (absent.length === 0) return undefined;
  const reason = `${absent.join(' and ')} not found`;
  if (process.env['CI']) {
    test(`needs ${absent.join(' and ')}`, () => {
      throw new Error(`${reason}: CI must install it`);
    });
  } else process.stderr.write(`skipped: ${reason}\n`);
  return reason;
}

/** Its own patience, two seconds to connect and five for a command, is less than a machine may stand still for. */
export const etcdctlPatience = ['--dial-timeout=30s', '--command-timeout=30s'];

export interface Output {
  stdout: string;
  stderr: string;
  code: number;
}

/** Runs etcdctl's v3 API; never rejects for its exit code. */
export function etcdctl(endpoints: readonly string[], args: readonly string[], options: { input?: string; timeoutMs?: number } = {}): Promise<Output> {
  return new Promise((resolve) => {
    const child = execFile(
      etcdctlPath, [`--endpoints=${endpoints.map((endpoint) => endpoint.replace('http://', '')).join(',')}`, ...etcdctlPatience, ...args],
      { env: { ...process.env, ...etcdctlEnv() }, timeout: options.timeoutMs ?? 60_000, maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => resolve({ stdout, stderr, code: error ? (typeof error.code === 'number' ? error.code : 1) : 0 }),
    );
    // A command that ends before it has read what it was given is judged by what it says, not by its broken pipe.
    child.stdin!.on('error', () => {});
    child.stdin!.end(options.input ?? '');
  });
}
