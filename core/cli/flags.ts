import { unknownFlag } from './nearest.ts';

/** Flags as etcd takes them: `--flag value`, `--flag=value`, one dash as well as two; a bare boolean flag is true. */
export type FlagSpec = Readonly<Record<string, { kind: 'text' | 'boolean'; help: string; hint?: string }>>;

export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Parses or throws UsageError, which names the flag at fault. */
export function parseFlags(args: readonly string[], spec: FlagSpec): Map<string, string> {
  const values = new Map<string, string>();
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    const match = /^--?([a-zA-Z][a-zA-Z0-9-]*)(?:=(.*))?$/s.exec(arg);
    if (!match) throw new UsageError(`'${arg}' is not a valid flag`);
    const name = match[1]!;
    const known = spec[name];
    if (!known) throw new UsageError(unknownFlag(name, Object.keys(spec)));
    if (match[2] !== undefined) values.set(name, match[2]);
    else if (known.kind === 'boolean') values.set(name, 'true');
    else {
      const next = args[++i];
      if (next === undefined) throw new UsageError(`flag needs an argument: -${name}`);
      values.set(name, next);
    }
  }
  return values;
}

export function numberFlag(values: Map<string, string>, name: string, fallback: number): number {
  const text = values.get(name);
  if (text === undefined) return fallback;
  const value = Number(text);
  if (text.trim() === '' || !Number.isSafeInteger(value)) throw new UsageError(`invalid value "${text}" for flag -${name}: not a whole number`);
  return value;
}

export function booleanFlag(values: Map<string, string>, name: string, fallback: boolean): boolean {
  const text = values.get(name);
  if (text === undefined) return fallback;
  if (/^(1|t|true)$/i.test(text)) return true;
  if (/^(0|f|false)$/i.test(text)) return false;
  throw new UsageError(`invalid boolean value "${text}" for -${name}`);
}

/** Lines of `--flag 'hint'` with their help, for `--help`. */
export function flagHelp(spec: FlagSpec): string {
  return Object.entries(spec)
    .map(([name, flag]) => `  --${name}${flag.hint === undefined ? '' : ` ${flag.hint}`}\n        ${flag.help}`)
    .join('\n');
}
