import { createTRPCClient } from '@trpc/client';
import { create } from 'zustand';
import type { DesktopBridge } from '../../core/contract/bridge.ts';
import { DeskLink, deskLink, type Connection, type ConnectionState } from '../../core/contract/link.ts';
import type { AppRouter } from '../../core/contract/router.ts';
import type { ServerMessage } from '../../core/contract/wire.ts';

declare global {
  interface Window {
    /** Set by Electron's preload script. */
    quorate?: DesktopBridge;
  }
}

export const useConnection = create<{ state: ConnectionState }>(() => ({ state: 'connecting' }));

function bridgeConnection(bridge: DesktopBridge): Connection {
  return { send: (message) => bridge.send(message), onMessage: (take) => bridge.onMessage(take), onClose() {}, close() {} };
}

function webSocketConnection(): Promise<Connection> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/desk`);
    socket.addEventListener('error', () => reject(new Error('the desk cannot be reached')), { once: true });
    socket.addEventListener('open', () => {
      resolve({
        send: (message) => socket.send(JSON.stringify(message)),
        onMessage: (take) => socket.addEventListener('message', (event: MessageEvent<string>) => take(JSON.parse(event.data) as ServerMessage)),
        onClose: (run) => socket.addEventListener('close', run),
        close: () => socket.close(),
      });
    });
  });
}

const link = new DeskLink({
  connect: () => (window.quorate ? Promise.resolve(bridgeConnection(window.quorate)) : webSocketConnection()),
  retryMs: 500,
  after: (delayMs, run) => void setTimeout(run, delayMs),
  stateChanged: (state) => useConnection.setState({ state }),
});

/** The desk, typed by the contract. */
export const desk = createTRPCClient<AppRouter>({ links: [deskLink(link)] });
