/** What a client asked of one key, when, and what it was told. `end` Infinity: it never heard, and it may still take effect. */
export interface Operation {
  kind: 'put' | 'get' | 'swap';
  /** Put and swap: the new value. */
  value: string;
  /** Swap: the value that it asks for; '' is absence. */
  expected: string;
  /** Get: what was read. Swap: 'yes' or 'no'. */
  result: string;
  start: number;
  end: number;
}

/** The state after the operation, if its result fits the state before; undefined: it does not. */
function apply(state: string, op: Operation): string | undefined {
  const known = op.end !== Infinity;
  switch (op.kind) {
    case 'put':
      return op.value;
    case 'get':
      return !known || op.result === state ? state : undefined;
    case 'swap': {
      const swapped = state === op.expected;
      if (known && (op.result === 'yes') !== swapped) return undefined;
      return swapped ? op.value : state;
    }
  }
}

/**
 * Whether one key's history could have come from a single copy, each operation at one moment between its start and its end.
 * The search of Wing and Gong, with Lowe's memory of states that have led nowhere. Operations without an end may be left out.
 */
export function isLinearizable(history: readonly Operation[]): boolean {
  // A read that was never answered tells nothing.
  const ops = history.filter((op) => op.kind !== 'get' || op.end !== Infinity).sort((a, b) => a.start - b.start);
  const done = new Uint8Array(ops.length);
  const seen = new Set<string>();
  const required = ops.filter((op) => op.end !== Infinity).length;

  const search = (state: string, placed: number): boolean => {
    if (placed === required) return true;
    const memory = `${state}|${done.join('')}`;
    if (seen.has(memory)) return false;
    seen.add(memory);
    // Nothing may be placed before an operation that had ended when it began.
    let horizon = Infinity;
    for (let i = 0; i < ops.length; i++) if (!done[i]) horizon = Math.min(horizon, ops[i]!.end);
    for (let i = 0; i < ops.length; i++) {
      const op = ops[i]!;
      if (op.start > horizon) break;
      if (done[i]) continue;
      const next = apply(state, op);
      if (next === undefined) continue;
      done[i] = 1;
      if (search(next, placed + (op.end === Infinity ? 0 : 1))) return true;
      done[i] = 0;
    }
    return false;
  };
  return search('', 0);
}
