import { EventEmitter } from 'node:events';
import type { Dialog } from 'electron';
import { expect, test, vi } from 'vitest';
import { watchForTrouble } from './window-trouble.ts';

const patience = { timeout: 30_000 };

/** A window of which calls are noted, and whose dialogs are answered by a number, or never. */
function open(answer: number | undefined) {
  const calls: string[] = [];
  const signals: AbortSignal[] = [];
  const contents = Object.assign(new EventEmitter(), {
    forcefullyCrashRenderer: () => {
      calls.push('crash');
      contents.emit('render-process-gone', {}, { reason: 'killed' });
    },
  });
  const window = Object.assign(new EventEmitter(), {
    webContents: contents, isDestroyed: () => false, reload: () => void calls.push('reload'), close: () => void calls.push('close'), destroy: () => void calls.push('destroy'),
  });
  const dialog = {
    showMessageBox: (_owner: unknown, { message, signal }: { message: string; signal?: AbortSignal }) => {
      calls.push(message);
      if (signal) signals.push(signal);
      return answer !== undefined ? Promise.resolve({ response: answer }) : new Promise((resolve) => signal?.addEventListener('abort', () => resolve({ response: 0 })));
    },
    showMessageBoxSync: () => answer,
  };
  watchForTrouble(window as unknown as Parameters<typeof watchForTrouble>[0], dialog as unknown as Dialog);
  return { window, contents, calls, signals };
}
const gone = 'The window has stopped working.';
const hangs = 'The window does not answer.';

test('a page whose process has ended is loaded anew or closed, as is wished; one that has left by itself is not asked about', async () => {
  for (const [answer, done] of [[0, 'reload'], [1, 'close']] as const) {
    const { contents, calls } = open(answer);
    contents.emit('render-process-gone', {}, { reason: 'clean-exit' });
    contents.emit('render-process-gone', {}, { reason: 'crashed' });
    await vi.waitFor(() => expect(calls).toEqual([gone, done]), patience);
  }
});

test('a page that hangs is waited for, ended and loaded anew without another question, or its window goes', async () => {
  for (const [answer, done] of [[0, []], [1, ['crash', 'reload']], [2, ['destroy']]] as const) {
    const { window, calls } = open(answer);
    window.emit('unresponsive');
    await vi.waitFor(() => expect(calls).toEqual([hangs, ...done]), patience);
  }
});

test('the question goes when the page answers again, and may come again', async () => {
  const { window, calls, signals } = open(undefined);
  window.emit('unresponsive');
  window.emit('unresponsive');
  expect(calls).toEqual([hangs]);
  window.emit('responsive');
  expect(signals[0]!.aborted).toBe(true);
  await new Promise((resolve) => setImmediate(resolve));
  window.emit('unresponsive');
  expect(calls).toEqual([hangs, hangs]);
});

test('edits that were not saved hold the window, unless they are given up', () => {
  for (const [answer, times] of [[0, 0], [1, 1]] as const) {
    const { contents } = open(answer);
    const preventDefault = vi.fn();
    contents.emit('will-prevent-unload', { preventDefault });
    expect(preventDefault).toHaveBeenCalledTimes(times);
  }
});
