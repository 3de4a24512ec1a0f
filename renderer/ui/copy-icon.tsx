import { ActionIcon, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useT } from '../i18n/index.ts';
import { notifyError } from './notify.ts';

const shownMs = 1_500;

/** Copies a text; `label` names it where the text itself would be too long to be read out. */
export function CopyIcon({ value, label = value }: { value: string; label?: string }) {
  const t = useT();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), shownMs);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = (): void => {
    navigator.clipboard.writeText(value).then(() => setCopied(true), (error: unknown) => notifyError(t('errorTitle'), error));
  };
  return (
    <Tooltip label={t(copied ? 'copied' : 'copy')}>
      <ActionIcon variant="subtle" color={copied ? 'teal' : 'gray'} size="sm" onClick={copy} aria-label={`${t('copy')} ${label}`}>
        {copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
      </ActionIcon>
    </Tooltip>
  );
}
