import { useMantineColorScheme, useComputedColorScheme } from '@mantine/core';
import { Spotlight, type SpotlightActionData, type SpotlightActionGroupData } from '@mantine/spotlight';
import { IconFolder, IconKey, IconSearch } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import type { ByteString, ClusterSummary, TreeItem } from '../../core/contract/types.ts';
import { useT } from '../i18n/index.ts';
import { display, parseEscapes } from '../ui/byte-text.ts';
import { notifyError } from '../ui/notify.ts';
import { useClusters } from './clusters-store.ts';
import { desk } from './desk.ts';
import { focusPage } from './focus-page.ts';
import { sections, useUi, type Dialog, type Section } from './ui-store.ts';

const suggestions = 8;
/** Keys are asked for when typing has paused for this long. */
const pauseMs = 120;

/** Keys and folders that begin with what is typed. */
function useKeys(cluster: string | undefined, query: string): TreeItem[] {
  const separator = useUi((state) => state.separator);
  const [found, setFound] = useState<{ query: string; items: TreeItem[] }>({ query: '', items: [] });
  const parsed = parseEscapes(query);
  const prefix = parsed.ok ? parsed.bytes : undefined;
  useEffect(() => {
    if (cluster === undefined || prefix === undefined || prefix === '') return undefined;
    const stop = new AbortController();
    const timer = setTimeout(() => {
      desk.keys.children.query({ cluster, prefix, separator: separator as ByteString, limit: suggestions, revision: 0 }, { signal: stop.signal }).then(
        ({ items }) => {
          if (!stop.signal.aborted) setFound({ query, items });
        },
        // The pages tell of a cluster that does not answer.
        () => {},
      );
    }, pauseMs);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [cluster, prefix, query, separator]);
  return found.query !== '' && query.startsWith(found.query) ? found.items : [];
}

/** The palette gives the keyboard back to where it was; after this. */
const backMs = 50;

/** Every action and every key by its name: Ctrl+K, or Cmd+K. */
export function Palette({ cluster }: { cluster: ClusterSummary | undefined }) {
  const t = useT();
  const ui = useUi();
  const [query, setQuery] = useState('');
  const clusters = useClusters((state) => state.clusters) ?? [];
  const members = useClusters((state) => state.status?.members) ?? [];
  const keys = useKeys(cluster?.key, query);
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
  const act = (run: Promise<unknown>): void => {
    run.catch((error: unknown) => notifyError(t('errorTitle'), error));
  };
  const dialogOn = (id: string, section: Section, label: string, dialog: Dialog): SpotlightActionData => ({
    id, label,
    onClick: () => {
      ui.show(section);
      ui.setDialog(dialog);
    },
  });
  const ofCluster = (key: string): SpotlightActionData[] => [
    dialogOn('new-key', 'keys', t('newKey'), 'newKey'), dialogOn('open-key', 'keys', t('openKey'), 'openKey'), dialogOn('find-keys', 'keys', t('findKeys'), 'findKeys'), dialogOn('grant-lease', 'leases', t('grantLease'), 'grantLease'), dialogOn('add-member', 'members', t('addMember'), 'addMember'),
    ...(['compact', 'defragment', 'snapshot'] as const).map((name) => ({ id: name, label: t(name), onClick: () => ui.show('maintenance') })),
    ...(cluster?.kind === 'hosted' ? members.filter((member) => member.process?.state === 'stopped' || member.process?.state === 'crashed') : []).map((member) => ({
      id: `start-${member.id}`, label: `${t('start')}: ${member.name}`, onClick: () => act(desk.members.start.mutate({ cluster: key, member: member.id })),
    })),
    ...(cluster?.kind === 'hosted' ? [{ id: 'cluster-settings', label: t('clusterSettings'), onClick: () => ui.editSettings(key) }] : []),
    ...(cluster?.kind === 'hosted' && cluster.run === 'stopped' ? [{ id: 'start-cluster', label: t('startCluster'), onClick: () => act(desk.clusters.start.mutate({ cluster: key })) }] : []),
    ...(cluster?.kind === 'hosted' && cluster.run === 'running' ? [{ id: 'stop-cluster', label: t('stopCluster'), onClick: () => act(desk.clusters.stop.mutate({ cluster: key })) }] : []),
  ];
  const keyAction = (item: TreeItem): SpotlightActionData =>
    item.kind === 'key'
      ? { id: `key:${item.key}`, label: display(item.key), leftSection: <IconKey size={15} aria-hidden />, onClick: () => ui.wantKey(item.key) }
      : { id: `folder:${item.prefix}`, label: display(item.prefix), leftSection: <IconFolder size={15} aria-hidden />, closeSpotlightOnTrigger: false, onClick: () => setQuery(display(item.prefix)) };
  /** To another page: the keyboard goes there, unless it had a place that is still there. */
  const went = (): void => void setTimeout(() => {
    const { activeElement: at, body } = document;
    if (!at || at === body || at.closest('[role=dialog]')) focusPage();
  }, backMs);
  const groups: SpotlightActionGroupData[] = [
    { group: t('sections'), actions: sections.map((section) => ({ id: section, label: t(section), onClick: () => (ui.show(section), went()) })) },
    { group: t('clusters'), actions: clusters.map((item) => ({ id: item.key, label: item.name, description: item.endpoints.join(', '), onClick: () => (ui.open(item.key), went()) })) },
    {
      group: t('actionsGroup'),
      actions: [
        ...(cluster ? ofCluster(cluster.key) : []),
        { id: 'new-cluster', label: t('newCluster'), onClick: () => ui.setDialog('newCluster') },
        { id: 'connect', label: t('connect'), onClick: () => ui.setDialog('connect') },
        { id: 'theme', label: t('theme'), onClick: () => setColorScheme(scheme === 'dark' ? 'light' : 'dark') },
        { id: 'language', label: t('language'), onClick: () => ui.setLanguage(ui.language === 'en' ? 'zh' : 'en') },
        { id: 'settings', label: t('settings'), onClick: () => ui.setDialog('settings') },
      ],
    },
    { group: t('keys'), actions: keys.map(keyAction) },
  ];
  return (
    <Spotlight
      actions={groups} query={query} onQueryChange={setQuery} nothingFound={t('nothingFound')} highlightQuery scrollable maxHeight="min(60vh, 480px)" shortcut="mod + K"
      searchProps={{ leftSection: <IconSearch size={16} />, placeholder: t('palette'), 'aria-label': t('palette') }}
    />
  );
}
