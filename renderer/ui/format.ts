const units = ['B', 'kB', 'MB', 'GB', 'TB'];

/** Decimal units, three significant digits. */
export function formatBytes(bytes: number | undefined): string {
  if (bytes === undefined) return '—';
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? value : value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

export function formatNumber(value: number | undefined): string {
  return value === undefined ? '—' : value.toLocaleString('en-US');
}

export function formatMs(ms: number | undefined): string {
  if (ms === undefined) return '—';
  return ms < 10 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`;
}

export function formatTime(wallMs: number): string {
  const date = new Date(wallMs);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  return seconds < 86_400 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86_400)} d`;
}

/** Two units at most: "45 s", "2 min 5 s", "3 h 20 min", "12 d 4 h". */
export function formatSeconds(seconds: number): string {
  const [large, small, unit, sub] = seconds < 60 ? [seconds, 0, 's', ''] : seconds < 3600 ? [seconds / 60, seconds % 60, 'min', 's'] : seconds < 86_400 ? [seconds / 3600, (seconds % 3600) / 60, 'h', 'min'] : [seconds / 86_400, (seconds % 86_400) / 3600, 'd', 'h'];
  const rest = Math.floor(small);
  return `${formatNumber(Math.floor(large))} ${unit}${rest > 0 ? ` ${rest} ${sub}` : ''}`;
}

/** Keeps both ends of a long name. */
export function middle(text: string, max: number): string {
  if (text.length <= max) return text;
  const head = Math.ceil((max - 1) / 2);
  return `${text.slice(0, head)}…${text.slice(text.length - (max - 1 - head))}`;
}
