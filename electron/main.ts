import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { app, BrowserWindow, dialog, ipcMain, Menu, nativeTheme, protocol, screen, session, shell, type SaveDialogOptions } from 'electron';
import { etcdVersion, quorateVersion } from '../core/base/version.ts';
import { Desk } from '../core/desk/desk.ts';
import { defaultHome } from '../core/desk/home.ts';
import type { LogSink } from '../core/ports/log.ts';
import { bridgeChannels, type Look } from '../core/contract/bridge.ts';
import { serveShell, serveWindow } from './ipc.ts';
import { runLifecycle } from './lifecycle.ts';
import { menuTemplate } from './menu.ts';
import { isOwnPage, mayOpenOutside, pageUrl, scheme } from './origin.ts';
import { mayUse } from './permissions.ts';
import { servePage } from './page-protocol.ts';
import { watchForTrouble } from './window-trouble.ts';
import { defaultSize, minimumSize, readWindowState, visibleBounds, writeWindowState } from './window-state.ts';

const quitTimeoutMs = 5_000;
const appId = 'quorate.desktop';
const docsUrl = 'https://etcd.io/docs/';

const log: LogSink = {
  log(level, message, fields) {
    if (level === 'warn' || level === 'error') process.stderr.write(`${JSON.stringify({ level, msg: message, ...fields })}\n`);
  },
};

/** The bundler puts it beside the main script. */
const icon = join(import.meta.dirname, 'icon.png');

// Electron waits for this script, and for nothing that it awaits later, before it is ready: all up to `runLifecycle` comes before.
protocol.registerSchemesAsPrivileged([{ scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } }]);
app.enableSandbox();
// Windows groups windows in the task bar by it; without one this is one of Electron's own.
if (process.platform === 'win32') app.setAppUserModelId(appId);
// Chromium's own files stay apart from the clusters', and each home has an instance of its own: the lock is in there.
const home = defaultHome();
const userData = join(home, 'window');
const statePath = join(userData, 'window.json');
let window: BrowserWindow | undefined;
let look: Look = 'system';

function cannotStart(error: unknown): void {
  dialog.showErrorBox('Quorate cannot start', error instanceof Error ? error.message : String(error));
}

/** No page of ours needs more than the clipboard, a new window or to go elsewhere. */
function harden(): void {
  session.defaultSession.setPermissionRequestHandler((_contents, permission, decide, { requestingUrl }) => decide(mayUse(permission, requestingUrl)));
  session.defaultSession.setPermissionCheckHandler((_contents, permission, requestingOrigin) => mayUse(permission, requestingOrigin));
  app.on('web-contents-created', (_event, contents) => {
    contents.setWindowOpenHandler(({ url }) => {
      if (mayOpenOutside(url)) void shell.openExternal(url);
      return { action: 'deny' };
    });
    contents.on('will-navigate', (event) => {
      if (!isOwnPage(event.url)) event.preventDefault();
    });
    contents.on('will-attach-webview', (event) => event.preventDefault());
  });
}

function keepWindow(): void {
  if (window && !window.isDestroyed()) writeWindowState(statePath, { bounds: window.getNormalBounds(), maximized: window.isMaximized(), look });
}

/** Title bar, menus and dialogs look as the page does, which also decides what is there before it is drawn. */
function takeLook(next: Look): void {
  look = next;
  nativeTheme.themeSource = next;
}

/** The system's own dialog; undefined: it was left. */
async function chooseFile(suggested: string): Promise<string | undefined> {
  const options: SaveDialogOptions = { defaultPath: suggested, filters: [{ name: 'Snapshot', extensions: ['db'] }], properties: ['createDirectory'] };
  const { canceled, filePath } = await (window ? dialog.showSaveDialog(window, options) : dialog.showSaveDialog(options));
  return canceled ? undefined : filePath;
}

function openWindow(api: Desk): BrowserWindow {
  const saved = readWindowState(statePath);
  takeLook(saved.look);
  const bounds = visibleBounds(saved.bounds, screen.getAllDisplays().map((display) => display.workArea));
  const opened = new BrowserWindow({
    ...defaultSize, ...bounds, minWidth: minimumSize.width, minHeight: minimumSize.height, show: false, title: 'Quorate', icon,
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#14171c' : '#ffffff',
    webPreferences: {
      preload: join(import.meta.dirname, 'preload.cjs'), contextIsolation: true, sandbox: true, nodeIntegration: false, webSecurity: true, webviewTag: false,
      // Keys and values are no prose, and dictionaries would be fetched from elsewhere.
      spellcheck: false,
    },
  });
  window = opened;
  const endServing = serveWindow(ipcMain, opened.webContents, api);
  const endShell = serveShell(ipcMain, opened.webContents, { takeLook, chooseFile });
  opened.once('ready-to-show', () => {
    // It would show the window itself, before there is anything to be seen in it.
    if (saved.maximized) opened.maximize();
    opened.show();
  });
  opened.on('close', keepWindow);
  // Windows shuts down or logs off: no quit is told of, and members end as by a kill, which they are made for.
  opened.on('session-end', keepWindow);
  opened.on('closed', () => {
    endServing();
    endShell();
    window = undefined;
  });
  watchForTrouble(opened, dialog);
  opened.loadURL(pageUrl).catch((error: unknown) => {
    log.log('error', 'the page did not load', { error: String(error) });
    // A window that shows what is wrong is better than none.
    if (!opened.isDestroyed()) opened.show();
  });
  return opened;
}

function prepare(): void {
  harden();
  servePage(protocol, join(import.meta.dirname, '../renderer'));
  app.setAboutPanelOptions({ applicationName: 'Quorate', applicationVersion: quorateVersion, version: `etcd ${etcdVersion}`, iconPath: icon });
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(process.platform, { openDocs: () => void shell.openExternal(docsUrl), page: (action) => window?.webContents.send(bridgeChannels.action, action) })));
}

try {
  mkdirSync(userData, { recursive: true });
  app.setPath('userData', userData);
  runLifecycle({
    app, platform: process.platform, quitTimeoutMs, nowMs: () => performance.now(), prepare, openWindow, cannotStart,
    openDesk: () => Desk.open({ home, log, transport: 'ipc' }),
    cannotStop: (error) => log.log('error', 'the clusters did not stop', { error: String(error) }),
  });
} catch (error) {
  // A home that cannot be written to, above all.
  cannotStart(error);
  app.exit(1);
}
