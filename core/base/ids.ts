/** Member, cluster and node ids are unsigned 64-bit; 0n means "none". */
export type MemberId = bigint;
/** Lease ids are signed 64-bit; 0n means "no lease". */
export type LeaseId = bigint;

export const noMember: MemberId = 0n;
export const noLease: LeaseId = 0n;

/** Lowercase hex without leading zeros, as etcd prints ids. Negative lease ids print as their two's complement. */
export function idHex(id: bigint): string {
  return BigInt.asUintN(64, id).toString(16);
}

/** Parses what `idHex` prints; undefined when the text is not 1 to 16 hex digits. */
export function parseIdHex(text: string): bigint | undefined {
  return /^[0-9a-fA-F]{1,16}$/.test(text) ? BigInt(`0x${text}`) : undefined;
}
