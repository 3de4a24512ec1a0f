import type { App, BrowserWindow } from 'electron';

/** What the life of the app is made of; Electron's part of it comes in, so that it can be tried without a window. */
export interface LifecycleOptions<Desk extends { close(): Promise<void> }> {
  app: Pick<App, 'on' | 'quit' | 'exit' | 'whenReady' | 'requestSingleInstanceLock'>;
  platform: NodeJS.Platform;
  /** A quit waits this long for the clusters to stop. */
  quitTimeoutMs: number;
  /** Electron is ready; nothing is open yet. */
  prepare(): void;
  openDesk(): Promise<Desk>;
  openWindow(desk: Desk): Pick<BrowserWindow, 'on' | 'show' | 'hide' | 'focus' | 'isMinimized' | 'restore'>;
  /** Quitting: what is worth keeping of the window is kept now, since its own `close` does not come. */
  keepWindow(): void;
  /** Shows why it could not start. */
  cannotStart(error: unknown): void;
  cannotStop(error: unknown): void;
}

/** One instance a home; one window, which may be closed and opened again; a quit that lets the clusters stop in order. */
export function runLifecycle<Desk extends { close(): Promise<void> }>(options: LifecycleOptions<Desk>): void {
  const { app } = options;
  let opening: Promise<Desk> | undefined;
  let desk: Desk | undefined;
  let window: ReturnType<typeof options.openWindow> | undefined;
  let quitting = false;

  const show = (): void => {
    if (!desk || quitting) return;
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
    if (window) {
      options.keepWindow();
      window.hide();
    }
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
  // Of the menu, the last window, Cmd-Q, and the signals that Electron takes for a quit.
  app.on('before-quit', (event) => {
    // Before the desk is asked for there is nothing to stop.
    if (!opening) return;
    event.preventDefault();
    if (quitting) return;
    quitting = true;
    void stopAndQuit();
  });
  void start();
}
