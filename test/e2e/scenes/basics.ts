import { utf8 } from '../../../core/base/bytes.ts';
import type { EtcdClient } from '../../../core/client/etcd-client.ts';
import { KVService, PutRequest, RequestOp } from '../../../core/proto/gen/rpc.ts';
import type { Scene } from '../shots.ts';

const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web-7d4b9c6f5d-x2v8k', namespace: 'production', labels: { app: 'web', tier: 'frontend' } }, spec: { nodeName: 'node-3', containers: [{ name: 'web', image: 'registry.example/web:1.42.0', ports: [{ containerPort: 8080 }] }] }, status: { phase: 'Running', podIP: '10.42.3.17' } };

async function fill(client: EtcdClient, rows: number): Promise<void> {
  const put = (key: string, value: string | Uint8Array) => RequestOp.create({ requestPut: PutRequest.create({ key: utf8(key), value: typeof value === 'string' ? utf8(value) : value }) });
  await client.txn({
    success: [
      put('/registry/pods/production/web-7d4b9c6f5d-x2v8k', JSON.stringify(pod, undefined, 2)), put('/registry/pods/production/web-7d4b9c6f5d-9mqpl', JSON.stringify(pod)),
      put('/registry/services/specs/default/kubernetes', '{}'), put('/registry/leases/kube-system/kube-scheduler', 'x'), put('/config/feature-flags', '{"darkMode":true,"beta":["watch","leases"]}'),
      put('/config/database/url', 'postgres://db.internal:5432/app'), put('/config/database/pool-size', '32'), put('locks/deploy', 'host-17'), put('binary', new Uint8Array([0xff, 0xfe, 0x00, 0x01, 0x41, 0x42])),
      put(`/a-very-long-name/${'service-mesh-configuration-for-the-internal-payments-platform-'.repeat(3)}`, 'long'), put('服务/配置', '值'),
    ],
  });
  for (let i = 0; i < rows; i += 120) await client.txn({ success: Array.from({ length: Math.min(120, rows - i) }, (_, j) => put(`/registry/events/event-${String(i + j).padStart(6, '0')}`, `event ${i + j}`)) });
}

/** The first screens: keys, watch, members, from an empty cluster to one that is degraded. */
export const basics: Scene = async (stage) => {
  const { app, page } = stage;
  await page.getByText('3 of 3 members up').waitFor();
  await app.show('Keys');
  await page.getByText('No keys here').waitFor();
  await stage.shot('keys-empty');
  const client = await stage.client();
  await fill(client, 100_000);
  await stage.shot('overview');
  await app.show('Keys');
  const row = (name: string) => page.getByRole('treeitem').filter({ has: page.locator('.tree-name', { hasText: new RegExp(`^${name}$`) }) });
  for (const name of ['/', 'registry/', 'pods/', 'production/']) await row(name).first().click();
  await row('web-7d4b9c6f5d-x2v8k').click();
  await page.locator('.cm-line').nth(5).waitFor();
  await stage.shot('keys');
  await row('events/').first().click();
  await row('event-000000').waitFor();
  await stage.shot('keys-100000');
  await page.getByLabel('Go to prefix').fill('/registry/events/');
  await page.keyboard.press('Enter');
  await page.getByRole('treeitem').filter({ hasText: 'event-000000' }).waitFor();
  await page.locator('.tree').evaluate((tree) => tree.scrollTo(0, 1e9));
  await stage.shot('keys-scrolled');
  await page.getByLabel('Go to prefix').fill('');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'New key' }).first().click();
  await page.getByRole('dialog').waitFor();
  await stage.shot('new-key');
  await page.keyboard.press('Escape');
  await app.show('Watch');
  await stage.shot('watch-idle');
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await page.getByText(/Watching from revision/).waitFor();
  for (let i = 0; i < 40; i++) {
    if (i % 7 === 3) await client.write(KVService.deleteRange, { key: utf8(`/jobs/job-${i - 1}`) });
    else await client.write(KVService.put, { key: utf8(`/jobs/job-${i}`), value: utf8(JSON.stringify({ state: 'running', attempt: i % 3, worker: `worker-${i % 5}` })) });
  }
  await page.locator('.watch-line').nth(20).waitFor();
  await page.locator('.watch-line').nth(3).click();
  await stage.shot('watch');
  await app.show('Members');
  await page.getByTestId('member-m1').waitFor();
  await stage.shot('members');
  await page.getByTestId('member-m2').getByRole('button', { name: 'Kill m2' }).click();
  await page.getByRole('dialog').waitFor();
  await stage.shot('kill');
  await page.getByRole('dialog').getByRole('button', { name: 'Kill' }).click();
  await page.getByTestId('member-m2').getByRole('button', { name: 'Start m2' }).waitFor();
  await page.getByText('2 of 3 members up').waitFor();
  await stage.shot('members-one-down');
  await page.keyboard.press('Control+k');
  await page.getByPlaceholder('Search commands and keys').waitFor();
  await stage.shot('palette');
  await page.getByPlaceholder('Search commands and keys').press('Escape');
  await page.getByPlaceholder('Search commands and keys').waitFor({ state: 'hidden' });
  await app.show('Overview');
  await stage.shot('overview-degraded');
};
