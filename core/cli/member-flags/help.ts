import { flagRows, openGates, type FlagRow } from './table.ts';

const widthColumns = 100;

function shownDefault(row: FlagRow): string {
  if (row.name === 'data-dir') return " '${name}.etcd'";
  if (row.kind === 'boolean' && row.default === 'false') return '';
  return ` '${row.default}'`;
}

function wrap(text: string, indent: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && indent.length + line.length + 1 + word.length > widthColumns) {
      lines.push(indent + line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, indent + line].join('\n');
}

function describe(row: FlagRow): string {
  return `  --${row.name}${shownDefault(row)}\n${wrap(row.help, '    ')}`;
}

const life = [
  'A line with "ready to serve client requests" is logged, at any level, when clients are served; with NOTIFY_SOCKET set systemd is told too, by systemd-notify (Type=notify; NotifyAccess=all where the service is not root’s).',
  'SIGTERM and SIGINT hand leadership over and stop the member; a second one ends it at once.',
  'Exit codes: 0 after a signal or when the cluster has removed the member, 1 when it cannot start or go on, 2 for a command line that cannot be read.',
];

/** `--help`: what works, by group; then what only has a name here. */
export function memberHelp(): string {
  const groups = new Map<string, FlagRow[]>();
  for (const row of flagRows) if (row.standing.is === 'honoured') groups.set(row.group, [...(groups.get(row.group) ?? []), row]);
  const sections = [...groups].map(([name, rows]) => `${name}:\n${rows.map(describe).join('\n')}\n`);
  const absent = new Map<string, string[]>();
  for (const { name, standing } of flagRows) if (standing.is === 'absent') absent.set(standing.feature, [...(absent.get(standing.feature) ?? []), `--${name}`]);
  const missing = [...absent].map(([feature, names]) => wrap(`${feature}: ${names.join(' ')}`, '  ')).join('\n');
  const inert = flagRows.filter(({ standing }) => standing.is === 'inert').map(({ name }) => `--${name}`).join(' ');
  return [
    'Runs one member of a cluster, with the flags of etcd 3.6.\n\nUsage: quorate member [flags]\n',
    wrap('Each flag can also be set by a variable, ETCD_DATA_DIR for --data-dir; a flag beats its variable. Durations are written 1h30m, 5s, 100ms.', '') + '\n',
    ...sections,
    `Feature gates, all off unless named:\n${wrap([...openGates].filter((gate) => !gate.startsWith('All')).map((gate) => `${gate}=true`).join(' '), '  ')}\n`,
    `Not available in this release, and refused:\n${missing}\n`,
    `Taken, without effect here:\n${wrap(inert, '  ')}\n`,
    `While it runs:\n${life.map((line) => wrap(line, '  ')).join('\n')}\n`,
  ].join('\n');
}
