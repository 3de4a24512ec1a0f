import { contextBridge, ipcRenderer } from 'electron';
import { bridgeChannels, type DesktopBridge } from '../core/contract/bridge.ts';
import type { ServerMessage } from '../core/contract/wire.ts';

/** The whole of what the page can reach: one typed pipe to the desk. */
let take: ((message: ServerMessage) => void) | undefined;
ipcRenderer.on(bridgeChannels.toPage, (_event, message: ServerMessage) => take?.(message));
// A page that was loaded anew begins anew: what the one before it had under way ends.
ipcRenderer.send(bridgeChannels.hello);

const bridge: DesktopBridge = {
  send: (message) => ipcRenderer.send(bridgeChannels.toDesk, message),
  onMessage: (next) => {
    take = next;
  },
};
contextBridge.exposeInMainWorld('quorate', bridge);
