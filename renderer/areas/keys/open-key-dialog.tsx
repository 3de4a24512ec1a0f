import { Modal, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { ByteString } from '../../../core/contract/types.ts';
import { useUi } from '../../app/ui-store.ts';
import { useT } from '../../i18n/index.ts';
import { parseEscapes } from '../../ui/byte-text.ts';
import { DialogForm } from '../../ui/dialog-form.tsx';

/** Opens a key that need not be in the tree: a deleted one has a history. */
export function OpenKeyDialog({ prefix, open }: { prefix: string; open: (key: ByteString) => void }) {
  const t = useT();
  const { dialog, setDialog } = useUi();
  return (
    <Modal opened={dialog === 'openKey'} onClose={() => setDialog(undefined)} title={t('openKey')} size={520}>
      <OpenKeyForm prefix={prefix} open={open} close={() => setDialog(undefined)} />
    </Modal>
  );
}

function OpenKeyForm({ prefix, open, close }: { prefix: string; open: (key: ByteString) => void; close: () => void }) {
  const t = useT();
  const [key, setKey] = useState(prefix);
  const parsed = parseEscapes(key);
  return (
    <DialogForm
      confirm={t('open')} disabled={!parsed.ok || key === ''} onClose={close}
      onSubmit={async () => {
        if (!parsed.ok) return;
        open(parsed.bytes);
        close();
      }}
    >
      <TextInput
        label={t('keyLabel')} description={t('openKeyHint')} classNames={{ input: 'mono' }} value={key} data-autofocus error={parsed.ok ? undefined : t('badEscape', { at: parsed.at + 1 })}
        onChange={(event) => setKey(event.currentTarget.value)}
      />
    </DialogForm>
  );
}
