/**
 * `npm run bench:watch`: watchers of our member and of Debian's etcd, under the same load, on this machine, in this run.
 *
 *   node test/bench/watch.ts [--watchers 10000] [--hot 1000] [--replay 50]
 */
import { parseArgs } from 'node:util';
import { compare } from './compare.ts';

const { values } = parseArgs({
  options: { watchers: { type: 'string', default: '10000' }, hot: { type: 'string', default: '1000' }, replay: { type: 'string', default: '50' } },
});
await compare('test/bench/watch-load.ts', Object.entries(values).map(([name, value]) => `--${name}=${value}`));
