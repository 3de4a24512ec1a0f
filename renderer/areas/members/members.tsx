import { ActionIcon, Button, Menu, Skeleton, Table, Tooltip } from '@mantine/core';
import { IconAlertTriangle, IconArrowUp, IconBolt, IconCrown, IconDots, IconLink, IconPlayerPlay, IconPlayerStop, IconPlus, IconRotateClockwise, IconTerminal2, IconTrash } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import type { ClusterStatus, ClusterSummary, HexId, MemberView } from '../../../core/contract/types.ts';
import { useClusters } from '../../app/clusters-store.ts';
import { useUi } from '../../app/ui-store.ts';
import { desk } from '../../app/desk.ts';
import { useT } from '../../i18n/index.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { forecast } from '../../ui/forecast.ts';
import { formatBytes, formatDuration, formatMs, formatNumber, middle } from '../../ui/format.ts';
import { notifyError } from '../../ui/notify.ts';
import { StatusDot } from '../../ui/status-dot.tsx';
import { stateOfMember, toneOfMember, toleranceText } from '../overview/overview.tsx';
import { CatchUp } from './catch-up.tsx';
import { AddMemberDialog, MoveLeaderDialog, PeerUrlsDialog, PromoteDialog, RemoveMemberDialog, RestartDialog } from './change-dialogs.tsx';
import { JoinDialog } from './join-dialog.tsx';
import { planOf, type Plan } from './plan.ts';
import './members.css';

type AskedKind = 'stop' | 'kill' | 'restart' | 'remove' | 'promote' | 'moveLeader' | 'peerUrls' | 'join';

interface Asked {
  kind: AskedKind;
  member: HexId;
}

export function Members({ cluster }: { cluster: ClusterSummary }) {
  const t = useT();
  const status = useClusters((state) => state.status);
  const [asked, setAsked] = useState<Asked>();
  const { dialog, setDialog } = useUi();
  const members = status?.members ?? [];
  const now = forecast(members);
  const tolerance = toleranceText(now);
  const furthest = Math.max(0, ...members.map((member) => member.raftIndex ?? 0));
  return (
    <div className="page">
      <header className="page-head">
        <h1 className="page-title">{t('members')}</h1>
        {status && (
          <span className="dim">
            {t('headline', { up: now.answering, all: now.voters })} · {t('headlineQuorum', { quorum: now.quorum })} · {t(tolerance.key, { n: tolerance.n })}
          </span>
        )}
        <span className="rail-space" />
        <Button leftSection={<IconPlus size={14} />} disabled={!status} onClick={() => setDialog('addMember')}>{t('addMember')}</Button>
      </header>
      <div className="page-body">
        {status ? (
          <Table className="members-table" stickyHeader verticalSpacing={7} horizontalSpacing={12}>
            <Table.Thead>
              <Table.Tr>
                {(['name', 'role', 'term', 'raftIndex', 'lag', 'dbSize', 'version'] as const).map((key, i) => (
                  <Table.Th key={key} className={i >= 2 ? 'right' : undefined}>{t(key)}</Table.Th>
                ))}
                <Table.Th className="right">{t('actions')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {members.map((member) => (
                <MemberRow key={member.id} cluster={cluster} member={member} status={status} furthest={furthest} ask={setAsked} />
              ))}
            </Table.Tbody>
          </Table>
        ) : (
          <div className="members-waiting">{[0, 1, 2].map((i) => <Skeleton key={i} height={40} radius={6} />)}</div>
        )}
      </div>
      {dialog === 'addMember' && status && <AddMemberDialog cluster={cluster} status={status} close={() => setDialog(undefined)} added={(member) => cluster.kind === 'remote' && setAsked({ kind: 'join', member })} />}
      {asked && status && <AskedDialog cluster={cluster} asked={asked} status={status} close={() => setAsked(undefined)} />}
    </div>
  );
}

/** What is asked about a member, as it is now. */
function AskedDialog({ cluster, asked, status, close }: { cluster: ClusterSummary; asked: Asked; status: ClusterStatus; close: () => void }) {
  const { members } = status;
  const member = members.find(({ id }) => id === asked.member);
  // One that was added a moment ago comes with the next look at the cluster.
  if (!member) return null;
  const props = { cluster, member, status, close };
  switch (asked.kind) {
    case 'stop':
    case 'kill':
      return <StopDialog {...props} kind={asked.kind} />;
    case 'restart':
      return <RestartDialog {...props} />;
    case 'remove':
      return <RemoveMemberDialog {...props} />;
    case 'promote':
      return <PromoteDialog {...props} />;
    case 'moveLeader':
      return <MoveLeaderDialog {...props} />;
    case 'peerUrls':
      return <PeerUrlsDialog {...props} />;
    case 'join':
      return <JoinDialog member={member} members={members} close={close} />;
  }
}

interface RowProps {
  cluster: ClusterSummary;
  member: MemberView;
  status: ClusterStatus;
  furthest: number;
  ask: (asked: Asked) => void;
}

function MemberRow({ cluster, member, status, furthest, ask }: RowProps) {
  const t = useT();
  const lag = member.appliedIndex === undefined ? undefined : Math.max(0, furthest - member.appliedIndex);
  const urls = member.clientUrls.join(', ') || member.peerUrls.join(', ');
  const trouble = member.process?.reason ?? (member.process?.state === 'stopped' ? undefined : member.errors[0]);
  return (
    <Table.Tr data-testid={`member-${member.name}`}>
      <Table.Td>
        <div className="member-name">
          <StatusDot tone={toneOfMember(member)} />
          <div>
            <div className="member-title">{member.name || '—'}</div>
            <div className="mono member-sub member-address"><span>{member.id}</span><span title={urls}>{middle(urls, 90)}</span></div>
            {member.alarms.map((alarm) => <span key={alarm} className="member-alarm"><IconAlertTriangle size={12} aria-hidden /> {alarm}</span>)}
            {trouble !== undefined && <div className="member-trouble">{trouble}</div>}
          </div>
        </div>
      </Table.Td>
      <Table.Td>
        <span className="member-role" data-leader={member.role === 'leader' || undefined}>{t(stateOfMember(member))}</span>
        {member.isLearner && member.role !== 'learner' && <span className="member-role">{t('learner')}</span>}
        {member.isLearner && <CatchUp learner={member} status={status} promote={() => ask({ kind: 'promote', member: member.id })} />}
        {member.process?.outdated && <div className="member-sub">{t('settingsPending')}</div>}
        {member.process && <div className="member-sub">{t(member.process.state)} {t('sinceStarted', { n: formatDuration(status.atWallMs - member.process.sinceWallMs) })}</div>}
      </Table.Td>
      <Table.Td className="right num">{formatNumber(member.term)}</Table.Td>
      <Table.Td className="right num">
        {formatNumber(member.raftIndex)}
        {member.appliedIndex !== undefined && <div className="member-sub">{t('appliedN', { n: formatNumber(member.appliedIndex) })}</div>}
      </Table.Td>
      <Table.Td className="right num">{formatNumber(lag)}</Table.Td>
      <Table.Td className="right num">
        {formatBytes(member.dbSizeBytes)}
        {member.dbSizeInUseBytes !== undefined && <div className="member-sub">{formatBytes(member.dbSizeInUseBytes)} {t('inUse')}</div>}
      </Table.Td>
      <Table.Td className="right num">
        {member.version ?? '—'}
        {member.latencyMs !== undefined && <div className="member-sub" title={t('latency')}>{formatMs(member.latencyMs)}</div>}
      </Table.Td>
      <Table.Td className="right">
        <div className="member-actions">
          {cluster.kind === 'hosted' && <ProcessActions cluster={cluster} member={member} ask={ask} />}
          <MemberMenu cluster={cluster} member={member} status={status} ask={ask} />
        </div>
      </Table.Td>
    </Table.Tr>
  );
}

function ProcessActions({ cluster, member, ask }: Pick<RowProps, 'cluster' | 'member' | 'ask'>) {
  const t = useT();
  const state = member.process?.state;
  const start = (): void => {
    desk.members.start.mutate({ cluster: cluster.key, member: member.id }).catch((error: unknown) => notifyError(t('errorTitle'), error));
  };
  if (state === undefined) return null;
  if (state === 'stopped' || state === 'crashed') {
    return (
      <Tooltip label={t('start')}>
        <ActionIcon variant="default" onClick={start} aria-label={`${t('start')} ${member.name}`}><IconPlayerPlay size={15} /></ActionIcon>
      </Tooltip>
    );
  }
  return (
    <>
      <Tooltip label={t('stop')}>
        <ActionIcon variant="default" disabled={state === 'stopping'} onClick={() => ask({ kind: 'stop', member: member.id })} aria-label={`${t('stop')} ${member.name}`}><IconPlayerStop size={15} /></ActionIcon>
      </Tooltip>
      <Tooltip label={t('kill')}>
        <ActionIcon variant="default" c="var(--q-bad)" disabled={state === 'stopping'} onClick={() => ask({ kind: 'kill', member: member.id })} aria-label={`${t('kill')} ${member.name}`}><IconBolt size={15} /></ActionIcon>
      </Tooltip>
    </>
  );
}

/** Changes of members. What the cluster would refuse is disabled, and says why. */
function MemberMenu({ cluster, member, status, ask }: Pick<RowProps, 'cluster' | 'member' | 'status' | 'ask'>) {
  const t = useT();
  const hosted = cluster.kind === 'hosted';
  const item = (kind: AskedKind, label: string, icon: ReactNode, plan: Plan | undefined) => (
    <Menu.Item key={kind} leftSection={icon} disabled={plan?.refusal !== undefined} color={kind === 'remove' ? 'red' : undefined} onClick={() => ask({ kind, member: member.id })}>
      {label}
      {plan?.refusal !== undefined && <span className="menu-reason">{t(plan.refusal)}</span>}
    </Menu.Item>
  );
  return (
    <Menu position="bottom-end" width={264} shadow="md">
      <Menu.Target>
        <ActionIcon variant="default" aria-label={`${t('actions')}: ${member.name || member.id}`}><IconDots size={15} /></ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {member.isLearner && item('promote', t('promote'), <IconArrowUp size={14} />, planOf(status, { kind: 'promote', member }))}
        {!member.isLearner && member.role !== 'leader' && item('moveLeader', t('moveLeader'), <IconCrown size={14} />, planOf(status, { kind: 'moveLeader', member }))}
        {!member.process && member.role === 'unstarted' && item('join', t('startItThere'), <IconTerminal2 size={14} />, undefined)}
        {!hosted && item('peerUrls', t('changePeerUrls'), <IconLink size={14} />, planOf(status, { kind: 'update', member, peerUrls: [] }))}
        {member.process?.state === 'running' && item('restart', t('restart'), <IconRotateClockwise size={14} />, planOf(status, { kind: 'restart', member }))}
        {item('remove', t('removeMember'), <IconTrash size={14} />, planOf(status, { kind: 'remove', member }))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** Says what stopping the member does to the quorum, before it is done. */
function StopDialog({ cluster, kind, member, status, close }: { cluster: ClusterSummary; kind: 'stop' | 'kill'; member: MemberView; status: ClusterStatus; close: () => void }) {
  const t = useT();
  const after = forecast(status.members, new Set([member.id]));
  return (
    <ConfirmDialog
      opened title={t(kind === 'stop' ? 'stopTitle' : 'killTitle', { name: member.name })} confirm={t(kind)} danger={kind === 'kill' || after.tolerates < 0} onClose={close}
      onConfirm={async () => {
        const input = { cluster: cluster.key, member: member.id };
        await (kind === 'stop' ? desk.members.stop.mutate(input) : desk.members.kill.mutate(input));
      }}
    >
      <p className="forecast" data-bad={after.tolerates < 0 || undefined}>
        {t('afterwards', { up: after.up, all: after.voters, quorum: after.quorum })} {after.tolerates < 0 ? t('losesQuorum') : t(after.tolerates === 0 ? 'stillWorksBarely' : 'stillWorks', { n: after.tolerates })}
      </p>
      <p className="dim">{t(kind === 'stop' ? 'stopHint' : 'killHint')}</p>
    </ConfirmDialog>
  );
}
