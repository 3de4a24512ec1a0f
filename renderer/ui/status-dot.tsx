import type { Health } from '../../core/contract/types.ts';

export type Tone = Health | 'off' | 'busy';

/** Colour is never the only sign: the words stand beside it wherever a dot is. */
export function StatusDot({ tone }: { tone: Tone }) {
  return <span className="status-dot" data-tone={tone} aria-hidden />;
}
