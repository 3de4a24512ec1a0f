import { Skeleton, useComputedColorScheme } from '@mantine/core';
import { AreaChart } from '@mantine/charts';
import { IconCrown } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { ClusterStatus, ClusterSummary, MemberView } from '../../../core/contract/types.ts';
import { useClusters } from '../../app/clusters-store.ts';
import { stateText, toneOf } from '../../app/rail.tsx';
import { useT, type TextKey } from '../../i18n/index.ts';
import { CopyIcon } from '../../ui/copy-icon.tsx';
import { forecast, type Forecast } from '../../ui/forecast.ts';
import { formatBytes, formatMs, formatNumber, formatSeconds } from '../../ui/format.ts';
import { StatusDot } from '../../ui/status-dot.tsx';
import './overview.css';

export function toleranceText({ tolerates, answering, quorum }: Forecast): { key: TextKey; n: number } {
  if (tolerates < 0) return { key: answering >= quorum ? 'noLeader' : 'noQuorum', n: 0 };
  if (tolerates === 0) return { key: 'toleratesNone', n: 0 };
  return { key: 'tolerates', n: tolerates };
}

/** How the cluster is, in words first. */
export function Overview({ cluster }: { cluster: ClusterSummary }) {
  const t = useT();
  const status = useClusters((state) => state.status);
  return (
    <div className="page">
      <header className="page-head">
        <h1 className="page-title">{cluster.name}</h1>
        <span className="overview-state">
          <StatusDot tone={toneOf(cluster)} /> {t(stateText(cluster))}
        </span>
      </header>
      <div className="page-body overview">{status ? <Content status={status} /> : <Waiting />}</div>
    </div>
  );
}

function Waiting() {
  return (
    <>
      <Skeleton height={54} radius={8} />
      <Skeleton height={120} radius={8} />
      <Skeleton height={180} radius={8} />
    </>
  );
}

function Content({ status }: { status: ClusterStatus }) {
  const t = useT();
  const now = forecast(status.members);
  const tolerance = toleranceText(now);
  return (
    <>
      <section className="overview-headline" data-tone={now.tolerates < 0 ? 'bad' : status.cluster.health === 'healthy' ? 'good' : 'warn'}>
        <strong>{t('headline', { up: now.answering, all: now.voters })}</strong>
        <span>{t('headlineQuorum', { quorum: now.quorum })}</span>
        <span>{t(tolerance.key, { n: tolerance.n })}</span>
        {status.cluster.problem !== undefined && <p role="alert">{status.cluster.problem}</p>}
      </section>
      <section className="overview-figures" aria-label={t('health')}>
        <Figure label={t('revision')}>{formatNumber(status.revision)}</Figure>
        <Figure label={t('term')}>{formatNumber(status.term)}</Figure>
        <Figure label={t('dbSize')}>{formatBytes(status.dbSizeBytes)}</Figure>
        <Figure label={t('memberId')}>{status.clusterId === undefined ? '—' : <span className="mono overview-id">{status.clusterId}</span>}</Figure>
      </section>
      <section className="overview-members">
        {status.members.map((member) => (
          <MemberCard key={member.id} member={member} />
        ))}
      </section>
      <div className="overview-split">
        <Rates />
        <Endpoints endpoints={status.members.flatMap((member) => member.clientUrls)} fallback={status.cluster.endpoints} />
      </div>
    </>
  );
}

function Figure({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="overview-figure">
      <span className="dim">{label}</span>
      <span className="num overview-value">{children}</span>
    </div>
  );
}

export function toneOfMember(member: MemberView): 'healthy' | 'degraded' | 'unavailable' | 'off' | 'busy' {
  if (member.process?.state === 'starting' || member.process?.state === 'stopping') return 'busy';
  if (member.process?.state === 'stopped') return 'off';
  if (member.role === 'unreachable') return 'unavailable';
  return member.healthy ? 'healthy' : 'degraded';
}

/** What a member is now: its process when that is not running, else its role. */
export function stateOfMember(member: MemberView): TextKey {
  const state = member.process?.state;
  return state !== undefined && state !== 'running' ? state : member.role;
}

function MemberCard({ member }: { member: MemberView }) {
  const t = useT();
  return (
    <article className="member-card" data-leader={member.role === 'leader' || undefined}>
      <div className="member-card-head">
        <StatusDot tone={toneOfMember(member)} />
        <strong>{member.name || member.id}</strong>
        {member.role === 'leader' && <IconCrown size={14} aria-hidden className="member-card-crown" />}
        <span className="dim member-card-role">{t(stateOfMember(member))}</span>
      </div>
      <dl className="member-card-facts num">
        <dt>{t('raftIndex')}</dt>
        <dd>{formatNumber(member.raftIndex)}</dd>
        <dt>{t('dbSize')}</dt>
        <dd>{formatBytes(member.dbSizeBytes)}</dd>
        <dt>{t('latency')}</dt>
        <dd>{formatMs(member.latencyMs)}</dd>
      </dl>
    </article>
  );
}

function Rates() {
  const t = useT();
  const rates = useClusters((state) => state.rates);
  const scheme = useComputedColorScheme('light');
  const last = rates.at(-1)?.rate;
  const span = Math.round(((rates.at(-1)?.atWallMs ?? 0) - (rates[0]?.atWallMs ?? 0)) / 1000);
  return (
    <section className="panel">
      <h2 className="panel-title">
        {t('writesPerSecond')} <span className="num dim">{last === undefined ? '' : formatNumber(Math.round(last))}</span>
        {span > 0 && <span className="dim overview-span">{t('ratesOver', { n: formatSeconds(span) })}</span>}
      </h2>
      {rates.length < 2 ? <p className="overview-waiting dim">{t('noRates')}</p> : <AreaChart
        h={150} data={rates.map((point, i) => ({ i, rate: point.rate }))} dataKey="i" series={[{ name: 'rate', color: scheme === 'dark' ? 'iris.3' : 'iris.6' }]} curveType="linear" withXAxis={false} withDots={false}
        withTooltip={false} gridAxis="x" strokeWidth={1.5} fillOpacity={0.15} areaChartProps={{ margin: { top: 6, right: 4, bottom: 0, left: 0 } }} yAxisProps={{ width: 42, allowDecimals: false, domain: [0, (max: number) => Math.max(4, max)] }}
      />}
    </section>
  );
}

function Endpoints({ endpoints, fallback }: { endpoints: string[]; fallback: string[] }) {
  const t = useT();
  const all = endpoints.length > 0 ? endpoints : fallback;
  const command = `etcdctl --endpoints=${all.map((url) => url.replace(/^https?:\/\//, '')).join(',')} endpoint status -w table`;
  return (
    <section className="panel">
      <h2 className="panel-title">{t('endpoints')}</h2>
      <ul className="endpoint-list mono">
        {all.map((url) => (
          <li key={url}>
            <span>{url}</span>
            <CopyIcon value={url} />
          </li>
        ))}
      </ul>
      <h2 className="panel-title">{t('useEtcdctl')}</h2>
      <div className="command mono">
        <code>{command.split(/(?<=[ ,])/).map((part, i) => <span key={i}>{part}</span>)}</code>
        <CopyIcon value={command} />
      </div>
    </section>
  );
}
