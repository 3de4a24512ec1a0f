import { readFileSync, readdirSync, readlinkSync } from 'node:fs';

interface Connection {
  local: string;
  remote: string;
  /** Number of the state. Source: Linux `include/net/tcp_states.h`. */
  state: number;
  /** Bytes that have come and were not read. */
  unread: number;
  /** 0: no process has it open. */
  inode: string;
}

const listening = 10;

function connections(): Connection[] {
  const lines = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) => readFileSync(table, 'latin1').split('\n').slice(1));
  return lines.map((line) => line.trim().split(/\s+/)).filter((fields) => fields.length > 9).map(([, local, remote, state, queues, , , , , inode]) => (
    { local: local!, remote: remote!, state: parseInt(state!, 16), unread: parseInt(queues!.split(':')[1]!, 16), inode: inode! }));
}

/** What the descriptors of a process stand for: paths, and the system's words for what has none. Linux only. */
export function openFiles(pid: number): string[] {
  return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/${pid}/fd/${fd}`)];
    } catch {
      // Closed since.
      return [];
    }
  });
}

/** Inodes of the sockets that a process has open. */
function socketsOf(pid: number): Set<string> {
  return new Set(openFiles(pid).flatMap((name) => /^socket:\[(\d+)\]$/.exec(name)?.[1] ?? []));
}

const portOf = (address: string): number => parseInt(address.slice(address.lastIndexOf(':') + 1), 16);

/** Connections that a process still has though nobody holds their other end: a line each. Both ends are on this machine. Linux only. */
export function abandonedConnections(pid: number): string[] {
  const all = connections();
  const held = new Set(all.filter(({ inode }) => inode !== '0').map(({ local, remote }) => `${local} ${remote}`));
  const own = socketsOf(pid);
  return all.filter(({ inode, state, local, remote }) => own.has(inode) && state !== listening && !held.has(`${remote} ${local}`))
    .map(({ local, remote, state, unread }) => `port ${portOf(local)} from ${portOf(remote)}, state ${state}, ${unread} bytes unread`);
}
