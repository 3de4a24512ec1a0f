import type { MenuItemConstructorOptions } from 'electron';
import type { PageAction } from '../core/contract/bridge.ts';

export interface MenuActions {
  openDocs(): void;
  /** Has the page do something that it does itself, too. */
  page(action: PageAction): void;
}

const line: MenuItemConstructorOptions = { type: 'separator' };

/** The menu, by the platform's own conventions. Roles bring their own labels and accelerators. */
export function menuTemplate(platform: NodeJS.Platform, { openDocs, page }: MenuActions): MenuItemConstructorOptions[] {
  const mac = platform === 'darwin';
  const settings: MenuItemConstructorOptions = { label: 'Settings…', accelerator: 'CmdOrCtrl+,', click: () => page('settings') };
  return [
    ...(mac ? [{ label: 'Quorate', submenu: [{ role: 'about' }, line, settings, line, { role: 'services' }, line, { role: 'hide' }, { role: 'hideOthers' }, { role: 'unhide' }, line, { role: 'quit' }] } satisfies MenuItemConstructorOptions] : []),
    {
      label: 'File',
      submenu: [
        { label: 'New Cluster…', accelerator: 'CmdOrCtrl+N', click: () => page('newCluster') }, { label: 'Connect to Endpoints…', accelerator: 'CmdOrCtrl+O', click: () => page('connect') },
        line, ...(mac ? [{ role: 'close' } satisfies MenuItemConstructorOptions] : [settings, line, { role: 'quit' } satisfies MenuItemConstructorOptions]),
      ],
    },
    { role: 'editMenu' },
    {
      label: 'View',
      submenu: [{ role: 'reload' }, { role: 'toggleDevTools' }, line, { role: 'resetZoom' }, { role: 'zoomIn' }, { role: 'zoomOut' }, line, { role: 'togglefullscreen' }],
    },
    { role: 'windowMenu' },
    {
      role: 'help',
      submenu: [
        { label: 'etcd documentation', click: openDocs },
        // On macOS it is in the app's own menu.
        ...(mac ? [] : [line, { role: 'about' } satisfies MenuItemConstructorOptions]),
      ],
    },
  ];
}
