/**
 * The app on a member with very many keys, in a real browser: from a click to the first rows, a long list read to its end and
 * scrolled through, a prefix looked for, changes coming at a rate; and the memory of the page and of the desk.
 *
 *   node test/bench/page.ts [--keys 1000000] [--rate 5000]
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { utf8 } from '../../core/base/bytes.ts';
import { EtcdClient } from '../../core/client/etcd-client.ts';
import { PutRequest, RequestOp } from '../../core/proto/gen/rpc.ts';
import { App } from '../e2e/app.ts';
import { Target } from '../support/target.ts';

const { values } = parseArgs({ options: { keys: { type: 'string', default: '1000000' }, rate: { type: 'string', default: '5000' } } });
const keyCount = Number(values.keys);
const rate = Number(values.rate);
const putsAtOnce = 100;
const writers = 8;
const longMs = 300_000;

/** Nine in ten lie side by side, the rest in a tree of 100 times 100 folders. */
function keyAt(i: number): string {
  return i % 10 > 0 ? `flat/registry-event-${String(i).padStart(9, '0')}` : `tree/${String(i / 10 % 100).padStart(2, '0')}/${String(Math.floor(i / 1000) % 100).padStart(2, '0')}/key-${i}`;
}

async function write(client: EtcdClient, keys: readonly string[], value: string): Promise<void> {
  await client.txn({ success: keys.map((key) => RequestOp.create({ requestPut: PutRequest.create({ key: utf8(key), value: utf8(value) }) })) });
}

async function fill(client: EtcdClient): Promise<void> {
  let next = 0;
  const writer = async (): Promise<void> => {
    while (next < keyCount) {
      const from = next;
      next += putsAtOnce;
      await write(client, Array.from({ length: Math.min(putsAtOnce, keyCount - from) }, (_, i) => keyAt(from + i)), 'x'.repeat(100));
    }
  };
  await Promise.all(Array.from({ length: writers }, writer));
}

const tell = (what: string, figure: string): void => void process.stdout.write(`${what.padEnd(58)} ${figure}\n`);
const residentMb = (pid: number): number => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1000;

const target = await Target.start('quorate', 1);
const client = new EtcdClient(target.endpoints);
const app = await App.open();
const { page } = app;
const row = (name: string) => page.getByRole('treeitem').filter({ has: page.locator('.tree-name', { hasText: new RegExp(`^${name}$`) }) });

/** Milliseconds from an action of the user to what it is to show, on the page's own clock. */
async function timed(act: () => Promise<unknown>, selector: string, text: string): Promise<number> {
  const shown = page.evaluate(([where, wanted]) => new Promise<number>((done) => {
    let beganMs = 0;
    const begin = (): void => {
      beganMs ||= performance.now();
    };
    for (const kind of ['pointerdown', 'keydown']) addEventListener(kind, begin, { capture: true, once: true });
    const look = (): void => {
      const there = beganMs > 0 && [...document.querySelectorAll(where!)].some((element) => element.textContent!.includes(wanted!));
      if (there) done(performance.now() - beganMs);
      else requestAnimationFrame(look);
    };
    look();
  }), [selector, text] as const);
  await act();
  return shown;
}

/** Longest of 95 and of all frames in a hundred, while something goes on. */
async function frames(act: () => Promise<unknown>): Promise<string> {
  await page.evaluate(() => {
    const frame = globalThis as unknown as { frameMs: number[]; frameStop: boolean };
    frame.frameMs = [];
    frame.frameStop = false;
    let before = performance.now();
    const next = (): void => {
      const now = performance.now();
      frame.frameMs.push(now - before);
      before = now;
      if (!frame.frameStop) requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
  });
  await act();
  const all = await page.evaluate(() => {
    const frame = globalThis as unknown as { frameMs: number[]; frameStop: boolean };
    frame.frameStop = true;
    return frame.frameMs.slice(1).sort((a, b) => a - b);
  });
  const total = all.reduce((sum, ms) => sum + ms, 0);
  return `${Math.round((all.length * 1000) / total)} frames/s, 95 of 100 within ${all[Math.floor(all.length * 0.95)]!.toFixed(0)} ms, longest ${all.at(-1)!.toFixed(0)} ms`;
}

async function heapMb(): Promise<number> {
  const session = await app.context.newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return usedSize / 1e6;
}

const wheel = async (steps: number): Promise<void> => {
  await page.locator('.tree').hover();
  for (let i = 0; i < steps; i++) {
    await page.mouse.wheel(0, 400);
    await page.waitForTimeout(16);
  }
};

try {
  await page.getByText('3 of 3 members up').waitFor();
  const beganMs = performance.now();
  await fill(client);
  tell(`${keyCount} keys written`, `${((performance.now() - beganMs) / 1000).toFixed(1)} s`);
  await page.getByRole('button', { name: 'Connect to endpoints' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('many');
  await dialog.getByLabel('Endpoints').fill(target.endpoints[0]!.replace('http://', ''));
  await dialog.getByRole('button', { name: 'Connect' }).click();
  await dialog.waitFor({ state: 'detached' });
  tell('page before', `${(await heapMb()).toFixed(0)} MB`);
  tell('Keys: click to the first rows', `${(await timed(() => app.show('Keys'), '.tree-name', 'flat/')).toFixed(0)} ms`);
  tell('a folder of 9 in 10 keys: click to its first rows', `${(await timed(() => row('flat/').click(), '.tree-name', 'registry-event-')).toFixed(0)} ms`);
  tell('scrolling with the wheel, pages coming', await frames(() => wheel(200)));
  await page.getByLabel('Go to prefix').fill('flat/');
  await page.getByLabel('Go to prefix').press('Enter');
  await page.locator('.tree-name', { hasText: 'registry-event-' }).first().waitFor();
  await page.locator('.tree').focus();
  const endMs = performance.now();
  const last = keyAt(keyCount - 1).replace('flat/', '');
  const toEnd = await frames(async () => {
    await page.keyboard.press('End');
    await page.locator('.tree-name', { hasText: last }).waitFor({ timeout: longMs });
  });
  tell('the whole list, by the End key', `${((performance.now() - endMs) / 1000).toFixed(1)} s; ${toEnd}`);
  tell('page with all of it', `${(await heapMb()).toFixed(0)} MB`);
  tell('desk', `${residentMb(app.desk.child.pid!).toFixed(0)} MB resident, with its own cluster of three`);
  tell('scrolling with the wheel in the whole list', await frames(async () => {
    await page.locator('.tree').evaluate((tree) => tree.scrollTo(0, tree.scrollHeight / 2));
    await wheel(200);
  }));
  await page.getByLabel('Go to prefix').fill(`flat/registry-event-${String(keyCount - 1).padStart(9, '0').slice(0, 7)}`);
  tell('a prefix: Enter to its rows', `${(await timed(() => page.getByLabel('Go to prefix').press('Enter'), '.tree-name', '9')).toFixed(0)} ms`);
  await page.getByLabel('Go to prefix').fill('tree/');
  await page.getByLabel('Go to prefix').press('Enter');
  tell('the tree: a level of 100 folders', `${(await timed(() => row('05/').click(), '.tree-row[aria-level="2"]', '00/')).toFixed(0)} ms`);
  tell('page after that', `${(await heapMb()).toFixed(0)} MB`);
  await page.getByLabel('Go to prefix').fill('');
  await page.getByLabel('Go to prefix').press('Enter');
  const flood = async (): Promise<void> => {
    const until = performance.now() + 5_000;
    let sent = 0;
    for (let beat = performance.now(); performance.now() < until; beat += 20) {
      const keys = Array.from({ length: Math.round(rate / 50) }, () => keyAt((sent++ * 7919) % keyCount));
      await write(client, keys, String(sent));
      const restMs = beat + 20 - performance.now();
      if (restMs > 0) await page.waitForTimeout(restMs);
    }
    tell('changes written in 5 s', String(sent));
  };
  tell('keys page while they come', await frames(flood));
  await app.show('Watch');
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await page.getByText(/Watching from revision/).waitFor();
  tell('watch page while they come', await frames(flood));
  tell('page at the end', `${(await heapMb()).toFixed(0)} MB`);
} finally {
  client.close();
  await app.close();
  await target.stop();
}
