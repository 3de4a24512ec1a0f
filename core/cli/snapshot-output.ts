import type { DatabaseStatus } from '../member/database/status.ts';

export const statusFormats = ['fields', 'json', 'simple', 'table'] as const;
export type StatusFormat = (typeof statusFormats)[number];

/** What `etcdutl snapshot status -w FORMAT` prints. Source: etcd 3.6 `etcdutl/etcdutl/printer*.go`. */
export function formatStatus(status: DatabaseStatus, format: StatusFormat): string {
  const { hash, revision, totalKey, totalSize, version } = status;
  const cells = [hash.toString(16), String(revision), String(totalKey), humanBytes(totalSize), version];
  switch (format) {
    case 'fields':
      return `"Hash" : ${hash}\n"Revision" : ${revision}\n"Keys" : ${totalKey}\n"Size" : ${totalSize}\n"Version" : ${version}\n`;
    case 'json':
      return `${JSON.stringify({ hash, revision, totalKey, totalSize, version })}\n`;
    case 'simple':
      return `${cells.join(', ')}\n`;
    case 'table':
      return table(['HASH', 'REVISION', 'TOTAL KEYS', 'TOTAL SIZE', 'VERSION'], cells);
  }
}

/** A table of one row, aligned to the right, its heads in the middle. */
function table(heads: readonly string[], cells: readonly string[]): string {
  const widths = heads.map((head, i) => Math.max(head.length, cells[i]!.length));
  const rule = `+${widths.map((width) => '-'.repeat(width + 2)).join('+')}+\n`;
  const line = (texts: readonly string[]): string => `|${texts.map((text) => ` ${text} `).join('|')}|\n`;
  return rule + line(heads.map((head, i) => centred(head, widths[i]!))) + rule + line(cells.map((cell, i) => cell.padStart(widths[i]!))) + rule;
}

function centred(text: string, width: number): string {
  return text.padStart(text.length + Math.floor((width - text.length) / 2)).padEnd(width);
}

/** In powers of 1000, with one decimal below ten: `63 MB`, `1.6 GB`. */
export function humanBytes(bytes: number): string {
  if (bytes < 10) return `${bytes} B`;
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB'];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const tenths = Math.floor((bytes / 1000 ** power) * 10 + 0.5);
  if (tenths < 100) return `${(tenths / 10).toFixed(1)} ${units[power]}`;
  // Go rounds halves to the even number.
  const whole = Math.floor(tenths / 10);
  const up = tenths % 10 > 5 || (tenths % 10 === 5 && whole % 2 === 1);
  return `${up ? whole + 1 : whole} ${units[power]}`;
}
