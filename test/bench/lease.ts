/**
 * `npm run bench:lease`: leases of our member and of Debian's etcd, under the same load, on this machine, in this run.
 *
 *   node test/bench/lease.ts [--leases 100000] [--expiring 5000]
 */
import { parseArgs } from 'node:util';
import { compare } from './compare.ts';

const { values } = parseArgs({ options: { leases: { type: 'string', default: '100000' }, expiring: { type: 'string', default: '5000' } } });
await compare('test/bench/lease-load.ts', Object.entries(values).map(([name, value]) => `--${name}=${value}`));
