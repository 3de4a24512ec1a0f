import { Button, Modal } from '@mantine/core';
import type { KeyDetail } from '../../../core/contract/types.ts';
import { useT } from '../../i18n/index.ts';
import { formatNumber } from '../../ui/format.ts';
import { useFocusBack } from '../../ui/use-focus-back.ts';
import { CodeEditor } from './code-editor.tsx';
import { modeFor, render, type ViewMode } from './value-view.ts';

interface ConflictProps {
  mine: string;
  mode: ViewMode;
  current: KeyDetail | undefined;
  busy: boolean;
  close: () => void;
  overwrite: () => void;
  takeTheirs: () => void;
}

/** Mine and theirs side by side; nothing has been written. */
export function ConflictDialog({ mine, mode, current, busy, close, overwrite, takeTheirs }: ConflictProps) {
  const t = useT();
  useFocusBack();
  const theirMode = current && mode === 'text' && modeFor(current.value) !== 'text' ? 'hex' : mode;
  return (
    <Modal opened onClose={close} title={t('conflictTitle')} size={900} closeOnClickOutside={false}>
      <p className="forecast">{t(current ? 'conflictHint' : 'conflictGone')}</p>
      <div className="conflict">
        <div>
          <h3>{t('mine')}</h3>
          <CodeEditor label={t('mine')} value={mine} language="text" readOnly />
        </div>
        <div>
          <h3>{t('theirs')} {current && <span className="dim num">{formatNumber(current.modRevision)}</span>}</h3>
          <CodeEditor label={t('theirs')} value={current ? render(current.value, theirMode) : ''} language="text" readOnly />
        </div>
      </div>
      <div className="conflict-actions">
        <Button variant="default" onClick={close}>{t('cancel')}</Button>
        {current && <Button variant="default" onClick={takeTheirs}>{t('takeTheirs')}</Button>}
        <Button color="red" loading={busy} onClick={overwrite}>{t('overwrite')}</Button>
      </div>
    </Modal>
  );
}
