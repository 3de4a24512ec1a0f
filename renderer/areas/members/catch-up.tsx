import { Button } from '@mantine/core';
import { readyShare } from '../../../core/base/membership-rules.ts';
import type { ClusterStatus, MemberView } from '../../../core/contract/types.ts';
import { useT, type Translate } from '../../i18n/index.ts';
import { formatBytes, formatNumber, formatSeconds } from '../../ui/format.ts';
import { catchUp } from './plan.ts';

/** How much of the leader's log a learner has, with the line at which it may be promoted, and what is to come. */
export function CatchUp({ learner, status, promote }: { learner: MemberView; status: ClusterStatus; promote: () => void }) {
  const t = useT();
  const { replication } = learner;
  // Before it has been started there is nothing to be seen.
  if (learner.role !== 'learner' && !replication?.snapshot && !replication?.match) return null;
  const state = catchUp(learner, status.members);
  if (!state) return status.leaderId === undefined ? null : <div className="member-sub">{t('catchUpUnknown')}</div>;
  const percent = Math.floor(state.share * 1000) / 10;
  const source = replication ? t('catchUpTold', { state: replication.state }) : t('catchUpGuessed');
  return (
    <>
      <div className="catch-up">
        <div
          className="catch-up-bar" role="progressbar" aria-label={t('catchUp')} aria-valuenow={percent} aria-valuemin={0} aria-valuemax={100}
          title={`${t('catchUpBehind', { n: formatNumber(state.behind) })} · ${source}`}
        >
          <span style={{ width: `${percent}%` }} data-ready={state.ready || undefined} />
          <i style={{ left: `${readyShare * 100}%` }} />
        </div>
        <span className="num member-sub">{percent} %</span>
        {state.ready && learner.role === 'learner' && <Button size="compact-xs" variant="light" onClick={promote}>{t('promote')}</Button>}
      </div>
      {replication && <Ahead replication={replication} autoPromoteMs={status.learners?.autoPromoteMs ?? 0} t={t} />}
    </>
  );
}

/** What comes next: the rest of a snapshot, or a promotion by itself; else for how long nothing has been missing. */
function Ahead({ replication, autoPromoteMs, t }: { replication: NonNullable<MemberView['replication']>; autoPromoteMs: number; t: Translate }) {
  const { snapshot, inSyncMs, promotesInMs } = replication;
  if (snapshot?.totalBytes === 0) return <div className="member-sub">{t('snapshotPlanned')}</div>;
  if (snapshot) return <div className="member-sub catch-up-bytes num">{t('snapshotInFlight', { sent: formatBytes(snapshot.sentBytes), total: formatBytes(snapshot.totalBytes) })}</div>;
  if (promotesInMs !== undefined) return <div className="member-sub num">{t('promotesIn', { n: formatSeconds(Math.ceil(promotesInMs / 1000)) })}</div>;
  if (autoPromoteMs > 0) return <div className="member-sub num">{t('promotesAfter', { n: formatSeconds(autoPromoteMs / 1000) })}</div>;
  return inSyncMs === undefined ? null : <div className="member-sub num">{t('inSyncFor', { n: formatSeconds(inSyncMs / 1000) })}</div>;
}
