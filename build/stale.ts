import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Stamps lie beside what they are of, so that removing `dist` removes them too. */
const stampPath = (root: string, target: string): string => join(root, 'dist', `.${target.replaceAll(' ', '-')}.stamp`);

function* filesOf(path: string): Iterable<string> {
  const stats = statSync(path);
  if (!stats.isDirectory()) {
    yield path;
    return;
  }
  for (const name of readdirSync(path).sort()) yield* filesOf(join(path, name));
}

/** A digest of the sources' names and contents: the same on every machine and after every checkout. */
export function digestOf(root: string, sources: readonly string[]): string {
  const hash = createHash('sha256');
  for (const source of sources) {
    for (const file of filesOf(join(root, source))) hash.update(file.slice(root.length)).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

export function isStale(root: string, target: string, sources: readonly string[]): boolean {
  try {
    return readFileSync(stampPath(root, target), 'utf8') !== digestOf(root, sources);
  } catch {
    return true;
  }
}

export function stamp(root: string, target: string, sources: readonly string[]): void {
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(stampPath(root, target), digestOf(root, sources));
}
