import { Button, Skeleton, TextInput } from '@mantine/core';
import { IconAlertTriangle, IconHourglass, IconPlus } from '@tabler/icons-react';
import { useEffect, useMemo, useState } from 'react';
import type { ClusterSummary, HexId, LeaseNews } from '../../../core/contract/types.ts';
import { desk } from '../../app/desk.ts';
import { messageOf } from '../../ui/failure.ts';
import { useUi } from '../../app/ui-store.ts';
import { followStream } from '../../app/follow-stream.ts';
import { useT } from '../../i18n/index.ts';
import { formatNumber } from '../../ui/format.ts';
import { StatePanel } from '../../ui/state-panel.tsx';
import { GrantDialog } from './grant-dialog.tsx';
import { LeaseKeysPanel } from './lease-keys.tsx';
import { noLeases, take } from './lease-list.ts';
import { LeaseTable } from './lease-table.tsx';
import './leases.css';

/** A cluster's leases: ids of all, the rest of those in sight. */
export function Leases({ cluster }: { cluster: ClusterSummary }) {
  const t = useT();
  const setDialog = useUi((state) => state.setDialog);
  const [list, setList] = useState(noLeases);
  const [filter, setFilter] = useState('');
  const [selected, setSelected] = useState<HexId>();
  useEffect(
    () =>
      followStream<LeaseNews>(
        (handlers) => desk.leases.list.subscribe({ cluster: cluster.key }, handlers),
        (news) => setList((old) => take(old, news)),
        (error) => setList((old) => take(old, { kind: 'failed', reason: messageOf(error) })),
      ),
    [cluster.key],
  );
  const wanted = filter.trim().toLowerCase();
  const rows = useMemo(() => (wanted === '' ? list.ids : list.ids?.filter((id) => id.includes(wanted))), [list.ids, wanted]);
  const body = ((): React.ReactNode => {
    if (!rows && list.failure !== undefined) return <StatePanel tone="error" icon={<IconAlertTriangle size={20} />} title={t('errorTitle')} text={list.failure} />;
    if (!rows) return <div className="members-waiting">{[0, 1, 2].map((i) => <Skeleton key={i} height={32} radius={6} />)}</div>;
    if (list.ids!.length === 0) return <StatePanel icon={<IconHourglass size={20} />} title={t('noLeases')} text={t('noLeasesHint')} action={{ label: t('grantLease'), run: () => setDialog('grantLease') }} />;
    if (rows.length === 0) return <StatePanel icon={<IconHourglass size={20} />} title={t('noLeaseMatches')} />;
    return <LeaseTable cluster={cluster.key} ids={rows} held={list.held} selected={selected} select={setSelected} />;
  })();
  return (
    <div className="page">
      <header className="page-head">
        <h1 className="page-title">{t('leases')}</h1>
        {list.ids && <span className="dim num">{t('leasesN', { n: formatNumber(list.ids.length) })}</span>}
        <span className="rail-space" />
        <TextInput className="mono lease-filter" placeholder={t('filterLeases')} aria-label={t('filterLeases')} value={filter} onChange={(event) => setFilter(event.currentTarget.value)} />
        <Button leftSection={<IconPlus size={14} />} onClick={() => setDialog('grantLease')}>{t('grantLease')}</Button>
      </header>
      {rows && list.failure !== undefined && <div className="page-banner" role="alert">{list.failure}</div>}
      <div className="leases">
        <div className="leases-list">{body}</div>
        {selected !== undefined && list.ids?.includes(selected) && <LeaseKeysPanel key={selected} cluster={cluster.key} lease={selected} close={() => setSelected(undefined)} />}
      </div>
      <GrantDialog cluster={cluster.key} granted={setSelected} />
    </div>
  );
}
