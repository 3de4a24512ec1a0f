import type { ClusterSummary } from '../../core/contract/types.ts';
import { useT } from '../i18n/index.ts';
import { formatBytes, formatNumber } from '../ui/format.ts';
import { StatusDot } from '../ui/status-dot.tsx';
import { useClusters } from './clusters-store.ts';
import { useConnection } from './desk.ts';
import { stateText, toneOf } from './rail.tsx';

/** The cluster in one line, always in sight. */
export function StatusLine({ cluster }: { cluster: ClusterSummary | undefined }) {
  const t = useT();
  const status = useClusters((state) => state.status);
  const connection = useConnection((state) => state.state);
  const leader = status?.members.find((member) => member.id === status.leaderId);
  // Those that are shown elsewhere go where there is little room.
  const items: [label: string, value: string, minor?: true][] = status
    ? [
        [t('revision'), formatNumber(status.revision)], [t('term'), formatNumber(status.term), true], [t('leader'), leader?.name || leader?.id || '—'],
        [t('members'), t('up', { up: status.votersUp, all: status.voters })], [t('quorum'), String(status.quorum), true], [t('dbSize'), formatBytes(status.dbSizeBytes)], [t('revisionRate'), status.revisionsPerSecond === undefined ? '—' : formatNumber(Math.round(status.revisionsPerSecond))],
      ]
    : [];
  return (
    <footer className="status-line">
      {cluster && (
        <span className="status-line-item">
          <StatusDot tone={toneOf(cluster)} /> {t(stateText(cluster))}
        </span>
      )}
      {items.map(([label, value, minor]) => (
        <span key={label} className="status-line-item" data-minor={minor}>
          <span className="dim">{label}</span> <span className="num" data-testid={`status-${label}`}>{value}</span>
        </span>
      ))}
      <span className="rail-space" />
      <span className="status-line-item status-line-link" role="status">
        <StatusDot tone={connection === 'open' ? 'healthy' : 'busy'} /> {t(connection === 'open' ? 'connected' : 'reconnecting')}
      </span>
    </footer>
  );
}
