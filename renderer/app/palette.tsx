import { useMantineColorScheme, useComputedColorScheme } from '@mantine/core';
import { Spotlight, type SpotlightActionGroupData } from '@mantine/spotlight';
import { IconSearch } from '@tabler/icons-react';
import type { ClusterSummary } from '../../core/contract/types.ts';
import { useT } from '../i18n/index.ts';
import { notifyError } from '../ui/notify.ts';
import { useClusters } from './clusters-store.ts';
import { desk } from './desk.ts';
import { sections, useUi } from './ui-store.ts';

/** Every action by its name: Ctrl+K, or Cmd+K. */
export function Palette({ cluster }: { cluster: ClusterSummary | undefined }) {
  const t = useT();
  const ui = useUi();
  const clusters = useClusters((state) => state.clusters) ?? [];
  const members = useClusters((state) => state.status?.members) ?? [];
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
  const act = (run: Promise<unknown>): void => {
    run.catch((error: unknown) => notifyError(t('errorTitle'), error));
  };
  const memberActions = cluster?.kind === 'hosted' ? members.filter((member) => member.process?.state === 'stopped' || member.process?.state === 'crashed') : [];
  const groups: SpotlightActionGroupData[] = [
    { group: t('sections'), actions: sections.map((section) => ({ id: section, label: t(section), onClick: () => ui.show(section) })) },
    { group: t('clusters'), actions: clusters.map((item) => ({ id: item.key, label: item.name, description: item.endpoints.join(', '), onClick: () => ui.open(item.key) })) },
    {
      group: t('actionsGroup'),
      actions: [
        {
          id: 'new-key', label: t('newKey'),
          onClick: () => {
            ui.show('keys');
            ui.setDialog('newKey');
          },
        },
        {
          id: 'open-key', label: t('openKey'),
          onClick: () => {
            ui.show('keys');
            ui.setDialog('openKey');
          },
        },
        {
          id: 'grant-lease', label: t('grantLease'),
          onClick: () => {
            ui.show('leases');
            ui.setDialog('grantLease');
          },
        },
        {
          id: 'add-member', label: t('addMember'),
          onClick: () => {
            ui.show('members');
            ui.setDialog('addMember');
          },
        },
        ...memberActions.map((member) => ({ id: `start-${member.id}`, label: `${t('start')}: ${member.name}`, onClick: () => act(desk.members.start.mutate({ cluster: cluster!.key, member: member.id })) })),
        { id: 'new-cluster', label: t('newCluster'), onClick: () => ui.setDialog('newCluster') },
        { id: 'connect', label: t('connect'), onClick: () => ui.setDialog('connect') },
        { id: 'theme', label: t('theme'), onClick: () => setColorScheme(scheme === 'dark' ? 'light' : 'dark') },
        { id: 'language', label: t('language'), onClick: () => ui.setLanguage(ui.language === 'en' ? 'zh' : 'en') },
      ],
    },
  ];
  return <Spotlight actions={groups} nothingFound={t('nothingFound')} highlightQuery shortcut="mod + K" searchProps={{ leftSection: <IconSearch size={16} />, placeholder: t('palette'), 'aria-label': t('palette') }} />;
}
