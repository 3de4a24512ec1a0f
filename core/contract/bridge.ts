/** What the preload script gives to the page, as `window.quorate`. Absent: the page is in a browser. */
import type { ClientMessage, ServerMessage } from './wire.ts';

export interface DesktopBridge {
  send(message: ClientMessage): void;
  /** One taker; messages that come before it is set are dropped, as there can be none. */
  onMessage(take: (message: ServerMessage) => void): void;
}

/** IPC channels, client to desk and back. */
export const bridgeChannels = { toDesk: 'quorate:to-desk', toPage: 'quorate:to-page', hello: 'quorate:hello' } as const;
