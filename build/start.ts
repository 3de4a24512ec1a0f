/**
 * `npm start`: builds what is stale, then opens the app: in Electron where that can be, else in a browser.
 *
 *   npm start -- --data-dir DIR     keeps the clusters there
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildStale } from './bundle.ts';
import { electronEnv, noDisplay, noSandbox, type Machine } from './electron-here.ts';
import { follow } from './follow.ts';

const root = join(import.meta.dirname, '..');
const electronDir = join(root, 'node_modules/electron');
const electronDist = process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(electronDir, 'dist');
const downloadTimeoutMs = 120_000;

function thisMachine(): Machine {
  const path = join(electronDist, 'chrome-sandbox');
  const helper = statSync(path, { throwIfNoEntry: false });
  return {
    platform: process.platform, env: process.env, uid: process.getuid?.(), sandboxHelper: helper && { path, uid: helper.uid, mode: helper.mode },
    setting(name) {
      try {
        return readFileSync(join('/proc/sys', name), 'utf8').trim();
      } catch {
        return undefined;
      }
    },
  };
}

/** Path of Electron's binary, if it is there. Source: electron's own index.js. */
function electronBinary(): string | undefined {
  try {
    const path = join(electronDist, readFileSync(join(electronDir, 'path.txt'), 'utf8').trim());
    return existsSync(path) ? path : undefined;
  } catch {
    return undefined;
  }
}

/** Fetches the binary as electron itself does at its first use; returns why it could not. */
async function fetchElectron(): Promise<string | undefined> {
  process.stdout.write('Fetching the Electron binary, once…\n');
  const child = spawn(process.execPath, [join(electronDir, 'install.js')], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (said.length < 10_000) said += text;
  });
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill('SIGKILL');
  }, downloadTimeoutMs);
  const code = await new Promise<number | null>((done) => {
    child.once('close', done);
    child.once('error', () => done(1));
  });
  clearTimeout(timer);
  if (late) return `its download took more than ${downloadTimeoutMs / 1000} s`;
  return code === 0 ? undefined : (said.split('\n').find((line) => line.trim() !== '')?.trim() ?? `its installer ended with ${code}`);
}

async function electronOrReason(): Promise<{ path: string } | { reason: string }> {
  const reason = noDisplay(thisMachine());
  if (reason) return { reason };
  const problem = electronBinary() ? undefined : await fetchElectron();
  const path = electronBinary();
  if (!path) return { reason: `the Electron binary could not be fetched: ${problem ?? 'it is not where it should be'}` };
  const closed = noSandbox(thisMachine());
  return closed === undefined ? { path } : { reason: closed };
}

function homeOf(args: string[]): string | undefined {
  const dir = parseArgs({ args, options: { 'data-dir': { type: 'string' } }, strict: false }).values['data-dir'];
  return typeof dir === 'string' ? resolve(root, dir) : undefined;
}

const args = process.argv.slice(2);
await buildStale(false);
const electron = await electronOrReason();
if ('path' in electron) {
  process.exitCode = await follow(electron.path, [root], { cwd: root, env: electronEnv(process.env, homeOf(args)) });
} else {
  process.stdout.write(`No desktop window (${electron.reason}): serving the app to a browser instead.\n`);
  process.exitCode = await follow(process.execPath, [join(root, 'dist/quorate.mjs'), 'desk', ...args], { cwd: root });
}
