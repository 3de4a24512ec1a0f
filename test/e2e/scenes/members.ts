import { utf8 } from '../../../core/base/bytes.ts';
import { ClusterService, KVService, PutRequest, RequestOp } from '../../../core/proto/gen/rpc.ts';
import type { Scene } from '../shots.ts';

/** A member's life: added as a learner, started, caught up, promoted, removed; and what is refused on the way. */
export const members: Scene = async (stage) => {
  const { page, app } = stage;
  const client = await stage.client();
  for (let i = 0; i < 300; i++) {
    await client.txn({ success: Array.from({ length: 20 }, (_, j) => RequestOp.create({ requestPut: PutRequest.create({ key: utf8(`/fill/${i}/${j}`), value: new Uint8Array(500) }) })) });
  }
  const row = (name: string) => page.getByTestId(`member-${name}`);
  await app.show('Members');
  await page.getByRole('button', { name: 'Add a member' }).click();
  await page.getByRole('dialog').waitFor();
  await stage.shot('member-add-learner');
  await page.getByRole('dialog').getByText('As a voter').click();
  await stage.shot('member-add-voter');
  await page.keyboard.press('Escape');
  for (let added = false; !added; ) {
    added = await client.write(ClusterService.memberAdd, { peerUrls: ['http://10.0.0.4:2380'], isLearner: true }).then(() => true, () => false);
    if (!added) await new Promise((done) => setTimeout(done, 500));
  }
  const unstarted = row('').or(page.locator('tr', { hasText: '10.0.0.4' })).first();
  await unstarted.waitFor();
  await unstarted.getByRole('button', { name: /^Actions/ }).click();
  await page.getByRole('menu').waitFor();
  await stage.shot('members-unstarted-menu');
  await page.getByRole('menuitem', { name: /^Remove/ }).click();
  await page.getByRole('dialog').waitFor();
  await stage.shot('member-remove');
  await page.getByRole('dialog').getByRole('button', { name: 'Remove from the cluster' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Add a member' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Add', exact: true }).click();
  await row('m4').waitFor();
  await row('m4').getByRole('button', { name: 'Start m4' }).click();
  await row('m4').getByRole('button', { name: 'Promote' }).waitFor();
  await client.write(KVService.put, { key: utf8('x'), value: utf8('y') });
  await stage.shot('members-learner');
  await row('m4').getByRole('button', { name: 'Promote' }).click();
  await page.getByRole('dialog').waitFor();
  await stage.shot('member-promote');
  await page.keyboard.press('Escape');
  await row('m3').getByRole('button', { name: 'Kill m3' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Kill' }).click();
  await row('m3').getByRole('button', { name: 'Start m3' }).waitFor();
  await page.getByText('2 of 3 members up').waitFor();
  await row('m1').getByRole('button', { name: /^Actions/ }).click();
  await page.getByRole('menu').waitFor();
  await stage.shot('members-refused');
};
