import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';

/** How often a vanished parent is noticed. */
const parentCheckMs = 250;
/** A child that was told to end has this long; a cluster stops in less than two seconds. */
const endTimeoutMs = 8_000;
const windows = process.platform === 'win32';

/**
 * Calls `run` whenever this process should end: at SIGTERM, at Ctrl-C, and at the death of our own parent, since npm's shell takes
 * the signals that npm sends and tells nobody. Returns what ends the watching.
 */
export function onEnd(run: () => void): () => void {
  const parent = process.ppid;
  const parentCheck = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(parentCheck);
    run();
  }, parentCheckMs);
  process.on('SIGTERM', run);
  process.on('SIGINT', run);
  return () => {
    clearInterval(parentCheck);
    process.off('SIGTERM', run);
    process.off('SIGINT', run);
  };
}

/**
 * A child in a group of its own: a terminal's Ctrl-C would reach it twice otherwise, and the second one means "at once". A Windows
 * console has no such groups; it tells every process in it by itself.
 */
export function spawnApart(command: string, args: readonly string[], options: SpawnOptions): ChildProcess {
  return spawn(command, args, { ...options, detached: !windows });
}

/** Asks a child to end cleanly, and makes it when it does not. Resolves when it has ended. */
export async function endChild(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const timer = setTimeout(() => child.kill('SIGKILL'), endTimeoutMs);
  if (!windows) child.kill('SIGTERM');
  await once(child, 'exit');
  clearTimeout(timer);
}

/** Starts a child and stays with it; ends it when this process should end. Returns its exit code; 1 when it was killed or never began. */
export async function follow(command: string, args: readonly string[], options: SpawnOptions): Promise<number> {
  const child = spawnApart(command, args, { stdio: 'inherit', ...options });
  const stopWatching = onEnd(() => void endChild(child));
  const code = await new Promise<number>((resolve) => {
    child.once('exit', (status) => resolve(status ?? 1));
    child.once('error', () => resolve(1));
  });
  stopWatching();
  return code;
}
