import { utf8 } from '../../../core/base/bytes.ts';
import { EtcdClient } from '../../../core/client/etcd-client.ts';
import { KVService } from '../../../core/proto/gen/rpc.ts';
import type { Scene } from '../shots.ts';

/** More than the log keeps, in values that make a snapshot take its time. */
const puts = 11_000;
const valueBytes = 16_000;

/** A cluster that promotes its learners by itself: made, filled, and joined by one that needs a snapshot. */
export const learners: Scene = async (stage) => {
  const { page, app } = stage;
  const row = (name: string) => page.getByTestId(`member-${name}`);
  const dialog = page.getByRole('dialog');
  await page.getByRole('button', { name: 'New cluster' }).click();
  await dialog.getByLabel('Name').fill('steady');
  await dialog.getByText('1', { exact: true }).click();
  await dialog.getByRole('checkbox', { name: 'Promote learners automatically' }).check();
  await stage.shot('new-cluster-learners');
  await dialog.getByRole('button', { name: 'Create' }).click();
  await page.getByText('1 of 1 members up').waitFor();
  const client = new EtcdClient([(await page.locator('.endpoint-list li > span').first().textContent())!]);
  const value = new Uint8Array(valueBytes).fill(120);
  for (let i = 0; i < puts; i += 50) await Promise.all(Array.from({ length: 50 }, (_, j) => client.write(KVService.put, { key: utf8(`/fill/${(i + j) % 5_000}`), value })));
  client.close();
  await app.show('Members');
  await page.getByRole('button', { name: 'Add a member' }).click();
  await dialog.getByText('promotes it once').waitFor();
  await stage.shot('learner-add-auto');
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await row('m2').getByRole('button', { name: 'Start m2' }).click();
  // No tip in the picture.
  await page.mouse.move(0, 0);
  await page.getByText('Snapshot on its way').waitFor({ timeout: 10_000 }).then(() => stage.shot('learner-snapshot'), () => process.stdout.write('the snapshot was there before it could be seen\n'));
  await row('m2').getByText(/Will be promoted in/).waitFor();
  await stage.shot('learner-auto');
  await page.getByRole('button', { name: 'Add a member' }).click();
  await dialog.getByRole('alert').waitFor();
  await stage.shot('learner-second');
};
