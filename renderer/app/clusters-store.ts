import { create } from 'zustand';
import type { ClusterStatus, ClusterSummary } from '../../core/contract/types.ts';

/** Seconds of the rate chart. */
const historyLength = 120;

export interface RatePoint {
  atWallMs: number;
  rate: number;
}

interface ClustersState {
  /** Undefined until the desk has answered. */
  clusters: ClusterSummary[] | undefined;
  status: ClusterStatus | undefined;
  rates: RatePoint[];
  setClusters(clusters: ClusterSummary[]): void;
  setStatus(status: ClusterStatus | undefined): void;
}

/** What the desk has told last of the clusters, and of the one that is open. */
export const useClusters = create<ClustersState>((set) => ({
  clusters: undefined,
  status: undefined,
  rates: [],
  setClusters: (clusters) => set({ clusters }),
  setStatus: (status) =>
    set((state) => {
      const same = status && state.status?.cluster.key === status.cluster.key;
      const point: RatePoint[] = status?.revisionsPerSecond === undefined ? [] : [{ atWallMs: status.atWallMs, rate: Math.round(status.revisionsPerSecond * 10) / 10 }];
      return { status, rates: status ? [...(same ? state.rates : []), ...point].slice(-historyLength) : [] };
    }),
}));
