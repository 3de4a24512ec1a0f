/**
 * Who may import whom, and what a room must not touch: the picture in ARCHITECTURE.md as data.
 * A room may always import itself.
 */
export interface Room {
  /** Other rooms. */
  rooms: readonly string[];
  /** Packages from npm, by name. */
  packages?: readonly string[];
  /** `node:` modules: none, all, or those listed. */
  node?: 'all' | readonly string[];
  /** No clock, timers, randomness, process or console: what is needed comes in through a port. */
  pure?: boolean;
}

const engine = ['base', 'ports', 'proto', 'raft', 'wal', 'bolt', 'mvcc', 'lease', 'member'];

export const table: Readonly<Record<string, Room>> = {
  base: { rooms: [], pure: true },
  raft: { rooms: ['base'], pure: true },
  proto: { rooms: ['base'], pure: true },
  ports: { rooms: ['base', 'raft'], pure: true },
  contract: { rooms: ['base'], packages: ['zod', '@trpc/server', '@trpc/client'], pure: true },
  wal: { rooms: ['base', 'ports', 'proto', 'raft'], pure: true },
  bolt: { rooms: ['base'], pure: true },
  mvcc: { rooms: ['base', 'proto'], pure: true },
  lease: { rooms: ['base', 'proto', 'mvcc'], pure: true },
  // SHA-1 makes member ids; it is a pure function.
  member: { rooms: ['base', 'ports', 'proto', 'raft', 'wal', 'bolt', 'mvcc', 'lease'], node: ['node:crypto'], pure: true },
  api: { rooms: ['base', 'ports', 'proto', 'mvcc', 'lease', 'member'], pure: true },
  node: { rooms: ['base', 'ports', 'mvcc'], packages: ['lmdb'], node: 'all' },
  peer: { rooms: ['base', 'ports', 'proto', 'raft', 'wal', 'member', 'node'], node: 'all' },
  door: { rooms: ['base', 'ports', 'proto', 'api', 'member', 'node'], packages: ['prom-client'], node: 'all' },
  client: { rooms: ['base', 'proto'], packages: ['@grpc/grpc-js'], node: 'all' },
  fleet: { rooms: [...engine, 'node', 'peer', 'api', 'door'], node: 'all' },
  desk: { rooms: ['base', 'ports', 'proto', 'contract', 'client', 'fleet', 'member'], packages: ['@trpc/server', 'ws'], node: 'all' },
  cli: { rooms: [...engine, 'node', 'fleet', 'desk'], packages: ['yaml'], node: 'all' },
  electron: { rooms: ['base', 'ports', 'contract', 'desk'], packages: ['electron'], node: 'all' },
  renderer: {
    rooms: ['base', 'contract'],
    packages: [
      'react', 'react-dom', 'zustand', '@mantine/core', '@mantine/charts', '@mantine/notifications', '@mantine/spotlight', '@tanstack/react-virtual',
      '@tabler/icons-react', '@trpc/client', '@codemirror/commands', '@codemirror/lang-json', '@codemirror/language', '@codemirror/state',
      '@codemirror/view', '@lezer/highlight',
    ],
  },
};

/** Names that only an adapter may use. */
export const impureNames: ReadonlySet<string> = new Set([
  'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'performance', 'console', 'process', 'require',
]);
/** Members of otherwise harmless objects. */
export const impureMembers: ReadonlySet<string> = new Set(['Date.now', 'Math.random', 'crypto.getRandomValues', 'crypto.randomUUID']);
