/** The system's resolver of host names. */
export interface Names {
  /** The first address that a host's name stands for, without brackets; rejects when there is none. */
  address(host: string): Promise<string>;
}
