/** What the preload script gives to the page, as `window.quorate`. Absent: the page is in a browser. */
import type { ClientMessage, ServerMessage } from './wire.ts';

export interface DesktopBridge {
  send(message: ClientMessage): void;
  /** One taker; messages that come before it is set are dropped, as there can be none. */
  onMessage(take: (message: ServerMessage) => void): void;
  /** What the page looks like, so that the window around it does too. */
  look(look: Look): void;
  /** Asks the user where to write a file; undefined: nowhere. */
  chooseFile(suggested: string): Promise<string | undefined>;
  /** One taker of what the window's menu asks of the page. */
  onAction(take: (action: PageAction) => void): void;
}

export type PageAction = 'settings' | 'newCluster' | 'connect';

export const looks = ['system', 'light', 'dark'] as const;
export type Look = (typeof looks)[number];
export const isLook = (value: unknown): value is Look => looks.some((look) => look === value);

/**
 * What crosses IPC, either way. A page that is loaded anew counts its calls from one again, so each message says which
 * load of the page it belongs to: an answer to the page before is never taken for one's own.
 */
export interface Envelope<Message> {
  /** Chosen by the preload script, once per load. */
  page: string;
  message: Message;
}

/** IPC channels, client to desk and back. */
export const bridgeChannels = { toDesk: 'quorate:to-desk', toPage: 'quorate:to-page', look: 'quorate:look', chooseFile: 'quorate:choose-file', action: 'quorate:action' } as const;
