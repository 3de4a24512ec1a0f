import { Button, Loader } from '@mantine/core';
import { useState } from 'react';
import { outlook } from '../../../core/base/membership-rules.ts';
import type { ClusterKey, HexId, MemberView } from '../../../core/contract/types.ts';
import { desk } from '../../app/desk.ts';
import { useT } from '../../i18n/index.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { explain } from '../../ui/failure.ts';
import { forecast, isUp } from '../../ui/forecast.ts';
import { formatBytes, formatMs } from '../../ui/format.ts';
import type { Prospect } from '../members/plan.ts';
import { QuorumTable } from '../members/quorum-table.tsx';

type Outcome = { kind: 'running' } | { kind: 'done'; text: string } | { kind: 'failed'; text: string };

/** While it is defragmented a member is no part of the quorum. */
function planFor(members: readonly MemberView[], member: MemberView | undefined): Prospect {
  const now = forecast(members);
  const leavesOne = member ? !member.isLearner && isUp(member) : now.up > 0;
  return { now, after: leavesOne ? outlook(now.voters, now.up - 1) : now, running: undefined };
}

/** Followers before the leader, so that a leader that is slow for it comes last. */
function inOrder(members: readonly MemberView[]): MemberView[] {
  return members.filter((member) => member.dbSizeBytes !== undefined).toSorted((a, b) => Number(a.role === 'leader') - Number(b.role === 'leader'));
}

/** Size and room of each member's database, and giving back what is free in it. */
export function Storage({ cluster, members }: { cluster: ClusterKey; members: readonly MemberView[] }) {
  const t = useT();
  const [outcomes, setOutcomes] = useState<ReadonlyMap<HexId, Outcome>>(new Map());
  const [asked, setAsked] = useState<MemberView | 'all'>();
  const running = [...outcomes.values()].some(({ kind }) => kind === 'running');
  const tell = (id: HexId, outcome: Outcome): void => setOutcomes((old) => new Map(old).set(id, outcome));
  const defragment = async (list: readonly MemberView[]): Promise<void> => {
    for (const { id } of list) {
      tell(id, { kind: 'running' });
      try {
        const { tookMs } = await desk.maintenance.defragment.mutate({ cluster, member: id });
        tell(id, { kind: 'done', text: t('defragmented', { took: formatMs(tookMs) }) });
      } catch (error) {
        // The rest waits for the one that failed.
        return tell(id, { kind: 'failed', text: explain(t, error) });
      }
    }
  };
  return (
    <section className="panel">
      <header className="panel-head">
        <h2 className="panel-title">{t('storage')}</h2>
        <Button variant="default" size="compact-xs" disabled={running || inOrder(members).length === 0} onClick={() => setAsked('all')}>{t('defragmentAll')}</Button>
      </header>
      <table className="storage-table num">
        <thead>
          <tr>{(['name', 'dbSize', 'inUseTitle', 'reclaimable', 'quota'] as const).map((key) => <th key={key} scope="col">{t(key)}</th>)}<th /></tr>
        </thead>
        <tbody>
          {members.map((member) => (
            <MemberStorage key={member.id} member={member} outcome={outcomes.get(member.id)} disabled={running || member.dbSizeBytes === undefined} defragment={() => setAsked(member)} />
          ))}
        </tbody>
      </table>
      {asked && (
        <ConfirmDialog
          opened title={asked === 'all' ? t('defragmentAllTitle') : t('defragmentTitle', { name: asked.name || asked.id })} confirm={t('defragment')} onClose={() => setAsked(undefined)}
          onConfirm={async () => void defragment(asked === 'all' ? inOrder(members) : [asked])}
        >
          <QuorumTable plan={planFor(members, asked === 'all' ? undefined : asked)} after="planMeanwhile" />
          <p className="dim plan-hint">{t(asked === 'all' ? 'defragmentAllHint' : 'defragmentHint')}</p>
        </ConfirmDialog>
      )}
    </section>
  );
}

function MemberStorage({ member, outcome, disabled, defragment }: { member: MemberView; outcome: Outcome | undefined; disabled: boolean; defragment: () => void }) {
  const t = useT();
  const { dbSizeBytes: size, dbSizeInUseBytes: inUse, dbSizeQuotaBytes: quota } = member;
  return (
    <tr data-testid={`storage-${member.name}`}>
      <th scope="row">
        {member.name || member.id}
        {outcome && outcome.kind !== 'running' && <div className="storage-outcome" data-kind={outcome.kind} role="status">{outcome.text}</div>}
      </th>
      <td>{formatBytes(size)}</td>
      <td>{formatBytes(inUse)}</td>
      <td>{size === undefined || inUse === undefined ? '—' : formatBytes(Math.max(0, size - inUse))}</td>
      <td>{quota === undefined ? <span className="dim">{size === undefined ? '—' : t('quotaUnknown')}</span> : <Quota size={size ?? 0} quota={quota} />}</td>
      <td>{outcome?.kind === 'running' ? <span className="storage-running"><Loader size={12} /> {t('defragmenting')}</span> : <Button variant="default" size="compact-xs" disabled={disabled} aria-label={`${t('defragment')} ${member.name}`} onClick={defragment}>{t('defragment')}</Button>}</td>
    </tr>
  );
}

function Quota({ size, quota }: { size: number; quota: number }) {
  const share = Math.min(1, size / quota);
  return (
    <span className="quota">
      <span className="quota-bar" aria-hidden><span data-high={share > 0.8 || undefined} style={{ width: `${Math.max(1, share * 100)}%` }} /></span>
      {formatBytes(quota)}
    </span>
  );
}
