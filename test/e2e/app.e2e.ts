import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { utf8 } from '../../core/base/bytes.ts';
import { EtcdClient } from '../../core/client/etcd-client.ts';
import { KVService, PutRequest, RequestOp } from '../../core/proto/gen/rpc.ts';
import { chromiumPath, etcdctl, etcdctlPath, missing } from '../support/tools.ts';
import { App } from './app.ts';
import { waitMs } from './stage.ts';

const absent = missing(chromiumPath, etcdctlPath);

/** Many keys in few transactions. */
async function putMany(endpoints: string[], keys: readonly string[]): Promise<void> {
  const client = new EtcdClient(endpoints);
  for (let i = 0; i < keys.length; i += 100) {
    const success = keys.slice(i, i + 100).map((key) => RequestOp.create({ requestPut: PutRequest.create({ key: utf8(key), value: utf8(`value of ${key}`) }) }));
    await client.txn({ success });
  }
  client.close();
}

describe.skipIf(absent !== undefined)('the app in a browser', () => {
  let app: App;
  let endpoints: string[];
  const row = (name: string) => app.page.getByRole('treeitem').filter({ has: app.page.locator('.tree-name', { hasText: new RegExp(`^${name.replaceAll('/', '\\/')}$`) }) });
  const ctl = async (...args: string[]): Promise<string> => {
    const { stdout, stderr, code } = await etcdctl(endpoints, args);
    expect(`${code} ${stderr}`).toBe('0 ');
    return stdout;
  };
  const editorText = async (): Promise<string> => (await app.page.locator('.key-value .cm-line').allTextContents()).join('\n');
  const typeValue = async (text: string): Promise<void> => {
    await app.page.locator('.key-value .cm-content').click();
    await app.page.keyboard.press('Control+a');
    await app.page.keyboard.insertText(text);
  };

  beforeAll(async () => {
    app = await App.open();
  });
  afterAll(async () => {
    await app?.close();
  });

  test('the first launch makes and starts a three-member cluster named local', async () => {
    await app.page.getByText('3 of 3 members up').waitFor({ timeout: waitMs });
    await app.page.getByRole('button', { name: /local/ }).first().waitFor();
    endpoints = await app.endpoints();
    expect(endpoints).toHaveLength(3);
    await expect.poll(() => app.page.locator('.member-card[data-leader]').count(), { timeout: waitMs }).toBe(1);
    expect((await ctl('member', 'list')).trim().split('\n')).toHaveLength(3);
  });

  test('a key is created, edited and deleted', async () => {
    await app.show('Keys');
    await app.page.getByText('No keys here').waitFor({ timeout: waitMs });
    await app.page.getByRole('button', { name: 'New key' }).first().click();
    await app.page.getByLabel('Key', { exact: true }).fill('app/config');
    await app.page.getByRole('dialog').getByLabel('Value').fill('{"a":1}');
    await app.page.getByRole('button', { name: 'Create' }).click();
    await app.page.getByRole('heading', { name: 'app/config' }).waitFor({ timeout: waitMs });
    expect(await ctl('get', 'app/config', '--print-value-only')).toBe('{"a":1}\n');
    await row('app/').click();
    await row('config').click();
    await typeValue('{"a":2}');
    await app.page.keyboard.press('Control+s');
    await app.page.getByText(/Saved at revision 3/).waitFor({ timeout: waitMs });
    expect(await ctl('get', 'app/config', '--print-value-only')).toBe('{"a":2}\n');
    await row('config').click();
    await app.page.keyboard.press('Delete');
    await app.page.getByRole('dialog').getByText('Modified 3', { exact: false }).waitFor({ timeout: waitMs });
    await app.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await app.page.getByText(/Deleted at revision 4/).waitFor({ timeout: waitMs });
    expect(await ctl('get', 'app/config')).toBe('');
    await app.page.getByText('No keys here').waitFor({ timeout: waitMs });
  });

  test('a change that etcdctl makes appears without a reload, in the tree and in the open value', async () => {
    await ctl('put', 'live/one', 'first');
    await row('live/').click({ timeout: waitMs });
    await row('one').click({ timeout: waitMs });
    await app.page.getByRole('heading', { name: 'live/one' }).waitFor();
    await expect.poll(editorText, { timeout: waitMs }).toBe('first');
    await ctl('put', 'live/one', 'second');
    await expect.poll(editorText, { timeout: waitMs }).toBe('second');
    await ctl('put', 'live/two', 'x');
    await row('two').waitFor({ timeout: waitMs });
    await ctl('del', 'live/two');
    await row('two').waitFor({ state: 'detached', timeout: waitMs });
  });

  test('a save over a change of someone else is a conflict, and writes nothing', async () => {
    await typeValue('mine');
    await ctl('put', 'live/one', 'theirs');
    await app.page.getByText(/Changed on the server/).waitFor({ timeout: waitMs });
    await app.page.getByRole('button', { name: 'Save', exact: true }).click();
    const dialog = app.page.getByRole('dialog');
    await dialog.getByText(/Nothing was written/).waitFor({ timeout: waitMs });
    expect(await dialog.locator('.cm-line').allTextContents()).toEqual(['mine', 'theirs']);
    expect(await ctl('get', 'live/one', '--print-value-only')).toBe('theirs\n');
    await dialog.getByRole('button', { name: 'Overwrite' }).click();
    await dialog.waitFor({ state: 'detached', timeout: waitMs });
    expect(await ctl('get', 'live/one', '--print-value-only')).toBe('mine\n');
  });

  test('an edit that was not saved is kept while another page is looked at', async () => {
    await typeValue('half a thought');
    await row('two').or(row('one')).first().waitFor();
    await app.page.getByLabel('Not saved').waitFor({ timeout: waitMs });
    await app.show('Overview');
    await app.show('Keys');
    await app.page.getByLabel('Not saved').waitFor({ timeout: waitMs });
    await expect.poll(editorText, { timeout: waitMs }).toBe('half a thought');
    await app.page.getByRole('button', { name: 'Revert' }).click();
    await app.page.getByLabel('Not saved').waitFor({ state: 'detached' });
    await expect.poll(editorText, { timeout: waitMs }).toBe('mine');
  });

  test('a value that is not text opens in hex and keeps its bytes', async () => {
    const client = new EtcdClient(endpoints);
    const bytes = new Uint8Array([0xff, 0x00, 0xfe, 0x41]);
    await client.txn({ success: [RequestOp.create({ requestPut: PutRequest.create({ key: utf8('live/binary'), value: bytes }) })] });
    await row('binary').click({ timeout: waitMs });
    await expect.poll(editorText, { timeout: waitMs }).toBe('ff 00 fe 41');
    await typeValue('ff 00 fe 42');
    await app.page.getByRole('button', { name: 'Save', exact: true }).click();
    await expect.poll(async () => [...(await client.range({ key: utf8('live/binary') })).kvs[0]!.value], { timeout: waitMs }).toEqual([0xff, 0x00, 0xfe, 0x42]);
    client.close();
  });

  test('a value with line ends of two kinds is not edited by being opened, and keeps them', async () => {
    const client = new EtcdClient(endpoints);
    await client.write(KVService.put, { key: utf8('live/line-ends'), value: utf8('unix\nwindows\r\nlast') });
    await row('line-ends').click({ timeout: waitMs });
    await app.page.locator('.cm-specialChar', { hasText: '\\r' }).waitFor({ timeout: waitMs });
    expect(await app.page.getByRole('button', { name: 'Save', exact: true }).isDisabled()).toBe(true);
    await app.page.locator('.cm-content').focus();
    await app.page.keyboard.press('Control+End');
    await app.page.keyboard.type('!');
    await app.page.keyboard.press('Control+s');
    await expect.poll(async () => Buffer.from((await client.range({ key: utf8('live/line-ends') })).kvs[0]!.value).toString(), { timeout: waitMs }).toBe('unix\nwindows\r\nlast!');
    client.close();
  });

  test('a tree of 10,000 keys opens with a bounded number of requests', async () => {
    const keys = Array.from({ length: 10_000 }, (_, i) => `many/${String(i % 100).padStart(2, '0')}/key-${String(i).padStart(5, '0')}`);
    await putMany(endpoints, keys);
    let frames = 0;
    let bytes = 0;
    const session = await app.context.newCDPSession(app.page);
    await session.send('Network.enable');
    await app.page.reload();
    session.on('Network.webSocketFrameSent', ({ response }) => {
      if (response.payloadData.includes('"path":"keys.')) frames++;
    });
    session.on('Network.webSocketFrameReceived', ({ response }) => {
      bytes += response.payloadData.length;
    });
    await app.show('Keys');
    await row('many/').click({ timeout: waitMs });
    await row('00/').click({ timeout: waitMs });
    await row('key-00000').waitFor({ timeout: waitMs });
    await expect.poll(() => app.page.getByRole('treeitem').filter({ hasText: '00/' }).first().locator('.tree-count').textContent(), { timeout: waitMs }).toBe('100');
    expect(await app.page.getByRole('treeitem').count()).toBeLessThan(80);
    // Three levels, a start, a watch, and a count for each folder in sight: far below one a key.
    expect(frames).toBeLessThan(80);
    expect(bytes).toBeLessThan(400_000);
  });

  test('the watch shows changes, holds them while paused, and clears', async () => {
    await app.show('Watch');
    await app.page.getByLabel('Key or prefix').fill('watched/');
    await app.page.getByRole('button', { name: 'Start', exact: true }).click();
    await app.page.getByText(/Watching from revision/).waitFor({ timeout: waitMs });
    await ctl('put', 'watched/a', '1');
    await app.page.locator('.watch-key-text', { hasText: 'watched/a' }).waitFor({ timeout: waitMs });
    await app.page.getByRole('button', { name: 'Pause' }).click();
    await ctl('del', 'watched/a');
    await app.page.getByText('1 held').waitFor({ timeout: waitMs });
    expect(await app.page.locator('.watch-row').count()).toBe(1);
    await app.page.getByRole('button', { name: 'Resume' }).click();
    await app.page.locator('.watch-row[data-type=delete]').waitFor({ timeout: waitMs });
    await putMany(endpoints, Array.from({ length: 100 }, (_, i) => `watched/${i}`));
    // Whoever has scrolled down reads: the rows stand still.
    const scroller = app.page.locator('.watch-scroll');
    await expect.poll(() => scroller.evaluate((list) => (list.scrollTo(0, 1_000), list.scrollTop)), { timeout: waitMs }).toBe(1_000);
    const inSight = () => scroller.evaluate((list) => [...list.querySelectorAll('.watch-row')].find((row) => row.getBoundingClientRect().top >= list.getBoundingClientRect().top)!.querySelector('.watch-key-text')!.textContent);
    const read = await inSight();
    await ctl('put', 'watched/later', '1');
    await app.page.getByRole('button', { name: '1 newer' }).waitFor({ timeout: waitMs });
    expect(await inSight()).toBe(read);
    await app.page.getByRole('button', { name: '1 newer' }).click();
    await app.page.locator('.watch-key-text', { hasText: 'watched/later' }).waitFor({ timeout: waitMs });
    await app.page.getByRole('button', { name: 'Clear' }).click();
    await app.page.getByText('Waiting for changes').waitFor();
    await app.page.getByRole('button', { name: 'Stop', exact: true }).click();
  });

  test('a watch shows what was compacted away as one gap, and goes on, also while another page is looked at', async () => {
    const client = new EtcdClient(endpoints);
    const { header } = await client.write(KVService.put, { key: utf8('gap/before'), value: utf8('x') });
    await client.write(KVService.compact, { revision: header!.revision });
    client.close();
    await app.page.getByLabel('Key or prefix').fill('gap/');
    await app.page.getByLabel('From revision').fill('2');
    await app.page.getByRole('button', { name: 'Start', exact: true }).click();
    await app.page.locator('.watch-note[data-kind=compacted]').waitFor({ timeout: waitMs });
    await app.page.locator('.watch-key-text', { hasText: 'gap/before' }).waitFor({ timeout: waitMs });
    await app.show('Keys');
    await ctl('put', 'gap/meanwhile', 'x');
    await app.show('Watch');
    await app.page.locator('.watch-key-text', { hasText: 'gap/meanwhile' }).waitFor({ timeout: waitMs });
    expect(await app.page.locator('.watch-note[data-kind=compacted]').count()).toBe(1);
    await app.page.getByRole('button', { name: 'Stop', exact: true }).click();
  });

  test('a member is stopped and started; killing two is seen as the loss of the quorum', async () => {
    await app.show('Members');
    const member = (name: string) => app.page.getByTestId(`member-${name}`);
    // A dialog that is left gives the keyboard back to where it came from, also when that was a menu.
    const actions = member('m2').getByRole('button', { name: 'Actions: m2' });
    await actions.click();
    await app.page.getByRole('menuitem', { name: 'Restart' }).click();
    await app.page.getByRole('dialog').waitFor();
    await app.page.keyboard.press('Escape');
    await app.page.getByRole('dialog').waitFor({ state: 'detached', timeout: waitMs });
    await expect.poll(() => actions.evaluate((button) => button === document.activeElement), { timeout: waitMs }).toBe(true);
    await member('m2').getByRole('button', { name: 'Stop m2' }).click();
    await app.page.getByRole('dialog').getByText(/Afterwards 2 of 3 members are up/).waitFor();
    await app.page.getByRole('dialog').getByRole('button', { name: 'Stop' }).click();
    await member('m2').getByText('Stopped', { exact: true }).first().waitFor({ timeout: waitMs });
    await app.page.getByText('2 of 3 members up').waitFor({ timeout: waitMs });
    await ctl('put', 'while/one/is/down', 'x');
    await member('m3').getByRole('button', { name: 'Kill m3' }).click();
    await app.page.getByRole('dialog').getByText(/the cluster loses its quorum/).waitFor();
    await app.page.getByRole('dialog').getByRole('button', { name: 'Kill' }).click();
    await app.page.getByText(/no quorum: writes wait/).waitFor({ timeout: waitMs });
    for (const name of ['m2', 'm3']) await member(name).getByRole('button', { name: `Start ${name}` }).click();
    await app.page.getByText('3 of 3 members up').waitFor({ timeout: waitMs });
    await ctl('put', 'all/are/back', 'x');
  });

  test('a cluster is stopped and started from the rail, and the language changes', async () => {
    await app.show('Overview');
    await app.page.getByRole('button', { name: 'Actions: local' }).click();
    await app.page.getByRole('menuitem', { name: 'Stop cluster' }).click();
    await app.page.getByText('local is stopped').waitFor({ timeout: waitMs });
    await app.page.getByRole('button', { name: 'Start cluster' }).click();
    await app.page.getByText('3 of 3 members up').waitFor({ timeout: waitMs });
    await app.page.getByRole('button', { name: '切换到中文' }).click();
    await app.page.getByText('3/3 个成员在线').waitFor();
    await app.page.getByRole('button', { name: 'Switch to English' }).click();
  });

  test('the page has met no error of its own', () => {
    expect(app.complaints).toEqual([]);
  });

  test('nobody enters without the token, from another site, or by another name', async () => {
    const { origin } = new URL(app.address);
    expect((await fetch(`${origin}/`)).status).toBe(403);
    expect((await fetch(`${origin}/?token=wrong`)).status).toBe(403);
    const stranger = await app.browser.newContext();
    const page = await stranger.newPage();
    await page.goto(app.address);
    const outcome = await page.evaluate((url) => new Promise<string>((resolve) => {
      const socket = new WebSocket(url);
      socket.onopen = () => resolve('open');
      socket.onerror = () => resolve('refused');
    }), `${origin.replace('127.0.0.1', 'localhost').replace('http', 'ws')}/desk`);
    expect(outcome).toBe('refused');
    await stranger.close();
  });
});
