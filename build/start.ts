/**
 * `npm start`: builds what is stale, then opens the app: in Electron where that can be, else in a browser.
 *
 *   npm start -- --data-dir DIR     keeps the clusters there
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildStale } from './bundle.ts';
import { follow } from './follow.ts';

const root = join(import.meta.dirname, '..');
const electronDir = join(root, 'node_modules/electron');
const downloadTimeoutMs = 120_000;

/** Why Electron cannot show a window here; undefined: it can. */
function noWindow(): string | undefined {
  if (process.platform !== 'linux') return undefined;
  if (!process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY']) return 'there is no display';
  // It would run with --no-sandbox alone, and a page without its sandbox is not worth a window.
  return process.getuid?.() === 0 ? 'Electron does not run as root with its sandbox' : undefined;
}

/** Path of Electron's binary, if it is there. Source: electron's own index.js. */
function electronBinary(): string | undefined {
  try {
    const path = join(process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(electronDir, 'dist'), readFileSync(join(electronDir, 'path.txt'), 'utf8').trim());
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
  const reason = noWindow();
  if (reason) return { reason };
  const problem = electronBinary() ? undefined : await fetchElectron();
  const path = electronBinary();
  return path ? { path } : { reason: `the Electron binary could not be fetched: ${problem ?? 'it is not where it should be'}` };
}

/** Chromium takes the arguments of an Electron app for its own, so the folder goes by the environment. */
function homeOf(args: string[]): NodeJS.ProcessEnv {
  const dir = parseArgs({ args, options: { 'data-dir': { type: 'string' } }, strict: false }).values['data-dir'];
  return typeof dir === 'string' ? { ...process.env, QUORATE_HOME: resolve(root, dir) } : process.env;
}

const args = process.argv.slice(2);
await buildStale(false);
const electron = await electronOrReason();
if ('path' in electron) {
  process.exitCode = await follow(electron.path, [root], { cwd: root, env: homeOf(args) });
} else {
  process.stdout.write(`No desktop window (${electron.reason}): serving the app to a browser instead.\n`);
  process.exitCode = await follow(process.execPath, [join(root, 'dist/quorate.mjs'), 'desk', ...args], { cwd: root });
}
