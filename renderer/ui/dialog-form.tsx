import { Button, Group, Stack } from '@mantine/core';
import type { FormEvent, ReactNode } from 'react';
import { useT } from '../i18n/index.ts';
import { useFocusBack } from './use-focus-back.ts';
import { useRun, type Run } from './use-run.ts';
import './dialog-form.css';

export interface DialogFormProps {
  /** The word on the button that does it. */
  confirm: string;
  danger?: boolean;
  /** It cannot be done now; what is inside says why. */
  disabled?: boolean;
  /** The word on the button that leaves it; without: cancel. */
  dismiss?: string;
  /** Shares its state with who needs it outside of the form. */
  run?: Run;
  children: ReactNode;
  /** Further buttons, before the one that does it. */
  buttons?: ReactNode;
  /** A text that it gives back says why it was refused: it is shown, and the dialog stays open. */
  onSubmit: () => Promise<string | void>;
  onClose: () => void;
}

/** What is in every dialog that does something: fields, why it failed, and the buttons. */
export function DialogForm({ confirm, danger = false, disabled = false, dismiss, run: shared, children, buttons, onSubmit, onClose }: DialogFormProps) {
  const t = useT();
  useFocusBack();
  const own = useRun();
  const { busy, error, run } = shared ?? own;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!disabled && !busy) run(onSubmit);
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        {children}
        {error !== undefined && <p className="dialog-problem" role="alert">{error}</p>}
        <Group justify="flex-end" gap="xs" mt={4}>
          <Button variant="default" onClick={onClose} data-autofocus={danger || undefined}>{dismiss ?? t('cancel')}</Button>
          {buttons}
          <Button type="submit" color={danger ? 'red' : undefined} loading={busy} disabled={disabled} data-autofocus={danger ? undefined : true}>{confirm}</Button>
        </Group>
      </Stack>
    </form>
  );
}
