import { ActionIcon, Menu, Tooltip, UnstyledButton, useMantineColorScheme, useComputedColorScheme } from '@mantine/core';
import { spotlight } from '@mantine/spotlight';
import { IconActivity, IconAdjustments, IconDatabase, IconDots, IconHourglass, IconLanguage, IconLayoutDashboard, IconMoon, IconPencil, IconPlayerPlay, IconPlayerStop, IconPlugConnected, IconPlus, IconRefresh, IconSettings, IconSun, IconTrash, IconTopologyStar3, IconTool } from '@tabler/icons-react';
import { useState } from 'react';
import type { ClusterSummary } from '../../core/contract/types.ts';
import { useT, type TextKey } from '../i18n/index.ts';
import { ConfirmDialog } from '../ui/confirm-dialog.tsx';
import { notifyError } from '../ui/notify.ts';
import { StatusDot, type Tone } from '../ui/status-dot.tsx';
import { useClusters } from './clusters-store.ts';
import { desk } from './desk.ts';
import { sections, useUi, type Section } from './ui-store.ts';

const icons: Readonly<Record<Section, typeof IconDatabase>> = { overview: IconLayoutDashboard, keys: IconDatabase, watch: IconActivity, leases: IconHourglass, members: IconTopologyStar3, maintenance: IconTool };

export function toneOf(cluster: ClusterSummary): Tone {
  if (cluster.run === 'stopped') return cluster.problem === undefined ? 'off' : 'unavailable';
  return cluster.run === 'running' ? cluster.health : 'busy';
}

export function stateText(cluster: ClusterSummary): TextKey {
  return cluster.run === 'running' ? cluster.health : cluster.run;
}

/** Clusters at the left, with the sections of the one that is open below it. */
export function Rail({ open }: { open: ClusterSummary | undefined }) {
  const t = useT();
  const clusters = useClusters((state) => state.clusters) ?? [];
  const setDialog = useUi((state) => state.setDialog);
  return (
    <nav className="rail" aria-label={t('clusters')}>
      <div className="rail-brand">
        <img src="./icon.svg" alt="" width={20} height={20} />
        <span>{t('appName')}</span>
        <span className="rail-space" />
        <Tooltip label={t('connect')}>
          <ActionIcon variant="subtle" color="gray" size="sm" aria-label={t('connect')} onClick={() => setDialog('connect')}>
            <IconPlugConnected size={15} />
          </ActionIcon>
        </Tooltip>
        <Tooltip label={t('newCluster')}>
          <ActionIcon variant="subtle" color="gray" size="sm" aria-label={t('newCluster')} onClick={() => setDialog('newCluster')}>
            <IconPlus size={15} />
          </ActionIcon>
        </Tooltip>
      </div>
      <div className="rail-list">
        {(['hosted', 'remote'] as const).map((kind) => {
          const own = clusters.filter((cluster) => cluster.kind === kind);
          return own.length === 0 ? null : (
            <section key={kind}>
              <h2 className="rail-heading">{t(kind)}</h2>
              {own.map((cluster) => (
                <RailCluster key={cluster.key} cluster={cluster} open={cluster.key === open?.key} />
              ))}
            </section>
          );
        })}
      </div>
      <RailFoot />
    </nav>
  );
}

function RailCluster({ cluster, open }: { cluster: ClusterSummary; open: boolean }) {
  const t = useT();
  const { section, open: openCluster, show } = useUi();
  return (
    <div className="rail-cluster" data-open={open || undefined}>
      <div className="rail-cluster-row">
        <UnstyledButton className="rail-cluster-button" title={`${cluster.name} · ${t(stateText(cluster))}`} onClick={() => openCluster(cluster.key)} aria-expanded={open}>
          <StatusDot tone={toneOf(cluster)} />
          <span className="rail-cluster-text">
            <span className="rail-cluster-name">{cluster.name}</span>
            <span className="rail-cluster-sub">
              {t(stateText(cluster))} · {t('membersN', { n: cluster.memberCount })}
            </span>
          </span>
        </UnstyledButton>
        <ClusterMenu cluster={cluster} />
      </div>
      {open && (
        <ul className="rail-sections">
          {sections.map((name) => {
            const Icon = icons[name];
            return (
              <li key={name}>
                <UnstyledButton className="rail-section" aria-current={section === name ? 'page' : undefined} onClick={() => show(name)}>
                  <Icon size={15} stroke={1.7} aria-hidden />
                  {t(name)}
                </UnstyledButton>
              </li>
            );
          })}
        </ul>
      )}
    </div>
  );
}

function ClusterMenu({ cluster }: { cluster: ClusterSummary }) {
  const t = useT();
  const [removing, setRemoving] = useState(false);
  const { editProfile, editSettings } = useUi();
  const act = (run: Promise<unknown>): void => {
    run.catch((error: unknown) => notifyError(t('errorTitle'), error));
  };
  const key = { cluster: cluster.key };
  const hosted = cluster.kind === 'hosted';
  return (
    <>
      <Menu position="bottom-start" width={180} shadow="md">
        <Menu.Target>
          <ActionIcon className="rail-menu" variant="subtle" color="gray" size="sm" aria-label={`${t('actions')}: ${cluster.name}`}>
            <IconDots size={15} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {hosted && cluster.run === 'stopped' && <Menu.Item leftSection={<IconPlayerPlay size={14} />} onClick={() => act(desk.clusters.start.mutate(key))}>{t('startCluster')}</Menu.Item>}
          {hosted && cluster.run !== 'stopped' && <Menu.Item leftSection={<IconPlayerStop size={14} />} onClick={() => act(desk.clusters.stop.mutate(key))}>{t('stopCluster')}</Menu.Item>}
          {hosted && <Menu.Item leftSection={<IconAdjustments size={14} />} onClick={() => editSettings(cluster.key)}>{t('clusterSettings')}</Menu.Item>}
          {!hosted && <Menu.Item leftSection={<IconPencil size={14} />} onClick={() => editProfile(cluster.key)}>{t('editConnection')}</Menu.Item>}
          {!hosted && <Menu.Item leftSection={<IconRefresh size={14} />} onClick={() => act(desk.clusters.reconnect.mutate(key))}>{t('reconnect')}</Menu.Item>}
          <Menu.Item color="red" disabled={hosted && cluster.run !== 'stopped'} leftSection={<IconTrash size={14} />} onClick={() => setRemoving(true)}>{t('removeCluster')}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <ConfirmDialog
        opened={removing} title={t('removeTitle', { name: cluster.name })} confirm={t('removeCluster')} danger onClose={() => setRemoving(false)}
        onConfirm={async () => {
          await desk.clusters.remove.mutate(key);
        }}
      >
        {t(hosted ? 'hostedRemove' : 'remoteForget')}
      </ConfirmDialog>
    </>
  );
}

function RailFoot() {
  const t = useT();
  const { language, setLanguage, setDialog } = useUi();
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
  return (
    <div className="rail-foot">
      <Tooltip label={t('theme')}>
        <ActionIcon variant="subtle" color="gray" aria-label={t('theme')} onClick={() => setColorScheme(scheme === 'dark' ? 'light' : 'dark')}>
          {scheme === 'dark' ? <IconSun size={16} /> : <IconMoon size={16} />}
        </ActionIcon>
      </Tooltip>
      <Tooltip label={t('language')}>
        <ActionIcon variant="subtle" color="gray" aria-label={t('language')} onClick={() => setLanguage(language === 'en' ? 'zh' : 'en')}>
          <IconLanguage size={16} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label={t('settings')}>
        <ActionIcon variant="subtle" color="gray" aria-label={t('settings')} onClick={() => setDialog('settings')}>
          <IconSettings size={16} />
        </ActionIcon>
      </Tooltip>
      <span className="rail-space" />
      <Tooltip label={t('palette')}>
        <UnstyledButton className="kbd" aria-label={t('palette')} onClick={spotlight.open}>{navigator.platform.startsWith('Mac') ? '⌘' : 'Ctrl'} K</UnstyledButton>
      </Tooltip>
    </div>
  );
}
