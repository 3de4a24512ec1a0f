import { utf8 } from '../../../core/base/bytes.ts';
import { KVService } from '../../../core/proto/gen/rpc.ts';
import type { Scene } from '../shots.ts';

const config = (replicas: number, image: string): string =>
  JSON.stringify({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'payments', labels: { team: 'core', tier: 'backend' } }, spec: { replicas, template: { image, ports: [8080, 9090], env: { LOG_LEVEL: 'info' } } } }, undefined, 2);

/** A key that lived twice, one with very many revisions, one that was compacted, one that never was. */
export const history: Scene = async (stage) => {
  const { page, app } = stage;
  const client = await stage.client();
  const put = (key: string, value: string | Uint8Array) => client.write(KVService.put, { key: utf8(key), value: typeof value === 'string' ? utf8(value) : value });
  const open = async (key: string): Promise<void> => {
    await page.getByRole('button', { name: 'Open a key by its name' }).click();
    await page.getByRole('dialog').getByLabel('Key', { exact: true }).fill(key);
    await page.getByRole('dialog').getByRole('button', { name: 'Open', exact: true }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  };
  const name = '/registry/deployments/production/payments';
  for (const version of ['1.40.0', '1.41.0', '1.41.2']) await put(name, config(3, `registry.example/payments:${version}`));
  await client.write(KVService.deleteRange, { key: utf8(name) });
  for (const replicas of [3, 5, 8, 12, 8]) await put(name, config(replicas, 'registry.example/payments:1.42.0'));
  await put('/binary', new Uint8Array([1, 2, 3, 0xff, 0xfe]));
  await put('/binary', new Uint8Array([1, 2, 4, 0xff, 0xfe, 0x41]));
  await app.show('Keys');
  await open(name);
  await page.getByRole('tab', { name: 'History' }).click();
  await page.locator('.diff-line').first().waitFor();
  await page.getByText('This is the beginning').waitFor();
  await stage.shot('history');
  await page.getByRole('button', { name: /^Put back/ }).first().click();
  await page.getByRole('dialog').waitFor();
  await stage.shot('history-put-back');
  await page.keyboard.press('Escape');
  await open('/binary');
  await page.locator('.diff-line').first().waitFor();
  await stage.shot('history-binary');
  await open('/never-was');
  await page.getByText('Nothing is known of this key').waitFor();
  await stage.shot('history-none');
  const key = '/counters/requests';
  let revision = 0;
  for (let i = 0; i < 400; i++) revision = (await put(key, `{"total":${i * 17}}`)).header!.revision;
  await client.write(KVService.compact, { revision: revision - 30 });
  await open(key);
  await page.getByText(/Compacted at revision/).waitFor();
  await page.locator('.history-scroll').evaluate((list) => list.scrollTo(0, 1e9));
  await page.getByText(/Older revisions were compacted away/).waitFor();
  await stage.shot('history-floor');
  await page.getByRole('tab', { name: 'Value' }).click();
  await open('/never-was');
  await page.getByText('There is no such key now').waitFor();
  await stage.shot('key-absent');
};
