import { Agent, request } from 'node:http';

/** Asks over HTTP for host names of 7 KB, one after the other, that `--host-whitelist` does not know: a member warns of each by name. Returns the names. */
export async function rejected(client: string, count: number): Promise<string[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const { port } = new URL(client);
  const hosts = Array.from({ length: count }, (_, i) => `${String(i).padStart(6, '0')}-${'x'.repeat(7_000)}.example`);
  for (const host of hosts) {
    await new Promise<void>((resolve, reject) => {
      const asked = request({ host: '127.0.0.1', port, path: '/version', agent, headers: { host } }, (response) => {
        if (response.statusCode !== 421) reject(new Error(`${response.statusCode} for a host that is not listed`));
        response.resume().once('end', resolve);
      });
      asked.once('error', reject).end();
    });
  }
  agent.destroy();
  return hosts;
}
