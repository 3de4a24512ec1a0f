import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { utf8 } from '../../core/base/bytes.ts';
import { EtcdClient } from '../../core/client/etcd-client.ts';
import { KVService, LeaseService } from '../../core/proto/gen/rpc.ts';
import { chromiumPath, missing } from '../support/tools.ts';
import { App } from './app.ts';
import { audit } from './audit.ts';
import { waitMs } from './stage.ts';

const absent = missing(chromiumPath);
const longKey = `/very/long/${'a-key-of-512-bytes-that-nobody-would-choose-by-hand/'.repeat(10)}`.slice(0, 511) + 'Z';

describe.skipIf(absent !== undefined).each(['light', 'dark'] as const)('every page, %s, in a small window', (colorScheme) => {
  let app: App;
  beforeAll(async () => {
    app = await App.open({ colorScheme, width: 1024, height: 640, reducedMotion: 'reduce' });
    await app.page.getByText('3 of 3 members up').waitFor({ timeout: waitMs });
    const client = new EtcdClient(await app.endpoints());
    await client.write(LeaseService.leaseGrant, { id: 0x7fff_ffff_ffff_fff7n, ttl: 600 });
    for (let i = 0; i < 3; i++) await client.write(KVService.put, { key: utf8(longKey), value: utf8(`{"n": ${i}}`), lease: 0x7fff_ffff_ffff_fff7n });
    await client.write(KVService.put, { key: utf8('/short'), value: new Uint8Array([0xff, 1]) });
    client.close();
  });
  afterAll(async () => {
    await app?.close();
  });
  const clean = async (what: string): Promise<void> => {
    expect.soft({ what, found: await audit(app.page) }).toEqual({ what, found: [] });
  };

  test('overview, members and maintenance', async () => {
    await clean('overview');
    await app.show('Members');
    await app.page.getByTestId('member-m1').waitFor();
    await clean('members');
    await app.show('Maintenance');
    await app.page.getByText('No alarm is raised.').waitFor({ timeout: waitMs });
    await clean('maintenance');
  });

  test('keys, with a very long one open, its history and its lease', async () => {
    const { page } = app;
    await app.show('Keys');
    await page.getByRole('button', { name: 'Open a key by its name' }).click();
    await page.getByRole('dialog').getByLabel('Key', { exact: true }).fill(longKey);
    await clean('open key');
    await page.keyboard.press('Enter');
    await page.locator('.cm-line').first().waitFor({ timeout: waitMs });
    await clean('a value');
    await page.getByRole('tab', { name: 'History' }).click();
    await page.locator('.diff-line').first().waitFor({ timeout: waitMs });
    await clean('history');
    await page.getByRole('button', { name: /^Put back/ }).first().click();
    await page.getByRole('dialog').waitFor();
    await clean('put back');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByRole('tab', { name: 'Value' }).click();
    await page.locator('.key-facts').getByRole('button').click();
    await page.getByRole('dialog').waitFor();
    await clean('lease of a key');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  test('watch and leases', async () => {
    const { page } = app;
    await app.show('Watch');
    await page.getByLabel('From revision').fill('1');
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await page.locator('.watch-line').nth(2).click({ timeout: waitMs });
    await clean('watch');
    await app.show('Leases');
    await page.getByTestId('lease-7ffffffffffffff7').click({ timeout: waitMs });
    await page.locator('.lease-key').first().waitFor({ timeout: waitMs });
    await clean('leases');
    await page.getByRole('button', { name: 'Revoke 7ffffffffffffff7' }).click();
    await page.getByRole('dialog').waitFor();
    await clean('revoke');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  test('dialogs and the palette', async () => {
    const { page } = app;
    for (const button of ['New cluster', 'Connect to endpoints', 'Grant a lease']) {
      await page.getByRole('button', { name: button }).first().click();
      await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).waitFor();
      await clean(button);
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    }
    await page.keyboard.press('Control+k');
    await page.getByPlaceholder('Search commands and keys').waitFor();
    await clean('palette');
    await page.getByPlaceholder('Search commands and keys').fill('/sho');
    await page.getByRole('button', { name: '/short' }).click({ timeout: waitMs });
    await page.getByRole('heading', { name: '/short' }).waitFor({ timeout: waitMs });
    await page.getByRole('button', { name: 'Settings' }).click();
    await page.getByRole('dialog').getByText(app.home, { exact: false }).waitFor({ timeout: waitMs });
    await clean('settings');
    await page.getByRole('dialog').getByText('中文').click();
    await page.getByRole('dialog').getByText('跟随系统').waitFor();
    await clean('settings, Chinese');
    await page.getByRole('dialog').getByText('English').click();
    await page.keyboard.press('Escape');
  });
});
