import type { IpcMain, IpcMainEvent, WebContents } from 'electron';
import { bridgeChannels } from '../core/contract/bridge.ts';
import type { DeskApi } from '../core/contract/desk-api.ts';
import { serveConnection, type Served } from '../core/desk/serve-connection.ts';
import { isOwnPage } from './origin.ts';

/** Only the top frame of our window, showing our page, may speak to the desk. */
export function isTrusted(event: Pick<IpcMainEvent, 'sender' | 'senderFrame'>, contents: WebContents): boolean {
  const { sender, senderFrame } = event;
  return sender === contents && senderFrame !== null && senderFrame === contents.mainFrame && isOwnPage(senderFrame.url);
}

/** Serves the contract to one window over IPC; returns what ends it. */
export function serveWindow(ipc: IpcMain, contents: WebContents, desk: DeskApi): () => void {
  let served: Served | undefined;
  const begin = (): void => {
    served?.close();
    served = serveConnection(desk, {
      send: (message) => {
        if (!contents.isDestroyed()) contents.send(bridgeChannels.toPage, message);
      },
    });
  };
  const onHello = (event: IpcMainEvent): void => {
    if (isTrusted(event, contents)) begin();
  };
  const onMessage = (event: IpcMainEvent, message: unknown): void => {
    if (!isTrusted(event, contents)) return;
    if (!served) begin();
    served?.receive(message);
  };
  ipc.on(bridgeChannels.hello, onHello);
  ipc.on(bridgeChannels.toDesk, onMessage);
  return () => {
    ipc.off(bridgeChannels.hello, onHello);
    ipc.off(bridgeChannels.toDesk, onMessage);
    served?.close();
  };
}
