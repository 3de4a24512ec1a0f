import { createServer } from 'node:net';

export interface PortPair {
  client: number;
  peer: number;
}

/** Whether loopback's port can be listened on now. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ host: '127.0.0.1', port, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

/**
 * The ports that people expect of a local cluster: 2379/2380, 22379/22380, 32379/32380 and so on, by the base port;
 * for members that do not fit below 65536, ports beside the base.
 */
export function preferredPorts(members: number, base = 2379): PortPair[] {
  return Array.from({ length: members }, (_, i) => {
    const step = i === 0 ? 0 : (i + 1) * 10_000;
    const client = base + step + 1 < 65_536 ? base + step : base + i * 10;
    return { client, peer: client + 1 };
  });
}

async function allFree(pairs: readonly PortPair[]): Promise<boolean> {
  for (const { client, peer } of pairs) if (!(await isFree(client)) || !(await isFree(peer))) return false;
  return true;
}

/** The preferred ports if all are free and not in `taken`, else the next such set. Throws when there is none. */
export async function choosePorts(members: number, taken: ReadonlySet<number>): Promise<PortPair[]> {
  for (let base = 2379; base < 12_000; base += 2) {
    const pairs = preferredPorts(members, base);
    if (pairs.some((pair) => taken.has(pair.client) || taken.has(pair.peer))) continue;
    if (await allFree(pairs)) return pairs;
  }
  throw new Error('no free ports were found between 2379 and 65535: stop some of the programs that listen there');
}
