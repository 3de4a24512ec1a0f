import { contextBridge, ipcRenderer } from 'electron';
import { bridgeChannels, type DesktopBridge, type Envelope, type PageAction } from '../core/contract/bridge.ts';
import type { ClientMessage, ServerMessage } from '../core/contract/wire.ts';

/** The whole of what the page can reach: one typed pipe to the desk. */
const page = crypto.getRandomValues(new Uint32Array(4)).join('-');
let take: ((message: ServerMessage) => void) | undefined;
let act: ((action: PageAction) => void) | undefined;
ipcRenderer.on(bridgeChannels.action, (_event, action: PageAction) => act?.(action));
ipcRenderer.on(bridgeChannels.toPage, (_event, envelope: Envelope<ServerMessage>) => {
  if (envelope.page === page) take?.(envelope.message);
});

const bridge: DesktopBridge = {
  send: (message) => ipcRenderer.send(bridgeChannels.toDesk, { page, message } satisfies Envelope<ClientMessage>),
  onMessage: (next) => {
    take = next;
  },
  look: (look) => ipcRenderer.send(bridgeChannels.look, look),
  chooseFile: (suggested) => ipcRenderer.invoke(bridgeChannels.chooseFile, suggested) as Promise<string | undefined>,
  onAction: (next) => {
    act = next;
  },
};
contextBridge.exposeInMainWorld('quorate', bridge);
