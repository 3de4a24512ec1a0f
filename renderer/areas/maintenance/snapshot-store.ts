import { create } from 'zustand';
import type { ClusterKey, HexId, SnapshotProgress } from '../../../core/contract/types.ts';
import { desk } from '../../app/desk.ts';

export type SnapshotRun = SnapshotProgress | { kind: 'failed'; error: unknown };

interface SnapshotState {
  runs: ReadonlyMap<ClusterKey, SnapshotRun>;
  save(cluster: ClusterKey, member: HexId, path: string): void;
  /** Stops the one under way; what it has written is removed. */
  giveUp(cluster: ClusterKey): void;
}

const ends = new Map<ClusterKey, () => void>();

/** Snapshots under way, and how the last one of each cluster ended: they go on while another page is looked at. */
export const useSnapshots = create<SnapshotState>((set, get) => {
  const put = (cluster: ClusterKey, run: SnapshotRun | undefined): void => {
    const runs = new Map(get().runs);
    if (run) runs.set(cluster, run);
    else runs.delete(cluster);
    set({ runs });
  };
  return {
    runs: new Map(),
    save(cluster, member, path) {
      ends.get(cluster)?.();
      put(cluster, { kind: 'progress', bytes: 0, totalBytes: 0 });
      const subscription = desk.maintenance.saveSnapshot.subscribe(
        { cluster, member, path }, { onData: (run) => put(cluster, run), onError: (error) => put(cluster, { kind: 'failed', error }) },
      );
      ends.set(cluster, () => subscription.unsubscribe());
    },
    giveUp(cluster) {
      ends.get(cluster)?.();
      ends.delete(cluster);
      put(cluster, undefined);
    },
  };
});
