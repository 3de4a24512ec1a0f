import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Where the members' thread begins: the source beside this file, or what the bundler has made of it. */
export function workerUrl(): URL {
  if (import.meta.url.endsWith('.ts')) return new URL('./member-worker.ts', import.meta.url);
  const places = ['./member-worker.mjs', '../member-worker.mjs'].map((path) => new URL(path, import.meta.url));
  const found = places.find((url) => existsSync(fileURLToPath(url)));
  if (!found) throw new Error(`member-worker.mjs is not beside ${import.meta.url}: run npm run build`);
  return found;
}
