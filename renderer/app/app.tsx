import { useEffect, useMemo } from 'react';
import { MantineProvider, mergeThemeOverrides, useMantineColorScheme } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import '@mantine/spotlight/styles.css';
import '@mantine/charts/styles.css';
import './app.css';
import type { ClusterSummary } from '../../core/contract/types.ts';
import { forgetKeys, hasDrafts } from '../areas/keys/tree-store.ts';
import { forgetWatch } from '../areas/watch/watch-store.ts';
import { useClusters } from './clusters-store.ts';
import { translate } from '../i18n/index.ts';
import { desk } from './desk.ts';
import { Shell } from './shell.tsx';
import { theme } from './theme.ts';
import { useUi } from './ui-store.ts';
import { followStream } from './follow-stream.ts';

function take(clusters: ClusterSummary[]): void {
  const { clusters: before = [], setClusters } = useClusters.getState();
  setClusters(clusters);
  for (const { key } of before) {
    if (clusters.some((cluster) => cluster.key === key)) continue;
    forgetKeys(key);
    forgetWatch(key);
  }
}

/** The window around the page looks as the page does, and its menu opens the page's dialogs. */
function Around() {
  const { colorScheme } = useMantineColorScheme();
  useEffect(() => window.quorate?.onAction((action) => useUi.getState().setDialog(action)), []);
  useEffect(() => window.quorate?.look(colorScheme === 'auto' ? 'system' : colorScheme), [colorScheme]);
  return null;
}

export function App() {
  const language = useUi((state) => state.language);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  useEffect(() => followStream((handlers) => desk.clusters.list.subscribe(undefined, handlers), take), []);
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent): void => {
      if (hasDrafts()) event.preventDefault();
    };
    addEventListener('beforeunload', ask);
    return () => removeEventListener('beforeunload', ask);
  }, []);
  // What a library writes itself, in the user's language.
  const own = useMemo(() => mergeThemeOverrides(theme, { components: { Modal: { defaultProps: { ...theme.components?.['Modal']?.defaultProps, closeButtonProps: { 'aria-label': translate(language, 'close') } } } } }), [language]);
  return (
    <MantineProvider theme={own} defaultColorScheme="auto">
      <Notifications position="bottom-right" limit={4} className="toasts" />
      <Around />
      <Shell />
    </MantineProvider>
  );
}
