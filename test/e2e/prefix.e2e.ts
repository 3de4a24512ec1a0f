import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bytesOf } from '../../core/base/bytes.ts';
import { KVService } from '../../core/proto/gen/rpc.ts';
import { chromiumPath, etcdPath, etcdctlPath, missing } from '../support/tools.ts';
import { audit } from './audit.ts';
import { Stage, waitMs } from './stage.ts';

const absent = missing(chromiumPath, etcdctlPath, etcdPath);

describe.skipIf(absent !== undefined).each(['hosted', 'etcd'] as const)('the menu of the key tree [%s]', (kind) => {
  let stage: Stage;
  const put = (key: string) => stage.client.write(KVService.put, { key: bytesOf(key), value: bytesOf('v') });
  const row = (name: string) => stage.page.getByRole('treeitem').filter({ has: stage.page.locator('.tree-name', { hasText: name }) });
  const dialog = () => stage.page.getByRole('dialog');
  const menu = async (name: string, item: string): Promise<void> => {
    await row(name).click({ button: 'right', timeout: waitMs });
    await stage.page.getByRole('menuitem', { name: item, exact: true }).click();
  };
  const keys = async (): Promise<string> => stage.ctl('get', '', '--from-key', '--keys-only');

  beforeAll(async () => {
    // What is half faded in has not the contrast that it will have.
    stage = await Stage.open(kind, 1, { reducedMotion: 'reduce' });
    await stage.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    for (const key of ['jobs/1', "jobs/it's 2", 'jobs/\xff\n3', 'jobs', 'jobz', 'other/1']) await put(key);
    await stage.app.show('Keys');
    await row('jobs/').waitFor({ timeout: waitMs });
  });
  afterAll(async () => {
    expect(stage.app.complaints).toEqual([]);
    await stage?.close();
  });

  test('gives etcdctl’s command for a folder, and for a key of bytes that are no text', async () => {
    await menu('jobs/', 'Copy as etcdctl');
    const copied = async (): Promise<string> => (await stage.page.evaluate(() => navigator.clipboard.readText())).replace(/^etcdctl/, etcdctlPath);
    await expect.poll(copied, { timeout: waitMs }).toContain('--prefix');
    const run = async (): Promise<string> => execFileSync('/bin/bash', ['-c', await copied()], { env: { ...process.env, ETCDCTL_API: '3' }, encoding: 'latin1' });
    expect((await run()).split('\n\n').slice(0, 2)).toEqual(['jobs/1', "jobs/it's 2"]);
    await row('jobs/').click();
    await menu('\\xff\\x0a3', 'Copy as etcdctl');
    await expect.poll(copied, { timeout: waitMs }).not.toContain('--prefix');
    expect(await run()).toBe('jobs/\xff\n3\nv\n');
  });

  test('makes a key where it was asked for, and shows a folder alone', async () => {
    await menu('jobs/', 'New key here');
    const name = dialog().getByLabel('Key', { exact: true });
    expect(await name.inputValue()).toBe('jobs/');
    await name.fill('jobs/4');
    await dialog().getByRole('button', { name: 'Create' }).click();
    await row('4').waitFor({ timeout: waitMs });
    await menu('jobs/', 'Show it alone');
    await row('other/').waitFor({ state: 'detached', timeout: waitMs });
    expect(await stage.page.getByLabel('Go to prefix').inputValue()).toBe('jobs/');
    await stage.page.getByLabel('Go to prefix').fill('');
    await stage.page.keyboard.press('Enter');
    await row('other/').waitFor({ timeout: waitMs });
  });

  test('deletes all below, once its name is typed, unless something came meanwhile', async () => {
    // By the keyboard alone: the folder is found by its letters, its menu is asked for, and left again.
    await stage.page.getByRole('tree').focus();
    // Letters with a pause between them are searches of their own.
    await expect.poll(async () => {
      await stage.page.keyboard.press('Home');
      await stage.page.keyboard.type('jobs/');
      return stage.page.locator('.tree-row[data-active] .tree-name').textContent();
    }, { timeout: waitMs, interval: 1_000 }).toBe('jobs/');
    await stage.page.keyboard.press('Shift+F10');
    await stage.page.getByRole('menuitem', { name: 'Delete all below' }).waitFor({ timeout: waitMs });
    await stage.page.keyboard.press('Escape');
    await stage.page.getByRole('menuitem', { name: 'Delete all below' }).waitFor({ state: 'detached', timeout: waitMs });
    await stage.page.keyboard.press('Delete');
    await dialog().getByText('4 keys begin with it:').waitFor({ timeout: waitMs });
    expect(await audit(stage.page)).toEqual([]);
    const button = dialog().getByRole('button', { name: 'Delete', exact: true });
    const typed = dialog().getByLabel('Type its name to delete');
    await typed.fill('jobs');
    expect(await button.isDisabled()).toBe(true);
    await put('jobs/5');
    await typed.fill('jobs/');
    await button.click();
    await dialog().getByText(/Nothing was deleted/).waitFor({ timeout: waitMs });
    await dialog().getByText('5 keys begin with it:').waitFor({ timeout: waitMs });
    expect(await typed.inputValue()).toBe('');
    expect(await keys()).toContain('jobs/5');
    await typed.fill('jobs/');
    await stage.page.keyboard.press('Enter');
    await dialog().waitFor({ state: 'detached', timeout: waitMs });
    await row('jobs/').waitFor({ state: 'detached', timeout: waitMs });
    // With what is said of it.
    expect(await audit(stage.page)).toEqual([]);
    expect((await keys()).split('\n\n').map((key) => key.trim()).filter((key) => key !== '')).toEqual(['jobs', 'jobz', 'other/1']);
  });

  test('any part of a name finds a key, which is opened by the keyboard', async () => {
    for (let i = 0; i < 20; i++) await put(`other/filling/${i}`);
    await put('other/filling/Needle-7');
    await stage.page.keyboard.press('Control+k');
    await stage.page.getByRole('textbox', { name: 'Search commands and keys' }).fill('find keys');
    await stage.page.keyboard.press('Enter');
    await dialog().getByLabel('Parts of the name').fill('needle OTHER');
    await stage.page.keyboard.press('Enter');
    await dialog().getByText('24 of 24 keys looked at, 1 found').waitFor({ timeout: waitMs });
    expect(await audit(stage.page)).toEqual([]);
    await dialog().getByRole('listbox').focus();
    await stage.page.keyboard.press('End');
    await stage.page.keyboard.press('Enter');
    await dialog().waitFor({ state: 'detached', timeout: waitMs });
    await stage.page.getByRole('heading', { name: 'other/filling/Needle-7' }).waitFor({ timeout: waitMs });
  });

  test('watches what is below', async () => {
    await menu('other/', 'Watch what is below');
    await stage.page.getByRole('button', { name: 'Stop', exact: true }).waitFor({ timeout: waitMs });
    await stage.page.getByText(/Watching from revision/).waitFor({ timeout: waitMs });
    await put('other/2');
    await put('jobz');
    await stage.page.locator('.watch-line', { hasText: 'other/2' }).waitFor({ timeout: waitMs });
    expect(await stage.page.locator('.watch-line', { hasText: 'jobz' }).count()).toBe(0);
    await stage.page.getByRole('button', { name: 'Stop', exact: true }).click();
  });

  test('the tree is as wide as one wants, also the next time', async () => {
    await stage.app.show('Keys');
    const splitter = stage.page.getByRole('separator', { name: 'Width of the key tree' });
    const width = async (): Promise<number> => (await stage.page.locator('.keys-left').boundingBox())!.width;
    const before = await width();
    await splitter.focus();
    for (let i = 0; i < 5; i++) await stage.page.keyboard.press('ArrowRight');
    expect(await splitter.getAttribute('aria-valuenow')).toBe('46');
    await expect.poll(width, { timeout: waitMs }).toBeGreaterThan(before + 80);
    const after = await width();
    await stage.page.reload();
    await row('other/').waitFor({ timeout: waitMs });
    await expect.poll(width, { timeout: waitMs }).toBe(after);
    await splitter.dblclick();
    await expect.poll(width, { timeout: waitMs }).toBe(before);
  });
});
