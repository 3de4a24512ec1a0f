/** Lines of two texts beside each other: what is in both, what only the old or only the new one has. */
export interface DiffLine {
  kind: 'same' | 'old' | 'new';
  text: string;
  /** Counted from 1; undefined where the line is not in that text. */
  oldLine: number | undefined;
  newLine: number | undefined;
}

export type DiffRow = DiffLine | { kind: 'gap'; /** Lines that are the same and left out. */ count: number };

/** More differences than this are not looked for: what is between is shown as replaced whole. */
const maxEdits = 1_000;

/** A shortest edit script by Myers' greedy algorithm ("An O(ND) difference algorithm", 1986). */
export function diffLines(oldText: string, newText: string): DiffLine[] {
  const a = oldText === '' ? [] : oldText.split('\n');
  const b = newText === '' ? [] : newText.split('\n');
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  const lines: DiffLine[] = [];
  const same = (i: number, j: number): void => void lines.push({ kind: 'same', text: a[i]!, oldLine: i + 1, newLine: j + 1 });
  for (let i = 0; i < head; i++) same(i, i);
  for (const step of script(a.slice(head, a.length - tail), b.slice(head, b.length - tail))) {
    if (step.kind === 'same') same(head + step.i, head + step.j);
    else if (step.kind === 'old') lines.push({ kind: 'old', text: a[head + step.i]!, oldLine: head + step.i + 1, newLine: undefined });
    else lines.push({ kind: 'new', text: b[head + step.j]!, oldLine: undefined, newLine: head + step.j + 1 });
  }
  for (let k = tail; k > 0; k--) same(a.length - k, b.length - k);
  return lines;
}

interface Step {
  kind: 'same' | 'old' | 'new';
  i: number;
  j: number;
}

function script(a: readonly string[], b: readonly string[]): Step[] {
  const trace = reach(a, b);
  if (!trace) return [...a.map((_, i): Step => ({ kind: 'old', i, j: 0 })), ...b.map((_, j): Step => ({ kind: 'new', i: a.length, j }))];
  const steps: Step[] = [];
  let i = a.length;
  let j = b.length;
  for (let d = trace.length - 1; d >= 0; d--) {
    const v = trace[d]!;
    const k = i - j;
    const down = k === -d || (k !== d && at(v, d, k - 1) < at(v, d, k + 1));
    const fromK = down ? k + 1 : k - 1;
    const fromI = d === 0 ? 0 : at(v, d, fromK);
    const fromJ = d === 0 ? 0 : fromI - fromK;
    while (i > fromI && j > fromJ) steps.push({ kind: 'same', i: --i, j: --j });
    if (d > 0) steps.push(down ? { kind: 'new', i, j: --j } : { kind: 'old', i: --i, j });
  }
  return steps.reverse();
}

/** Row d holds the furthest points of d - 1 edits, on diagonals -d … d. */
const at = (row: Int32Array, d: number, k: number): number => row[k + d] ?? -1;

/** The furthest points by number of edits, up to the end of both; undefined: there are too many edits. */
function reach(a: readonly string[], b: readonly string[]): Int32Array[] | undefined {
  const most = Math.min(a.length + b.length, maxEdits);
  const v = new Map<number, number>([[1, 0]]);
  const trace: Int32Array[] = [];
  for (let d = 0; d <= most; d++) {
    trace.push(Int32Array.from({ length: 2 * d + 1 }, (_, n) => v.get(n - d) ?? -1));
    for (let k = -d; k <= d; k += 2) {
      const down = k === -d || (k !== d && (v.get(k - 1) ?? -1) < (v.get(k + 1) ?? -1));
      let i = down ? v.get(k + 1)! : v.get(k - 1)! + 1;
      while (i < a.length && i - k < b.length && a[i] === b[i - k]) i++;
      v.set(k, i);
      if (i >= a.length && i - k >= b.length) return trace;
    }
  }
  return undefined;
}

/** Leaves out what is far from any difference; `around` lines stay at each side. */
export function collapse(lines: readonly DiffLine[], around = 3): DiffRow[] {
  const near = new Uint8Array(lines.length);
  lines.forEach((line, i) => {
    if (line.kind !== 'same') near.fill(1, Math.max(0, i - around), i + around + 1);
  });
  const rows: DiffRow[] = [];
  for (let i = 0; i < lines.length; ) {
    if (near[i] === 1) {
      rows.push(lines[i++]!);
      continue;
    }
    let end = i;
    while (end < lines.length && near[end] === 0) end++;
    rows.push({ kind: 'gap', count: end - i });
    i = end;
  }
  return rows;
}
