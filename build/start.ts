/** `npm start`: builds what is stale, then opens the app: in Electron where that can be, else in a browser. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildStale } from './bundle.ts';

const root = join(import.meta.dirname, '..');
const electronDir = join(root, 'node_modules/electron');
const downloadTimeoutMs = 120_000;

/** Why Electron cannot show a window here; undefined: it can. */
function noDisplay(): string | undefined {
  if (process.platform !== 'linux' || process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY']) return undefined;
  return 'there is no display';
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

/** Fetches the binary as electron itself does at its first use. */
async function fetchElectron(): Promise<void> {
  process.stdout.write('Fetching the Electron binary, once…\n');
  const child = spawn(process.execPath, [join(electronDir, 'install.js')], { stdio: 'ignore' });
  const timer = setTimeout(() => child.kill(), downloadTimeoutMs);
  await new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  clearTimeout(timer);
}

/** Runs a child to its end, passing signals on; returns its exit code. */
function follow(child: ChildProcess): Promise<number> {
  const pass = (signal: NodeJS.Signals): void => void child.kill(signal);
  process.on('SIGTERM', pass);
  // The terminal sends SIGINT to the child as well.
  process.on('SIGINT', () => {});
  return new Promise((resolve) => {
    child.once('exit', (code) => resolve(code ?? 1));
    child.once('error', () => resolve(1));
  });
}

async function electronOrReason(): Promise<{ path: string } | { reason: string }> {
  const reason = noDisplay();
  if (reason) return { reason };
  if (process.platform === 'linux' && process.getuid?.() === 0) return { reason: 'Electron does not run as root' };
  if (!electronBinary()) await fetchElectron();
  const path = electronBinary();
  return path ? { path } : { reason: 'the Electron binary is not here and could not be fetched' };
}

await buildStale(false);
const electron = await electronOrReason();
const args = process.argv.slice(2);
if ('path' in electron) {
  process.exitCode = await follow(spawn(electron.path, [root, ...args], { stdio: 'inherit' }));
} else {
  process.stdout.write(`No desktop window (${electron.reason}): serving the app to a browser instead.\n`);
  process.exitCode = await follow(spawn(process.execPath, [join(root, 'dist/quorate.mjs'), 'desk', ...args], { stdio: 'inherit' }));
}
