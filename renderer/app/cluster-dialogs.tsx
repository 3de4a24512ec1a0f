import { Button, Group, Modal, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useT, type TextKey } from '../i18n/index.ts';
import { desk } from './desk.ts';
import { messageOf } from '../ui/failure.ts';
import { useUi } from './ui-store.ts';

const sizes = [1, 3, 5, 7] as const;
const hints: Readonly<Record<number, TextKey>> = { 1: 'sizeHint1', 3: 'sizeHint3', 5: 'sizeHint5', 7: 'sizeHint7' };

/** Sends a form; shows why it was refused beside its fields. */
function useSubmit(send: () => Promise<{ key: string }>): { busy: boolean; error: string | undefined; submit: (event: FormEvent) => void; reset: () => void } {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const { open, setDialog } = useUi();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    send()
      .then(({ key }) => {
        setDialog(undefined);
        open(key, 'overview');
      }, (failure: unknown) => setError(messageOf(failure)))
      .finally(() => setBusy(false));
  };
  return { busy, error, submit, reset: () => setError(undefined) };
}

export function NewClusterDialog() {
  const t = useT();
  const { dialog, setDialog } = useUi();
  const [name, setName] = useState('');
  const [members, setMembers] = useState<(typeof sizes)[number]>(3);
  const { busy, error, submit, reset } = useSubmit(() => desk.clusters.create.mutate({ name, members }));
  const close = (): void => {
    reset();
    setDialog(undefined);
  };
  return (
    <Modal opened={dialog === 'newCluster'} onClose={close} title={t('newCluster')} size={420}>
      <form onSubmit={submit}>
        <Stack gap="sm">
          <TextInput label={t('clusterName')} description={t('clusterNameHint')} value={name} onChange={(event) => setName(event.currentTarget.value)} error={error} data-autofocus required withAsterisk={false} />
          <div>
            <Text size="xs" fw={500} mb={4}>{t('clusterSize')}</Text>
            <SegmentedControl fullWidth aria-label={t('clusterSize')} data={sizes.map(String)} value={String(members)} onChange={(value) => setMembers(sizes.find((size) => String(size) === value) ?? 3)} />
            <Text size="xs" c="dimmed" mt={6}>{t(hints[members]!)}</Text>
          </div>
          <Group justify="flex-end" gap="xs" mt="xs">
            <Button variant="default" onClick={close}>{t('cancel')}</Button>
            <Button type="submit" loading={busy}>{t('create')}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
