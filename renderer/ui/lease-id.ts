import type { HexId } from '../../core/contract/types.ts';

/** A lease's id as a user writes it, with or without leading zeros; undefined: it is none. */
export function readLeaseId(text: string): HexId | undefined {
  const digits = text.trim().toLowerCase().replace(/^0+(?=.)/, '');
  return /^[0-9a-f]{1,16}$/.test(digits) && digits !== '0' ? digits : undefined;
}
