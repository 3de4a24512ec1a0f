import { Modal, SegmentedControl, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useT, type TextKey } from '../i18n/index.ts';
import { DialogForm } from '../ui/dialog-form.tsx';
import { AutoPromotion } from './auto-promotion.tsx';
import { desk } from './desk.ts';
import { useUi } from './ui-store.ts';

const sizes = [1, 3, 5, 7] as const;
const hints: Readonly<Record<number, TextKey>> = { 1: 'sizeHint1', 3: 'sizeHint3', 5: 'sizeHint5', 7: 'sizeHint7' };

export function NewClusterDialog() {
  const t = useT();
  const { dialog, setDialog } = useUi();
  return (
    <Modal opened={dialog === 'newCluster'} onClose={() => setDialog(undefined)} title={t('newCluster')} size={420}>
      <NewClusterForm close={() => setDialog(undefined)} />
    </Modal>
  );
}

function NewClusterForm({ close }: { close: () => void }) {
  const t = useT();
  const open = useUi((state) => state.open);
  const [name, setName] = useState('');
  const [members, setMembers] = useState<(typeof sizes)[number]>(3);
  const [learnerAutoPromoteMs, setLearnerAutoPromoteMs] = useState(0);
  return (
    <DialogForm
      confirm={t('create')} onClose={close}
      onSubmit={async () => {
        const { key } = await desk.clusters.create.mutate({ name, members, learnerAutoPromoteMs });
        close();
        open(key, 'overview');
      }}
    >
      <TextInput label={t('clusterName')} description={t('clusterNameHint')} value={name} onChange={(event) => setName(event.currentTarget.value)} data-autofocus required withAsterisk={false} />
      <div>
        <Text size="xs" fw={500} mb={4}>{t('clusterSize')}</Text>
        <SegmentedControl fullWidth aria-label={t('clusterSize')} data={sizes.map(String)} value={String(members)} onChange={(value) => setMembers(sizes.find((size) => String(size) === value) ?? 3)} />
        <Text size="xs" c="dimmed" mt={6}>{t(hints[members]!)}</Text>
      </div>
      <AutoPromotion value={learnerAutoPromoteMs} onChange={setLearnerAutoPromoteMs} />
    </DialogForm>
  );
}
