import { useEffect } from 'react';
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import '@mantine/spotlight/styles.css';
import '@mantine/charts/styles.css';
import './app.css';
import { useClusters } from './clusters-store.ts';
import { desk } from './desk.ts';
import { Shell } from './shell.tsx';
import { theme } from './theme.ts';
import { useUi } from './ui-store.ts';
import { followStream } from './follow-stream.ts';

export function App() {
  const language = useUi((state) => state.language);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  useEffect(() => followStream((handlers) => desk.clusters.list.subscribe(undefined, handlers), useClusters.getState().setClusters), []);
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <Notifications position="bottom-right" limit={4} className="toasts" />
      <Shell />
    </MantineProvider>
  );
}
