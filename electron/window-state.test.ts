import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isOwnPage, mayOpenOutside } from './origin.ts';
import { readWindowState, visibleBounds, writeWindowState } from './window-state.ts';

const screen = { x: 0, y: 0, width: 1920, height: 1080 };

test('bounds on a screen that is gone are not used', () => {
  const saved = { x: 2000, y: 100, width: 1200, height: 800 };
  expect(visibleBounds(saved, [screen])).toBeUndefined();
  expect(visibleBounds(saved, [screen, { x: 1920, y: 0, width: 1920, height: 1080 }])).toEqual(saved);
});

test('a window that shows only a sliver counts as gone, one that hangs over the edge does not', () => {
  expect(visibleBounds({ x: 1850, y: 0, width: 1200, height: 800 }, [screen])).toBeUndefined();
  expect(visibleBounds({ x: 1000, y: 0, width: 1200, height: 800 }, [screen])).toBeDefined();
});

test('a window whose title bar is above the screen cannot be moved, and counts as gone', () => {
  expect(visibleBounds({ x: 0, y: -600, width: 1200, height: 800 }, [screen])).toBeUndefined();
  expect(visibleBounds({ x: -8, y: -8, width: 1936, height: 1096 }, [screen])).toEqual({ x: 0, y: 0, width: 1920, height: 1080 });
});

test('a window of a larger screen, which is gone, fits the one that is left', () => {
  expect(visibleBounds({ x: 200, y: 50, width: 3000, height: 1000 }, [screen])).toEqual({ x: 0, y: 50, width: 1920, height: 1000 });
});

test('saved sizes below the minimum are raised', () => {
  expect(visibleBounds({ x: 0, y: 0, width: 300, height: 200 }, [screen])).toMatchObject({ width: 1024, height: 640 });
});

test('state is read back, and a damaged file gives the defaults', () => {
  const dir = mkdtempSync(join(tmpdir(), 'quorate-window-'));
  const path = join(dir, 'window.json');
  const state = { bounds: { x: 1, y: 2, width: 1300, height: 700 }, maximized: true, look: 'dark' as const };
  writeWindowState(path, state);
  expect(readWindowState(path)).toEqual(state);
  writeFileSync(path, '{"bounds":{"x":"left"}');
  expect(readWindowState(path)).toEqual({ bounds: undefined, maximized: false, look: 'system' });
  rmSync(dir, { recursive: true });
});

test('only our own scheme and host is our page; only listed https sites open outside', () => {
  expect(isOwnPage('app://quorate/index.html')).toBe(true);
  for (const url of ['app://evil/index.html', 'https://quorate/', 'file:///index.html', 'nonsense']) expect(isOwnPage(url)).toBe(false);
  expect(mayOpenOutside('https://etcd.io/docs')).toBe(true);
  for (const url of ['http://etcd.io', 'https://etcd.io.evil.example', 'file:///etc/passwd', 'javascript:alert(1)']) expect(mayOpenOutside(url)).toBe(false);
});
