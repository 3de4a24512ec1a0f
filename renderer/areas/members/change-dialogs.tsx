import { Modal, SegmentedControl, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import type { ClusterStatus, ClusterSummary, HexId, MemberView } from '../../../core/contract/types.ts';
import { desk } from '../../app/desk.ts';
import { useT } from '../../i18n/index.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { DialogForm } from '../../ui/dialog-form.tsx';
import { formatSeconds } from '../../ui/format.ts';
import { notifyDone } from '../../ui/notify.ts';
import { planOf } from './plan.ts';
import { QuorumTable, Refusal } from './quorum-table.tsx';

const urlsOf = (text: string): string[] => text.split(/[\s,]+/).filter((url) => url !== '');

/** Takes in a member: as a learner, which changes nothing until it is promoted, or as a voter at once. */
export function AddMemberDialog({ cluster, status, close, added }: { cluster: ClusterSummary; status: ClusterStatus; close: () => void; added: (id: HexId) => void }) {
  const t = useT();
  const [learner, setLearner] = useState(true);
  const [urls, setUrls] = useState('');
  const hosted = cluster.kind === 'hosted';
  const peerUrls = hosted ? [] : urlsOf(urls);
  const plan = planOf(status, { kind: 'add', learner, peerUrls });
  const autoPromoteMs = status.learners?.autoPromoteMs ?? 0;
  return (
    <Modal opened onClose={close} title={t('addMember')} size={460}>
      <DialogForm
        confirm={t('add')} disabled={plan.refusal !== undefined || (!hosted && peerUrls.length === 0)} onClose={close}
        onSubmit={async () => {
          const { member } = await desk.members.add.mutate({ cluster: cluster.key, peerUrls, learner });
          close();
          added(member);
        }}
      >
        <div>
          <SegmentedControl fullWidth aria-label={t('role')} data={[{ value: 'learner', label: t('asLearner') }, { value: 'voter', label: t('asVoter') }]} value={learner ? 'learner' : 'voter'} onChange={(value) => setLearner(value === 'learner')} />
          <Text size="xs" c="dimmed" mt={6}>{t(!learner ? 'asVoterHint' : autoPromoteMs > 0 ? 'asLearnerAutoHint' : 'asLearnerHint', { n: formatSeconds(autoPromoteMs / 1000) })}</Text>
        </div>
        {hosted ? <Text size="xs" c="dimmed">{t('hostedMemberHint')}</Text> : (
          <Textarea size="xs" label={t('peerUrls')} description={t('peerUrlsHint')} placeholder="http://10.0.0.4:2380" rows={2} classNames={{ input: 'mono' }} value={urls} onChange={(event) => setUrls(event.currentTarget.value)} data-autofocus />
        )}
        <QuorumTable plan={plan} />
        <Refusal plan={plan} />
      </DialogForm>
    </Modal>
  );
}

interface ChangeProps {
  cluster: ClusterSummary;
  member: MemberView;
  status: ClusterStatus;
  close: () => void;
}

const nameOf = (member: MemberView): string => member.name || member.id;

export function RemoveMemberDialog({ cluster, member, status, close }: ChangeProps) {
  const t = useT();
  const plan = planOf(status, { kind: 'remove', member });
  return (
    <ConfirmDialog
      opened title={t('removeMemberTitle', { name: nameOf(member) })} confirm={t('removeMember')} danger disabled={plan.refusal !== undefined} onClose={close}
      onConfirm={async () => {
        await desk.members.remove.mutate({ cluster: cluster.key, member: member.id });
        notifyDone(t('memberRemoved', { name: nameOf(member) }));
      }}
    >
      <QuorumTable plan={plan} />
      <Refusal plan={plan} />
      <p className="dim plan-hint">{t(cluster.kind === 'hosted' ? 'removeHostedHint' : 'removeRemoteHint')}</p>
    </ConfirmDialog>
  );
}

export function RestartDialog({ cluster, member, status, close }: ChangeProps) {
  const t = useT();
  const plan = planOf(status, { kind: 'restart', member });
  return (
    <ConfirmDialog
      opened title={t('restartTitle', { name: nameOf(member) })} confirm={t('restart')} danger={plan.after.tolerates < 0} disabled={plan.refusal !== undefined} onClose={close}
      onConfirm={async () => {
        await desk.members.restart.mutate({ cluster: cluster.key, member: member.id });
        notifyDone(t('restarted', { name: nameOf(member) }));
      }}
    >
      <QuorumTable plan={plan} after="planMeanwhile" />
      <Refusal plan={plan} />
      <p className="dim plan-hint">{t('restartHint')}</p>
    </ConfirmDialog>
  );
}

export function PromoteDialog({ cluster, member, status, close }: ChangeProps) {
  const t = useT();
  const plan = planOf(status, { kind: 'promote', member });
  return (
    <ConfirmDialog
      opened title={t('promoteTitle', { name: nameOf(member) })} confirm={t('promote')} disabled={plan.refusal !== undefined} onClose={close}
      onConfirm={async () => {
        await desk.members.promote.mutate({ cluster: cluster.key, member: member.id });
        notifyDone(t('promoted', { name: nameOf(member) }));
      }}
    >
      <QuorumTable plan={plan} />
      <Refusal plan={plan} />
      <p className="dim plan-hint">{t('promoteHint')}</p>
    </ConfirmDialog>
  );
}

export function MoveLeaderDialog({ cluster, member, status, close }: ChangeProps) {
  const t = useT();
  const plan = planOf(status, { kind: 'moveLeader', member });
  return (
    <ConfirmDialog
      opened title={t('moveLeaderTitle', { name: nameOf(member) })} confirm={t('moveLeader')} disabled={plan.refusal !== undefined} onClose={close}
      onConfirm={async () => {
        await desk.members.moveLeader.mutate({ cluster: cluster.key, member: member.id });
      }}
    >
      <QuorumTable plan={plan} />
      <Refusal plan={plan} />
      <p className="dim plan-hint">{t('moveLeaderHint')}</p>
    </ConfirmDialog>
  );
}

export function PeerUrlsDialog({ cluster, member, status, close }: ChangeProps) {
  const t = useT();
  const [urls, setUrls] = useState(member.peerUrls.join('\n'));
  const wanted = urlsOf(urls);
  const same = wanted.join() === member.peerUrls.join();
  const plan = planOf(status, { kind: 'update', member, peerUrls: wanted });
  return (
    <ConfirmDialog
      opened title={t('peerUrlsTitle', { name: nameOf(member) })} confirm={t('save')} disabled={same || wanted.length === 0 || plan.refusal !== undefined} onClose={close}
      onConfirm={async () => {
        await desk.members.update.mutate({ cluster: cluster.key, member: member.id, peerUrls: wanted });
      }}
    >
      <Textarea size="xs" label={t('peerUrls')} description={t('peerUrlsHint')} rows={3} classNames={{ input: 'mono' }} value={urls} onChange={(event) => setUrls(event.currentTarget.value)} data-autofocus />
      <Refusal plan={plan} />
      <p className="dim plan-hint">{t('peerUrlsUpdateHint')}</p>
    </ConfirmDialog>
  );
}
