import { Skeleton } from '@mantine/core';
import type { ClusterSummary } from '../../../core/contract/types.ts';
import { useClusters } from '../../app/clusters-store.ts';
import { useT } from '../../i18n/index.ts';
import { Alarms } from './alarms.tsx';
import { Compaction } from './compaction.tsx';
import { Hashes } from './hashes.tsx';
import { Snapshot } from './snapshot.tsx';
import { Storage } from './storage.tsx';
import './maintenance.css';

/** What keeps a cluster well: room, history, copies, and a check that all members hold the same. */
export function Maintenance({ cluster }: { cluster: ClusterSummary }) {
  const t = useT();
  const status = useClusters((state) => state.status);
  return (
    <div className="page">
      <header className="page-head"><h1 className="page-title">{t('maintenance')}</h1></header>
      <div className="page-body maintenance">
        {status ? (
          <>
            <Alarms cluster={cluster.key} members={status.members} health={status.cluster.health} />
            <Storage cluster={cluster.key} members={status.members} />
            <div className="maintenance-split">
              <Compaction cluster={cluster.key} revision={status.revision} health={status.cluster.health} />
              <Snapshot cluster={cluster} status={status} />
            </div>
            <Hashes cluster={cluster.key} members={status.members} />
          </>
        ) : <><Skeleton height={60} radius={8} /><Skeleton height={160} radius={8} /><Skeleton height={200} radius={8} /></>}
      </div>
    </div>
  );
}
