import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

/** Something that is built from sources. */
export interface Target {
  name: string;
  /** Files and folders, from the root. */
  sources: readonly string[];
  /** What it leaves, from the root: when one is gone, it is built again. */
  outputs: readonly string[];
}

/** Stamps lie beside what they are of, so that removing `dist` removes them too. */
const stampPath = (root: string, target: Target): string => join(root, 'dist', `.${target.name.replaceAll(' ', '-')}.stamp`);

function* filesOf(path: string): Iterable<string> {
  const stats = statSync(path);
  if (!stats.isDirectory()) {
    yield path;
    return;
  }
  for (const name of readdirSync(path).sort()) yield* filesOf(join(path, name));
}

/** Tests are built into nothing. */
const isTest = (file: string): boolean => /\.test\.tsx?$/.test(file);

/** A digest of the sources' names and contents: the same on every machine and after every checkout. */
export function digestOf(root: string, sources: readonly string[]): string {
  const hash = createHash('sha256');
  for (const source of sources) {
    for (const file of filesOf(join(root, source))) {
      if (isTest(file)) continue;
      const data = readFileSync(file);
      hash.update(`${relative(root, file).split(sep).join('/')}\0${data.length}\0`).update(data);
    }
  }
  return hash.digest('hex');
}

export function isStale(root: string, target: Target): boolean {
  if (!target.outputs.every((output) => existsSync(join(root, output)))) return true;
  try {
    return readFileSync(stampPath(root, target), 'utf8') !== digestOf(root, target.sources);
  } catch {
    return true;
  }
}

/**
 * Runs `build` and stamps what it made. The stamp is of the sources as they were before, so that a change made
 * meanwhile is seen the next time; and there is none while it runs, so that half a build is never taken for a whole one.
 */
export async function buildAndStamp(root: string, target: Target, build: () => Promise<void>): Promise<void> {
  const path = stampPath(root, target);
  rmSync(path, { force: true });
  const digest = digestOf(root, target.sources);
  await build();
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, digest);
}
