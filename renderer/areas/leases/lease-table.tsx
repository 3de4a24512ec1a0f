import { ActionIcon, Tooltip } from '@mantine/core';
import { IconHeartbeat, IconRefresh, IconTrash } from '@tabler/icons-react';
import { useState, type KeyboardEvent } from 'react';
import type { ClusterKey, HexId } from '../../../core/contract/types.ts';
import { desk } from '../../app/desk.ts';
import { useT } from '../../i18n/index.ts';
import { display } from '../../ui/byte-text.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { formatNumber, formatSeconds, middle } from '../../ui/format.ts';
import { notifyDone, notifyError } from '../../ui/notify.ts';
import { useRows } from '../../ui/use-rows.ts';
import { remaining, useLeaseDetails, type KnownLease } from './use-lease-details.ts';

const rowPx = 34;
const pageRows = 15;

interface LeaseTableProps {
  cluster: ClusterKey;
  ids: readonly HexId[];
  held: ReadonlySet<HexId>;
  selected: HexId | undefined;
  select: (id: HexId) => void;
}

export function LeaseTable({ cluster, ids, held, selected, select }: LeaseTableProps) {
  const t = useT();
  const { scroller, indexes, heightPx, topOf, scrollTo } = useRows({ count: ids.length, rowPx, overscan: 6 });
  const { known, nowMs, refresh } = useLeaseDetails(cluster, indexes.map((index) => ids[index]!));
  const [revoking, setRevoking] = useState<HexId>();
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: pageRows, PageUp: -pageRows, End: ids.length, Home: -ids.length }[event.key];
    if (step === undefined || ids.length === 0) return;
    event.preventDefault();
    const next = Math.min(Math.max((selected === undefined ? -1 : ids.indexOf(selected)) + step, 0), ids.length - 1);
    select(ids[next]!);
    scrollTo(next);
  };
  return (
    <div className="lease-table" role="table" aria-label={t('leases')} aria-rowcount={ids.length}>
      <div className="lease-row lease-head" role="row">
        {(['lease', 'remaining', 'grantedTtl', 'attachedKeys'] as const).map((key) => <span key={key} role="columnheader" className={key === 'grantedTtl' ? 'right' : undefined}>{t(key)}</span>)}
        <span role="columnheader" className="right">{t('actions')}</span>
      </div>
      <div className="lease-scroll" ref={scroller} tabIndex={0} onKeyDown={onKeyDown} role="rowgroup">
        <div style={{ height: heightPx, position: 'relative' }}>
          {indexes.map((index) => {
            const id = ids[index]!;
            return (
              <div key={id} className="history-place" style={{ transform: `translateY(${topOf(index)}px)`, height: rowPx }}>
                <LeaseRow cluster={cluster} id={id} known={known.get(id)} nowMs={nowMs} held={held.has(id)} selected={id === selected} select={select} revoke={setRevoking} refresh={refresh} />
              </div>
            );
          })}
        </div>
      </div>
      {revoking !== undefined && <RevokeDialog cluster={cluster} id={revoking} known={known.get(revoking)} close={() => setRevoking(undefined)} />}
    </div>
  );
}

interface LeaseRowProps extends Pick<LeaseTableProps, 'cluster' | 'select'> {
  id: HexId;
  known: KnownLease | undefined;
  nowMs: number;
  held: boolean;
  selected: boolean;
  revoke: (id: HexId) => void;
  /** What is known of it is out of date. */
  refresh: (id: HexId) => void;
}

function LeaseRow({ cluster, id, known, nowMs, held, selected, select, revoke, refresh }: LeaseRowProps) {
  const t = useT();
  const act = (run: Promise<unknown>): void => {
    run.catch((error: unknown) => notifyError(t('errorTitle'), error)).finally(() => refresh(id));
  };
  return (
    <div className="lease-row" role="row" data-selected={selected || undefined} data-testid={`lease-${id}`} onClick={() => select(id)}>
      <span role="cell" className="mono lease-id">{id}</span>
      <span role="cell" className="lease-time">{known ? <Countdown known={known} nowMs={nowMs} /> : <span className="dim">…</span>}</span>
      <span role="cell" className="num right">{known ? formatSeconds(known.detail.grantedTtl) : ''}</span>
      <span role="cell" className="lease-keys">
        {known && <><span className="num">{formatNumber(known.detail.keyCount)}</span> <span className="mono dim">{known.detail.keys.map((key) => middle(display(key), 60)).join('  ')}</span></>}
      </span>
      <span role="cell" className="lease-actions" onClick={(event) => event.stopPropagation()}>
        <Tooltip label={t('keepAliveOnce')}>
          <ActionIcon variant="subtle" color="gray" size="sm" aria-label={`${t('keepAliveOnce')} ${id}`} onClick={() => act(desk.leases.keepAlive.mutate({ cluster, lease: id }))}><IconRefresh size={15} /></ActionIcon>
        </Tooltip>
        <Tooltip label={t(held ? 'letGo' : 'hold')}>
          <ActionIcon variant={held ? 'light' : 'subtle'} color={held ? 'teal' : 'gray'} size="sm" aria-pressed={held} aria-label={`${t('hold')} ${id}`} onClick={() => act(desk.leases.hold.mutate({ cluster, lease: id, held: !held }))}>
            <IconHeartbeat size={15} />
          </ActionIcon>
        </Tooltip>
        <Tooltip label={t('revoke')}>
          <ActionIcon variant="subtle" color="gray" c="var(--q-bad)" size="sm" aria-label={`${t('revoke')} ${id}`} onClick={() => revoke(id)}><IconTrash size={15} /></ActionIcon>
        </Tooltip>
      </span>
    </div>
  );
}

/** The bar says at a glance what the figure says exactly. */
function Countdown({ known, nowMs }: { known: KnownLease; nowMs: number }) {
  const left = remaining(known, nowMs);
  const share = known.detail.grantedTtl > 0 ? Math.min(1, left / known.detail.grantedTtl) : 0;
  return (
    <>
      <span className="lease-bar" aria-hidden><span data-low={share < 0.25 || undefined} style={{ width: `${share * 100}%` }} /></span>
      <span className="num">{formatSeconds(Math.round(left))}</span>
    </>
  );
}

function RevokeDialog({ cluster, id, known, close }: { cluster: ClusterKey; id: HexId; known: KnownLease | undefined; close: () => void }) {
  const t = useT();
  const count = known?.detail.keyCount;
  return (
    <ConfirmDialog
      opened title={t('revokeTitle')} confirm={t('revoke')} danger onClose={close}
      onConfirm={async () => {
        await desk.leases.revoke.mutate({ cluster, lease: id });
        notifyDone(t('revoked'));
      }}
    >
      <p className="mono key-delete-name">{id}</p>
      <p className="forecast" data-bad={(count ?? 1) > 0 || undefined}>{count === undefined ? t('revokeUnknown') : count === 0 ? t('revokeNone') : count === 1 ? t('revokeOne') : t('revokeMany', { n: formatNumber(count) })}</p>
      {known && known.detail.keys.length > 0 && <ul className="lease-key-names mono">{known.detail.keys.map((key) => <li key={key}>{middle(display(key), 80)}</li>)}{count! > known.detail.keys.length && <li className="dim">…</li>}</ul>}
    </ConfirmDialog>
  );
}
