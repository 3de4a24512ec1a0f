import { Button, Group, Modal, Stack, Textarea, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import type { ByteString, ClusterKey } from '../../../core/contract/types.ts';
import { desk } from '../../app/desk.ts';
import { messageOf } from '../../ui/failure.ts';
import { useUi } from '../../app/ui-store.ts';
import { useT } from '../../i18n/index.ts';
import { ofText, parseEscapes } from '../../ui/byte-text.ts';
import { notifyDone } from '../../ui/notify.ts';

/** Makes a key that must not exist yet. */
export function NewKeyDialog({ cluster, prefix, created }: { cluster: ClusterKey; prefix: string; created: (key: ByteString) => void }) {
  const t = useT();
  const { dialog, setDialog } = useUi();
  return (
    <Modal opened={dialog === 'newKey'} onClose={() => setDialog(undefined)} title={t('newKey')} size={520}>
      <NewKeyForm cluster={cluster} prefix={prefix} created={created} close={() => setDialog(undefined)} />
    </Modal>
  );
}

function NewKeyForm({ cluster, prefix, created, close }: { cluster: ClusterKey; prefix: string; created: (key: ByteString) => void; close: () => void }) {
  const t = useT();
  const [key, setKey] = useState(prefix);
  const [value, setValue] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const parsed = parseEscapes(key);
    if (!parsed.ok) return setError(t('badEscape', { at: parsed.at + 1 }));
    if (parsed.bytes === '') return setError(t('emptyKey'));
    setBusy(true);
    try {
      const outcome = await desk.keys.put.mutate({ cluster, key: parsed.bytes, value: ofText(value), expectModRevision: 0 });
      if (outcome.kind === 'conflict') return setError(t('keyExists'));
      notifyDone(t('saved', { revision: outcome.revision }));
      created(parsed.bytes);
      close();
    } catch (failure) {
      setError(messageOf(failure));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack gap="sm">
        <TextInput
          label={t('keyLabel')} description={t('keyHint')} classNames={{ input: 'mono' }} value={key} error={error} data-autofocus
          onChange={(event) => {
            setKey(event.currentTarget.value);
            setError(undefined);
          }}
        />
        <Textarea size="xs" label={t('value')} classNames={{ input: 'mono' }} rows={6} value={value} onChange={(event) => setValue(event.currentTarget.value)} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close}>{t('cancel')}</Button>
          <Button type="submit" loading={busy}>{t('create')}</Button>
        </Group>
      </Stack>
    </form>
  );
}
