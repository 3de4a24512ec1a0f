import type { Clock } from '../ports/clock.ts';
import type { LogSink } from '../ports/log.ts';
import type { Names } from '../ports/names.ts';

/** For all that one start compares, from the first name that is looked up. Source: etcd `ValidateClusterAndAssignIDs`. */
const limitMs = 30_000;
/** Source: etcd `netutil.retryInterval`. */
const retryMs = 1_000;

export interface PeerUrlsParts {
  names: Names;
  clock: Pick<Clock, 'nowMs' | 'after'>;
  log: LogSink;
}

/** As Go's URLs print: a list that is written with spaces comes with them, and a scheme is of small letters. */
export const normalUrl = (url: string): string => url.trim().replace(/^[a-z]+(?=:)/i, (scheme) => scheme.toLowerCase());

/** As Go prints a list of strings. */
export const quoted = (texts: readonly string[]): string => `[${texts.map((text) => JSON.stringify(text)).join(' ')}]`;

/** Lists of the same URLs, in whatever order. */
export const sameUrls = (a: readonly string[], b: readonly string[]): boolean => a.length === b.length && [...a].sort().join() === [...b].sort().join();

/**
 * Whether lists of peer URLs lead to the same places, though one may name a host where the other has its address. A name that
 * does not resolve is asked for again until the time is up; `localhost` stands for itself. Source: etcd `pkg/netutil`.
 */
export class PeerUrls {
  readonly #parts: PeerUrlsParts;
  readonly #addresses = new Map<string, string>();
  #untilMs: number | undefined;

  constructor(parts: PeerUrlsParts) {
    this.#parts = parts;
  }

  /** Undefined: they are the same. Else what differs, in etcd's words. Names are looked up only where the texts differ. */
  async difference(a: readonly string[], b: readonly string[]): Promise<string | undefined> {
    if (a.length !== b.length) return `len(${quoted(a)}) != len(${quoted(b)})`;
    if (sameUrls(a, b)) return undefined;
    try {
      const [ofA, ofB] = [await this.#resolved(a), await this.#resolved(b)];
      const at = ofA.findIndex((url, i) => url !== ofB[i]);
      return at < 0 ? undefined : `resolved urls: ${JSON.stringify(ofA[at])} != ${JSON.stringify(ofB[at])}`;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  async #resolved(urls: readonly string[]): Promise<string[]> {
    const resolved: string[] = [];
    for (const url of [...urls].sort()) resolved.push(await this.#resolve(url));
    return resolved.sort();
  }

  async #resolve(url: string): Promise<string> {
    const [, scheme, host, port] = /^(https?):\/\/(\[[^\]]*\]|[^:/]*):(\d+)$/.exec(url) ?? [];
    if (host === undefined || host === 'localhost') return url;
    try {
      const address = await this.#address(host.replace(/^\[|\]$/g, ''));
      return `${scheme}://${address.includes(':') ? shortest(address) : address}:${Number(port)}`;
    } catch (error) {
      throw new Error(`failed to resolve ${JSON.stringify(url)} (${error instanceof Error ? error.message : String(error)})`, { cause: error });
    }
  }

  async #address(host: string): Promise<string> {
    if (host.includes(':') || /^\d+\.\d+\.\d+\.\d+$/.test(host)) return host;
    const { names, clock, log } = this.#parts;
    const untilMs = (this.#untilMs ??= clock.nowMs() + limitMs);
    let failure = 'context deadline exceeded';
    while (!this.#addresses.has(host)) {
      const restMs = untilMs - clock.nowMs();
      if (restMs <= 0) throw new Error(failure);
      try {
        this.#addresses.set(host, await this.#within(restMs, names.address(host)));
      } catch (error) {
        failure = error instanceof Error ? error.message : String(error);
        log.log('warn', 'failed to resolve URL Host', { host, 'retry-interval': '1s', error: failure });
        await new Promise<void>((resolve) => clock.after(Math.min(retryMs, Math.max(0, untilMs - clock.nowMs())), resolve));
      }
    }
    return this.#addresses.get(host)!;
  }

  #within<T>(ms: number, answer: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const limit = this.#parts.clock.after(ms, () => reject(new Error('i/o timeout')));
      answer.then(resolve, reject).finally(() => limit.dispose());
    });
  }
}

/** One address of IPv6 may be written in many ways. One with a zone stays as it is. */
function shortest(address: string): string {
  const url = `http://[${address}]`;
  return URL.canParse(url) ? new URL(url).hostname : `[${address}]`;
}
