import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
/** Runs a script in a process that takes itself for Electron: another runtime, with an ABI that no prebuilt file is named after. */
function inElectron(script: string): string {
  const disguise = "Object.defineProperty(process.versions, 'electron', { value: '45.0.0' }); Object.defineProperty(process.versions, 'modules', { value: '999' });";
  return execFileSync(process.execPath, ['--input-type=commonjs', '-e', `${disguise}\n${script}`], { cwd: root, encoding: 'utf8' }).trim();
}

test("LMDB's prebuilt file for Electron is the one of N-API, which depends on no ABI", () => {
  const lmdb = join(root, 'node_modules/lmdb');
  const chosen = inElectron(`console.log(require(${JSON.stringify(createRequire(join(lmdb, 'x.js')).resolve('node-gyp-build-optional-packages'))}).path(${JSON.stringify(lmdb)}))`);
  expect(basename(chosen)).toMatch(/^(node|electron)\.napi\./);
});

test('and it opens a store there, also below a folder with spaces and letters of all kinds', () => {
  const folder = mkdtempSync(join(tmpdir(), 'quorate 数据 é-'));
  try {
    const said = inElectron(`const { open } = require('lmdb'); const db = open({ path: ${JSON.stringify(join(folder, 'store.lmdb'))}, noSubdir: true, keyEncoding: 'binary', encoding: 'binary', overlappingSync: false });
      db.put(Buffer.from('a'), Buffer.alloc(100_000, 7)).then(() => { console.log(process.versions.electron, db.getBinary(Buffer.from('a')).length); return db.close(); });`);
    expect(said).toBe('45.0.0 100000');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
