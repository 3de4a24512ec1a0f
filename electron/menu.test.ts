import type { MenuItemConstructorOptions } from 'electron';
import { expect, test, vi } from 'vitest';
import { menuTemplate } from './menu.ts';

const open = () => ({ openDocs: vi.fn<() => void>(), page: vi.fn<(action: string) => void>() });
const nameOf = ({ role, label }: MenuItemConstructorOptions): string | undefined => role ?? label;
const itemsOf = (platform: NodeJS.Platform, name: string, actions = open()): MenuItemConstructorOptions[] =>
  menuTemplate(platform, actions).find((item) => nameOf(item) === name)!.submenu as MenuItemConstructorOptions[];
const click = (item: MenuItemConstructorOptions | undefined): void => (item!.click as () => void)();

test("macOS has the app's menu first, with About, the settings and the end; the others have them under Help and File", () => {
  expect(menuTemplate('darwin', open()).map(nameOf)).toEqual(['Quorate', 'File', 'editMenu', 'View', 'windowMenu', 'help']);
  expect(menuTemplate('linux', open()).map(nameOf)).toEqual(['File', 'editMenu', 'View', 'windowMenu', 'help']);
  for (const name of ['about', 'Settings…', 'services', 'hide', 'quit']) expect(itemsOf('darwin', 'Quorate').map(nameOf)).toContain(name);
  expect(itemsOf('darwin', 'File').map(nameOf)).toContain('close');
  for (const name of ['Settings…', 'quit']) expect([itemsOf('win32', 'File').map(nameOf).includes(name), itemsOf('darwin', 'File').map(nameOf).includes(name)]).toEqual([true, false]);
  expect(itemsOf('win32', 'help').map(nameOf)).toContain('about');
  expect(itemsOf('darwin', 'help').map(nameOf)).not.toContain('about');
});

test('zoom and the tools are in View', () => {
  const roles = itemsOf('linux', 'View').map(({ role }) => role);
  for (const role of ['reload', 'toggleDevTools', 'resetZoom', 'zoomIn', 'zoomOut', 'togglefullscreen'] as const) expect(roles).toContain(role);
});

test('no two items have one accelerator, and each has the page do its own', () => {
  const actions = open();
  const items = [...itemsOf('linux', 'File', actions), ...itemsOf('linux', 'View', actions)];
  const accelerators = items.flatMap(({ accelerator }) => (typeof accelerator === 'string' ? [accelerator] : []));
  expect(new Set(accelerators).size).toBe(accelerators.length);
  for (const item of items) if (item.click) click(item);
  expect(actions.page.mock.calls.flat()).toEqual(['newCluster', 'connect', 'settings']);
});

test('the documentation is opened by its item', () => {
  const actions = open();
  click(itemsOf('linux', 'help', actions)[0]);
  expect(actions.openDocs).toHaveBeenCalledOnce();
});
