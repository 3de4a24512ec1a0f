import { checkStanding, parseCommandLine, readEnvironment, settleNames, type Settings } from './settings.ts';

/** What was asked for instead of a member. */
export type Asked = { kind: 'help' } | { kind: 'version' } | { kind: 'settings'; settings: Settings };

const isTrue = (text: string | undefined): boolean => text !== undefined && /^(1|t|true)$/i.test(text);

/**
 * Brings command line, environment and configuration file together as etcd does: a flag beats its variable, a file beats
 * both. Throws UsageError for a command line that cannot be read, ConfigError for what it says.
 */
export async function readSettings(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Asked> {
  const flags = parseCommandLine(args);
  if (isTrue(flags.get('help'))) return { kind: 'help' };
  if (isTrue(flags.get('version'))) return { kind: 'version' };
  const path = flags.get('config-file') || env['ETCD_CONFIG_FILE'] || '';
  const given = path === '' ? fromEnvironment(flags, env) : await fromFile(path);
  const settled = settleNames(given.values);
  const remarks = [...given.remarks, ...settled.remarks, ...checkStanding(settled.values)];
  return { kind: 'settings', settings: { values: settled.values, fromFile: given.fromFile, remarks } };
}

function fromEnvironment(flags: ReadonlyMap<string, string>, env: NodeJS.ProcessEnv): Settings {
  const { values, remarks } = readEnvironment(env, flags);
  return { values: new Map([...values, ...flags]), remarks, fromFile: false };
}

async function fromFile(path: string): Promise<Settings> {
  // YAML is loaded only for those who use it: start-up time is part of the interface.
  const { readConfigFile } = await import('./config-file.ts');
  return readConfigFile(path);
}
