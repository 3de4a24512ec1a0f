import { Modal, SegmentedControl, Stack, Text, useMantineColorScheme } from '@mantine/core';
import { useEffect, useState, type ReactNode } from 'react';
import type { AppInfo } from '../../core/contract/types.ts';
import { useT } from '../i18n/index.ts';
import { CopyIcon } from '../ui/copy-icon.tsx';
import { desk } from './desk.ts';
import { useUi } from './ui-store.ts';

const schemes = ['auto', 'light', 'dark'] as const;

/** How the app looks and speaks, and what it is. */
export function SettingsDialog() {
  const t = useT();
  const { dialog, setDialog } = useUi();
  return (
    <Modal opened={dialog === 'settings'} onClose={() => setDialog(undefined)} title={t('settings')} size={440}>
      <Settings />
    </Modal>
  );
}

function Settings() {
  const t = useT();
  const { language, setLanguage } = useUi();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const [info, setInfo] = useState<AppInfo>();
  useEffect(() => {
    let gone = false;
    // Without an answer the versions are missing, no more.
    desk.info.query().then((answer) => !gone && setInfo(answer), () => {});
    return () => {
      gone = true;
    };
  }, []);
  return (
    <Stack gap="sm">
      <Choice label={t('appearance')}>
        <SegmentedControl fullWidth aria-label={t('appearance')} value={colorScheme} data={schemes.map((value) => ({ value, label: t(`scheme_${value}`) }))} onChange={(value) => setColorScheme(schemes.find((scheme) => scheme === value) ?? 'auto')} />
      </Choice>
      <Choice label={t('languageName')}>
        <SegmentedControl fullWidth aria-label={t('languageName')} value={language} data={[{ value: 'en', label: 'English' }, { value: 'zh', label: '中文' }]} onChange={(value) => setLanguage(value === 'zh' ? 'zh' : 'en')} />
      </Choice>
      <dl className="about">
        <dt>{t('appName')}</dt><dd>{info?.version ?? '—'}</dd>
        <dt>{t('etcdRelease')}</dt><dd>{info?.etcdVersion ?? '—'}</dd>
        <dt>{t('dataFolder')}</dt><dd className="mono">{info?.dataFolder ?? '—'} {info && <CopyIcon value={info.dataFolder} />}</dd>
      </dl>
    </Stack>
  );
}

function Choice({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div>
      <Text size="xs" fw={500} mb={4}>{label}</Text>
      {children}
    </div>
  );
}
