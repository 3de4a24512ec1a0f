import { readdirSync, readFileSync } from 'node:fs';

interface ProcessSample {
  name: string;
  help: string;
  type: 'counter' | 'gauge';
  /** Undefined where the system does not tell. */
  read(): number | undefined;
}

const startSeconds = Date.now() / 1000 - process.uptime();

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** What every Prometheus client tells of its process. A member that is hosted in a thread shares them with its siblings. */
export function processSamples(): ProcessSample[] {
  return [
    {
      name: 'process_cpu_seconds_total', help: 'CPU time of this process.', type: 'counter',
      read: () => {
        const { user, system } = process.cpuUsage();
        return (user + system) / 1e6;
      },
    },
    { name: 'process_resident_memory_bytes', help: 'Memory of this process in RAM.', type: 'gauge', read: () => process.memoryUsage.rss() },
    { name: 'process_virtual_memory_bytes', help: 'Address space of this process.', type: 'gauge', read: () => attempt(() => Number(readFileSync('/proc/self/statm', 'utf8').split(' ')[0]) * 4096) },
    { name: 'process_open_fds', help: 'Files and sockets that are open.', type: 'gauge', read: () => attempt(openFiles) },
    { name: 'process_max_fds', help: 'How many may be.', type: 'gauge', read: () => limit('Max open files') },
    { name: 'process_virtual_memory_max_bytes', help: 'How much address space there may be.', type: 'gauge', read: () => limit('Max address space') },
    { name: 'os_fd_used', help: 'Files and sockets that are open.', type: 'gauge', read: () => attempt(openFiles) },
    { name: 'os_fd_limit', help: 'How many may be.', type: 'gauge', read: () => limit('Max open files') },
    { name: 'process_network_receive_bytes_total', help: 'Bytes that came over IP, to whatever process of this network namespace.', type: 'counter', read: () => attempt(() => octets('InOctets')) },
    { name: 'process_network_transmit_bytes_total', help: 'Bytes that went out over IP, from whatever process of this network namespace.', type: 'counter', read: () => attempt(() => octets('OutOctets')) },
    { name: 'process_start_time_seconds', help: 'When this process began, Unix time.', type: 'gauge', read: () => startSeconds },
  ];
}

const openFiles = (): number => readdirSync('/proc/self/fd').length;

/** Of IPv4, as Prometheus's own library for Go counts it: a line of names and one of numbers. */
function octets(what: 'InOctets' | 'OutOctets'): number | undefined {
  const [names, numbers] = [...readFileSync('/proc/self/net/netstat', 'utf8').matchAll(/^IpExt: (.*)$/gm)].map(([, line]) => line!.split(' '));
  const number = numbers?.[names!.indexOf(what)];
  return number === undefined ? undefined : Number(number);
}

/** Go's clients write no limit as the largest number of 64 bits. */
const unlimited = 2 ** 64;

/** Of this process; undefined where the system does not tell. */
export function limit(what: string): number | undefined {
  const soft = attempt(() => new RegExp(`^${what}\\s+(\\d+|unlimited)`, 'm').exec(readFileSync('/proc/self/limits', 'utf8'))?.[1]);
  return soft === undefined ? undefined : soft === 'unlimited' ? unlimited : Number(soft);
}
