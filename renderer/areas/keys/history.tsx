import { ActionIcon, Button, Loader, NumberInput, Tooltip } from '@mantine/core';
import { IconAlertTriangle, IconArrowBackUp, IconHistory } from '@tabler/icons-react';
import { useEffect, useState, type KeyboardEvent } from 'react';
import type { ByteString, ClusterKey, HistoryEntry } from '../../../core/contract/types.ts';
import { desk } from '../../app/desk.ts';
import { useT } from '../../i18n/index.ts';
import { display, previewText } from '../../ui/byte-text.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { formatBytes, formatNumber } from '../../ui/format.ts';
import { notifyDone } from '../../ui/notify.ts';
import { StatePanel } from '../../ui/state-panel.tsx';
import { useRows } from '../../ui/use-rows.ts';
import { HistoryDiff } from './history-diff.tsx';
import { choose, lookAt, type HistoryState } from './history-model.ts';
import { useHistory } from './use-history.ts';
import './history.css';

const rowPx = 28;

export interface HistoryProps {
  cluster: ClusterKey;
  keyBytes: ByteString;
  /** The newest revision that the page knows to have changed the key. */
  newest: number;
  /** The key's revision now; 0: it does not exist. What is put back is guarded by it. */
  current: number;
}

/** What was done to the key, and what lies between any two revisions. */
export function History({ cluster, keyBytes, newest, current }: HistoryProps) {
  const t = useT();
  const [from, setFrom] = useState<number>();
  const { state, change, loadOlder, reload } = useHistory(cluster, keyBytes, newest, from);
  const [restoring, setRestoring] = useState<HistoryEntry>();
  const { entries } = state;
  const body = ((): React.ReactNode => {
    if (entries.length > 0) return <Entries state={state} current={current} change={change} loadOlder={loadOlder} restore={setRestoring} />;
    if (state.state === 'error') return <StatePanel tone="error" icon={<IconAlertTriangle size={20} />} title={t('errorTitle')} text={state.error} action={{ label: t('retry'), run: reload }} />;
    if (state.state === 'loading') return <StatePanel icon={<IconHistory size={20} />} title={t('loading')} busy />;
    return <StatePanel icon={<IconHistory size={20} />} title={t('noHistory')} text={state.floor > 0 ? t('noHistoryFloor', { n: formatNumber(state.floor) }) : undefined} />;
  })();
  return (
    <div className="history">
      <div className="history-bar">
        <FromRevision from={from} go={setFrom} />
        <span className="dim num">{state.floor > 0 ? t('floorAt', { n: formatNumber(state.floor) }) : entries.length > 0 ? t('neverCompacted') : ''}</span>
        <span className="rail-space" />
        {state.state === 'loading' && entries.length > 0 && <Loader size={13} />}
      </div>
      {state.state === 'error' && entries.length > 0 && (
        <div className="key-banner" data-tone="error" role="alert"><span>{state.error}</span><Button variant="default" size="compact-xs" onClick={reload}>{t('retry')}</Button></div>
      )}
      <div className="history-list" data-empty={entries.length === 0 || undefined} style={entries.length === 0 ? undefined : { height: (entries.length + 1) * rowPx }}>{body}</div>
      {state.to !== undefined && <HistoryDiff cluster={cluster} keyBytes={keyBytes} entries={entries} from={state.from} to={state.to} reload={reload} />}
      {restoring && <RestoreDialog cluster={cluster} keyBytes={keyBytes} entry={restoring} current={current} close={() => setRestoring(undefined)} />}
    </div>
  );
}

/** Takes effect on Enter or when it is left, since each look costs requests. */
function FromRevision({ from, go }: { from: number | undefined; go: (from: number | undefined) => void }) {
  const t = useT();
  const [value, setValue] = useState<number | string>(from ?? '');
  const apply = (): void => go(typeof value === 'number' && value > 0 ? value : undefined);
  return (
    <NumberInput
      className="history-from" aria-label={t('historyFrom')} placeholder={t('historyFromNow')} min={1} allowDecimal={false} allowNegative={false} hideControls thousandSeparator=","
      value={value} onChange={setValue} onBlur={apply} onKeyDown={(event) => event.key === 'Enter' && apply()}
    />
  );
}

interface EntriesProps {
  state: HistoryState;
  current: number;
  change: (next: (state: HistoryState) => HistoryState) => void;
  loadOlder: () => void;
  restore: (entry: HistoryEntry) => void;
}

function Entries({ state, current, change, loadOlder, restore }: EntriesProps) {
  const t = useT();
  const { entries, next, to } = state;
  const { scroller, last, indexes, heightPx, topOf, scrollTo } = useRows({ count: entries.length + 1, rowPx, overscan: 8 });
  const idle = state.state === 'ready';
  useEffect(() => {
    if (idle && next !== undefined && last >= entries.length) loadOlder();
  }, [idle, next, last, entries.length, loadOlder]);
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const at = entries.findIndex((entry) => entry.modRevision === (event.shiftKey ? state.from : to));
    const entry = entries[Math.min(Math.max(at + step, 0), entries.length - 1)]!;
    change((old) => (event.shiftKey ? choose(old, 'from', entry.modRevision) : lookAt(old, entry.modRevision)));
    scrollTo(entries.indexOf(entry));
  };
  return (
    <div className="history-scroll" ref={scroller} role="list" aria-label={t('history')} tabIndex={0} onKeyDown={onKeyDown}>
      <div style={{ height: heightPx, position: 'relative' }}>
        {indexes.map((index) => (
          <div key={entries[index]?.modRevision ?? 'end'} className="history-place" style={{ transform: `translateY(${topOf(index)}px)`, height: rowPx }} role="listitem">
            {index < entries.length ? <Entry entry={entries[index]!} state={state} current={current} change={change} restore={restore} /> : <End state={state} />}
          </div>
        ))}
      </div>
    </div>
  );
}

function Entry({ entry, state, current, change, restore }: { entry: HistoryEntry } & Pick<EntriesProps, 'state' | 'current' | 'change' | 'restore'>) {
  const t = useT();
  const { modRevision } = entry;
  const radio = (side: 'from' | 'to') => (
    <input
      type="radio" tabIndex={-1} title={t(side === 'from' ? 'compareFrom' : 'compareTo', { n: formatNumber(modRevision) })} aria-label={t(side === 'from' ? 'compareFrom' : 'compareTo', { n: modRevision })} checked={state[side] === modRevision}
      onChange={() => change((old) => choose(old, side, modRevision))} onClick={(event) => event.stopPropagation()}
    />
  );
  return (
    <div className="history-row mono" data-kind={entry.kind} data-chosen={state.to === modRevision || state.from === modRevision || undefined} data-testid={`revision-${modRevision}`} onClick={() => change((old) => lookAt(old, modRevision))}>
      {radio('from')}
      {radio('to')}
      <span className="num history-revision">{formatNumber(modRevision)}</span>
      <span className="history-kind">{entry.kind === 'delete' ? t('del') : entry.version === 1 ? t('createdKind') : t('versionN', { n: formatNumber(entry.version) })}</span>
      <span className="num dim history-size">{entry.kind === 'put' ? formatBytes(entry.valueBytes) : ''}</span>
      <span className="dim history-preview">{entry.kind === 'put' ? previewText(entry.preview, entry.preview.length < entry.valueBytes) : ''}</span>
      {entry.kind === 'put' && modRevision !== current ? (
        <Tooltip label={t('putBack')}>
          <ActionIcon
            variant="subtle" color="gray" size="sm" aria-label={`${t('putBack')} ${modRevision}`}
            onClick={(event) => {
              event.stopPropagation();
              restore(entry);
            }}
          >
            <IconArrowBackUp size={15} />
          </ActionIcon>
        </Tooltip>
      ) : <span className="dim history-now">{modRevision === current ? t('now') : ''}</span>}
    </div>
  );
}

/** What stands below the oldest entry. */
function End({ state }: { state: HistoryState }) {
  const t = useT();
  const text = state.next !== undefined ? t(state.state === 'loading' ? 'loading' : 'loadMore') : state.floor > 0 ? t('historyFloor', { n: formatNumber(state.floor) }) : t('historyBeginning');
  return <div className="history-end" data-floor={(state.next === undefined && state.floor > 0) || undefined}>{text}{state.certain ? '' : ` · ${t('uncertain')}`}</div>;
}

function RestoreDialog({ cluster, keyBytes, entry, current, close }: { cluster: ClusterKey; keyBytes: ByteString; entry: HistoryEntry; current: number; close: () => void }) {
  const t = useT();
  // What the user saw when asked; a change since then is a conflict, not something to write over.
  const [expected] = useState(current);
  return (
    <ConfirmDialog
      opened title={t('putBackTitle', { n: formatNumber(entry.modRevision) })} confirm={t('putBack')} onClose={close}
      onConfirm={async () => {
        const old = await desk.keys.get.query({ cluster, key: keyBytes, revision: entry.modRevision });
        if (!old) return t('noHistory');
        const outcome = await desk.keys.put.mutate({ cluster, key: keyBytes, value: old.value, expectModRevision: expected });
        if (outcome.kind === 'conflict') return t(outcome.current ? 'conflictHint' : 'conflictGone');
        notifyDone(t('saved', { revision: formatNumber(outcome.revision) }));
        return undefined;
      }}
    >
      <p className="mono key-delete-name">{display(keyBytes)}</p>
      <p className="dim">{expected === 0 ? t('putBackNew') : t('putBackGuard', { n: formatNumber(expected) })}</p>
    </ConfirmDialog>
  );
}
