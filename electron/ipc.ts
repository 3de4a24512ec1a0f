import type { IpcMain, IpcMainEvent, IpcMainInvokeEvent, WebContents } from 'electron';
import { bridgeChannels, isLook, type Envelope, type Look } from '../core/contract/bridge.ts';
import type { DeskApi } from '../core/contract/desk-api.ts';
import type { ServerMessage } from '../core/contract/wire.ts';
import { serveConnection, type Served } from '../core/desk/serve-connection.ts';
import { isOwnPage } from './origin.ts';

/** Only the top frame of our window, showing our page, may speak to the desk. */
export function isTrusted(event: Pick<IpcMainEvent | IpcMainInvokeEvent, 'sender' | 'senderFrame'>, contents: WebContents): boolean {
  const { sender, senderFrame } = event;
  return sender === contents && senderFrame !== null && senderFrame === contents.mainFrame && isOwnPage(senderFrame.url);
}

function isEnvelope(raw: unknown): raw is Envelope<unknown> {
  return typeof raw === 'object' && raw !== null && typeof (raw as Partial<Envelope<unknown>>).page === 'string';
}

/** What the page asks of the window that it is in. */
export interface ShellParts {
  takeLook(look: Look): void;
  chooseFile(suggested: string): Promise<string | undefined>;
}

/** Serves one window's page with what only the desktop has; returns what ends it. */
export function serveShell(ipc: Pick<IpcMain, 'on' | 'off' | 'handle' | 'removeHandler'>, contents: WebContents, parts: ShellParts): () => void {
  const onLook = (event: IpcMainEvent, look: unknown): void => {
    if (isTrusted(event, contents) && isLook(look)) parts.takeLook(look);
  };
  ipc.on(bridgeChannels.look, onLook);
  ipc.handle(bridgeChannels.chooseFile, (event, suggested: unknown) => (isTrusted(event, contents) && typeof suggested === 'string' ? parts.chooseFile(suggested) : undefined));
  return () => {
    ipc.off(bridgeChannels.look, onLook);
    ipc.removeHandler(bridgeChannels.chooseFile);
  };
}

/** Serves the contract to one window over IPC, to one load of its page at a time; returns what ends it. */
export function serveWindow(ipc: Pick<IpcMain, 'on' | 'off'>, contents: WebContents, desk: DeskApi): () => void {
  let current: { page: string; served: Served } | undefined;
  const end = (): void => {
    current?.served.close();
    current = undefined;
  };
  const serve = (page: string): Served => {
    // Known by its first message: Electron promises no order between a page's messages and the events of its navigation.
    end();
    const send = (message: ServerMessage): void => {
      if (!contents.isDestroyed()) contents.send(bridgeChannels.toPage, { page, message } satisfies Envelope<ServerMessage>);
    };
    const served = serveConnection(desk, { send });
    current = { page, served };
    return served;
  };
  const onMessage = (event: IpcMainEvent, raw: unknown): void => {
    if (!isTrusted(event, contents) || !isEnvelope(raw)) return;
    const served = current?.page === raw.page ? current.served : serve(raw.page);
    served.receive(raw.message);
  };
  ipc.on(bridgeChannels.toDesk, onMessage);
  // A page that crashed takes nothing any more, and its reload may be long in coming.
  contents.on('render-process-gone', end);
  return () => {
    ipc.off(bridgeChannels.toDesk, onMessage);
    end();
  };
}
