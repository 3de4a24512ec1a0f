import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import { IconPlayerPlay, IconPlugConnectedX, IconServer2, IconStack2 } from '@tabler/icons-react';
import type { ClusterSummary } from '../../core/contract/types.ts';
import { Keys } from '../areas/keys/keys.tsx';
import { Leases } from '../areas/leases/leases.tsx';
import { Maintenance } from '../areas/maintenance/maintenance.tsx';
import { Members } from '../areas/members/members.tsx';
import { Overview } from '../areas/overview/overview.tsx';
import { Watch } from '../areas/watch/watch.tsx';
import { useT } from '../i18n/index.ts';
import { notifyError } from '../ui/notify.ts';
import { StatePanel } from '../ui/state-panel.tsx';
import { useRun } from '../ui/use-run.ts';
import { NewClusterDialog } from './cluster-dialogs.tsx';
import { ClusterSettingsDialog } from './cluster-settings-dialog.tsx';
import { useClusters } from './clusters-store.ts';
import { ConnectDialog, reachText } from './connect-dialog.tsx';
import { desk, useConnection } from './desk.ts';
import { focusPage } from './focus-page.ts';
import { Palette } from './palette.tsx';
import { Rail } from './rail.tsx';
import { SettingsDialog } from './settings-dialog.tsx';
import { StatusLine } from './status-line.tsx';
import { useUi, type Section } from './ui-store.ts';
import { followStream } from './follow-stream.ts';

/** The cluster that is open: the chosen one while it is there, else the first. */
export function useOpenCluster(): ClusterSummary | undefined {
  const clusters = useClusters((state) => state.clusters);
  const chosen = useUi((state) => state.cluster);
  return clusters?.find((cluster) => cluster.key === chosen) ?? clusters?.[0];
}

export function Shell() {
  const t = useT();
  const cluster = useOpenCluster();
  const key = cluster?.key;
  useEffect(() => {
    const { setStatus } = useClusters.getState();
    setStatus(undefined);
    if (key === undefined) return undefined;
    return followStream((handlers) => desk.clusters.status.subscribe({ cluster: key }, handlers), setStatus);
  }, [key]);
  return (
    <div className="shell">
      <button type="button" className="skip-link" onClick={focusPage}>{t('skipToPage')}</button>
      <Rail open={cluster} />
      <main className="shell-main" tabIndex={-1}>
        <DeskLost />
        {cluster ? <ClusterPage cluster={cluster} /> : <NoCluster />}
      </main>
      <StatusLine cluster={cluster} />
      <Palette cluster={cluster} />
      <NewClusterDialog />
      <ClusterSettingsDialog />
      <ConnectDialog />
      <SettingsDialog />
    </div>
  );
}

function NoCluster() {
  const t = useT();
  const clusters = useClusters((state) => state.clusters);
  const setDialog = useUi((state) => state.setDialog);
  if (!clusters) return <StatePanel icon={<IconStack2 size={20} />} title={t('loading')} busy />;
  return <StatePanel icon={<IconStack2 size={20} />} title={t('noClusters')} text={t('noClustersHint')} action={{ label: t('newCluster'), run: () => setDialog('newCluster') }} />;
}

const pages: Readonly<Record<Section, (props: { cluster: ClusterSummary }) => React.ReactNode>> = { overview: Overview, keys: Keys, watch: Watch, leases: Leases, members: Members, maintenance: Maintenance };

function ClusterPage({ cluster }: { cluster: ClusterSummary }) {
  const t = useT();
  const section = useUi((state) => state.section);
  const start = (): void => {
    desk.clusters.start.mutate({ cluster: cluster.key }).catch((error: unknown) => notifyError(t('errorTitle'), error));
  };
  // The members' page shows each member's own state; the others have nothing to show without a cluster.
  if (section !== 'members' && cluster.kind === 'hosted') {
    if (cluster.problem !== undefined && cluster.run !== 'running') {
      return <StatePanel tone="error" icon={<IconServer2 size={20} />} title={t('errorTitle')} text={cluster.problem} action={{ label: t('retry'), run: start }} />;
    }
    if (cluster.run === 'stopped' || cluster.run === 'stopping') {
      return (
        <StatePanel
          icon={<IconPlayerPlay size={20} />} title={t('clusterStopped', { name: cluster.name })} text={t('clusterStoppedHint')}
          action={cluster.run === 'stopped' ? { label: t('startCluster'), run: start } : undefined}
        />
      );
    }
    if (cluster.run === 'starting') return <StatePanel icon={<IconServer2 size={20} />} title={t('startingCluster', { name: cluster.name })} text={t('startingClusterHint')} busy />;
  }
  const Page = pages[section];
  return (
    <div className="bannered">
      {cluster.unreachable ? <Unreachable cluster={cluster} unreachable={cluster.unreachable} /> : <Leaderless cluster={cluster} />}
      <Page key={cluster.key} cluster={cluster} />
    </div>
  );
}

/** True once the trouble has lasted so long. */
function useLasting(trouble: boolean, forMs: number): boolean {
  const [lasts, setLasts] = useState(false);
  useEffect(() => {
    if (!trouble) return undefined;
    const timer = setTimeout(() => setLasts(true), forMs);
    return () => {
      clearTimeout(timer);
      setLasts(false);
    };
  }, [trouble, forMs]);
  return lasts;
}

/** A connection that is made again takes less. */
const deskLostMs = 2_000;

/** Above every page while the desk does not answer: nothing that is shown is followed then. */
function DeskLost() {
  const t = useT();
  const lost = useConnection((state) => state.state !== 'open');
  if (!useLasting(lost, deskLostMs)) return null;
  return (
    <div className="page-banner unreachable-banner" role="alert">
      <IconPlugConnectedX size={16} aria-hidden />
      <span>{t('deskLost')}</span>
    </div>
  );
}

/** An election takes less. */
const leaderlessMs = 3_000;

/** Above every page of a cluster that has been without a leader for a while. */
function Leaderless({ cluster }: { cluster: ClusterSummary }) {
  const t = useT();
  const status = useClusters((state) => state.status);
  const show = useUi((state) => state.show);
  const shown = useLasting(cluster.health === 'unavailable', leaderlessMs);
  if (!shown || !status) return null;
  return (
    <div className="page-banner unreachable-banner" role="alert">
      <IconPlugConnectedX size={16} aria-hidden />
      <span>{t('waitingForQuorum', { name: cluster.name, n: status.quorum, all: status.voters })}</span>
      <Button variant="default" size="compact-xs" onClick={() => show('members')}>{t('showMembers')}</Button>
    </div>
  );
}

/** Above every page of a cluster that does not answer. */
function Unreachable({ cluster, unreachable }: { cluster: ClusterSummary; unreachable: NonNullable<ClusterSummary['unreachable']> }) {
  const t = useT();
  const editProfile = useUi((state) => state.editProfile);
  const { busy, error, run } = useRun();
  return (
    <div className="page-banner unreachable-banner" role="alert">
      <IconPlugConnectedX size={16} aria-hidden />
      <span>{error ?? reachText(t, unreachable)}</span>
      <Button variant="default" size="compact-xs" loading={busy} onClick={() => run(() => desk.clusters.reconnect.mutate({ cluster: cluster.key }))}>{t('reconnect')}</Button>
      <Button variant="default" size="compact-xs" onClick={() => editProfile(cluster.key)}>{t('editConnection')}</Button>
    </div>
  );
}
