import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { utf8 } from '../../core/base/bytes.ts';
import { KVService } from '../../core/proto/gen/rpc.ts';
import { chromiumPath, etcdPath, etcdctlPath, missing } from '../support/tools.ts';
import { Stage, waitMs } from './stage.ts';

const absent = missing(chromiumPath, etcdctlPath, etcdPath);

describe.skipIf(absent !== undefined).each(['hosted', 'etcd'] as const)('the history of a key, %s', (kind) => {
  let stage: Stage;
  const rows = (): Promise<string[]> => stage.page.locator('.history-row').evaluateAll((all) => all.map((row) => (row as HTMLElement).dataset['testid']!.replace('revision-', '')));
  const diff = (mark: 'old' | 'new'): Promise<string[]> => stage.page.locator(`.diff-line[data-kind="${mark}"] .diff-text`).allTextContents();
  const put = async (key: string, value: string | Uint8Array): Promise<number> =>
    (await stage.client.write(KVService.put, { key: utf8(key), value: typeof value === 'string' ? utf8(value) : value })).header!.revision;
  const del = async (key: string): Promise<number> => (await stage.client.write(KVService.deleteRange, { key: utf8(key) })).header!.revision;

  beforeAll(async () => {
    stage = await Stage.open(kind);
  });
  afterAll(async () => {
    await stage?.close();
  });

  test('every revision of both its lives is listed, and what each changed', async () => {
    const revisions = [await put('app/config', 'a\nb\nc'), await put('app/config', 'a\nB\nc'), await del('app/config'), await put('app/config', 'new'), await put('app/config', 'newer')];
    await stage.openKey('app/config');
    await stage.page.getByRole('tab', { name: 'History' }).click();
    await expect.poll(rows, { timeout: waitMs }).toEqual(revisions.toReversed().map(String));
    await stage.page.getByText('This is the beginning: nothing was compacted').waitFor({ timeout: waitMs });
    await expect.poll(() => diff('old'), { timeout: waitMs }).toEqual(['new']);
    expect(await diff('new')).toEqual(['newer']);
    await stage.page.getByTestId(`revision-${revisions[1]}`).click();
    await expect.poll(() => diff('new'), { timeout: waitMs }).toEqual(['B']);
    // Any two: the first life's end against the present.
    await stage.page.getByLabel(`Compare from revision ${revisions[0]}`).check();
    await stage.page.getByLabel(`Compare to revision ${revisions[4]}`).check();
    await expect.poll(() => diff('old'), { timeout: waitMs }).toEqual(['a', 'b', 'c']);
  });

  test('what is written meanwhile comes in front by itself', async () => {
    const revision = await put('app/config', 'newest');
    await expect.poll(async () => (await rows())[0], { timeout: waitMs }).toBe(String(revision));
  });

  test('an old revision is put back, but not over a change that was not seen', async () => {
    const [, old] = (await rows()).map(Number);
    await stage.page.getByRole('button', { name: `Put back ${old}` }).click();
    const dialog = stage.page.getByRole('dialog');
    await dialog.getByText(/if the key is still at revision/).waitFor();
    await put('app/config', 'theirs');
    await dialog.getByRole('button', { name: 'Put back' }).click();
    await dialog.getByText(/Nothing was written/).waitFor({ timeout: waitMs });
    expect(await stage.ctl('get', 'app/config', '--print-value-only')).toBe('theirs\n');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'detached' });
    await stage.page.getByRole('button', { name: `Put back ${old}` }).click();
    await dialog.getByRole('button', { name: 'Put back' }).click();
    await dialog.waitFor({ state: 'detached', timeout: waitMs });
    expect(await stage.ctl('get', 'app/config', '--print-value-only')).toBe('newer\n');
  });

  test('a deleted key is brought back, byte for byte', async () => {
    const value = Uint8Array.from({ length: 256 }, (_, i) => 255 - i);
    const revision = await put('gone', value);
    await del('gone');
    await stage.openKey('gone');
    await stage.page.getByRole('tab', { name: 'Value' }).click();
    await stage.page.getByText('There is no such key now').waitFor({ timeout: waitMs });
    await stage.page.getByRole('button', { name: 'History' }).click();
    await stage.page.getByRole('button', { name: `Put back ${revision}` }).click({ timeout: waitMs });
    const dialog = stage.page.getByRole('dialog');
    await dialog.getByText(/if the key still does not exist/).waitFor();
    await dialog.getByRole('button', { name: 'Put back' }).click();
    await dialog.waitFor({ state: 'detached', timeout: waitMs });
    expect([...(await stage.client.range({ key: utf8('gone') })).kvs[0]!.value]).toEqual([...value]);
  });

  test('it ends at the compaction floor, which is shown', async () => {
    const revisions: number[] = [];
    for (let i = 0; i < 60; i++) revisions.push(await put('counter', `count ${i}`));
    const floor = revisions[10]!;
    await stage.ctl('compaction', String(floor));
    await stage.openKey('counter');
    await stage.page.getByText(`Compacted at revision ${floor}`).waitFor({ timeout: waitMs });
    await stage.page.locator('.history-scroll').evaluate((list) => list.scrollTo(0, 1e9));
    await expect.poll(async () => {
      await stage.page.locator('.history-scroll').evaluate((list) => list.scrollTo(0, 1e9));
      return (await rows()).at(-1);
    }, { timeout: waitMs }).toBe(String(floor));
    await stage.page.getByText(`Older revisions were compacted away at revision ${floor}`).waitFor({ timeout: waitMs });
    // From a revision back.
    await stage.page.getByLabel('History from revision').fill(String(revisions[30]));
    await stage.page.keyboard.press('Enter');
    await expect.poll(async () => (await rows())[0], { timeout: waitMs }).toBe(String(revisions[30]));
    // What is compacted while it is looked at is told, and then gone.
    await stage.ctl('compaction', String(revisions[29]));
    await stage.page.getByTestId(`revision-${revisions[26]}`).click();
    await stage.page.getByText(/required revision has been compacted/).waitFor({ timeout: waitMs });
    await stage.page.getByRole('button', { name: 'Try again' }).click();
    await stage.page.getByText(`Compacted at revision ${revisions[29]}`).waitFor({ timeout: waitMs });
    await expect.poll(rows, { timeout: waitMs }).toEqual([String(revisions[30]), String(revisions[29])]);
  });

  test('the page has met no error of its own', () => {
    expect(stage.app.complaints).toEqual([]);
  });
});
