/** A member whose disk kills it, or fails, at one edge: `node edge-member.ts '{"config":{…},"at":17,"mode":"kill"}'`. For tests only. */
import { openMember } from '../../core/fleet/compose-member.ts';
import type { MemberConfig } from '../../core/member/config.ts';
import { LmdbBackend } from '../../core/node/lmdb-backend.ts';
import { nodeDisk } from '../../core/node/node-disk.ts';
import { silentLog } from '../../core/ports/log.ts';
import { backendWithEdges, diskWithEdges, Edges, type EdgeMode } from './edges.ts';

export interface EdgeMemberOptions {
  config: MemberConfig;
  /** The edge at which it strikes, counted from 1; 0: nowhere. */
  at: number;
  mode: EdgeMode;
  segmentBytes: number;
}

const { config, at, mode, segmentBytes } = JSON.parse(process.argv[2]!) as EdgeMemberOptions;
const edges = new Edges(at === 0 ? Infinity : at, mode);
const say = (text: string): void => void process.stdout.write(`${text}\n`);

try {
  const member = await openMember(config, silentLog, {
    disk: diskWithEdges(nodeDisk, edges), openBackend: (path) => backendWithEdges(LmdbBackend.open(path), path, edges), wal: { segmentBytes },
  });
  member.ready.then(() => say('ready'), () => {});
  const asked = new Promise<undefined>((resolve) => process.once('SIGTERM', () => resolve(undefined)));
  const reason = await Promise.race([asked, member.stopped]);
  if (reason) throw reason;
  await member.stop();
  say(`edges ${edges.count}`);
} catch (error) {
  say(`ended: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
