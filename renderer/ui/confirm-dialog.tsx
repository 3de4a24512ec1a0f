import { Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { DialogForm } from './dialog-form.tsx';

export interface ConfirmDialogProps {
  opened: boolean;
  title: string;
  confirm: string;
  danger?: boolean;
  /** It cannot be done now; what is inside says why. */
  disabled?: boolean;
  children: ReactNode;
  /** A text that it gives back says why it was refused. */
  onConfirm: () => Promise<string | void>;
  onClose: () => void;
}

/** Asks before something that is hard to take back; a failure is shown in it, and it stays open. */
export function ConfirmDialog({ opened, title, confirm, danger = false, disabled = false, children, onConfirm, onClose }: ConfirmDialogProps) {
  return (
    <Modal opened={opened} onClose={onClose} title={title} size={440}>
      <DialogForm
        confirm={confirm} danger={danger} disabled={disabled} onClose={onClose}
        onSubmit={async () => {
          const refusal = await onConfirm();
          if (typeof refusal === 'string') return refusal;
          onClose();
          return undefined;
        }}
      >
        <div className="confirm-text">{children}</div>
      </DialogForm>
    </Modal>
  );
}
