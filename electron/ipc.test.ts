import { EventEmitter } from 'node:events';
import type { IpcMain, IpcMainEvent, WebContents } from 'electron';
import { expect, test, vi } from 'vitest';
import { bridgeChannels, type Envelope } from '../core/contract/bridge.ts';
import type { DeskApi } from '../core/contract/desk-api.ts';
import type { ClientMessage, ServerMessage } from '../core/contract/wire.ts';
import { isTrusted, serveShell, serveWindow } from './ipc.ts';

const patience = { timeout: 30_000 };

const mainFrame = { url: 'app://quorate/index.html' };
const contents = { mainFrame } as unknown as WebContents;
const event = (sender: unknown, senderFrame: unknown) => ({ sender, senderFrame }) as unknown as IpcMainEvent;

test('the top frame of our window with our page is trusted', () => {
  expect(isTrusted(event(contents, mainFrame), contents)).toBe(true);
});

test('another window, a frame inside, a frame that is gone and a foreign page are not', () => {
  expect(isTrusted(event({}, mainFrame), contents)).toBe(false);
  expect(isTrusted(event(contents, { url: 'app://quorate/index.html' }), contents)).toBe(false);
  expect(isTrusted(event(contents, null), contents)).toBe(false);
  const foreign = { url: 'https://example.com/' };
  const navigated = { mainFrame: foreign } as unknown as WebContents;
  expect(isTrusted(event(navigated, foreign), navigated)).toBe(false);
});

class FakeContents extends EventEmitter {
  readonly mainFrame = mainFrame;
  readonly sent: Envelope<ServerMessage>[] = [];
  gone = false;
  isDestroyed(): boolean {
    return this.gone;
  }
  send(channel: string, envelope: Envelope<ServerMessage>): void {
    expect(channel).toBe(bridgeChannels.toPage);
    this.sent.push(envelope);
  }
}

/** A window with a desk whose list of clusters never changes, and ends only with the subscription. */
function open() {
  const ipc = new EventEmitter();
  const window = new FakeContents();
  const signals: AbortSignal[] = [];
  const desk: Partial<DeskApi> = {
    info: () => ({ transport: 'ipc' }) as ReturnType<DeskApi['info']>,
    async *clusters(signal) {
      signals.push(signal);
      yield [];
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    },
  };
  const end = serveWindow(ipc as unknown as IpcMain, window as unknown as WebContents, desk as DeskApi);
  const say = (page: string, message: ClientMessage, frame: unknown = mainFrame): void => {
    ipc.emit(bridgeChannels.toDesk, event(window, frame), { page, message });
  };
  return { ipc, window, signals, end, say };
}

const info: ClientMessage = { id: 1, kind: 'query', path: 'info', input: undefined };
const clusters: ClientMessage = { id: 1, kind: 'subscription', path: 'clusters.list', input: undefined };

test('a call is answered to the load of the page that made it', async () => {
  const { window, say } = open();
  say('a', info);
  await vi.waitFor(() => expect(window.sent).toEqual([{ page: 'a', message: { id: 1, kind: 'result', data: { transport: 'ipc' } } }]), patience);
});

test('a page that was loaded anew ends what the one before had under way, and may use its ids again', async () => {
  const { window, signals, say } = open();
  say('a', clusters);
  await vi.waitFor(() => expect(window.sent).toHaveLength(1), patience);
  say('b', clusters);
  await vi.waitFor(() => expect(window.sent.map(({ page, message }) => [page, message.kind])).toEqual([['a', 'item'], ['b', 'item']]), patience);
  expect(signals.map((signal) => signal.aborted)).toEqual([true, false]);
});

test('a crash of the page, and the end of the window, end its subscriptions', async () => {
  const { ipc, window, signals, say, end } = open();
  say('a', clusters);
  await vi.waitFor(() => expect(signals).toHaveLength(1), patience);
  window.emit('render-process-gone');
  expect(signals[0]!.aborted).toBe(true);
  say('b', clusters);
  await vi.waitFor(() => expect(signals).toHaveLength(2), patience);
  end();
  expect(signals[1]!.aborted).toBe(true);
  expect(ipc.listenerCount(bridgeChannels.toDesk)).toBe(0);
});

test('messages of strangers and of no known shape reach nothing', async () => {
  const { ipc, window, signals, say } = open();
  say('a', clusters, { url: mainFrame.url });
  for (const raw of [undefined, null, 'hello', 7, {}, { page: 1, message: clusters }, { page: 'a' }, { page: 'a', message: { id: 'x' } }]) {
    ipc.emit(bridgeChannels.toDesk, event(window, mainFrame), raw);
  }
  say('a', info);
  await vi.waitFor(() => expect(window.sent).toHaveLength(1), patience);
  expect(signals).toEqual([]);
});

test('nothing is sent to a window that is destroyed', async () => {
  const { window, signals, say } = open();
  window.gone = true;
  say('a', clusters);
  await vi.waitFor(() => expect(signals).toHaveLength(1), patience);
  await new Promise((resolve) => setImmediate(resolve));
  expect(window.sent).toEqual([]);
});

test('only our page may say what the window looks like, and ask for a file', async () => {
  const ipc = new EventEmitter();
  const handlers = new Map<string, (event: IpcMainEvent, input: unknown) => unknown>();
  const main = Object.assign(ipc, { handle: (channel: string, run: (event: IpcMainEvent, input: unknown) => unknown) => void handlers.set(channel, run), removeHandler: (channel: string) => void handlers.delete(channel) });
  const window = new FakeContents();
  const looks: string[] = [];
  const end = serveShell(main as unknown as IpcMain, window as unknown as WebContents, { takeLook: (look) => void looks.push(look), chooseFile: async (suggested) => `/chosen${suggested}` });
  for (const [frame, look] of [[mainFrame, 'dark'], [mainFrame, 'pink'], [{ url: 'https://example.com/' }, 'light']] as const) ipc.emit(bridgeChannels.look, event(window, frame), look);
  expect(looks).toEqual(['dark']);
  const choose = handlers.get(bridgeChannels.chooseFile)!;
  expect(await choose(event(window, mainFrame), '/a.db')).toBe('/chosen/a.db');
  expect(await choose(event({}, mainFrame), '/a.db')).toBeUndefined();
  expect(await choose(event(window, mainFrame), 7)).toBeUndefined();
  end();
  expect(handlers.size + ipc.listenerCount(bridgeChannels.look)).toBe(0);
});
