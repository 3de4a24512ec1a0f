import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { utf8 } from '../../core/base/bytes.ts';
import { AlarmRequestAlarmAction as Action, AlarmType, KVService, MaintenanceService } from '../../core/proto/gen/rpc.ts';
import { tempFolder, type TempFolder } from '../support/process.ts';
import { chromiumPath, etcdctl, etcdPath, etcdctlPath, missing } from '../support/tools.ts';
import { Stage, waitMs } from './stage.ts';

const absent = missing(chromiumPath, etcdctlPath, etcdPath);

describe.skipIf(absent !== undefined).each(['hosted', 'etcd'] as const)('maintenance, %s', (kind) => {
  let stage: Stage;
  let folder: TempFolder;
  const dialog = () => stage.page.getByRole('dialog');
  const member = kind === 'hosted' ? 'm2' : 'm1';

  beforeAll(async () => {
    folder = tempFolder('maintenance');
    stage = await Stage.open(kind);
    for (let i = 0; i < 200; i++) await stage.client.write(KVService.put, { key: utf8(`fill/${i % 50}`), value: new Uint8Array(2_000).fill(i) });
    await stage.app.show('Maintenance');
  });
  afterAll(async () => {
    expect(stage.app.complaints).toEqual([]);
    await stage?.close();
    folder.remove();
  });

  test('a compaction says what becomes unreachable, and makes it so', async () => {
    const revision = (await stage.client.range({ key: utf8('x') })).header!.revision;
    await stage.page.getByText(/Never compacted: revisions 1 to/).waitFor({ timeout: waitMs });
    await stage.page.getByLabel('Compact at revision').fill(String(revision + 1_000));
    await stage.page.getByText(/choose that or an earlier one/).waitFor();
    expect(await stage.page.getByRole('button', { name: 'Compact', exact: true }).isDisabled()).toBe(true);
    await stage.page.getByLabel('Compact at revision').fill(String(revision - 10));
    await stage.page.getByRole('button', { name: 'Compact', exact: true }).click();
    await dialog().getByText(`Revisions 1 to ${revision - 11} can then no longer be read`).waitFor();
    await dialog().getByRole('button', { name: 'Compact' }).click();
    await stage.page.getByText(`Compacted at revision ${revision - 10}: revisions ${revision - 10} to`).waitFor({ timeout: waitMs });
    await expect(stage.client.range({ key: utf8('x'), revision: revision - 11 })).rejects.toThrow(/has been compacted/);
    await stage.client.range({ key: utf8('x'), revision: revision - 10 });
    await stage.page.getByLabel('Compact at revision').fill('5');
    await stage.page.getByText(/is compacted at revision .* already/).waitFor();
  });

  test('a member is defragmented, after what it means for the quorum', async () => {
    await stage.page.getByRole('button', { name: `Defragment ${member}` }).click();
    await dialog().locator('.quorum-table').waitFor();
    await dialog().getByRole('button', { name: 'Defragment' }).click();
    await stage.page.getByTestId(`storage-${member}`).getByText(/defragmented in/).waitFor({ timeout: waitMs });
    expect(await stage.ctl('get', 'fill/1', '--print-value-only')).not.toBe('');
  });

  test('all members are defragmented, the leader last', async () => {
    await stage.page.getByRole('button', { name: 'Defragment all' }).click();
    await dialog().getByText(/the leader last/).waitFor();
    await dialog().getByRole('button', { name: 'Defragment' }).click();
    await expect.poll(() => stage.page.locator('.storage-outcome[data-kind="done"]').count(), { timeout: 60_000 }).toBe(kind === 'hosted' ? 3 : 1);
  });

  test('a snapshot is saved, whole and checked; nothing is written over; a browser can have it', async () => {
    const path = join(folder.path, 'copies', 'first.db');
    await stage.page.getByLabel('File on the machine of this app').fill(path);
    await stage.page.getByRole('button', { name: 'Save', exact: true }).click();
    await stage.page.getByText(/saved and verified/).waitFor({ timeout: waitMs });
    expect(existsSync(`${path}.part`)).toBe(false);
    const status = await etcdctl([], ['snapshot', 'status', path, '-w', 'json']);
    expect(status.stderr).toBe('');
    expect((JSON.parse(status.stdout) as { totalKey: number }).totalKey).toBeGreaterThanOrEqual(50);
    const [download] = await Promise.all([stage.page.waitForEvent('download'), stage.page.getByRole('link', { name: 'Download' }).click()]);
    expect(download.suggestedFilename()).toBe('first.db');
    expect(readFileSync((await download.path())!).equals(readFileSync(path))).toBe(true);
    writeFileSync(join(folder.path, 'mine'), 'precious');
    await stage.page.getByLabel('File on the machine of this app').fill(join(folder.path, 'mine'));
    await stage.page.getByRole('button', { name: 'Save', exact: true }).click();
    await stage.page.getByText(/exists already/).waitFor({ timeout: waitMs });
    expect(readFileSync(join(folder.path, 'mine'), 'utf8')).toBe('precious');
  });

  test('an alarm shows by itself, and is disarmed', async () => {
    await stage.page.getByText('No alarm is raised.').waitFor({ timeout: waitMs });
    const { header } = await stage.client.status(0);
    await stage.client.write(MaintenanceService.alarm, { action: Action.ACTIVATE, memberId: header!.memberId, alarm: AlarmType.NOSPACE });
    await stage.page.getByTestId('alarm-NOSPACE').waitFor({ timeout: waitMs });
    await stage.app.show('Members');
    await stage.page.locator('.member-alarm', { hasText: 'NOSPACE' }).waitFor({ timeout: waitMs });
    expect(await stage.page.locator('.member-alarm').count()).toBe(1);
    await stage.app.show('Maintenance');
    await stage.page.getByTestId('alarm-NOSPACE').getByRole('button', { name: 'Disarm' }).click();
    await dialog().getByText(/Make room first/).waitFor();
    await dialog().getByRole('button', { name: 'Disarm' }).click();
    await stage.page.getByText('No alarm is raised.').waitFor({ timeout: waitMs });
    await stage.ctl('put', 'there/is/room', 'again');
  });

  test('members are compared at one revision', async () => {
    await stage.page.getByRole('button', { name: 'Compare', exact: true }).click();
    await stage.page.locator('.hash-verdict').waitFor({ timeout: waitMs });
    expect(await stage.page.locator('.hash-verdict').getAttribute('data-kind')).toBe(kind === 'hosted' ? 'same' : 'alone');
  });
});
