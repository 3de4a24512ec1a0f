import { freePorts } from '../../support/process.ts';
import { Target } from '../../support/target.ts';
import type { Scene } from '../shots.ts';

/** Clusters elsewhere: endpoints that do not answer, a real etcd of three, its members and how one more is started. */
export const connect: Scene = async (stage) => {
  const { page, app } = stage;
  const dialog = page.getByRole('dialog');
  const [free] = await freePorts(1);
  const etcd = await Target.start('etcd', 3);
  try {
    await page.getByRole('button', { name: 'Connect to endpoints' }).click();
    await dialog.getByLabel('Name').fill('production-eu-west-1');
    await dialog.getByLabel('Endpoints').fill(`127.0.0.1:${free}\netcd-0.etcd-headless.kube-system.svc.cluster.local.invalid:2379`);
    await dialog.getByRole('button', { name: 'Connect' }).click();
    await dialog.getByRole('button', { name: 'Save anyway' }).waitFor();
    await stage.shot('connect-failed');
    await dialog.getByRole('button', { name: 'Save anyway' }).click();
    await page.locator('.unreachable-banner').waitFor();
    await stage.shot('unreachable');
    await page.getByRole('button', { name: 'Edit connection' }).click();
    await dialog.getByLabel('Endpoints').fill(etcd.endpoints.map((url) => url.replace('http://', '')).join('\n'));
    await dialog.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('3 of 3 members up').waitFor();
    await app.show('Members');
    await page.getByTestId('member-m1').waitFor();
    await stage.shot('remote-members');
    await page.getByRole('button', { name: 'Add a member' }).click();
    await dialog.getByLabel('Peer URLs').fill('http://10.0.0.4:2380');
    await stage.shot('remote-member-add');
    // A cluster that has just started does not yet count its members as connected.
    await page.waitForTimeout(6_000);
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await dialog.getByLabel('Data folder').waitFor();
    await stage.shot('remote-member-command');
  } finally {
    await etcd.stop();
  }
};
