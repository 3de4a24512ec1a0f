/**
 * The messages that carry the contract, over whatever moves strings: Electron IPC or a WebSocket.
 * The client chooses ids; each is used once on a connection.
 */
export type ClientMessage =
  | { id: number; kind: 'query' | 'mutation' | 'subscription'; path: string; input: unknown }
  /** Gives up a call or ends a subscription. */
  | { id: number; kind: 'cancel' }
  /** The client has taken `count` more items of a subscription: flow control by credits. */
  | { id: number; kind: 'credit'; count: number };

export type ServerMessage =
  | { id: number; kind: 'result'; data: unknown }
  | { id: number; kind: 'item'; data: unknown }
  | { id: number; kind: 'end' }
  | { id: number; kind: 'error'; error: { message: string; data: unknown } };

/** Items of one subscription that may be under way before the client has to grant more. */
export const initialCredits = 64;
