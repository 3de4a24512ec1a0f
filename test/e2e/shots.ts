/**
 * Screenshots, light and dark, at two sizes, with data as people have it; into test/e2e/shots/.
 *
 *   npm run shots                   every scene
 *   npm run shots -- history        those that are named
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { EtcdClient } from '../../core/client/etcd-client.ts';
import { App } from './app.ts';
import { basics } from './scenes/basics.ts';
import { chinese } from './scenes/chinese.ts';
import { connect } from './scenes/connect.ts';
import { extremes } from './scenes/extremes.ts';
import { history } from './scenes/history.ts';
import { learners } from './scenes/learners.ts';
import { leases } from './scenes/leases.ts';
import { maintenance } from './scenes/maintenance.ts';
import { members } from './scenes/members.ts';
import { prefix } from './scenes/prefix.ts';
import { settings } from './scenes/settings.ts';

const folder = join(import.meta.dirname, 'shots');
const sizes = [[1440, 900], [1024, 640]] as const;

export interface SceneStage {
  app: App;
  page: App['page'];
  colorScheme: 'light' | 'dark';
  /** A client of the hosted cluster; the page shows its overview afterwards. It is closed with the scene. */
  client(): Promise<EtcdClient>;
  shot(name: string): Promise<void>;
}
export type Scene = (stage: SceneStage) => Promise<void>;

const scenes: Readonly<Record<string, Scene>> = { basics, chinese, connect, extremes, history, learners, leases, maintenance, members, prefix, settings };

async function play(scene: Scene, colorScheme: 'light' | 'dark'): Promise<void> {
  const app = await App.open({ colorScheme, reducedMotion: 'reduce' });
  const { page } = app;
  let client: EtcdClient | undefined;
  await page.getByText('3 of 3 members up').waitFor();
  try {
    await scene({
      app, page, colorScheme,
      async client() {
        client = new EtcdClient(await app.endpoints());
        return client;
      },
      async shot(name) {
        for (const [width, height] of sizes) {
          await page.setViewportSize({ width, height });
          // Two frames: one to lay out, one to draw.
          await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
          await page.screenshot({ path: join(folder, `${name}-${colorScheme}-${width}.png`) });
        }
        await page.setViewportSize({ width: sizes[0][0], height: sizes[0][1] });
      },
    });
  } finally {
    client?.close();
    await app.close();
  }
}

mkdirSync(folder, { recursive: true });
const asked = process.argv.slice(2);
for (const name of asked.length > 0 ? asked : Object.keys(scenes)) {
  const scene = scenes[name];
  if (!scene) throw new Error(`there is no scene ${name}: one of ${Object.keys(scenes).join(', ')}`);
  for (const colorScheme of ['light', 'dark'] as const) await play(scene, colorScheme);
}
process.stdout.write(`screenshots are in ${folder}\n`);
