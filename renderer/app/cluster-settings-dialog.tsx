import { Button, Loader, Modal } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import type { ClusterStatus, ClusterSummary, MemberView } from '../../core/contract/types.ts';
import { planOf } from '../areas/members/plan.ts';
import { QuorumTable, Refusal } from '../areas/members/quorum-table.tsx';
import { useT } from '../i18n/index.ts';
import { DialogForm } from '../ui/dialog-form.tsx';
import { notifyDone } from '../ui/notify.ts';
import { useRun } from '../ui/use-run.ts';
import { AutoPromotion } from './auto-promotion.tsx';
import { useClusters } from './clusters-store.ts';
import { desk } from './desk.ts';
import { useUi } from './ui-store.ts';

/** Settings of a hosted cluster, and the restart that its members need to take them up. */
export function ClusterSettingsDialog() {
  const t = useT();
  const { dialog, setDialog, edited } = useUi();
  const cluster = useClusters((state) => state.clusters)?.find(({ key }) => key === edited);
  const status = useClusters((state) => state.status);
  const close = (): void => setDialog(undefined);
  return (
    <Modal opened={dialog === 'clusterSettings' && cluster?.settings !== undefined} onClose={close} title={t('clusterSettingsOf', { name: cluster?.name ?? '' })} size={460}>
      {cluster?.settings && <Settings key={cluster.key} cluster={cluster} settings={cluster.settings} close={close} />}
      {cluster && status?.cluster.key === cluster.key && <Outdated cluster={cluster} status={status} />}
    </Modal>
  );
}

function Settings({ cluster, settings, close }: { cluster: ClusterSummary; settings: NonNullable<ClusterSummary['settings']>; close: () => void }) {
  const t = useT();
  const [learnerAutoPromoteMs, setLearnerAutoPromoteMs] = useState(settings.learnerAutoPromoteMs);
  const same = learnerAutoPromoteMs === settings.learnerAutoPromoteMs;
  return (
    <DialogForm
      confirm={t('save')} dismiss={same ? t('close') : undefined} disabled={same} onClose={close}
      onSubmit={async () => {
        await desk.clusters.configure.mutate({ cluster: cluster.key, learnerAutoPromoteMs });
        if (cluster.run !== 'stopped') return;
        notifyDone(t('settingsSavedStopped'));
        close();
      }}
    >
      <AutoPromotion value={learnerAutoPromoteMs} onChange={setLearnerAutoPromoteMs} />
      <p className="dim settings-hint">{t('settingsHint')}</p>
    </DialogForm>
  );
}

/** Learners and followers first, the leader last: leadership moves once. */
const inOrder = (members: readonly MemberView[]): MemberView[] => members.toSorted((a, b) => Number(a.role === 'leader') - Number(b.role === 'leader'));

/** Members that run with the settings from before; they can be restarted one by one. */
function Outdated({ cluster, status }: { cluster: ClusterSummary; status: ClusterStatus }) {
  const t = useT();
  const { busy, error, run } = useRun();
  const [restarting, setRestarting] = useState<string>();
  const shown = useRef(true);
  useEffect(() => {
    shown.current = true;
    return () => {
      shown.current = false;
    };
  }, []);
  const outdated = inOrder(status.members.filter((member) => member.process?.outdated));
  const first = outdated[0];
  if (!first && !busy && error === undefined) return null;
  const plan = planOf(status, { kind: 'restart', member: first ?? status.members[0]! });
  const restart = async (): Promise<void> => {
    try {
      for (const { id, name } of outdated) {
        // Whoever closes the dialog stops it between two members.
        if (!shown.current) return;
        setRestarting(name);
        await desk.members.restart.mutate({ cluster: cluster.key, member: id });
      }
      notifyDone(t('settingsTakenUp'));
    } finally {
      setRestarting(undefined);
    }
  };
  return (
    <section className="settings-restart" aria-label={t('restartOneByOne')}>
      {busy ? (
        <p role="status"><Loader size={12} /> {t('restartingMember', { name: restarting ?? '' })}</p>
      ) : (
        first && <p>{t('settingsOutdated', { names: outdated.map(({ name }) => name).join(', ') })}</p>
      )}
      {!busy && first && (
        <>
          <QuorumTable plan={plan} after="planMeanwhile" />
          <Refusal plan={plan} />
          {plan.refusal === undefined && <p className="dim settings-hint">{t('restartAllHint')}</p>}
        </>
      )}
      {error !== undefined && <p className="dialog-problem" role="alert">{error}</p>}
      {first && <Button variant="default" loading={busy} disabled={plan.refusal !== undefined} onClick={() => run(restart)}>{t('restartOneByOne')}</Button>}
    </section>
  );
}
