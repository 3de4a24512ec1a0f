import { utf8 } from '../../../core/base/bytes.ts';
import { AlarmRequestAlarmAction as Action, AlarmType, ClusterService, KVService, LeaseService, MaintenanceService } from '../../../core/proto/gen/rpc.ts';
import { Target } from '../../support/target.ts';
import type { Scene } from '../shots.ts';

const longKey = `/very/long/${'a-key-of-512-bytes-that-nobody-would-choose-by-hand/'.repeat(10)}`.slice(0, 511) + 'Z';
const sections = ['Overview', 'Keys', 'Watch', 'Leases', 'Members', 'Maintenance'] as const;

/** What is too long, what is missing, and what does not answer. */
export const extremes: Scene = async (stage) => {
  const { page, app } = stage;
  const client = await stage.client();
  await client.write(LeaseService.leaseGrant, { id: 0x7fff_ffff_ffff_fff7n, ttl: 9_000_000 });
  for (let i = 0; i < 3; i++) await client.write(KVService.put, { key: utf8(longKey), value: utf8(`{"line": "${'very wide '.repeat(200)}", "n": ${i}}`), lease: 0x7fff_ffff_ffff_fff7n });
  await app.show('Watch');
  await page.getByLabel('From revision').fill('1');
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await page.locator('.watch-line').nth(2).click();
  await stage.shot('long-watch');
  await app.show('Keys');
  await page.getByRole('button', { name: 'Open a key by its name' }).click();
  await page.getByRole('dialog').getByLabel('Key', { exact: true }).fill(longKey);
  await page.keyboard.press('Enter');
  await page.locator('.cm-line').first().waitFor();
  for (let i = 0; i < 12; i++) {
    await page.locator('.tree').press('End');
    await page.locator('.tree').press('ArrowRight');
    await page.waitForTimeout(150);
  }
  await stage.shot('long-key');
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog').waitFor();
  await stage.shot('long-delete');
  await page.keyboard.press('Escape');
  await app.show('Leases');
  await page.getByTestId('lease-7ffffffffffffff7').click();
  await page.locator('.lease-key').first().waitFor();
  await stage.shot('long-lease');
  for (let added = false; !added; ) {
    added = await client.write(ClusterService.memberAdd, { peerUrls: [`http://${'host-with-a-very-long-name.'.repeat(150)}example:2380`], isLearner: true }).then(() => true, () => false);
    if (!added) await page.waitForTimeout(500);
  }
  await app.show('Members');
  await page.getByText('Not started').waitFor();
  await stage.shot('long-members');
  await app.show('Overview');
  await stage.shot('long-overview');
  const { header } = await client.status(0);
  await client.write(MaintenanceService.alarm, { action: Action.ACTIVATE, memberId: header!.memberId, alarm: AlarmType.NOSPACE });
  await app.show('Members');
  await page.locator('.member-alarm').first().waitFor();
  await stage.shot('nospace-members');
  await app.show('Keys');
  await page.getByRole('button', { name: 'New key' }).first().click();
  await page.getByRole('dialog').getByLabel('Key', { exact: true }).fill('/refused');
  await page.getByRole('dialog').getByLabel('Value').fill('x'.repeat(100));
  await page.getByRole('dialog').getByRole('button', { name: 'Create' }).click();
  await page.getByRole('dialog').getByRole('alert').waitFor();
  await stage.shot('nospace-refused');
  await page.keyboard.press('Escape');
  await app.show('Members');
  for (const name of ['m2', 'm3']) {
    await page.getByRole('button', { name: `Kill ${name}` }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Kill' }).click();
    await page.getByRole('button', { name: `Start ${name}` }).waitFor();
  }
  await page.getByText(/no quorum: writes wait/).waitFor();
  for (const section of sections) {
    await app.show(section);
    await page.waitForTimeout(6_000);
    await stage.shot(`no-quorum-${section.toLowerCase()}`);
  }
  const etcd = await Target.start('etcd', 1);
  try {
    await page.getByRole('button', { name: 'Connect to endpoints' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('an-etcd-with-a-name-of-forty-characters-');
    await page.getByRole('dialog').getByLabel('Endpoints').fill(etcd.endpoints[0]!.replace('http://', ''));
    await page.getByRole('dialog').getByRole('button', { name: 'Connect' }).click();
    await page.getByText('1 of 1 members up').waitFor();
    for (const pid of etcd.pids) process.kill(pid, 'SIGSTOP');
    for (const section of sections) {
      await app.show(section);
      await page.waitForTimeout(400);
      await stage.shot(`silent-${section.toLowerCase()}`);
    }
  } finally {
    for (const pid of etcd.pids) process.kill(pid, 'SIGCONT');
    await etcd.stop();
  }
  await page.waitForTimeout(4_000);
  for (const section of ['Keys', 'Leases', 'Maintenance'] as const) {
    await app.show(section);
    await page.waitForTimeout(1_500);
    await stage.shot(`gone-${section.toLowerCase()}`);
  }
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('dialog').waitFor();
  await stage.shot('settings');
};
