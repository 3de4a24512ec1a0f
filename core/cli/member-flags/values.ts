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

/** A whole number in Go's notations: decimal, 0x, 0o, 0b, digits grouped by `_`. */
export function parseInteger(text: string): number | undefined {
  if (!/^[+-]?(0[xX][\da-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|\d[\d_]*)$/.test(text)) return undefined;
  const sign = text.startsWith('-') ? -1 : 1;
  const value = Number(text.replace(/^[+-]/, '').replaceAll('_', ''));
  return Number.isSafeInteger(value) ? sign * value : undefined;
}

export const splitList = (text: string): string[] => [...new Set(text.split(',').map((part) => part.trim()).filter((part) => part !== ''))];

/** What is wrong with a URL of a member, in etcd's words; undefined: nothing. Source: etcd `client/pkg/types/urls.go`. */
export function urlProblem(text: string): string | undefined {
  const scheme = /^([a-zA-Z][a-zA-Z0-9+.-]*):\/\//.exec(text)?.[1]?.toLowerCase();
  if (scheme === 'unix' || scheme === 'unixs') return text.length > `${scheme}://`.length ? undefined : `unix socket without a path: ${text}`;
  if (scheme !== 'http' && scheme !== 'https') return `URL scheme must be http, https, unix, or unixs: ${text}`;
  const match = /^https?:\/\/(\[[0-9a-fA-F:.%a-z]*\]|[^/:[\]?#]*):(\d*)([/?#].*)?$/i.exec(text);
  if (!match) return `URL address does not have the form "host:port": ${text}`;
  return match[3] === undefined ? undefined : `URL must not contain a path: ${text}`;
}

/** What is wrong with a flag's text, in the words of Go's flag package; undefined: nothing. */
export function checkValue(row: FlagRow, text: string): string | undefined {
  switch (row.kind) {
    case 'boolean':
      return /^(1|0|t|f|true|false)$/i.test(text) ? undefined : 'parse error';
    case 'count': {
      const value = parseInteger(text);
      return value === undefined || value < 0 ? 'parse error' : undefined;
    }
    case 'integer':
      return parseInteger(text) === undefined ? 'parse error' : undefined;
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
