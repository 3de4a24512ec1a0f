import type { MenuItemConstructorOptions } from 'electron';
import { expect, test, vi } from 'vitest';
import { menuTemplate } from './menu.ts';

const top = (platform: NodeJS.Platform): (string | undefined)[] => menuTemplate(platform, () => {}).map(({ role, label }) => role ?? label);
const itemsOf = (platform: NodeJS.Platform, name: string, openDocs = (): void => {}): MenuItemConstructorOptions[] =>
  menuTemplate(platform, openDocs).find(({ role, label }) => role === name || label === name)!.submenu as MenuItemConstructorOptions[];

test("macOS has the app's menu first; the others have About under Help", () => {
  expect(top('darwin')).toEqual(['appMenu', 'fileMenu', 'editMenu', 'View', 'windowMenu', 'help']);
  expect(top('linux')).toEqual(['fileMenu', 'editMenu', 'View', 'windowMenu', 'help']);
  expect(itemsOf('win32', 'help').some(({ role }) => role === 'about')).toBe(true);
  expect(itemsOf('darwin', 'help').some(({ role }) => role === 'about')).toBe(false);
});

test('zoom and the tools are in View', () => {
  const roles = itemsOf('linux', 'View').map(({ role }) => role);
  for (const role of ['reload', 'toggleDevTools', 'resetZoom', 'zoomIn', 'zoomOut', 'togglefullscreen'] as const) expect(roles).toContain(role);
});

test('the documentation is opened by its item', () => {
  const openDocs = vi.fn<() => void>();
  const item = itemsOf('linux', 'help', openDocs)[0]!;
  (item.click as () => void)();
  expect(openDocs).toHaveBeenCalledOnce();
});
