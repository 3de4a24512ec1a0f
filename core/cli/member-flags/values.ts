import type { FlagRow } from './table.ts';

const unitMs: Readonly<Record<string, number>> = { ns: 1e-6, us: 1e-3, 'µs': 1e-3, 'μs': 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Go's durations: `1h15m30.5s`, `-5m`, `0`. Milliseconds; undefined: it is none. */
export function parseDuration(text: string): number | undefined {
  const match = /^([+-]?)((?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/.exec(text);
  if (!match) return /^[+-]?0$/.test(text) ? 0 : undefined;
  let total = 0;
  for (const [, number, unit] of match[2]!.matchAll(/(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g)) total += Number(number) * unitMs[unit!]!;
  return match[1] === '-' ? -total : total;
}

/** A whole number in Go's notations: decimal, 0x, 0o or a leading 0, 0b, digits grouped by `_`. */
export function parseInteger(text: string): number | undefined {
  const value = integerOf(text);
  // Beyond what a number holds exactly lies no setting's meaning: as large as can be said.
  return value === undefined ? undefined : Number(value > maxSafe ? maxSafe : value < -maxSafe ? -maxSafe : value);
}

const maxSafe = BigInt(Number.MAX_SAFE_INTEGER);

function integerOf(text: string): bigint | undefined {
  if (!/^[+-]?(0[xX](_?[\da-fA-F])+|0[oO](_?[0-7])+|0[bB](_?[01])+|0(_?[0-7])*|[1-9](_?\d)*)$/.test(text)) return undefined;
  const digits = text.replace(/^[+-]/, '').replaceAll('_', '').toLowerCase();
  const value = BigInt(/^0\d/.test(digits) ? `0o${digits}` : digits);
  return text.startsWith('-') ? -value : value;
}

/** What is wrong with a number of so many bits, in Go's words. */
function integerProblem(text: string, signed: boolean, bits: number): string | undefined {
  const value = integerOf(text);
  if (value === undefined || (!signed && /^[+-]/.test(text))) return 'parse error';
  const limit = 1n << BigInt(signed ? bits - 1 : bits);
  return value >= limit || value < -limit ? 'value out of range' : undefined;
}

export const splitList = (text: string): string[] => [...new Set(text.split(',').map((part) => part.trim()).filter((part) => part !== ''))];

/** What is wrong with a URL of a member, in etcd's words; undefined: nothing. Source: etcd `client/pkg/types/urls.go`. */
export function urlProblem(text: string): string | undefined {
  const scheme = /^([a-zA-Z][a-zA-Z0-9+.-]*):\/\//.exec(text)?.[1]?.toLowerCase();
  if (scheme === 'unix' || scheme === 'unixs') return text.length > `${scheme}://`.length ? undefined : `unix socket without a path: ${text}`;
  if (scheme !== 'http' && scheme !== 'https') return `URL scheme must be http, https, unix, or unixs: ${text}`;
  const strange = /^https?:\/\/[^/?#]*?([\s"<>\\^`{|}])/i.exec(text)?.[1];
  if (strange !== undefined) return `parse ${JSON.stringify(text)}: invalid character ${JSON.stringify(strange)} in host name`;
  const match = /^https?:\/\/(\[[0-9a-fA-F:.%a-z]*\]|[^/:[\]?#]*):(\d*)([/?#].*)?$/i.exec(text);
  if (!match) return `URL address does not have the form "host:port": ${text}`;
  return match[3] === undefined ? undefined : `URL must not contain a path: ${text}`;
}

/** What is wrong with a flag's text, in the words of Go's flag package; undefined: nothing. */
export function checkValue(row: FlagRow, text: string): string | undefined {
  switch (row.kind) {
    case 'boolean':
      return /^(1|0|t|f|true|false)$/i.test(text) ? undefined : 'parse error';
    case 'count':
      return integerProblem(text, false, 64);
    case 'count32': {
      const problem = integerProblem(text, false, 32);
      return problem && `strconv.ParseUint: parsing ${JSON.stringify(text)}: ${problem === 'parse error' ? 'invalid syntax' : problem}`;
    }
    case 'integer':
      return integerProblem(text, true, 64);
    case 'duration':
      return text === '' || parseDuration(text) !== undefined ? undefined : 'parse error';
    case 'urls':
      return splitList(text).map(urlProblem).find((problem) => problem !== undefined);
    case 'origins': {
      const none = splitList(text).find((part) => part !== '*' && !/^https?:\/\/[^/?#@]+$/i.test(part));
      return none === undefined ? undefined : `not the origin of a page, as https://example.org:8443: ${none}`;
    }
    case 'list':
    case 'text':
      return row.choices && !row.choices.includes(row.anyCase ? text.toLowerCase() : text) ? `use ${row.choices.join(', ')}` : undefined;
  }
}
