import { useEffect, useRef, useState } from 'react';
import type { ClusterKey, HexId, LeaseDetail } from '../../../core/contract/types.ts';
import { desk } from '../../app/desk.ts';

/** As old as this, what is in sight is read again: others renew leases too. */
const freshMs = 4_000;
const lookMs = 500;
const maxAtOnce = 100;
const maxKept = 1_000;

export interface KnownLease {
  detail: LeaseDetail;
  /** When it was read, on the page's clock. */
  readMs: number;
  /** Something was done to it since: it is read again next. */
  stale?: boolean;
}

/** Seconds left, counted on since the lease was read. */
export function remaining({ detail, readMs }: KnownLease, nowMs: number): number {
  return Math.max(0, detail.ttl - (nowMs - readMs) / 1000);
}

/**
 * Details of the leases in sight, and of no others: read when they come into sight, and again while they stay.
 * It renders twice a second, so that the countdowns run.
 */
export function useLeaseDetails(cluster: ClusterKey, visible: readonly HexId[]): { known: ReadonlyMap<HexId, KnownLease>; nowMs: number; refresh: (id: HexId) => void } {
  const [known, setKnown] = useState<ReadonlyMap<HexId, KnownLease>>(new Map());
  const [nowMs, setNowMs] = useState(() => performance.now());
  const wanted = useRef({ visible, known });
  useEffect(() => {
    wanted.current = { visible, known };
  });
  useEffect(() => {
    const stop = new AbortController();
    let busy = false;
    const look = (): void => {
      const now = performance.now();
      setNowMs(now);
      const { visible: ids, known: all } = wanted.current;
      const due = ids.filter((id) => isDue(all.get(id), now)).slice(0, maxAtOnce);
      if (busy || due.length === 0) return;
      busy = true;
      desk.leases.details
        .query({ cluster, leases: due }, { signal: stop.signal })
        .then((details) => {
          const readMs = performance.now();
          setKnown((old) => merge(old, due, details, readMs));
          setNowMs(readMs);
        })
        // The list tells of a cluster that does not answer.
        .catch(() => {})
        .finally(() => {
          busy = false;
        });
    };
    look();
    const timer = setInterval(look, lookMs);
    return () => {
      clearInterval(timer);
      stop.abort();
      setKnown(new Map());
    };
  }, [cluster]);
  const refresh = (id: HexId): void =>
    setKnown((old) => {
      const lease = old.get(id);
      return lease ? new Map(old).set(id, { ...lease, stale: true }) : old;
    });
  return { known, nowMs, refresh };
}

const isDue = (lease: KnownLease | undefined, now: number): boolean => !lease || lease.stale === true || now - lease.readMs > freshMs;

/** What was read takes the place of what was known; of those out of sight, only the latest are kept. */
function merge(old: ReadonlyMap<HexId, KnownLease>, due: readonly HexId[], details: readonly LeaseDetail[], readMs: number): Map<HexId, KnownLease> {
  const all = new Map(old);
  for (const id of due) all.delete(id);
  for (const detail of details) all.set(detail.id, { detail, readMs });
  return new Map([...all].slice(-maxKept));
}
