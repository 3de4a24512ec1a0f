/** The load of `lease.ts` on one endpoint; prints its measures as JSON. */
import { parseArgs } from 'node:util';
import { EtcdClient } from '../../core/client/etcd-client.ts';
import { KVService, LeaseGrantRequest, LeaseKeepAliveRequest, LeaseKeepAliveResponse, LeaseService, PutRequest } from '../../core/proto/gen/rpc.ts';
import { costing, inParallel, percentiles, type Measure } from './compare.ts';
import { H2Client } from './h2-client.ts';

const { values } = parseArgs({ options: { endpoint: { type: 'string' }, pid: { type: 'string' }, leases: { type: 'string' }, expiring: { type: 'string' } } });
const endpoint = values.endpoint!;
const connections = 8;
const inflight = 256;
const longTtl = 3_600;
const shortTtl = 3;
const clients = await Promise.all(Array.from({ length: connections }, () => H2Client.connect(endpoint)));
const control = new EtcdClient([endpoint]);

async function timed(count: number, call: (i: number) => Promise<void>): Promise<{ perSecond: number; p50Ms: number; p99Ms: number }> {
  const latencies: number[] = [];
  const begunMs = performance.now();
  await inParallel(count, inflight, async (i) => {
    const sentMs = performance.now();
    await call(i);
    latencies.push(performance.now() - sentMs);
  });
  return { perSecond: (count * 1000) / (performance.now() - begunMs), ...percentiles(latencies) };
}

const unary = (i: number, path: string, message: Uint8Array): Promise<void> =>
  new Promise((resolve, reject) => clients[i % connections]!.call(path, message, (ok) => (ok ? resolve() : reject(new Error(`${path} failed`)))));
const grant = (id: number, ttl: number): Promise<void> => unary(id, LeaseService.leaseGrant.path, LeaseGrantRequest.encode({ id: BigInt(id), ttl }));

/** Renewals on streams, one per connection, each answered in order. */
async function keepAlive(count: number): Promise<Measure> {
  const waiting: ((ttl: number) => void)[][] = clients.map(() => []);
  const streams = clients.map((client, i) =>
    client.stream(LeaseService.leaseKeepAlive.path, (message) => waiting[i]!.shift()!(LeaseKeepAliveResponse.decode(message).ttl), () => {
      throw new Error('a keep-alive stream ended');
    }),
  );
  const measure = await timed(count, async (i) => {
    const ttl = await new Promise<number>((resolve) => {
      waiting[i % connections]!.push(resolve);
      streams[i % connections]!.send(LeaseKeepAliveRequest.encode({ id: BigInt(i + 1) }));
    });
    if (ttl !== longTtl) throw new Error(`lease ${i + 1} was renewed for ${ttl} s`);
  });
  return { name: `${count} leases renewed once each, renewals`, ...measure };
}

const count = Number(values.leases);
const expiring = Number(values.expiring);
const prefix = { key: Buffer.from('lease/'), rangeEnd: Buffer.from('lease0'), countOnly: true };
/** Keys that hang on leases; cheap to ask for, so that asking is not what is measured. */
const keyCount = async (): Promise<number> => (await control.range(prefix, { timeoutMs: 60_000 })).count;

/** Leases with a key each, granted together and left alone, while all the others are there. */
async function expiry(): Promise<Measure> {
  await inParallel(expiring, inflight, async (i) => {
    await grant(count + 1 + i, shortTtl);
    await unary(i, KVService.put.path, PutRequest.encode({ key: Buffer.from(`lease/${i}`), lease: BigInt(count + 1 + i) }));
  });
  const granted = await keyCount();
  const begunMs = performance.now();
  while ((await keyCount()) > 0) await new Promise((resolve) => setTimeout(resolve, 100));
  const seconds = (performance.now() - begunMs) / 1000;
  const left = (await control.read(LeaseService.leaseLeases, {}, { timeoutMs: 60_000 })).leases.length;
  if (left !== count) throw new Error(`${left} leases are left, not ${count}`);
  return { name: `${granted} leases with a key end by themselves, ends`, perSecond: granted / seconds };
}

const measures: Measure[] = [];
const pid = Number(values.pid);
measures.push(await costing(pid, count, async () => ({ name: `${count} leases granted, grants`, ...(await timed(count, (i) => grant(i + 1, longTtl))) })));
measures.push(await costing(pid, count, () => keepAlive(count)));
measures.push(await expiry());
process.stdout.write(JSON.stringify(measures));
for (const client of clients) client.close();
control.close();
