import { Button, Group, Modal, Text } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { messageOf } from './failure.ts';
import { useT } from '../i18n/index.ts';

export interface ConfirmDialogProps {
  opened: boolean;
  title: string;
  confirm: string;
  danger?: boolean;
  /** It cannot be done now; what is inside says why. */
  disabled?: boolean;
  children: ReactNode;
  onConfirm: () => Promise<void>;
  onClose: () => void;
}

/** Asks before something that is hard to take back; a failure is shown in it, and it stays open. */
export function ConfirmDialog({ opened, title, confirm, danger = false, disabled = false, children, onConfirm, onClose }: ConfirmDialogProps) {
  const t = useT();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const close = (): void => {
    setError(undefined);
    onClose();
  };
  const run = async (): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      await onConfirm();
      close();
    } catch (failure) {
      setError(messageOf(failure));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal opened={opened} onClose={close} title={title} size={440}>
      <Text size="sm" component="div">{children}</Text>
      {error !== undefined && <Text size="sm" c="red" mt="sm" role="alert">{error}</Text>}
      <Group justify="flex-end" mt="lg" gap="xs">
        <Button variant="default" onClick={close}>{t('cancel')}</Button>
        <Button color={danger ? 'red' : undefined} loading={busy} disabled={disabled} onClick={() => void run()} data-autofocus>{confirm}</Button>
      </Group>
    </Modal>
  );
}
