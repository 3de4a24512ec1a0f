/**
 * The key index alone: what 1 M keys add to the resident memory of a process, its garbage included, and operations a second of
 * processor time, which a busy machine does not change much. Each shape of keys has a process of its own.
 *
 *   node --expose-gc test/bench/index.ts [--keys 1000000] [--json]
 */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { SeededRandom, randomInt } from '../../core/base/random.ts';
import { KeyIndex } from '../../core/mvcc/key-index.ts';

const { values } = parseArgs({ options: { keys: { type: 'string', default: '1000000' }, shape: { type: 'string' }, json: { type: 'boolean', default: false } } });
const total = Number(values.keys);
const keyBytes = 40;

/** Keys of 40 bytes, made one at a time so that making them leaves nothing behind. */
const shapes: Readonly<Record<string, (key: Uint8Array, i: number) => void>> = {
  'in order': (key, i) => counted(key, i),
  'shuffled': (key, i) => counted(key, (i * 611_953) % total),
  'random bytes': (key, i) => {
    let state = i;
    for (let j = 0; j < keyBytes; j++) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
      key[j] = state >>> 24;
    }
  },
};

const beginning = Buffer.from('registry/pods/namespace-');
function counted(key: Uint8Array, i: number): void {
  key.set(beginning);
  let rest = i;
  for (let j = keyBytes - 1; j >= beginning.length; j--) {
    key[j] = 0x30 + (rest % 10);
    rest = Math.floor(rest / 10);
  }
}

interface Result {
  shape: string;
  rssBytes: number;
  bufferBytes: number;
  pages: number;
  perSecond: Record<string, number>;
}

function measure(shape: string): Result {
  const make = shapes[shape]!;
  const collect = globalThis.gc!;
  const key = new Uint8Array(keyBytes);
  const end = new Uint8Array(keyBytes);
  const index = new KeyIndex();
  const perSecond: Record<string, number> = {};
  const rate = (name: string, count: number, run: (i: number) => void): void => {
    const begun = process.cpuUsage();
    for (let i = 0; i < count; i++) run(i);
    const { user, system } = process.cpuUsage(begun);
    perSecond[name] = Math.round((count / (user + system)) * 1e6);
  };
  // What is compiled and allocated once is not the keys'.
  const warm = new KeyIndex();
  for (let i = 0; i < 20_000; i++) {
    make(key, i);
    warm.put(key, i + 2, 0, false);
  }
  collect();
  const before = process.memoryUsage.rss();
  rate('insert', total, (i) => {
    make(key, i);
    index.put(key, i + 2, 0, false);
  });
  collect();
  const rssBytes = process.memoryUsage.rss() - before;
  const { bytes: bufferBytes, pages } = index.usage();
  const random = new SeededRandom(1);
  const anyKey = (into: Uint8Array): void => make(into, randomInt(random, total));
  const few = Math.min(total, 300_000);
  rate('point', few, () => {
    anyKey(key);
    index.at(key, total + 1);
  });
  rate('range of 100', few / 100, () => {
    let seen = 0;
    anyKey(key);
    index.scan(key, undefined, total + 1, () => ++seen < 100);
  });
  rate('count', few, () => {
    anyKey(key);
    anyKey(end);
    index.count(key, end, total + 1);
  });
  let main = total + 1;
  rate('put', few, () => {
    anyKey(key);
    index.put(key, ++main, 0, false);
  });
  const countBefore = (name: string, count: number): void =>
    rate(name, count, () => {
      anyKey(key);
      anyKey(end);
      index.count(key, end, total + 1);
    });
  countBefore('count before the puts', few);
  for (let i = 0; i < few / 100; i++) {
    anyKey(key);
    if (index.at(key, main)) index.tombstone(key, ++main, 0);
  }
  countBefore(`count before ${few / 100} deletes`, few / 100);
  return { shape, rssBytes, bufferBytes, pages, perSecond };
}

if (values.shape) process.stdout.write(JSON.stringify(measure(values.shape)));
else {
  for (const shape of Object.keys(shapes)) {
    const { stdout, status } = spawnSync(process.execPath, ['--expose-gc', import.meta.filename, `--shape=${shape}`, `--keys=${total}`], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
    if (status !== 0) process.exit(1);
    if (values.json) {
      process.stdout.write(`${stdout}\n`);
      continue;
    }
    const result = JSON.parse(stdout) as Result;
    const mb = (bytes: number): string => (bytes / 1e6).toFixed(1);
    process.stdout.write(`${total} keys of ${keyBytes} bytes, ${shape}: ${mb(result.rssBytes)} MB resident, ${(result.rssBytes / total).toFixed(0)} bytes a key (pages ${mb(result.bufferBytes)} MB in ${result.pages})\n`);
    process.stdout.write(`  a second of processor time: ${Object.entries(result.perSecond).map(([name, value]) => `${name} ${value}`).join(', ')}\n`);
  }
}
