import { resolve } from 'node:path';
import { HostedCluster } from '../fleet/hosted-cluster.ts';
import { isFree, preferredPorts } from '../fleet/ports.ts';
import { booleanFlag, flagHelp, numberFlag, parseFlags, UsageError, type FlagSpec } from './flags.ts';
import { parseDuration } from './member-flags/values.ts';
import { isLogLevel, jsonLog } from './log.ts';
import { untilSignal } from './signals.ts';

const autoPromoteFlag = 'experimental-learner-auto-promote';

const spec: FlagSpec = {
  members: { kind: 'text', hint: "'3'", help: 'How many members: 1 to 7.' },
  'data-dir': { kind: 'text', hint: 'DIR', help: 'Folder of the members’ data; made when it is missing.' },
  'base-port': {
    kind: 'text', hint: "'2379'",
    help: 'Client port P of the first member, P+20000 of the second, P+30000 of the third; beside P where that is past 65535. Peer ports are one higher.',
  },
  [autoPromoteFlag]: { kind: 'text', hint: "'0s'", help: 'The leader promotes a learner that has been in sync with it for so long without a break; 0: only when it is asked to.' },
  'log-level': { kind: 'text', hint: "'warn'", help: "'debug', 'info', 'warn' or 'error'." },
  help: { kind: 'boolean', help: 'Print this help and exit.' },
};

/** `quorate cluster`: a whole cluster in this process, without the app. */
export async function run(args: string[]): Promise<number> {
  const flags = parseFlags(args, spec);
  if (booleanFlag(flags, 'help', false)) {
    process.stdout.write(`Runs a whole cluster in this process, each member in a thread.\n\nUsage: quorate cluster --data-dir DIR [flags]\n\n${flagHelp(spec)}\n`);
    return 0;
  }
  const members = numberFlag(flags, 'members', 3);
  if (members < 1 || members > 7) throw new UsageError(`invalid value "${members}" for flag -members: use 1 to 7`);
  const base = numberFlag(flags, 'base-port', 2379);
  if (base < 1 || base + members * 10 > 65_535) throw new UsageError(`invalid value "${base}" for flag -base-port: use 1 to ${65_535 - members * 10}`);
  const dataDir = flags.get('data-dir');
  if (dataDir === undefined) throw new UsageError('--data-dir is missing: name the folder for the members’ data');
  const level = flags.get('log-level') ?? 'warn';
  if (!isLogLevel(level)) throw new UsageError(`invalid value "${level}" for flag -log-level: use debug, info, warn or error`);
  const learnerAutoPromoteMs = autoPromoteMs(flags.get(autoPromoteFlag) ?? '0s');
  const ports = preferredPorts(members, base);
  for (const port of ports.flatMap(({ client, peer }) => [client, peer])) {
    if (await isFree(port)) continue;
    process.stderr.write(`quorate cluster: port ${port} is used by another program: stop it, or choose another --base-port\n`);
    return 1;
  }
  return host(new HostedCluster({ name: 'cluster', token: 'quorate-cluster', ports, learnerAutoPromoteMs }, resolve(dataDir), jsonLog(level), () => {}));
}

function autoPromoteMs(text: string): number {
  const durationMs = parseDuration(text);
  if (durationMs === undefined || durationMs < 0) throw new UsageError(`invalid value "${text}" for flag -${autoPromoteFlag}: use a duration such as 10s`);
  return durationMs;
}

async function host(cluster: HostedCluster): Promise<number> {
  const signal = untilSignal();
  cluster.start();
  for (const { config } of cluster.members) {
    process.stdout.write(`member ${config.name} client ${config.listenClientUrls[0]} peer ${config.listenPeerUrls[0]}\n`);
  }
  const failures: string[] = [];
  const ready = Promise.all(
    cluster.members.map(async (member) => {
      try {
        await member.ready();
        process.stdout.write(`member ${member.config.name} ready to serve client requests\n`);
      } catch (error) {
        failures.push(`member ${member.config.name}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }),
  );
  const ended = await Promise.race([signal.then(() => 'signal' as const), ready.then(() => (failures.length > 0 ? ('failed' as const) : signal.then(() => 'signal' as const)))]);
  await cluster.stop();
  if (ended === 'signal') return 0;
  for (const failure of failures) process.stderr.write(`quorate cluster: ${failure}\n`);
  return 1;
}
