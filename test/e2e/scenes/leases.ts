import { utf8 } from '../../../core/base/bytes.ts';
import { KVService, LeaseService } from '../../../core/proto/gen/rpc.ts';
import type { Scene } from '../shots.ts';

const names = ['/services/payments/instances/10.42.3.17:8080', '/services/payments/instances/10.42.3.18:8080', '/locks/deploy', '/sessions/7c3f9a', '/election/scheduler/694d8e3b', '/服务/实例/1'];

/** Leases: none, a few with their keys, a hundred thousand. */
export const leases: Scene = async (stage) => {
  const { page, app } = stage;
  const client = await stage.client();
  const grant = (id: bigint, ttl: number) => client.write(LeaseService.leaseGrant, { id, ttl });
  await app.show('Leases');
  await page.getByText('No leases').waitFor();
  await stage.shot('leases-empty');
  for (let i = 0; i < 9; i++) {
    const id = 0x694d8e3b7c1f0a00n + BigInt(i * 37);
    await grant(id, [12, 30, 60, 600, 3_600, 90_000, 15, 45, 300][i]!);
    for (let k = 0; k < (i * 2) % 7; k++) await client.write(KVService.put, { key: utf8(`${names[(i + k) % names.length]}/${i}`), value: utf8('x'), lease: id });
  }
  await grant(0x77n, 20);
  for (let i = 0; i < 2_000; i++) await client.write(KVService.put, { key: utf8(`/${'a-service-with-a-very-long-name-indeed-'.repeat(3)}/instance-${i}`), value: utf8('x'), lease: 0x77n });
  await page.getByTestId('lease-77').getByText('2,000').waitFor();
  await page.getByTestId('lease-77').getByRole('button', { name: /^Keep alive from/ }).click();
  await page.getByTestId('lease-694d8e3b7c1f0a25').click();
  await page.locator('.lease-key').first().waitFor();
  await stage.shot('leases');
  await page.getByTestId('lease-77').getByRole('button', { name: 'Revoke 77' }).click();
  await page.getByRole('dialog').waitFor();
  await stage.shot('leases-revoke');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Grant a lease' }).click();
  await page.getByRole('dialog').waitFor();
  await stage.shot('leases-grant');
  await page.keyboard.press('Escape');
  await app.show('Keys');
  await page.getByRole('button', { name: 'Open a key by its name' }).click();
  await page.getByRole('dialog').getByLabel('Key', { exact: true }).fill('/locks/deploy/1');
  await page.keyboard.press('Enter');
  await page.locator('.key-facts').getByRole('button').click();
  await page.getByRole('dialog').getByLabel('A lease that exists').waitFor();
  await stage.shot('key-lease');
  await page.keyboard.press('Escape');
  // Once is enough: what it shows of so many is the same in both colours.
  if (stage.colorScheme === 'dark') return;
  for (let i = 0; i < 100_000; i += 500) await Promise.all(Array.from({ length: 500 }, (_, j) => grant(BigInt(0x1000_0000 + i + j), 3_600)));
  await app.show('Leases');
  await page.getByText(/^100,0\d\d leases$/).waitFor({ timeout: 60_000 });
  await page.locator('.lease-scroll').first().evaluate((list) => list.scrollTo(0, list.scrollHeight / 2));
  await page.getByText('1 h', { exact: true }).first().waitFor();
  await stage.shot('leases-100000');
};
