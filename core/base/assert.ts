/** A broken invariant: a bug in this program, never the fault of input. Stops the member that met it. */
export class AssertionError extends Error {
  override readonly name = 'AssertionError';
}

/**
 * Asserts an invariant, in production too.
 * `detail` is called only on failure, so that hot paths build no strings.
 */
export function assert(condition: unknown, message: string, detail?: () => string): asserts condition {
  if (!condition) throw new AssertionError(detail ? `${message}: ${detail()}` : message);
}

/** Marks a branch that the types say cannot be reached. */
export function unreachable(value: never, message = 'unreachable'): never {
  throw new AssertionError(`${message}: ${String(value)}`);
}

/** Asserts that a number is an exact, non-negative integer (indexes, terms, revisions). */
export function assertIndex(value: number, what: string): void {
  if (!Number.isSafeInteger(value) || value < 0) throw new AssertionError(`${what} is not an exact index: ${value}`);
}
