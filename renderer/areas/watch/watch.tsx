import { ActionIcon, Button, Checkbox, NumberInput, SegmentedControl, TextInput, Tooltip } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { IconActivity, IconArrowUp, IconEraser, IconPlayerPause, IconPlayerPlay, IconPlayerStop } from '@tabler/icons-react';
import { useMemo, useRef, useState } from 'react';
import type { ByteString, ClusterSummary, WatchEvent } from '../../../core/contract/types.ts';
import { useUi } from '../../app/ui-store.ts';
import { useT } from '../../i18n/index.ts';
import { display, parseEscapes } from '../../ui/byte-text.ts';
import { formatBytes, formatNumber, formatTime, middle } from '../../ui/format.ts';
import { CopyIcon } from '../../ui/copy-icon.tsx';
import { StatePanel } from '../../ui/state-panel.tsx';
import { DiffView } from '../keys/diff-view.tsx';
import type { WatchRow } from './event-buffer.ts';
import { watchStoreOf, type Target, type WatchStore } from './watch-store.ts';
import './watch.css';

const rowPx = 28;
const previewChars = 160;
/** Lines of a change that are shown at once. */
const detailRows = 14;

export function Watch({ cluster }: { cluster: ClusterSummary }) {
  return <WatchPage store={watchStoreOf(cluster.key)} />;
}

function WatchPage({ store }: { store: WatchStore }) {
  const t = useT();
  const { target, buffer, rate, start, stop, pause, clear, setFilter } = store();
  const all = store((state) => state.buffer.rows);
  const filter = store((state) => state.filter);
  const rows = useMemo(() => {
    const wanted = filter.toLowerCase();
    return wanted === '' ? all : all.filter((row) => row.kind === 'note' || display(row.event.key).toLowerCase().includes(wanted));
  }, [all, filter]);
  return (
    <div className="page">
      <WatchBar target={target} start={start} stop={stop} />
      <div className="watch-tools">
        <TextInput className="watch-filter" placeholder={t('filterKeys')} aria-label={t('filterKeys')} value={filter} onChange={(event) => setFilter(event.currentTarget.value)} />
        <span className="num dim">
          {t('events', { n: formatNumber(buffer.events) })}
          {target && ` · ${t('rate', { n: formatNumber(rate) })}`}
          {buffer.held.length > 0 && ` · ${t('held', { n: formatNumber(buffer.held.length) })}`}
          {buffer.dropped > 0 && ` · ${t('dropped', { n: formatNumber(buffer.dropped) })}`}
        </span>
        <span className="rail-space" />
        <Button variant="default" leftSection={buffer.paused ? <IconPlayerPlay size={14} /> : <IconPlayerPause size={14} />} disabled={!target} onClick={() => pause(!buffer.paused)}>
          {t(buffer.paused ? 'resume' : 'pause')}
        </Button>
        <Tooltip label={t('clear')}>
          <ActionIcon variant="default" aria-label={t('clear')} onClick={clear}><IconEraser size={15} /></ActionIcon>
        </Tooltip>
      </div>
      <div className="watch-body">
        {rows.length === 0 ? (
          <StatePanel
            icon={<IconActivity size={20} />} title={t(buffer.rows.length > 0 ? 'noMatch' : target ? 'watchWaiting' : 'watchIdle')}
            text={buffer.rows.length > 0 ? undefined : t(target ? 'watchWaitingHint' : 'watchIdleHint')}
          />
        ) : (
          <EventList key={filter} rows={rows} />
        )}
      </div>
    </div>
  );
}

function WatchBar({ target, start, stop }: { target: Target | undefined; start: (target: Target) => void; stop: () => void }) {
  const t = useT();
  const [key, setKey] = useState(display(target?.key ?? ''));
  const [scope, setScope] = useState(target?.scope ?? 'prefix');
  const [from, setFrom] = useState<number | string>(target?.startRevision || '');
  const [puts, setPuts] = useState(target?.puts ?? true);
  const [deletes, setDeletes] = useState(target?.deletes ?? true);
  const parsed = parseEscapes(key);
  const error = parsed.ok ? (scope === 'key' && parsed.bytes === '' ? t('emptyKey') : undefined) : t('badEscape', { at: parsed.at + 1 });
  const running = target !== undefined;
  return (
    <form
      className="page-head"
      onSubmit={(event) => {
        event.preventDefault();
        if (running) stop();
        else if (parsed.ok && error === undefined) start({ key: parsed.bytes, scope, startRevision: typeof from === 'number' ? from : 0, puts, deletes });
      }}
    >
      <h1 className="page-title">{t('watch')}</h1>
      <SegmentedControl disabled={running} data={[{ value: 'prefix', label: t('watchPrefix') }, { value: 'key', label: t('watchKey') }]} value={scope} onChange={(value) => setScope(value === 'key' ? 'key' : 'prefix')} />
      <Tooltip label={error ?? ''} disabled={error === undefined || key === ''} opened={error !== undefined && key !== '' ? true : undefined}>
        <TextInput className="mono watch-key" disabled={running} aria-label={t('watchTarget')} placeholder={t('watchTarget')} value={key} error={key !== '' && error !== undefined} onChange={(event) => setKey(event.currentTarget.value)} />
      </Tooltip>
      <NumberInput className="watch-from" disabled={running} aria-label={t('fromRevision')} placeholder={`${t('fromRevision')}: ${t('fromNow')}`} min={1} allowDecimal={false} allowNegative={false} hideControls value={from} onChange={setFrom} />
      <Checkbox size="xs" disabled={running} label={t('puts')} checked={puts} onChange={(event) => setPuts(event.currentTarget.checked)} />
      <Checkbox size="xs" disabled={running} label={t('deletes')} checked={deletes} onChange={(event) => setDeletes(event.currentTarget.checked)} />
      <span className="rail-space" />
      <Button type="submit" variant={running ? 'default' : 'filled'} disabled={!running && (error !== undefined || (!puts && !deletes))} leftSection={running ? <IconPlayerStop size={14} /> : <IconPlayerPlay size={14} />}>
        {t(running ? 'stop' : 'start')}
      </Button>
    </form>
  );
}

/** How many of the rows came after that one. */
function newerThan(rows: readonly WatchRow[], id: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (rows[middle]!.id <= id) low = middle + 1;
    else high = middle;
  }
  return rows.length - low;
}

/** Newest first. Whoever has scrolled down reads: the rows stand still, and those that come are counted, until the top is looked at again. */
function EventList({ rows: present }: { rows: readonly WatchRow[] }) {
  const t = useT();
  const [still, setStill] = useState<readonly WatchRow[]>();
  const rows = still ?? present;
  const newer = still ? newerThan(present, still.at(-1)!.id) : 0;
  const scroller = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState<number>();
  const at = (i: number): WatchRow => rows[rows.length - 1 - i]!;
  const list = useVirtualizer({ count: rows.length, getScrollElement: () => scroller.current, estimateSize: () => rowPx, overscan: 12, getItemKey: (i) => at(i).id });
  return (
    <>
    {newer > 0 && <Button className="watch-newer" size="compact-sm" leftSection={<IconArrowUp size={13} />} onClick={() => scroller.current?.scrollTo(0, 0)}>{t('newerEvents', { n: formatNumber(newer) })}</Button>}
    <div className="watch-scroll" ref={scroller} role="log" aria-live="off" aria-label={t('watch')} tabIndex={0} onScroll={({ currentTarget: { scrollTop } }) => setStill((old) => (scrollTop > 0 ? (old ?? present) : undefined))}>
      <div style={{ height: list.getTotalSize(), position: 'relative' }}>
        {list.getVirtualItems().map((item) => {
          const row = at(item.index);
          return (
            <div key={item.key} ref={list.measureElement} data-index={item.index} className="watch-row-place" style={{ transform: `translateY(${item.start}px)` }}>
              {row.kind === 'event' ? <EventRow event={row.event} open={open === row.id} toggle={() => setOpen(open === row.id ? undefined : row.id)} /> : <NoteRow row={row} />}
            </div>
          );
        })}
      </div>
    </div>
    </>
  );
}

function useValueText(): (value: ByteString | undefined, bytes: number) => string {
  const t = useT();
  return (value, bytes) => (value === undefined ? t('valueOmitted', { size: formatBytes(bytes) }) : middle(display(value), previewChars));
}

function EventRow({ event, open, toggle }: { event: WatchEvent; open: boolean; toggle: () => void }) {
  const t = useT();
  const valueText = useValueText();
  return (
    <div className="watch-row" data-type={event.type}>
      <button type="button" className="watch-line mono" onClick={toggle} aria-expanded={open}>
        <span className="dim num">{formatTime(event.atWallMs)}</span>
        <span className="num watch-revision">{formatNumber(event.modRevision)}</span>
        <span className="watch-type">{t(event.type === 'put' ? 'put' : 'del')}</span>
        <span className="watch-key-text" title={display(event.key)}>{middle(display(event.key), 90)}</span>
        <span className="watch-value dim">{event.type === 'put' ? valueText(event.value, event.valueBytes) : ''}</span>
      </button>
      {open && <EventDetail event={event} />}
    </div>
  );
}

/** What the change has made of the value; where one is too long to have come with it, how long. */
function EventDetail({ event }: { event: WatchEvent }) {
  const t = useT();
  const wantKey = useUi((state) => state.wantKey);
  const valueText = useValueText();
  const { value, previousValue, previousValueBytes } = event;
  const whole = (event.type === 'delete' || value !== undefined) && (previousValueBytes === undefined || previousValue !== undefined);
  return (
    <div className="watch-detail">
      <div className="watch-detail-head">
        <span className="mono">{display(event.key)}</span>
        <span className="dim num">{event.type === 'put' ? `${t('versionN', { n: formatNumber(event.version) })} · ${formatBytes(event.valueBytes)}` : t('del')}</span>
        <CopyIcon value={display(event.key)} label={t('copyName')} />
        <Button variant="default" size="compact-xs" onClick={() => wantKey(event.key)}>{t('showKey')}</Button>
      </div>
      {whole ? <DiffView older={previousValue} newer={event.type === 'delete' ? undefined : value} rowsAtMost={detailRows} /> : (
        <dl className="mono">
          {previousValueBytes !== undefined && <><dt>{t('previous')}</dt><dd>{valueText(previousValue, previousValueBytes)}</dd></>}
          <dt>{t('value')}</dt>
          <dd>{event.type === 'delete' ? t('del') : valueText(value, event.valueBytes)}</dd>
        </dl>
      )}
    </div>
  );
}

function NoteRow({ row }: { row: WatchRow & { kind: 'note' } }) {
  const t = useT();
  const { note } = row;
  const text = ((): string => {
    switch (note.kind) {
      case 'created':
        return t('connectedRow', { n: formatNumber(note.revision) });
      case 'compacted':
        return t('compactedRow', { n: formatNumber(note.compactRevision) });
      case 'disconnected':
        return t('disconnectedRow', { reason: note.reason });
      case 'canceled':
        return t('canceledRow', { reason: note.reason });
    }
  })();
  return (
    <div className="watch-note" data-kind={note.kind}>
      <span className="num mono">{formatTime(row.atWallMs)}</span> {text}
    </div>
  );
}
