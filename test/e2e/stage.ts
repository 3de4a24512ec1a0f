import { expect } from 'vitest';
import { EtcdClient } from '../../core/client/etcd-client.ts';
import { calm, Target } from '../support/target.ts';
import { etcdctl } from '../support/tools.ts';
import { App } from './app.ts';

export type Kind = 'hosted' | 'etcd';
/** What is to come is waited for as long as this: the machine may stand still for seconds, and a page and its desk have much to do after that. */
export const waitMs = 45_000;

/** The app on a cluster: the one that it hosts, or Debian's etcd, which it is connected to by its dialog. */
export class Stage {
  readonly app: App;
  readonly endpoints: string[];
  readonly client: EtcdClient;
  readonly etcd: Target | undefined;

  private constructor(app: App, endpoints: string[], etcd: Target | undefined) {
    this.app = app;
    this.endpoints = endpoints;
    this.client = new EtcdClient(endpoints);
    this.etcd = etcd;
  }

  static async open(kind: Kind, members = 1, look: Parameters<typeof App.open>[0] = {}): Promise<Stage> {
    const app = await App.open(look);
    try {
      await app.page.getByText('3 of 3 members up').waitFor({ timeout: waitMs });
    } catch (error) {
      const shown = await app.page.locator('main').innerText().catch(String);
      await app.close();
      throw new Error(`its own cluster is not up. The page shows:\n${shown}\nThe desk has said:\n${app.desk.output.slice(-3_000)}`, { cause: error });
    }
    if (kind === 'hosted') return new Stage(app, await app.endpoints(), undefined);
    const etcd = await Target.start('etcd', members, { flags: members > 1 ? calm : [] });
    await app.page.getByRole('button', { name: 'Connect to endpoints' }).click();
    const dialog = app.page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('debian');
    await dialog.getByLabel('Endpoints').fill(etcd.endpoints.map((url) => url.replace('http://', '')).join('\n'));
    await dialog.getByRole('button', { name: 'Connect' }).click();
    await dialog.waitFor({ state: 'detached', timeout: waitMs });
    await app.page.getByText(`${members} of ${members} members up`).waitFor({ timeout: waitMs });
    return new Stage(app, etcd.endpoints, etcd);
  }

  get page(): App['page'] {
    return this.app.page;
  }

  /** Runs etcdctl, which must succeed. */
  async ctl(...args: string[]): Promise<string> {
    const { stdout, stderr, code } = await etcdctl(this.endpoints, args);
    expect(`${code} ${stderr}`).toBe('0 ');
    return stdout;
  }

  async openKey(name: string): Promise<void> {
    await this.app.show('Keys');
    await this.page.getByRole('button', { name: 'Open a key by its name' }).click();
    const dialog = this.page.getByRole('dialog');
    await dialog.getByLabel('Key', { exact: true }).fill(name);
    await dialog.getByRole('button', { name: 'Open', exact: true }).click();
    await this.page.getByRole('heading', { name, exact: true }).waitFor({ timeout: waitMs });
  }

  async close(): Promise<void> {
    this.client.close();
    await this.app.close();
    await this.etcd?.stop();
  }
}
