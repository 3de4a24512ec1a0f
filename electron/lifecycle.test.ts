import { EventEmitter } from 'node:events';
import type { Event } from 'electron';
import { expect, test, vi } from 'vitest';
import { runLifecycle, type LifecycleOptions } from './lifecycle.ts';

const patience = { timeout: 30_000 };

class FakeApp extends EventEmitter {
  readonly exits: number[] = [];
  quits = 0;
  locked = true;
  closable = true;
  requestSingleInstanceLock(): boolean {
    return this.locked;
  }
  whenReady(): Promise<void> {
    return Promise.resolve();
  }
  quit(): void {
    this.quits++;
    // As Electron: windows close first, and one that stays open ends the quit.
    if (this.closable) this.emit('will-quit', this.event);
  }
  exit(code: number): void {
    this.exits.push(code);
  }
  prevented = 0;
  readonly event = { preventDefault: () => void this.prevented++ } as unknown as Event;
}

class FakeWindow extends EventEmitter {
  minimized = false;
  readonly calls: string[] = [];
  show = (): void => void this.calls.push('show');
  focus = (): void => void this.calls.push('focus');
  restore = (): void => void this.calls.push('restore');
  isMinimized = (): boolean => this.minimized;
}

interface Options {
  platform?: NodeJS.Platform;
  locked?: boolean;
  openDesk?: () => Promise<{ close(): Promise<void> }>;
}

function open({ platform = 'linux', locked = true, openDesk }: Options = {}) {
  const app = new FakeApp();
  app.locked = locked;
  const windows: FakeWindow[] = [];
  const told: string[] = [];
  const closed = Promise.withResolvers<void>();
  const clock = { ms: 0 };
  const options: LifecycleOptions<{ close(): Promise<void> }> = {
    app: app as unknown as LifecycleOptions<never>['app'],
    platform, quitTimeoutMs: 60_000, nowMs: () => clock.ms,
    prepare: () => void told.push('prepare'),
    openDesk: openDesk ?? (() => Promise.resolve({ close: () => (told.push('close'), closed.promise) })),
    openWindow: () => {
      const window = new FakeWindow();
      windows.push(window);
      return window as unknown as ReturnType<LifecycleOptions<never>['openWindow']>;
    },
    cannotStart: (error) => void told.push(`cannot start: ${(error as Error).message}`),
    cannotStop: (error) => void told.push(`cannot stop: ${(error as Error).message}`),
  };
  return { app, windows, told, closed, clock, options };
}

test('a second instance gives way to the first, and opens nothing', async () => {
  const { app, windows, told, options } = open({ locked: false });
  runLifecycle(options);
  await new Promise((resolve) => setImmediate(resolve));
  expect([app.quits, windows.length, told]).toEqual([1, 0, []]);
  expect(app.prevented).toBe(0);
});

test('the window comes to the front when the app is started again; one that was closed is opened again', async () => {
  const { app, windows, options } = open({ platform: 'darwin' });
  runLifecycle(options);
  await vi.waitFor(() => expect(windows).toHaveLength(1), patience);
  windows[0]!.minimized = true;
  app.emit('second-instance');
  expect(windows[0]!.calls).toEqual(['restore', 'show', 'focus']);
  windows[0]!.emit('closed');
  app.emit('window-all-closed');
  expect(app.quits).toBe(0);
  app.emit('activate');
  expect(windows).toHaveLength(2);
  windows[1]!.emit('closed');
  app.emit('second-instance');
  expect(windows).toHaveLength(3);
});

test('the last window ends the app where that is the custom: gone when the clusters have stopped', async () => {
  const { app, windows, told, closed, options } = open();
  runLifecycle(options);
  await vi.waitFor(() => expect(windows).toHaveLength(1), patience);
  app.emit('window-all-closed');
  app.quit();
  await vi.waitFor(() => expect(told).toContain('close'), patience);
  expect(told).toEqual(['prepare', 'close']);
  expect(app.prevented).toBe(2);
  expect(app.exits).toEqual([]);
  app.emit('activate');
  expect(windows).toHaveLength(1);
  closed.resolve();
  await vi.waitFor(() => expect(app.exits).toEqual([0]), patience);
});

test('a second quit ends at once, unless it is the first one told twice', async () => {
  const { app, windows, clock, options } = open();
  runLifecycle(options);
  await vi.waitFor(() => expect(windows).toHaveLength(1), patience);
  app.quit();
  clock.ms = 900;
  app.quit();
  expect(app.exits).toEqual([]);
  clock.ms = 1_500;
  app.quit();
  expect(app.exits).toEqual([0]);
});

test('a window that stays open, since its page has edits, is a quit given up', async () => {
  const { app, windows, told, options } = open();
  runLifecycle(options);
  await vi.waitFor(() => expect(windows).toHaveLength(1), patience);
  app.closable = false;
  app.quit();
  expect(told).toEqual(['prepare']);
  app.emit('second-instance');
  expect(windows[0]!.calls).toEqual(['show', 'focus']);
});

test('a quit while the clusters are still being opened waits for them, and no window flashes up', async () => {
  const desk = Promise.withResolvers<{ close(): Promise<void> }>();
  const { app, windows, told, options } = open({ openDesk: () => desk.promise });
  runLifecycle(options);
  await vi.waitFor(() => expect(told).toEqual(['prepare']), patience);
  app.quit();
  desk.resolve({ close: () => (told.push('close'), Promise.resolve()) });
  await vi.waitFor(() => expect(app.exits).toEqual([0]), patience);
  expect(told).toEqual(['prepare', 'close']);
  expect(windows).toHaveLength(0);
});

test('a quit does not wait for clusters that never stop, nor fails with those that cannot', async () => {
  const hanging = open({ openDesk: () => Promise.resolve({ close: () => new Promise<void>(() => {}) }) });
  runLifecycle({ ...hanging.options, quitTimeoutMs: 1 });
  await vi.waitFor(() => expect(hanging.windows).toHaveLength(1), patience);
  hanging.app.quit();
  await vi.waitFor(() => expect(hanging.app.exits).toEqual([0]), patience);
  const failing = open({ openDesk: () => Promise.resolve({ close: () => Promise.reject(new Error('stuck')) }) });
  runLifecycle(failing.options);
  await vi.waitFor(() => expect(failing.windows).toHaveLength(1), patience);
  failing.app.quit();
  await vi.waitFor(() => expect(failing.app.exits).toEqual([0]), patience);
  expect(failing.told).toContain('cannot stop: stuck');
});

test('what cannot start says why, and ends', async () => {
  const { app, windows, told, options } = open({ openDesk: () => Promise.reject(new Error('the folder is in use')) });
  runLifecycle(options);
  await vi.waitFor(() => expect(app.exits).toEqual([1]), patience);
  expect(told).toContain('cannot start: the folder is in use');
  expect(windows).toHaveLength(0);
});
