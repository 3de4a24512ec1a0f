import { Modal, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { ByteString, ClusterKey } from '../../../core/contract/types.ts';
import { desk } from '../../app/desk.ts';
import { useUi } from '../../app/ui-store.ts';
import { useT } from '../../i18n/index.ts';
import { ofText, parseEscapes } from '../../ui/byte-text.ts';
import { DialogForm } from '../../ui/dialog-form.tsx';
import { formatNumber } from '../../ui/format.ts';
import { notifyDone } from '../../ui/notify.ts';

interface NewKeyProps {
  cluster: ClusterKey;
  prefix: string;
  created: (key: ByteString) => void;
}

/** Makes a key that must not exist yet. */
export function NewKeyDialog(props: NewKeyProps) {
  const t = useT();
  const { dialog, setDialog } = useUi();
  return (
    <Modal opened={dialog === 'newKey'} onClose={() => setDialog(undefined)} title={t('newKey')} size={520} closeOnClickOutside={false}>
      <NewKeyForm {...props} close={() => setDialog(undefined)} />
    </Modal>
  );
}

function NewKeyForm({ cluster, prefix, created, close }: NewKeyProps & { close: () => void }) {
  const t = useT();
  const [key, setKey] = useState(prefix);
  const [value, setValue] = useState('');
  const parsed = parseEscapes(key);
  return (
    <DialogForm
      confirm={t('create')} onClose={close}
      onSubmit={async () => {
        if (!parsed.ok) return t('badEscape', { at: parsed.at + 1 });
        if (parsed.bytes === '') return t('emptyKey');
        const outcome = await desk.keys.put.mutate({ cluster, key: parsed.bytes, value: ofText(value), expectModRevision: 0 });
        if (outcome.kind === 'conflict') return t('keyExists');
        notifyDone(t('saved', { revision: formatNumber(outcome.revision) }));
        created(parsed.bytes);
        close();
        return undefined;
      }}
    >
      <TextInput label={t('keyLabel')} description={t('keyHint')} classNames={{ input: 'mono' }} value={key} error={parsed.ok ? undefined : t('badEscape', { at: parsed.at + 1 })} data-autofocus onChange={(event) => setKey(event.currentTarget.value)} />
      <Textarea size="xs" label={t('value')} classNames={{ input: 'mono' }} rows={6} value={value} onChange={(event) => setValue(event.currentTarget.value)} />
    </DialogForm>
  );
}
