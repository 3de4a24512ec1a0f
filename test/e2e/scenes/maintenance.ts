import { join } from 'node:path';
import { utf8 } from '../../../core/base/bytes.ts';
import { AlarmRequestAlarmAction as Action, AlarmType, MaintenanceService, PutRequest, RequestOp } from '../../../core/proto/gen/rpc.ts';
import { tempFolder } from '../../support/process.ts';
import type { Scene } from '../shots.ts';

/** Maintenance: as it opens, each of its questions, a snapshot under way, an alarm, and what was found. */
export const maintenance: Scene = async (stage) => {
  const { page, app } = stage;
  const client = await stage.client();
  for (let i = 0; i < 400; i++) {
    await client.txn({ success: Array.from({ length: 40 }, (_, j) => RequestOp.create({ requestPut: PutRequest.create({ key: utf8(`/fill/${(i * 40 + j) % 500}`), value: new Uint8Array(700) }) })) });
  }
  await app.show('Maintenance');
  await page.getByText('No alarm is raised.').waitFor();
  await page.getByText(/Never compacted/).waitFor();
  await stage.shot('maintenance');
  await page.getByRole('button', { name: 'Compact', exact: true }).click();
  await page.getByRole('dialog').waitFor();
  await stage.shot('maintenance-compact');
  await page.getByRole('dialog').getByRole('button', { name: 'Compact' }).click();
  await page.getByText(/Compacted at revision .*: revisions/).waitFor();
  await page.getByRole('button', { name: 'Defragment m2' }).click();
  await page.getByRole('dialog').waitFor();
  await stage.shot('maintenance-defragment');
  await page.getByRole('dialog').getByRole('button', { name: 'Defragment' }).click();
  await page.getByText(/defragmented in/).waitFor();
  const folder = tempFolder('shots');
  await page.getByLabel('File on the machine of this app').fill(join(folder.path, 'snapshot.db'));
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText(/saved and verified/).waitFor();
  folder.remove();
  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  await page.locator('.hash-verdict').waitFor();
  const { header } = await client.status(0);
  await client.write(MaintenanceService.alarm, { action: Action.ACTIVATE, memberId: header!.memberId, alarm: AlarmType.NOSPACE });
  await page.getByTestId('alarm-NOSPACE').waitFor();
  await stage.shot('maintenance-done');
};
