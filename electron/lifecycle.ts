import type { App, BrowserWindow } from 'electron';

/** A terminal's Ctrl-C may come twice at once, through the group and through who started us: within this time it is one. */
const onceMs = 1_000;

/** What the life of the app is made of; Electron's part of it comes in, so that it can be tried without a window. */
export interface LifecycleOptions<Desk extends { close(): Promise<void> }> {
  app: Pick<App, 'on' | 'quit' | 'exit' | 'whenReady' | 'requestSingleInstanceLock'>;
  platform: NodeJS.Platform;
  /** A quit waits this long for the clusters to stop. */
  quitTimeoutMs: number;
  /** Milliseconds on a clock that never goes back. */
  nowMs(): number;
  /** Electron is ready; nothing is open yet. */
  prepare(): void;
  openDesk(): Promise<Desk>;
  openWindow(desk: Desk): Pick<BrowserWindow, 'on' | 'show' | 'focus' | 'isMinimized' | 'restore'>;
  /** Shows why it could not start. */
  cannotStart(error: unknown): void;
  cannotStop(error: unknown): void;
}

/**
 * One instance a home; one window, which may be closed and opened again; a quit that lets the clusters stop in order, once its
 * window has closed: a page with edits that were not saved may keep it open, and there is no quit then. A second quit ends at once.
 */
export function runLifecycle<Desk extends { close(): Promise<void> }>(options: LifecycleOptions<Desk>): void {
  const { app } = options;
  let opening: Promise<Desk> | undefined;
  let desk: Desk | undefined;
  let window: ReturnType<typeof options.openWindow> | undefined;
  let quitAtMs: number | undefined;

  const show = (): void => {
    if (!desk || quitAtMs !== undefined) return;
    if (!window) {
      const opened = options.openWindow(desk);
      opened.on('closed', () => {
        window = undefined;
      });
      window = opened;
      return;
    }
    if (window.isMinimized()) window.restore();
    window.show();
    window.focus();
  };

  const start = async (): Promise<void> => {
    try {
      await app.whenReady();
      options.prepare();
      opening = options.openDesk();
      desk = await opening;
      show();
    } catch (error) {
      options.cannotStart(error);
      app.exit(1);
    }
  };

  const stopAndQuit = async (): Promise<void> => {
    const late = new Promise<void>((resolve) => setTimeout(resolve, options.quitTimeoutMs));
    const closed = opening?.then((open) => open.close()).catch((error: unknown) => options.cannotStop(error));
    await Promise.race([closed, late]);
    app.exit(0);
  };

  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return;
  }
  app.on('second-instance', show);
  // macOS: a click on the app's icon, also when its window is closed.
  app.on('activate', show);
  app.on('window-all-closed', () => {
    if (options.platform !== 'darwin') app.quit();
  });
  // Of the menu, the last window, Cmd-Q, and the signals that Electron takes for a quit; all windows have closed by then.
  app.on('will-quit', (event) => {
    // Before the desk is asked for there is nothing to stop.
    if (!opening) return;
    event.preventDefault();
    if (quitAtMs === undefined) {
      quitAtMs = options.nowMs();
      void stopAndQuit();
    } else if (options.nowMs() - quitAtMs >= onceMs) app.exit(0);
  });
  void start();
}
