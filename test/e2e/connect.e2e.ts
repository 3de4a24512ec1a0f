import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePorts } from '../support/process.ts';
import { Target } from '../support/target.ts';
import { chromiumPath, etcdPath, etcdctlPath, missing } from '../support/tools.ts';
import { Stage, waitMs } from './stage.ts';

const absent = missing(chromiumPath, etcdctlPath, etcdPath);

describe.skipIf(absent !== undefined)('connections to clusters elsewhere', () => {
  let stage: Stage;
  let other: Target;
  const dialog = () => stage.page.getByRole('dialog');
  const menu = async (name: string, item: string): Promise<void> => {
    await stage.page.getByRole('button', { name: `Actions: ${name}` }).first().click();
    await stage.page.getByRole('menuitem', { name: item }).click();
  };
  const saved = () => (JSON.parse(readFileSync(join(stage.app.home, 'remotes.json'), 'utf8')) as { remotes: unknown }).remotes;
  const plain = (target: Target): string => target.endpoints[0]!.replace('http://', '');

  beforeAll(async () => {
    [stage, other] = await Promise.all([Stage.open('etcd'), Target.start('etcd', 1)]);
  });
  afterAll(async () => {
    expect(stage.app.complaints).toEqual([]);
    await other?.stop();
    await stage?.close();
  });

  test('endpoints are tried first: what is wrong with each is said, and it can be kept all the same', async () => {
    const [free] = await freePorts(1);
    await stage.page.getByRole('button', { name: 'Connect to endpoints' }).click();
    await dialog().getByLabel('Name').fill('absent');
    await dialog().getByLabel('Endpoints').fill(`127.0.0.1:${free}\nno-such-host.invalid:2379`);
    await dialog().getByRole('button', { name: 'Connect' }).click();
    await dialog().getByText(`127.0.0.1:${free}: nothing listens there`).waitFor({ timeout: waitMs });
    await dialog().getByText('no-such-host.invalid:2379: this host name is not known').waitFor();
    await dialog().getByRole('button', { name: 'Save anyway' }).click();
    await dialog().waitFor({ state: 'detached', timeout: waitMs });
    await stage.page.locator('.unreachable-banner').getByText(/nothing listens there/).waitFor({ timeout: waitMs });
    await stage.app.show('Members');
    await stage.page.locator('.unreachable-banner').waitFor();
  });

  test('endpoints of two clusters are not one', async () => {
    await stage.page.getByRole('button', { name: 'Connect to endpoints' }).click();
    await dialog().getByLabel('Name').fill('mixed');
    await dialog().getByLabel('Endpoints').fill(`${plain(stage.etcd!)}, ${plain(other)}`);
    await dialog().getByRole('button', { name: 'Connect' }).click();
    await dialog().getByText(/belong to different clusters/).waitFor({ timeout: waitMs });
    await dialog().getByRole('button', { name: 'Cancel' }).click();
    await dialog().waitFor({ state: 'detached' });
  });

  test('a profile gets another name and other endpoints, and the page goes with it', async () => {
    await menu('absent', 'Edit connection');
    await dialog().getByLabel('Name').fill('found');
    await dialog().getByLabel('Endpoints').fill(plain(other));
    await dialog().getByRole('button', { name: 'Save', exact: true }).click();
    await dialog().waitFor({ state: 'detached', timeout: waitMs });
    await stage.page.locator('.unreachable-banner').waitFor({ state: 'detached', timeout: waitMs });
    await stage.app.show('Overview');
    await stage.page.getByRole('heading', { name: 'found' }).waitFor({ timeout: waitMs });
    await stage.page.getByText('1 of 1 members up').waitFor({ timeout: waitMs });
    expect(saved()).toEqual([{ name: 'debian', endpoints: stage.etcd!.endpoints.map((url) => url.replace('http://', '')) }, { name: 'found', endpoints: [plain(other)] }]);
    await menu('found', 'Edit connection');
    await dialog().getByLabel('Name').fill('debian');
    await dialog().getByRole('button', { name: 'Save', exact: true }).click();
    await dialog().getByText(/there is a cluster named debian already/).waitFor({ timeout: waitMs });
    await dialog().getByRole('button', { name: 'Cancel' }).click();
    await dialog().waitFor({ state: 'detached' });
  });

  test('a cluster that goes away is told of, and one that is back is found by a click', async () => {
    await other.stopMember(0);
    await stage.page.locator('.unreachable-banner').getByText(/nothing listens there/).waitFor({ timeout: waitMs });
    await other.startMember(0);
    const gone = stage.page.locator('.unreachable-banner').waitFor({ state: 'detached', timeout: waitMs });
    // The app looks for itself as well, and may be quicker than the click.
    await Promise.race([stage.page.getByRole('button', { name: 'Reconnect' }).click({ timeout: waitMs }), gone]);
    await gone;
    await stage.page.getByText('1 of 1 members up').waitFor({ timeout: waitMs });
  });

  test('a profile is kept over a reload, and forgotten on demand; its cluster is not touched', async () => {
    await stage.page.reload();
    await stage.page.getByRole('heading', { name: 'found' }).waitFor({ timeout: waitMs });
    await menu('found', 'Remove');
    await dialog().getByText(/The cluster itself is not touched/).waitFor();
    await dialog().getByRole('button', { name: 'Remove' }).click();
    await stage.page.getByRole('button', { name: 'Actions: found' }).waitFor({ state: 'detached', timeout: waitMs });
    expect(saved()).toHaveLength(1);
  });
});
