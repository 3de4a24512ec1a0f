import { bytesOf, utf8 } from '../../../core/base/bytes.ts';
import { KVService, PutRequest, RequestOp } from '../../../core/proto/gen/rpc.ts';
import type { Scene } from '../shots.ts';

/** What may be done to a folder: its menu, and the end of all below it. */
export const prefix: Scene = async (stage) => {
  const { page, app } = stage;
  const client = await stage.client();
  const value = new Uint8Array(1_200_000).fill(120);
  for (const key of ['jobs/\xff\xfe', 'jobs/big', 'a/b/c/d/e/f/g/h/i/j/k', 'a//b', `names/${'n'.repeat(194)}`]) await client.write(KVService.put, { key: bytesOf(key), value: key === 'jobs/big' ? value : utf8('v') });
  for (let i = 0; i < 12_000; i += 120) {
    await client.txn({ success: Array.from({ length: 120 }, (_, j) => RequestOp.create({ requestPut: PutRequest.create({ key: utf8(`jobs/job-${String(i + j).padStart(6, '0')}`), value: utf8('v') }) })) });
  }
  await app.show('Keys');
  const row = (name: string) => page.getByRole('treeitem').filter({ has: page.locator('.tree-name', { hasText: name }) }).first();
  await row('names/').click();
  await row('jobs/').click();
  await row('jobs/').click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Delete all below' }).waitFor();
  await stage.shot('tree-menu');
  await page.getByRole('menuitem', { name: 'Delete all below' }).click();
  await page.getByText('12,002 keys begin with it').waitFor();
  await stage.shot('delete-prefix');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Find keys' }).click();
  await page.getByLabel('Parts of the name').fill('job 77');
  await page.keyboard.press('Enter');
  await page.getByText(/12,00\d of 12,00\d keys looked at/).waitFor();
  await stage.shot('find-keys');
  await page.keyboard.press('Escape');
  await page.locator('.tree').evaluate((tree) => tree.scrollTo(0, 0));
  await row('big').click();
  await page.getByRole('button', { name: 'Open it' }).waitFor();
  await stage.shot('big-value');
};
