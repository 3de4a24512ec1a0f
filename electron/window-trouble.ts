import type { BrowserWindow, Dialog, RenderProcessGoneDetails } from 'electron';

type Window = Pick<BrowserWindow, 'isDestroyed' | 'reload' | 'close' | 'destroy' | 'on'> & { webContents: Pick<BrowserWindow['webContents'], 'on' | 'forcefullyCrashRenderer'> };

/** What the page's own process may do to its window: end, hang, or hold edits that closing would lose. The clusters run on whatever happens. */
export function watchForTrouble(window: Window, dialog: Pick<Dialog, 'showMessageBox' | 'showMessageBoxSync'>): void {
  const owner = window as BrowserWindow;
  /** Ended by us, to be loaded anew. */
  let ended = false;
  let waiting: AbortController | undefined;

  const onGone = async ({ reason }: RenderProcessGoneDetails): Promise<void> => {
    waiting?.abort();
    if (reason === 'clean-exit' || window.isDestroyed()) return;
    if (ended) {
      ended = false;
      return;
    }
    const { response } = await dialog.showMessageBox(owner, {
      type: 'error', message: 'The window has stopped working.', detail: `Reason: ${reason}. The clusters are still running.`, buttons: ['Reload', 'Close'], defaultId: 0, cancelId: 1,
    });
    if (window.isDestroyed()) return;
    if (response === 0) window.reload();
    else window.close();
  };

  const onHang = async (): Promise<void> => {
    if (waiting) return;
    const own = new AbortController();
    waiting = own;
    const { response } = await dialog.showMessageBox(owner, {
      type: 'warning', message: 'The window does not answer.', detail: 'The clusters are still running. Edits that were not saved are lost when it is loaded anew or closed.',
      buttons: ['Wait', 'Reload', 'Close'], defaultId: 0, cancelId: 0, signal: own.signal,
    });
    const answered = own.signal.aborted;
    waiting = undefined;
    // It answers again by itself, or is gone.
    if (answered || window.isDestroyed()) return;
    if (response === 1) {
      ended = true;
      window.webContents.forcefullyCrashRenderer();
      window.reload();
    } else if (response === 2) window.destroy();
  };

  window.webContents.on('render-process-gone', (_event, details) => void onGone(details));
  window.on('unresponsive', () => void onHang());
  window.on('responsive', () => waiting?.abort());
  window.on('closed', () => waiting?.abort());
  window.webContents.on('will-prevent-unload', (event) => {
    const leave = dialog.showMessageBoxSync(owner, {
      type: 'question', message: 'There are edits that were not saved.', detail: 'They are lost when the window is closed or loaded anew.', buttons: ['Keep editing', 'Discard edits'], defaultId: 0, cancelId: 0,
    });
    // Here, to prevent the default is to let the page go.
    if (leave === 1) event.preventDefault();
  });
}
