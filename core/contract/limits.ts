/** Limits that the page shows before the desk enforces them. */

/** etcd's largest TTL, seconds. */
export const maxTtl = 9_000_000_000;

/** A search ends when it has found so many keys. */
export const maxFoundKeys = 1_000;
