import { Button } from '@mantine/core';
import { readyShare } from '../../../core/base/membership-rules.ts';
import type { MemberView } from '../../../core/contract/types.ts';
import { useT } from '../../i18n/index.ts';
import { formatNumber } from '../../ui/format.ts';
import { catchUp } from './plan.ts';

/** How much of the leader's log a learner has, with the line at which it may be promoted. */
export function CatchUp({ learner, members, promote }: { learner: MemberView; members: readonly MemberView[]; promote: () => void }) {
  const t = useT();
  const state = catchUp(learner, members);
  if (!state) return <div className="member-sub">{t('catchUpUnknown')}</div>;
  const percent = Math.floor(state.share * 1000) / 10;
  return (
    <div className="catch-up">
      <div className="catch-up-bar" role="progressbar" aria-label={t('catchUp')} aria-valuenow={percent} aria-valuemin={0} aria-valuemax={100} title={t('catchUpBehind', { n: formatNumber(state.behind) })}>
        <span style={{ width: `${percent}%` }} data-ready={state.ready || undefined} />
        <i style={{ left: `${readyShare * 100}%` }} />
      </div>
      <span className="num member-sub">{percent} %</span>
      {state.ready && <Button size="compact-xs" variant="light" onClick={promote}>{t('promote')}</Button>}
    </div>
  );
}
