import type { Kind } from '../../support/target.ts';
import type { Asked, Client } from './asked.ts';
import { errors, etcd3Paths, gatewayPaths, gatewayRefused, refusedAlways, rpcPaths, unprovoked, type Unmet } from './expected.ts';

export interface Verdict {
  server: Kind;
  /** `17 of 18 RPCs by raw gRPC`. */
  figures: string[];
  /** What no spec has asked or met, and what is excused though one has. */
  unmet: string[];
}

/** Holds what the specs have asked of one server, and what it answered, against all that there is to ask. */
export function judge(server: Kind, all: readonly Asked[], commands: readonly string[]): Verdict {
  const mine = all.filter((asked) => asked.server === server);
  const unmet: string[] = [];
  const figures: string[] = [];
  const hold = (what: string, expected: readonly string[], met: (one: string) => boolean): void => {
    const missed = expected.filter((one) => !met(one));
    figures.push(`${expected.length - missed.length} of ${expected.length} ${what}`);
    unmet.push(...missed.map((one) => `${what}: ${one}`));
  };
  const outcomes = (client: Client, what: string): string[] => mine.filter((asked) => asked.client === client && asked.what === what).map(({ outcome }) => outcome);
  /** The reference may lack it or refuse it; ours has to have done it once, unless it is known to refuse it. */
  const done = (told: readonly string[], refused: boolean): boolean => told.length > 0 && (server === 'etcd' || refused || told.some((outcome) => ['0', 'open', '200'].includes(outcome)));

  hold('RPCs by raw gRPC', rpcPaths, (path) => done(outcomes('raw', path), refusedAlways.has(path)));
  hold('RPCs by npm etcd3', etcd3Paths, (path) => outcomes('etcd3', path).length > 0);
  // What stands after the command is its arguments.
  const run = mine.filter(({ client }) => client === 'etcdctl').map(({ what }) => `${what} `);
  hold('commands of etcdctl', commands, (command) => run.some((words) => words.startsWith(`${command} `)));
  hold('gateway paths', [...gatewayPaths.keys()], (path) => done(outcomes('http', path), path in gatewayRefused || refusedAlways.has(gatewayPaths.get(path)!)));

  // Codes of some changed with the releases.
  const said = new Set(mine.filter(({ client }) => client === 'raw').map(({ outcome }) => (server === 'etcd' ? textOf(outcome) : outcome)));
  const met = (name: string): boolean => said.has(server === 'etcd' ? textOf(errors.get(name)!) : errors.get(name)!);
  const excuse = (name: string): Unmet | undefined => {
    const found = unprovoked[name as keyof typeof unprovoked];
    return found?.on.includes(server) ? found : undefined;
  };
  hold('errors', [...errors.keys()].filter((name) => !excuse(name)), met);
  for (const name of errors.keys()) if (excuse(name) && !excuse(name)!.byChance && met(name)) unmet.push(`errors: ${name} is excused, and was met`);
  return { server, figures, unmet };
}

const textOf = (outcome: string): string => outcome.replace(/^\d+ /, '');
