import { join } from 'node:path';
import { app, BrowserWindow, dialog, ipcMain, Menu, nativeTheme, protocol, screen, session, shell } from 'electron';
import { Desk } from '../core/desk/desk.ts';
import { defaultHome } from '../core/desk/home.ts';
import type { LogSink } from '../core/ports/log.ts';
import { serveWindow } from './ipc.ts';
import { menuTemplate } from './menu.ts';
import { isOwnPage, mayOpenOutside, pageUrl, scheme } from './origin.ts';
import { servePage } from './page-protocol.ts';
import { defaultSize, minimumSize, readWindowState, visibleBounds, writeWindowState } from './window-state.ts';

/** A quit waits this long for the clusters to stop. */
const quitTimeoutMs = 5_000;
const docsUrl = 'https://etcd.io/docs/';

const log: LogSink = {
  log(level, message, fields) {
    if (level === 'warn' || level === 'error') process.stderr.write(`${JSON.stringify({ level, msg: message, ...fields })}\n`);
  },
};

protocol.registerSchemesAsPrivileged([{ scheme, privileges: { standard: true, secure: true, supportFetchAPI: true } }]);

let desk: Desk | undefined;
let window: BrowserWindow | undefined;
let quitting = false;

/** No page of ours needs a permission, a new window or to go elsewhere. */
function harden(): void {
  session.defaultSession.setPermissionRequestHandler((_contents, _permission, decide) => decide(false));
  session.defaultSession.setPermissionCheckHandler(() => false);
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

function openWindow(api: Desk): void {
  const statePath = join(app.getPath('userData'), 'window.json');
  const saved = readWindowState(statePath);
  const bounds = visibleBounds(saved.bounds, screen.getAllDisplays().map((display) => display.workArea));
  const opened = new BrowserWindow({
    ...defaultSize, ...bounds, minWidth: minimumSize.width, minHeight: minimumSize.height, show: false, title: 'Quorate',
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#14161a' : '#ffffff',
    webPreferences: {
      preload: join(import.meta.dirname, 'preload.cjs'), contextIsolation: true, sandbox: true, nodeIntegration: false, webSecurity: true, webviewTag: false,
    },
  });
  window = opened;
  if (saved.maximized) opened.maximize();
  const endServing = serveWindow(ipcMain, opened.webContents, api);
  opened.once('ready-to-show', () => opened.show());
  opened.on('close', () => writeWindowState(statePath, { bounds: opened.getNormalBounds(), maximized: opened.isMaximized() }));
  opened.on('closed', () => {
    endServing();
    window = undefined;
  });
  opened.webContents.on('render-process-gone', (_event, details) => {
    if (details.reason !== 'clean-exit') void offerReload(opened, details.reason);
  });
  void opened.loadURL(pageUrl);
}

/** The clusters run on: only the window's page is gone. */
async function offerReload(opened: BrowserWindow, reason: string): Promise<void> {
  const { response } = await dialog.showMessageBox(opened, {
    type: 'error', message: 'The window has stopped working.', detail: `Reason: ${reason}. The clusters are still running.`, buttons: ['Reload', 'Close'], defaultId: 0,
  });
  if (opened.isDestroyed()) return;
  if (response === 0) opened.reload();
  else opened.close();
}

async function start(): Promise<void> {
  await app.whenReady();
  harden();
  servePage(protocol, join(import.meta.dirname, '../renderer'));
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(process.platform, () => void shell.openExternal(docsUrl))));
  try {
    desk = await Desk.open({ home: defaultHome(), log, transport: 'ipc' });
  } catch (error) {
    dialog.showErrorBox('Quorate cannot start', error instanceof Error ? error.message : String(error));
    app.exit(1);
    return;
  }
  const api = desk;
  openWindow(api);
  app.on('activate', () => {
    if (!window) openWindow(api);
  });
}

/** Stops the clusters, for at most `quitTimeoutMs`, and then quits for good. */
async function stopAndQuit(): Promise<void> {
  const late = new Promise<void>((resolve) => setTimeout(resolve, quitTimeoutMs));
  await Promise.race([desk?.close().catch((error: unknown) => log.log('error', 'the clusters did not stop', { error: String(error) })), late]);
  app.exit(0);
}

if (app.requestSingleInstanceLock()) {
  app.on('second-instance', () => {
    if (!window) return;
    if (window.isMinimized()) window.restore();
    window.focus();
  });
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  app.on('before-quit', (event) => {
    if (!desk) return;
    event.preventDefault();
    if (quitting) return;
    quitting = true;
    void stopAndQuit();
  });
  void start();
} else app.quit();
