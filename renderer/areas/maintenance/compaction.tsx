import { Button, Checkbox, NumberInput } from '@mantine/core';
import { useCallback, useEffect, useState } from 'react';
import type { ClusterKey, CompactionState, Health } from '../../../core/contract/types.ts';
import { desk } from '../../app/desk.ts';
import { useT } from '../../i18n/index.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { explain } from '../../ui/failure.ts';
import { formatNumber } from '../../ui/format.ts';
import { notifyDone } from '../../ui/notify.ts';

/** Gives up history below a revision; says which before. */
export function Compaction({ cluster, revision, health }: { cluster: ClusterKey; revision: number | undefined; health: Health }) {
  const t = useT();
  const [state, setState] = useState<CompactionState>();
  const [error, setError] = useState<string>();
  const [wanted, setWanted] = useState<number | string>('');
  const [physical, setPhysical] = useState(true);
  const [asked, setAsked] = useState<number>();
  const load = useCallback((): void => {
    desk.maintenance.compaction.query({ cluster }).then(
      (next) => {
        setState(next);
        setError(undefined);
      },
      (failure: unknown) => setError(explain(t, failure)),
    );
    // `t` is new with every render; the texts of a failure follow its language the next time.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [cluster]);
  // What could not be read is read when the cluster is another.
  useEffect(() => load(), [load, health]);
  const now = Math.max(revision ?? 0, state?.revision ?? 0);
  const floor = state?.floor ?? 0;
  const to = typeof wanted === 'number' ? wanted : now;
  const tooLow = to <= floor;
  const tooHigh = to > now;
  return (
    <section className="panel">
      <h2 className="panel-title">{t('compaction')}</h2>
      <p className="panel-text num">
        {state === undefined ? (error === undefined ? t('loading') : '—') : floor === 0 ? t('compactionNever', { now: formatNumber(now) }) : t('compactionState', { floor: formatNumber(floor), now: formatNumber(now) })}
      </p>
      <div className="panel-row">
        <NumberInput className="compaction-revision" aria-label={t('compactAt')} placeholder={state === undefined ? t('compactAt') : `${t('compactAt')}: ${formatNumber(now)}`} min={1} allowDecimal={false} allowNegative={false} hideControls thousandSeparator="," value={wanted} onChange={setWanted} />
        <Button disabled={state === undefined || tooLow || tooHigh} onClick={() => setAsked(to)}>{t('compact')}</Button>
      </div>
      {state !== undefined && typeof wanted === 'number' && (tooLow || tooHigh) && <p className="panel-problem">{t(tooLow ? 'compactTooLow' : 'compactTooHigh', { floor: formatNumber(floor), now: formatNumber(now) })}</p>}
      <Checkbox size="xs" label={t('compactPhysical')} checked={physical} onChange={(event) => setPhysical(event.currentTarget.checked)} />
      {error !== undefined && <p className="panel-problem" role="alert">{error}</p>}
      {asked !== undefined && (
        <ConfirmDialog
          opened title={t('compactTitle', { n: formatNumber(asked) })} confirm={t('compact')} danger onClose={() => setAsked(undefined)}
          onConfirm={async () => {
            await desk.maintenance.compact.mutate({ cluster, revision: asked, physical });
            notifyDone(t('compacted', { n: formatNumber(asked) }));
            setWanted('');
            load();
          }}
        >
          <p className="forecast num">{t('compactMeans', { from: formatNumber(Math.max(1, floor)), to: formatNumber(asked - 1) })}</p>
          <p className="dim plan-hint">{t('compactKeeps')}</p>
        </ConfirmDialog>
      )}
    </section>
  );
}
