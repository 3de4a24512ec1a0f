import { Code, EtcdError } from '../base/etcd-error.ts';

/** What this release does not do, by name: a client that asks for it must not take silence for consent. */
export const notAvailable = (what: string): EtcdError => new EtcdError(Code.unimplemented, `quorate: ${what} is not available in this release`);
