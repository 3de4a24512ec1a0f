/**
 * Generates `core/proto/gen/*.ts` from `core/proto/*.proto`:
 * for each message an interface and a codec, for each enum its numbers, for each service its methods;
 * and `gateway.ts`, what JSON and its paths need to know of them.
 *
 *   node build/proto/generate.ts           writes the files
 *   node build/proto/generate.ts --check   exits 1 when a file is not what would be written
 */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import protobuf from 'protobufjs';
import { emitFile } from './emit.ts';
import { emitGateway } from './emit-gateway.ts';

const protoDir = join(import.meta.dirname, '../../core/proto');
const outDir = join(protoDir, 'gen');

function generateAll(): Map<string, string> {
  const root = new protobuf.Root();
  root.resolvePath = (_origin, target) => join(protoDir, basename(target));
  const names = readdirSync(protoDir).filter((name) => name.endsWith('.proto')).sort();
  root.loadSync(names, { keepCase: true });
  root.resolveAll();
  const files = new Map<string, string>();
  for (const name of names) {
    files.set(join(outDir, name.replace(/\.proto$/, '.ts')), emitFile(root, name));
  }
  files.set(join(outDir, 'gateway.ts'), emitGateway(root));
  return files;
}

const check = process.argv.includes('--check');
let stale = 0;
for (const [path, text] of generateAll()) {
  if (!check) {
    writeFileSync(path, text);
    continue;
  }
  let present = '';
  try {
    present = readFileSync(path, 'utf8');
  } catch {
    // Reported below as stale.
  }
  if (present !== text) {
    stale++;
    console.error(`${path} is stale: run npm run generate`);
  }
}
process.exitCode = stale > 0 ? 1 : 0;
