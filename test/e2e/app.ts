import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright';
import { Program, tempFolder, type TempFolder } from '../support/process.ts';
import { chromiumPath } from '../support/tools.ts';

const root = join(import.meta.dirname, '../..');
const browserArgs = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** A real desk with its hosted cluster, and a browser on its page. */
export class App {
  readonly desk: Program;
  readonly browser: Browser;
  readonly context: BrowserContext;
  readonly page: Page;
  readonly address: string;
  readonly #home: TempFolder;
  /** Everything that the page complained of. */
  readonly complaints: string[] = [];

  private constructor(parts: { desk: Program; browser: Browser; context: BrowserContext; page: Page; address: string; home: TempFolder }) {
    this.desk = parts.desk;
    this.browser = parts.browser;
    this.context = parts.context;
    this.page = parts.page;
    this.address = parts.address;
    this.#home = parts.home;
    this.page.on('pageerror', (error) => this.complaints.push(error.message));
    this.page.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(message.text());
    });
  }

  static async open(options: { width?: number; height?: number; colorScheme?: 'light' | 'dark'; reducedMotion?: 'reduce' } = {}): Promise<App> {
    const home = tempFolder('e2e');
    const desk = new Program('quorate desk', process.execPath, [join(root, 'dist/quorate.mjs'), 'desk', '--no-open', '--data-dir', home.path]);
    const address = (await desk.saying(/Quorate is at (http:\S+)/))[1]!;
    const browser = await chromium.launch({ executablePath: chromiumPath, args: browserArgs });
    const context = await browser.newContext({ viewport: { width: options.width ?? 1440, height: options.height ?? 900 }, colorScheme: options.colorScheme ?? 'light', reducedMotion: options.reducedMotion ?? 'no-preference', locale: 'en-US' });
    const page = await context.newPage();
    const app = new App({ desk, browser, context, page, address, home });
    await page.goto(address);
    return app;
  }

  async show(section: 'Overview' | 'Keys' | 'Watch' | 'Leases' | 'Members' | 'Maintenance'): Promise<void> {
    await this.page.getByRole('button', { name: section, exact: true }).click();
  }

  /** The desk's folder. */
  get home(): string {
    return this.#home.path;
  }

  /** Client endpoints of the first cluster, as the page shows them. */
  async endpoints(): Promise<string[]> {
    await this.show('Overview');
    await this.page.locator('.endpoint-list li').nth(2).waitFor();
    return this.page.locator('.endpoint-list li > span').allTextContents();
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.desk.end();
    this.#home.remove();
  }
}
