/**
 * Ids that no other member and no earlier run of this one gives out: the low 16 bits of the member id, then 40 bits of
 * unix milliseconds at start, then 8 bits; counting up in the low 48. Source: etcd `pkg/idutil`.
 */
export class RequestIds {
  readonly #prefix: bigint;
  #suffix: bigint;

  constructor(memberId: bigint, wallMs: number) {
    this.#prefix = (memberId & 0xffffn) << 48n;
    this.#suffix = (BigInt(Math.trunc(wallMs)) & 0xff_ffff_ffffn) << 8n;
  }

  next(): bigint {
    this.#suffix = (this.#suffix + 1n) & 0xffff_ffff_ffffn;
    return this.#prefix | this.#suffix;
  }
}
