import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { utf8 } from '../../core/base/bytes.ts';
import { keepAliveOnce } from '../../core/client/keep-alive.ts';
import { LeaseService } from '../../core/proto/gen/rpc.ts';
import { chromiumPath, etcdPath, etcdctlPath, missing } from '../support/tools.ts';
import { Stage, waitMs } from './stage.ts';

const absent = missing(chromiumPath, etcdctlPath, etcdPath);

describe.skipIf(absent !== undefined).each(['hosted', 'etcd'] as const)('leases, %s', (kind) => {
  let stage: Stage;
  const row = (id: string) => stage.page.getByTestId(`lease-${id}`);
  const life = (id: string) => stage.client.read(LeaseService.leaseTimeToLive, { id: BigInt(`0x${id}`), keys: true });

  beforeAll(async () => {
    stage = await Stage.open(kind);
  });
  afterAll(async () => {
    await stage?.close();
  });

  test('one is granted with an id of the user’s choice, and keys come under it', async () => {
    await stage.app.show('Leases');
    await stage.page.getByText('No leases').waitFor({ timeout: waitMs });
    await stage.page.getByRole('button', { name: 'Grant a lease' }).first().click();
    const dialog = stage.page.getByRole('dialog');
    await dialog.getByLabel('Time to live, seconds').fill('600');
    await dialog.getByLabel('ID (optional)').fill('0xyz');
    await dialog.getByText('1 to 16 hexadecimal digits').waitFor();
    await dialog.getByLabel('ID (optional)').fill('7F00');
    await dialog.getByRole('button', { name: 'Grant', exact: true }).click();
    await row('7f00').waitFor({ timeout: waitMs });
    expect((await life('7f00')).grantedTtl).toBe(600);
    await row('7f00').getByText('10 min', { exact: true }).waitFor({ timeout: waitMs });
    await stage.ctl('put', 'svc/a', '1', '--lease=7f00');
    await stage.ctl('put', 'svc/b', '2', '--lease=7f00');
    await row('7f00').getByText('svc/a').waitFor({ timeout: waitMs });
    await row('7f00').click();
    await stage.page.getByText('2 keys').waitFor({ timeout: waitMs });
  });

  test('an id that is taken is refused, with what the cluster says', async () => {
    await stage.page.getByRole('button', { name: 'Grant a lease' }).first().click();
    const dialog = stage.page.getByRole('dialog');
    await dialog.getByLabel('ID (optional)').fill('7f00');
    await dialog.getByRole('button', { name: 'Grant', exact: true }).click();
    await dialog.getByText(/lease already exists/).waitFor({ timeout: waitMs });
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'detached' });
  });

  test('a lease of others appears; one that is held outlives its time, and ends when it is let go', async () => {
    await stage.client.leaseGrant(60).then(({ id }) => stage.client.write(LeaseService.leaseRevoke, { id }));
    const { id } = await stage.client.write(LeaseService.leaseGrant, { ttl: 4, id: 0xabcn });
    const hex = id.toString(16);
    // Its owner renews it until the app does.
    let held = false;
    const owner = (async () => {
      while (!held) {
        await keepAliveOnce(stage.client, id);
        await new Promise((resolve) => setTimeout(resolve, 300));
      }
    })();
    await row(hex).getByRole('button', { name: `Keep alive from this app ${hex}` }).click({ timeout: waitMs });
    await expect.poll(() => row(hex).getByRole('button', { name: `Keep alive from this app ${hex}` }).getAttribute('aria-pressed'), { timeout: waitMs }).toBe('true');
    held = true;
    await owner;
    const { grantedTtl } = await life(hex);
    const lastMs = performance.now();
    // Past its time it is still there.
    await expect.poll(() => performance.now() - lastMs, { timeout: 60_000, interval: 200 }).toBeGreaterThan((grantedTtl + 1) * 1000);
    expect((await life(hex)).ttl).toBeGreaterThan(0);
    await row(hex).getByRole('button', { name: `Keep alive from this app ${hex}` }).click();
    await row(hex).waitFor({ state: 'detached', timeout: waitMs });
    expect((await life(hex)).ttl).toBe(-1);
  });

  test('it is renewed once', async () => {
    await stage.client.write(LeaseService.leaseGrant, { ttl: 100, id: 0xdefn });
    await row('def').waitFor({ timeout: waitMs });
    await expect.poll(async () => (await life('def')).ttl, { timeout: waitMs }).toBeLessThan(99);
    await row('def').getByRole('button', { name: 'Keep alive once def' }).click();
    await expect.poll(async () => (await life('def')).ttl, { timeout: waitMs }).toBeGreaterThanOrEqual(99);
  });

  test('a key is put under a lease in its editor, and taken from it, its bytes unchanged', async () => {
    await stage.ctl('put', 'svc/c', 'three');
    await stage.openKey('svc/c');
    await stage.page.locator('.key-facts').getByRole('button', { name: 'none' }).click();
    const dialog = stage.page.getByRole('dialog');
    await dialog.getByLabel('A lease that exists').check();
    await dialog.getByLabel('Lease ID, hexadecimal').fill('7f00');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached', timeout: waitMs });
    expect((await life('7f00')).keys).toHaveLength(3);
    await stage.page.locator('.key-facts').getByRole('button', { name: '7f00' }).click({ timeout: waitMs });
    await dialog.getByLabel('No lease').check();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached', timeout: waitMs });
    const { kvs } = await stage.client.range({ key: utf8('svc/c') });
    expect(kvs[0]).toMatchObject({ lease: 0n, value: Buffer.from('three') });
  });

  test('revoking says what is deleted, and deletes it', async () => {
    await stage.app.show('Leases');
    await row('7f00').getByText('svc/a').waitFor({ timeout: waitMs });
    await row('7f00').getByRole('button', { name: 'Revoke 7f00' }).click();
    const dialog = stage.page.getByRole('dialog');
    await dialog.getByText('2 keys are under it, and are deleted at once.').waitFor({ timeout: waitMs });
    await dialog.getByRole('button', { name: 'Revoke' }).click();
    await row('7f00').waitFor({ state: 'detached', timeout: waitMs });
    expect(await stage.ctl('get', '--prefix', 'svc/', '--keys-only')).toBe('svc/c\n\n');
  });

  test('of very many leases only those in sight are asked for', async () => {
    for (let i = 0; i < 3_000; i += 100) await Promise.all(Array.from({ length: 100 }, (_, j) => stage.client.write(LeaseService.leaseGrant, { ttl: 3_000, id: BigInt(0x10_0000 + i + j) })));
    await stage.page.getByText('3,001 leases').waitFor({ timeout: waitMs });
    const asked: string[] = [];
    const session = await stage.app.context.newCDPSession(stage.page);
    await session.send('Network.enable');
    session.on('Network.webSocketFrameSent', ({ response }) => {
      if (response.payloadData.includes('"leases.details"')) asked.push(response.payloadData);
    });
    await stage.page.locator('.lease-scroll').first().evaluate((list) => list.scrollTo(0, 1e9));
    const last = (0x10_0000 + 2_999).toString(16);
    await row(last).getByText('50 min').waitFor({ timeout: waitMs });
    const ids = new Set(asked.flatMap((frame) => (JSON.parse(frame) as { input: { leases: string[] } }).input.leases));
    expect(ids.has(last)).toBe(true);
    expect(ids.size).toBeLessThan(150);
    expect(await stage.page.locator('.lease-row').count()).toBeLessThan(60);
  });

  test('the page has met no error of its own', () => {
    expect(stage.app.complaints).toEqual([]);
  });
});
