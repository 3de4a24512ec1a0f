import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { utf8 } from '../../core/base/bytes.ts';
import { ClusterService, KVService } from '../../core/proto/gen/rpc.ts';
import { freePorts, Program, tempFolder, type TempFolder } from '../support/process.ts';
import { chromiumPath, etcdPath, etcdctlPath, missing } from '../support/tools.ts';
import { Stage, waitMs } from './stage.ts';

const absent = missing(chromiumPath, etcdctlPath, etcdPath);
/** etcd takes members for healthy only when their links have held for five seconds. */
const healthyMs = 60_000;

describe.skipIf(absent !== undefined)('changes of members', () => {
  let stage: Stage;
  const row = (name: string) => stage.page.getByTestId(`member-${name}`);
  const dialog = () => stage.page.getByRole('dialog');
  const menu = async (name: string, item: string): Promise<void> => {
    await stage.page.getByRole('button', { name: `Actions: ${name}` }).click();
    await stage.page.getByRole('menuitem', { name: item }).click();
  };
  const members = async () => (await stage.client.read(ClusterService.memberList, {})).members;
  /** Confirms; again when the cluster does not yet have its members' links for steady. */
  const confirm = async (name: string): Promise<void> => {
    const button = dialog().getByRole('button', { name, exact: true });
    await button.click({ timeout: waitMs });
    await expect.poll(async () => {
      if (await dialog().getByText(/unhealthy cluster/).count() > 0) await button.click({ timeout: 500 }).catch(() => {});
      return button.count();
    }, { timeout: healthyMs, interval: 250 }).toBe(0);
  };
  const figures = (): Promise<string[]> => dialog().locator('.quorum-table tbody tr').evaluateAll((rows) => rows.map((tr) => [...tr.querySelectorAll('td')].map((td) => td.textContent).join(' ')));

  describe('of a hosted cluster', () => {
    beforeAll(async () => {
      stage = await Stage.open('hosted');
      await stage.app.show('Members');
    });
    afterAll(async () => {
      expect(stage.app.complaints).toEqual([]);
      await stage?.close();
    });

    test('what a change means is told before it is made', async () => {
      await stage.page.getByRole('button', { name: 'Add a member' }).click();
      expect(await figures()).toEqual(['3 3', '2 2', '1 1']);
      await dialog().getByText('As a voter').click();
      expect(await figures()).toEqual(['3 4 4', '2 3 3', '1 0 1']);
      await dialog().getByText('As a learner').click();
    });

    test('a learner is added, started by a click, and catches up', async () => {
      await confirm('Add');
      await row('m4').getByText('Stopped', { exact: true }).first().waitFor({ timeout: waitMs });
      expect((await members()).filter((member) => member.isLearner)).toHaveLength(1);
      await stage.page.getByRole('button', { name: 'Actions: m4' }).click();
      await stage.page.getByRole('menuitem', { name: /^Promote/ }).and(stage.page.locator('[data-disabled]')).getByText(/not yet at 90 %/).waitFor();
      await stage.page.keyboard.press('Escape');
      await row('m4').getByRole('button', { name: 'Start m4' }).click();
      await row('m4').getByText('Learner', { exact: true }).first().waitFor({ timeout: waitMs });
      await row('m4').getByRole('progressbar').waitFor({ timeout: waitMs });
      await row('m4').getByRole('button', { name: 'Promote' }).waitFor({ timeout: waitMs });
    });

    test('a second learner is refused before it is asked for, by the cluster’s own limit', async () => {
      await stage.page.getByRole('button', { name: 'Add a member' }).click();
      await dialog().getByRole('alert').getByText(/as many learners as --max-learners allows/).waitFor();
      expect(await dialog().getByRole('button', { name: 'Add', exact: true }).isDisabled()).toBe(true);
      await stage.page.keyboard.press('Escape');
    });

    test('a learner that stops is seen to fall behind by what the leader knows, and to catch up', async () => {
      const bar = row('m4').getByRole('progressbar');
      const share = async (): Promise<number> => Number(await bar.getAttribute('aria-valuenow'));
      await expect.poll(() => bar.getAttribute('title'), { timeout: waitMs }).toContain('as the leader knows it');
      await row('m4').getByRole('button', { name: 'Stop m4' }).click();
      await dialog().getByRole('button', { name: 'Stop' }).click();
      await row('m4').getByRole('button', { name: 'Start m4' }).waitFor({ timeout: waitMs });
      const { raftIndex } = await stage.client.status(0);
      const puts = Math.ceil(raftIndex / 4);
      for (let i = 0; i < puts; i++) await stage.client.write(KVService.put, { key: utf8(`behind/${i}`), value: utf8('x') });
      await expect.poll(share, { timeout: waitMs }).toBeLessThan(90);
      expect(await row('m4').getByRole('button', { name: 'Promote' }).count()).toBe(0);
      await stage.page.getByRole('button', { name: 'Actions: m4' }).click();
      await stage.page.getByRole('menuitem', { name: /^Promote/ }).and(stage.page.locator('[data-disabled]')).getByText(/not yet at 90 %/).waitFor();
      await stage.page.keyboard.press('Escape');
      await row('m4').getByRole('button', { name: 'Start m4' }).click();
      await expect.poll(share, { timeout: waitMs }).toBe(100);
    });

    test('it is promoted', async () => {
      await row('m4').getByRole('button', { name: 'Promote' }).click({ timeout: waitMs });
      expect(await figures()).toEqual(['3 4', '2 3', '1 1']);
      await confirm('Promote');
      await stage.page.getByText('4 of 4 members up').waitFor({ timeout: waitMs });
      expect((await members()).every((member) => !member.isLearner && member.name !== '')).toBe(true);
    });

    test('leadership is moved, and the app follows', async () => {
      await menu('m4', 'Make it the leader');
      await confirm('Make it the leader');
      await row('m4').getByText('Leader', { exact: true }).waitFor({ timeout: waitMs });
    });

    test('the leader itself is removed, with its data; its name is not given again', async () => {
      await menu('m4', 'Remove from the cluster');
      expect(await figures()).toEqual(['4 3', '3 2', '1 1']);
      await confirm('Remove from the cluster');
      await row('m4').waitFor({ state: 'detached', timeout: waitMs });
      await stage.page.getByText('3 of 3 members up').waitFor({ timeout: waitMs });
      expect(await members()).toHaveLength(3);
      await stage.page.getByRole('button', { name: 'Add a member' }).click();
      await confirm('Add');
      await row('m5').waitFor({ timeout: waitMs });
      await menu('m5', 'Remove from the cluster');
      await confirm('Remove from the cluster');
      await row('m5').waitFor({ state: 'detached', timeout: waitMs });
    });

    test('what would cost the quorum is disabled, and says why', async () => {
      await row('m3').getByRole('button', { name: 'Kill m3' }).click();
      await dialog().getByRole('button', { name: 'Kill' }).click();
      await row('m3').getByRole('button', { name: 'Start m3' }).waitFor({ timeout: waitMs });
      await stage.page.getByText('2 of 3 members up').waitFor({ timeout: waitMs });
      await stage.page.getByRole('button', { name: 'Actions: m1' }).click();
      await stage.page.locator('[role=menuitem][data-disabled]', { hasText: 'Remove from the cluster' }).getByText(/too few of its voters are up/).waitFor();
      await stage.page.keyboard.press('Escape');
      await stage.page.getByRole('button', { name: 'Add a member' }).click();
      await dialog().getByRole('alert').getByText(/too few of its voters are up/).waitFor();
      expect(await dialog().getByRole('button', { name: 'Add', exact: true }).isDisabled()).toBe(true);
    });
  });

  test('a cluster that promotes its learners by itself', async () => {
    stage = await Stage.open('hosted');
    try {
      await stage.page.getByRole('button', { name: 'New cluster' }).click();
      await dialog().getByLabel('Name').fill('steady');
      await dialog().getByText('1', { exact: true }).click();
      await dialog().getByRole('checkbox', { name: 'Promote learners automatically' }).check();
      await dialog().getByRole('button', { name: 'Create' }).click();
      await stage.page.getByText('1 of 1 members up').waitFor({ timeout: waitMs });
      await stage.app.show('Members');
      await stage.page.getByRole('button', { name: 'Add a member' }).click();
      await dialog().getByText('promotes it once it has been in sync for 10 s').waitFor({ timeout: waitMs });
      await confirm('Add');
      await row('m2').getByRole('button', { name: 'Start m2' }).click();
      await row('m2').getByText(/Will be promoted in \d+ s/).waitFor({ timeout: waitMs });
      await stage.page.getByText('2 of 2 members up').waitFor({ timeout: healthyMs });
      await row('m2').getByText('Follower', { exact: true }).waitFor({ timeout: waitMs });
      expect(await row('m2').getByText('Will be promoted').count()).toBe(0);
      expect(stage.app.complaints).toEqual([]);
    } finally {
      await stage.close();
    }
  });

  test('promotion by itself is chosen later, and members take it up one by one', async () => {
    stage = await Stage.open('hosted');
    try {
      await stage.app.show('Members');
      await stage.page.getByRole('button', { name: 'Actions: local' }).click();
      await stage.page.getByRole('menuitem', { name: 'Cluster settings' }).click();
      await dialog().getByRole('checkbox', { name: 'Promote learners automatically' }).check();
      await dialog().getByRole('textbox', { name: 'Seconds in sync' }).fill('2');
      await dialog().getByRole('button', { name: 'Save' }).click();
      await dialog().getByText(/run with the settings from before: (m\d(, )?){3}\./).waitFor({ timeout: waitMs });
      expect(await figures()).toEqual(['3 3', '2 2', '1 0']);
      await stage.page.keyboard.press('Escape');
      await row('m1').getByText('New settings when restarted').waitFor({ timeout: waitMs });

      await row('m3').getByRole('button', { name: 'Kill m3' }).click();
      await dialog().getByRole('button', { name: 'Kill' }).click();
      await stage.page.getByText('2 of 3 members up').waitFor({ timeout: waitMs });
      await stage.page.keyboard.press('Control+k');
      await stage.page.getByRole('textbox', { name: 'Search commands and keys' }).fill('cluster settings');
      await stage.page.keyboard.press('Enter');
      await dialog().getByText(/from before: (m[12](, )?){2}\./).waitFor({ timeout: waitMs });
      await dialog().getByRole('alert').getByText(/Another voter is down/).waitFor();
      const restart = dialog().getByRole('button', { name: 'Restart one by one' });
      expect(await restart.isDisabled()).toBe(true);
      await stage.page.keyboard.press('Escape');
      await row('m3').getByRole('button', { name: 'Start m3' }).click();
      await stage.page.getByText('3 of 3 members up').waitFor({ timeout: waitMs });

      await menu('m1', 'Restart');
      await confirm('Restart');
      await stage.page.getByText('m1 is back').waitFor({ timeout: waitMs });
      await stage.page.getByRole('button', { name: 'Actions: local' }).click();
      await stage.page.getByRole('menuitem', { name: 'Cluster settings' }).click();
      await dialog().getByText('from before: m2.').waitFor({ timeout: waitMs });
      await restart.click();
      await stage.page.getByText('All members run with the new settings').waitFor({ timeout: healthyMs });
      await restart.waitFor({ state: 'detached', timeout: waitMs });
      await stage.page.keyboard.press('Escape');

      await stage.page.getByRole('button', { name: 'Add a member' }).click();
      await dialog().getByText('promotes it once it has been in sync for 2 s').waitFor({ timeout: waitMs });
      expect(stage.app.complaints).toEqual([]);
    } finally {
      await stage.close();
    }
  });

  describe('of Debian’s etcd', () => {
    let newcomer: Program | undefined;
    let folder: TempFolder;
    beforeAll(async () => {
      folder = tempFolder('newcomer');
      stage = await Stage.open('etcd', 3);
      await stage.app.show('Members');
    });
    afterAll(async () => {
      expect(stage.app.complaints).toEqual([]);
      await newcomer?.end('SIGKILL');
      await stage?.close();
      folder.remove();
    });

    test('a learner is added, and started with the very command that the app gives', async () => {
      const [peer, client] = await freePorts(2);
      await stage.page.getByRole('button', { name: 'Add a member' }).click();
      await dialog().getByLabel('Peer URLs').fill(`127.0.0.1:${peer}`);
      await dialog().getByRole('button', { name: 'Add', exact: true }).click();
      await dialog().getByText(/a peer URL is a scheme, a host and a port/).waitFor({ timeout: waitMs });
      await dialog().getByLabel('Peer URLs').fill(`http://127.0.0.1:${peer}`);
      await confirm('Add');
      await dialog().getByLabel('Name').fill('m4');
      await dialog().getByLabel('Data folder').fill(join(folder.path, 'm4'));
      await dialog().getByLabel('Client URL').fill(`http://127.0.0.1:${client}`);
      const command = (await dialog().locator('.join-text').first().textContent())!;
      await stage.page.keyboard.press('Escape');
      newcomer = new Program('etcd m4', '/bin/sh', ['-c', `exec ${command.replace(/^etcd/, etcdPath)}`]);
      await row('m4').getByText('Learner', { exact: true }).waitFor({ timeout: healthyMs });
    });

    test('its leader tells no progress: the bar goes by what both have committed', async () => {
      const bar = row('m4').getByRole('progressbar');
      await bar.waitFor({ timeout: waitMs });
      expect(await bar.getAttribute('title')).toContain('by what both have committed');
      await expect.poll(async () => Number(await bar.getAttribute('aria-valuenow')), { timeout: waitMs }).toBeGreaterThan(90);
    });

    test('nor how many learners it takes: the dialog doubts, and shows what it says', async () => {
      await stage.page.getByRole('button', { name: 'Add a member' }).click();
      await dialog().getByLabel('Peer URLs').fill('http://127.0.0.1:1');
      await dialog().getByRole('note').getByText(/Without a larger --max-learners/).waitFor();
      const button = dialog().getByRole('button', { name: 'Add', exact: true });
      await expect.poll(async () => {
        await button.click();
        return dialog().getByText('too many learner members in cluster').count();
      }, { timeout: healthyMs, interval: 500 }).toBe(1);
      await stage.page.keyboard.press('Escape');
    });

    test('a peer URL of another member is not taken', async () => {
      const taken = (await members()).find((member) => member.name === 'm1')!.peerUrls[0]!;
      await menu('m2', 'Change its peer URLs');
      await dialog().getByLabel('Peer URLs').fill(taken);
      await dialog().getByRole('alert').getByText('Another member has this peer URL').waitFor();
      expect(await dialog().getByRole('button', { name: 'Save' }).isDisabled()).toBe(true);
      await stage.page.keyboard.press('Escape');
    });

    test('it is promoted, leads, and is removed', async () => {
      await row('m4').getByRole('button', { name: 'Promote' }).click({ timeout: waitMs });
      await confirm('Promote');
      await stage.page.getByText('4 of 4 members up').waitFor({ timeout: healthyMs });
      await menu('m4', 'Make it the leader');
      await confirm('Make it the leader');
      await row('m4').getByText('Leader', { exact: true }).waitFor({ timeout: waitMs });
      await menu('m4', 'Remove from the cluster');
      await confirm('Remove from the cluster');
      await row('m4').waitFor({ state: 'detached', timeout: waitMs });
      await stage.page.getByText('3 of 3 members up').waitFor({ timeout: healthyMs });
      expect(await stage.ctl('member', 'list')).not.toContain('m4');
    });

    test('peer URLs are changed', async () => {
      const before = (await members()).find((member) => member.name === 'm2')!.peerUrls[0]!;
      const after = before.replace('127.0.0.1', 'localhost');
      await menu('m2', 'Change its peer URLs');
      await dialog().getByLabel('Peer URLs').fill(after);
      await confirm('Save');
      await expect.poll(async () => (await members()).find((member) => member.name === 'm2')!.peerUrls, { timeout: waitMs }).toEqual([after]);
    });
  });
});
