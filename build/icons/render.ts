/**
 * Draws `quorate.svg` into PNGs of the sizes that desktops ask for, with Chromium.
 *
 *   node build/icons/render.ts
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright';

const sizesPx = [32, 128, 256, 512];
const dir = import.meta.dirname;
const svg = readFileSync(join(dir, 'quorate.svg'), 'utf8');

const browser = await chromium.launch({ executablePath: process.env['QUORATE_CHROMIUM'] ?? '/usr/bin/chromium', args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
try {
  for (const size of sizesPx) {
    const page = await browser.newPage({ viewport: { width: size, height: size } });
    await page.setContent(`<style>html, body { margin: 0 } svg { display: block; width: 100vw; height: 100vh }</style>${svg}`);
    writeFileSync(join(dir, `quorate-${size}.png`), await page.screenshot({ omitBackground: true }));
    await page.close();
  }
} finally {
  await browser.close();
}
