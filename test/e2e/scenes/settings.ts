import type { Scene } from '../shots.ts';

/** Settings of a hosted cluster, and the restart that they need: offered, and refused while a voter is down. */
export const settings: Scene = async (stage) => {
  const { page, app } = stage;
  const dialog = page.getByRole('dialog');
  const open = async (): Promise<void> => {
    await page.getByRole('button', { name: 'Actions: local' }).click();
    await page.getByRole('menuitem', { name: 'Cluster settings' }).click();
    await dialog.waitFor();
  };
  await open();
  await stage.shot('cluster-settings');
  await dialog.getByRole('checkbox', { name: 'Promote learners automatically' }).check();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.getByText('settings from before').waitFor();
  await stage.shot('cluster-settings-saved');
  await page.keyboard.press('Escape');
  await app.show('Members');
  await page.getByRole('button', { name: 'Kill m3' }).click();
  await dialog.getByRole('button', { name: 'Kill' }).click();
  await page.getByText('2 of 3 members up').waitFor();
  await stage.shot('members-outdated');
  await open();
  await dialog.getByText('Another voter is down').waitFor();
  await stage.shot('cluster-settings-refused');
};
