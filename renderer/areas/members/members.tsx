import { ActionIcon, Skeleton, Table, Tooltip } from '@mantine/core';
import { IconBolt, IconPlayerPlay, IconPlayerStop } from '@tabler/icons-react';
import { useState } from 'react';
import type { ClusterSummary, MemberView } from '../../../core/contract/types.ts';
import { useClusters } from '../../app/clusters-store.ts';
import { desk } from '../../app/desk.ts';
import { useT } from '../../i18n/index.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { forecast } from '../../ui/forecast.ts';
import { formatBytes, formatDuration, formatMs, formatNumber } from '../../ui/format.ts';
import { notifyError } from '../../ui/notify.ts';
import { StatusDot } from '../../ui/status-dot.tsx';
import { stateOfMember, toneOfMember, toleranceText } from '../overview/overview.tsx';
import './members.css';

interface Asked {
  kind: 'stop' | 'kill';
  member: MemberView;
}

export function Members({ cluster }: { cluster: ClusterSummary }) {
  const t = useT();
  const status = useClusters((state) => state.status);
  const [asked, setAsked] = useState<Asked>();
  const members = status?.members ?? [];
  const now = forecast(members);
  const tolerance = toleranceText(now.tolerates);
  const furthest = Math.max(0, ...members.map((member) => member.raftIndex ?? 0));
  return (
    <div className="page">
      <header className="page-head">
        <h1 className="page-title">{t('members')}</h1>
        {status && (
          <span className="dim">
            {t('headline', { up: now.up, all: now.voters })} · {t('headlineQuorum', { quorum: now.quorum })} · {t(tolerance.key, { n: tolerance.n })}
          </span>
        )}
      </header>
      <div className="page-body">
        {status ? (
          <Table className="members-table" stickyHeader verticalSpacing={7} horizontalSpacing={12}>
            <Table.Thead>
              <Table.Tr>
                {(['name', 'role', 'term', 'raftIndex', 'lag', 'dbSize', 'latency', 'version'] as const).map((key, i) => (
                  <Table.Th key={key} className={i >= 2 && i <= 6 ? 'right' : undefined}>{t(key)}</Table.Th>
                ))}
                {cluster.kind === 'hosted' && <Table.Th className="right">{t('actions')}</Table.Th>}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {members.map((member) => (
                <MemberRow key={member.id} cluster={cluster} member={member} furthest={furthest} atWallMs={status.atWallMs} ask={setAsked} />
              ))}
            </Table.Tbody>
          </Table>
        ) : (
          <div className="members-waiting">{[0, 1, 2].map((i) => <Skeleton key={i} height={40} radius={6} />)}</div>
        )}
      </div>
      {asked && <StopDialog cluster={cluster} asked={asked} members={members} close={() => setAsked(undefined)} />}
    </div>
  );
}

interface RowProps {
  cluster: ClusterSummary;
  member: MemberView;
  furthest: number;
  /** When this was so. */
  atWallMs: number;
  ask: (asked: Asked) => void;
}

function MemberRow({ cluster, member, furthest, atWallMs, ask }: RowProps) {
  const t = useT();
  const lag = member.appliedIndex === undefined ? undefined : Math.max(0, furthest - member.appliedIndex);
  const trouble = member.process?.reason ?? (member.process?.state === 'stopped' ? undefined : member.errors[0]);
  return (
    <Table.Tr data-testid={`member-${member.name}`}>
      <Table.Td>
        <div className="member-name">
          <StatusDot tone={toneOfMember(member)} />
          <div>
            <div className="member-title">{member.name || '—'}</div>
            <div className="mono member-sub">{member.id} · {member.clientUrls.join(', ') || member.peerUrls.join(', ')}</div>
            {trouble !== undefined && <div className="member-trouble">{trouble}</div>}
          </div>
        </div>
      </Table.Td>
      <Table.Td>
        <span className="member-role" data-leader={member.role === 'leader' || undefined}>{t(stateOfMember(member))}</span>
        {member.process && <div className="member-sub">{t(member.process.state)} {t('sinceStarted', { n: formatDuration(atWallMs - member.process.sinceWallMs) })}</div>}
      </Table.Td>
      <Table.Td className="right num">{formatNumber(member.term)}</Table.Td>
      <Table.Td className="right num">{formatNumber(member.raftIndex)}</Table.Td>
      <Table.Td className="right num">{formatNumber(lag)}</Table.Td>
      <Table.Td className="right num">
        {formatBytes(member.dbSizeBytes)}
        {member.dbSizeInUseBytes !== undefined && <div className="member-sub">{formatBytes(member.dbSizeInUseBytes)} {t('inUse')}</div>}
      </Table.Td>
      <Table.Td className="right num">{formatMs(member.latencyMs)}</Table.Td>
      <Table.Td className="num">{member.version ?? '—'}</Table.Td>
      {cluster.kind === 'hosted' && (
        <Table.Td className="right">
          <MemberActions cluster={cluster} member={member} ask={ask} />
        </Table.Td>
      )}
    </Table.Tr>
  );
}

function MemberActions({ cluster, member, ask }: Omit<RowProps, 'furthest' | 'atWallMs'>) {
  const t = useT();
  const state = member.process?.state;
  const down = state === 'stopped' || state === 'crashed';
  const start = (): void => {
    desk.members.start.mutate({ cluster: cluster.key, member: member.id }).catch((error: unknown) => notifyError(t('errorTitle'), error));
  };
  if (down) {
    return (
      <Tooltip label={t('start')}>
        <ActionIcon variant="default" onClick={start} aria-label={`${t('start')} ${member.name}`}><IconPlayerPlay size={15} /></ActionIcon>
      </Tooltip>
    );
  }
  return (
    <div className="member-actions">
      <Tooltip label={t('stop')}>
        <ActionIcon variant="default" disabled={state === 'stopping'} onClick={() => ask({ kind: 'stop', member })} aria-label={`${t('stop')} ${member.name}`}><IconPlayerStop size={15} /></ActionIcon>
      </Tooltip>
      <Tooltip label={t('kill')}>
        <ActionIcon variant="default" c="var(--q-bad)" disabled={state === 'stopping'} onClick={() => ask({ kind: 'kill', member })} aria-label={`${t('kill')} ${member.name}`}><IconBolt size={15} /></ActionIcon>
      </Tooltip>
    </div>
  );
}

/** Says what stopping the member does to the quorum, before it is done. */
function StopDialog({ cluster, asked, members, close }: { cluster: ClusterSummary; asked: Asked; members: readonly MemberView[]; close: () => void }) {
  const t = useT();
  const { kind, member } = asked;
  const after = forecast(members, new Set([member.id]));
  return (
    <ConfirmDialog
      opened title={t(kind === 'stop' ? 'stopTitle' : 'killTitle', { name: member.name })} confirm={t(kind)} danger={kind === 'kill' || after.tolerates < 0} onClose={close}
      onConfirm={async () => {
        const input = { cluster: cluster.key, member: member.id };
        await (kind === 'stop' ? desk.members.stop.mutate(input) : desk.members.kill.mutate(input));
      }}
    >
      <p className="forecast" data-bad={after.tolerates < 0 || undefined}>
        {t('afterwards', { up: after.up, all: after.voters, quorum: after.quorum })} {after.tolerates < 0 ? t('losesQuorum') : t('stillWorks', { n: after.tolerates })}
      </p>
      <p className="dim">{t(kind === 'stop' ? 'stopHint' : 'killHint')}</p>
    </ConfirmDialog>
  );
}
