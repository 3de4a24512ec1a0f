#!/usr/bin/env node
import module from 'node:module';
import { UsageError } from './flags.ts';
import { etcdVersion, quorateVersion } from '../base/version.ts';

// Compiled code is kept between runs, where this Node can: a member is ready a third sooner.
module.enableCompileCache?.();

const usage = `quorate ${quorateVersion}: hosts and operates etcd-compatible clusters

Usage: quorate <command> [flags]

  member    run one member; takes etcd's flags
  cluster   run a whole cluster in this process
  desk      serve the app to a browser on this machine
  snapshot  tell what a snapshot file holds, or make a member of it

  quorate <command> --help tells a command's flags
  quorate --version
`;

type Command = (args: string[]) => Promise<number>;

/** Each command's module is loaded only when it is asked for: start-up time is part of the interface. */
const commands: Readonly<Record<string, () => Promise<{ run: Command }>>> = {
  member: () => import('./member-command.ts'),
  cluster: () => import('./cluster-command.ts'),
  desk: () => import('./desk-command.ts'),
  snapshot: () => import('./snapshot-command.ts'),
};

async function main(args: string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === '--version' || name === '-version' || name === 'version') {
    process.stdout.write(`etcd Version: ${etcdVersion}\nQuorate Version: ${quorateVersion}\n`);
    return 0;
  }
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    (name === undefined ? process.stderr : process.stdout).write(usage);
    return name === undefined ? 2 : 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) {
    process.stderr.write(`quorate: there is no command '${name}'\n\n${usage}`);
    return 2;
  }
  const { run } = await command();
  try {
    return await run(rest);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`quorate ${name}: ${error.message}\nTry 'quorate ${name} --help' for the flags.\n`);
    return 2;
  }
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`quorate: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = 1;
  },
);
