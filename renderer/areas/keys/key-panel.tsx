import { Button, SegmentedControl, Skeleton, Tabs } from '@mantine/core';
import { IconKey, IconAlertTriangle, IconTrash } from '@tabler/icons-react';
import { useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import type { ByteString, ClusterKey, KeyDetail } from '../../../core/contract/types.ts';
import { desk } from '../../app/desk.ts';
import { messageOf } from '../../ui/failure.ts';
import { useT } from '../../i18n/index.ts';
import { display } from '../../ui/byte-text.ts';
import { CopyIcon } from '../../ui/copy-icon.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { formatBytes, formatNumber } from '../../ui/format.ts';
import { formatJson } from '../../ui/json-format.ts';
import { notifyDone } from '../../ui/notify.ts';
import { StatePanel } from '../../ui/state-panel.tsx';
import { useRun } from '../../ui/use-run.ts';
import { CodeEditor } from './code-editor.tsx';
import { ConflictDialog } from './conflict-dialog.tsx';
import { DiffView } from './diff-view.tsx';
import { History } from './history.tsx';
import { LeaseDialog } from './lease-dialog.tsx';
import type { KeysStore } from './tree-store.ts';
import { isJson, looksLikeJson, modeFor, read, render, type ViewMode } from './value-view.ts';

/** Larger values are opened only when that is asked for. */
const guardBytes = 1_048_576;

/** What the cluster has that the page does not show: the key is another by now. */
interface Changed {
  deleted: boolean;
  modRevision: number;
}

type Loaded = { kind: 'loading' } | { kind: 'error'; text: string } | { kind: 'absent' } | { kind: 'key'; detail: KeyDetail; changed?: Changed };

/** An edit goes on from the key as it was when it began: what was written since then is told, not taken. */
function afterRead(shown: KeyDetail | undefined, now: KeyDetail | undefined): Loaded {
  if (!shown) return now ? { kind: 'key', detail: now } : { kind: 'absent' };
  if (now?.modRevision === shown.modRevision) return { kind: 'key', detail: shown };
  return { kind: 'key', detail: shown, changed: { deleted: !now, modRevision: now?.modRevision ?? shown.modRevision } };
}

/** The key that is selected: read once, then told of changes by the tree's watch. */
export function KeyPanel({ cluster, store }: { cluster: ClusterKey; store: KeysStore }) {
  const t = useT();
  const selected = store((state) => state.selected);
  const news = store((state) => state.news);
  const readings = store((state) => state.readings);
  const [loaded, setLoaded] = useState<Loaded>({ kind: 'loading' });
  const [tab, setTab] = useState<Tab>('value');
  const load = useCallback(async (): Promise<KeyDetail | undefined> => {
    if (selected === undefined) return undefined;
    return desk.keys.get.query({ cluster, key: selected, revision: 0 });
  }, [cluster, selected]);

  /** The newest read counts: an answer about the key before comes to nothing. */
  const reads = useRef(0);
  const reload = useCallback((): void => {
    const own = ++reads.current;
    const draft = selected === undefined ? undefined : store.getState().drafts.get(selected);
    const isShown = (old: Loaded): old is Loaded & { kind: 'key' } => old.kind === 'key' && old.detail.key === selected;
    load().then(
      (detail) => own === reads.current && setLoaded((old) => afterRead(isShown(old) ? old.detail : draft?.detail, detail)),
      // What is shown already stays: the tree tells that the cluster does not answer.
      (error: unknown) => own === reads.current && setLoaded((old) => (isShown(old) ? old : { kind: 'error', text: messageOf(error) })),
    );
  }, [load, selected, store]);
  useEffect(() => {
    setLoaded({ kind: 'loading' });
    reload();
  }, [reload]);
  // What the tree's watch has missed, it tells of no more: where the tree is read anew, so is the key.
  const seen = useRef(readings);
  useEffect(() => {
    if (seen.current === readings) return;
    seen.current = readings;
    reload();
  }, [readings, reload]);

  // A key that is made anew is shown again.
  const returned = loaded.kind === 'absent' && news !== undefined && news.key === selected && news.type === 'put';
  useEffect(() => {
    if (returned) reload();
  }, [returned, news, reload]);

  if (selected === undefined) return <StatePanel icon={<IconKey size={20} />} title={t('selectKey')} text={t('selectKeyHint')} />;
  if (loaded.kind === 'error') return <StatePanel tone="error" icon={<IconAlertTriangle size={20} />} title={t('errorTitle')} text={loaded.text} action={{ label: t('retry'), run: reload }} />;
  const told = news && news.key === selected ? news.modRevision : 0;
  const tabs = <PanelTabs tab={tab} show={setTab} />;
  if (loaded.kind === 'absent') {
    return (
      <section className="key-panel" aria-label={display(selected)}>
        <header className="key-head"><KeyTitle name={display(selected)} /></header>
        {tabs}
        {tab === 'history' ? <History key={selected} cluster={cluster} keyBytes={selected} newest={told} current={0} /> : (
          <StatePanel icon={<IconTrash size={20} />} title={t('keyAbsent')} text={t('keyAbsentHint')} action={{ label: t('history'), run: () => setTab('history') }} />
        )}
      </section>
    );
  }
  if (loaded.kind === 'loading' || loaded.detail.key !== selected) return <div className="key-panel-waiting"><Skeleton height={20} width="60%" /><Skeleton height={14} width="80%" /><Skeleton height={260} /></div>;
  const { detail } = loaded;
  const changed = news && news.key === selected && news.modRevision > detail.modRevision ? { deleted: news.type === 'delete', modRevision: news.modRevision } : loaded.changed;
  return (
    <Editor
      key={selected} cluster={cluster} detail={detail} tabs={tabs} newest={Math.max(told, detail.modRevision)} history={tab === 'history'} changed={changed} load={load} store={store}
      setDetail={(next) => {
        if (!next) store.getState().keepDraft(selected, undefined);
        // An answer may come when another key is shown already.
        if (store.getState().selected === selected) setLoaded(next ? { kind: 'key', detail: next } : { kind: 'absent' });
      }}
    />
  );
}

type Tab = 'value' | 'history';

function PanelTabs({ tab, show }: { tab: Tab; show: (tab: Tab) => void }) {
  const t = useT();
  return (
    <Tabs className="key-tabs" value={tab} onChange={(value) => show(value === 'history' ? 'history' : 'value')}>
      <Tabs.List>
        <Tabs.Tab value="value">{t('value')}</Tabs.Tab>
        <Tabs.Tab value="history">{t('history')}</Tabs.Tab>
      </Tabs.List>
    </Tabs>
  );
}

interface EditorProps {
  cluster: ClusterKey;
  detail: KeyDetail;
  tabs: ReactNode;
  /** The newest revision that is known to have changed the key. */
  newest: number;
  /** Shows its history in place of its value; the draft is kept. */
  history: boolean;
  /** What the watch has told since `detail` was read. */
  changed: Changed | undefined;
  store: KeysStore;
  load: () => Promise<KeyDetail | undefined>;
  setDetail: (detail: KeyDetail | undefined) => void;
}

/** An edit of the key, which is kept until it is saved or given up. */
function useDraft(detail: KeyDetail, store: KeysStore) {
  const [begun] = useState(() => store.getState().drafts.get(detail.key));
  const [mode, setMode] = useState<ViewMode>(begun?.mode ?? modeFor(detail.value));
  const [text, setText] = useState(() => begun?.text ?? render(detail.value, modeFor(detail.value)));
  const parsed = useMemo(() => read(text, mode), [text, mode]);
  const dirty = !parsed.ok || parsed.value !== detail.value;
  useEffect(() => store.getState().keepDraft(detail.key, dirty ? { detail, mode, text } : undefined), [store, detail, mode, text, dirty]);
  const reset = (value: ByteString): void => {
    // A value that is no text any more leaves the text view.
    const next = mode === 'text' ? modeFor(value) : mode;
    setMode(next);
    setText(render(value, next));
  };
  const show = (next: ViewMode): void => {
    const value = parsed.ok ? parsed.value : detail.value;
    if (next === 'text' && modeFor(value) !== 'text') return;
    setMode(next);
    setText(render(value, next));
  };
  return { mode, text, setText, parsed, dirty, reset, show };
}

/**
 * The key as a guarded save has left it. Reading it again could show a later one of someone else, as if the edit had begun from
 * there: the next save would then write over it.
 */
function written(key: ByteString, base: KeyDetail | undefined, value: ByteString, revision: number): KeyDetail {
  if (!base) return { key, value, createRevision: revision, modRevision: revision, version: 1, lease: '0', revision };
  return { ...base, value, modRevision: revision, version: base.version + 1, revision };
}

function Editor({ cluster, detail, tabs, newest, history, changed, load, store, setDetail }: EditorProps) {
  const t = useT();
  const draft = useDraft(detail, store);
  const [opened, setOpened] = useState(detail.value.length <= guardBytes);
  const { busy, error, setError, run } = useRun();
  const [reviewing, setReviewing] = useState(false);
  const [deleting, setDeleting] = useState(false);
  const [leasing, setLeasing] = useState(false);
  const [conflict, setConflict] = useState<{ current: KeyDetail | undefined }>();
  const { dirty, reset } = draft;

  const takeTheirs = useCallback(async (): Promise<void> => {
    const next = await load();
    setDetail(next);
    if (next) reset(next.value);
    // `reset` is new with every render, and does not depend on it.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [load, setDetail]);

  // An editor without changes of its own follows the server.
  useEffect(() => {
    if (changed && !dirty && !changed.deleted) takeTheirs().catch((failure: unknown) => setError(messageOf(failure)));
  }, [changed, dirty, takeTheirs, setError]);

  /** Over the key as the user has seen it last; undefined: as one that is not there. */
  const save = (base: KeyDetail | undefined): void => {
    const { parsed, text } = draft;
    if (!parsed.ok) return;
    run(async () => {
      const { value } = parsed;
      const outcome = await desk.keys.put.mutate({ cluster, key: detail.key, value, expectModRevision: base?.modRevision ?? 0 });
      if (outcome.kind === 'conflict') return setConflict({ current: outcome.current });
      setConflict(undefined);
      notifyDone(t('saved', { revision: formatNumber(outcome.revision) }));
      const { drafts, keepDraft } = store.getState();
      if (drafts.get(detail.key)?.text === text) keepDraft(detail.key, undefined);
      setDetail(written(detail.key, base, value, outcome.revision));
    });
  };
  const tryTo = (work: Promise<unknown>): void => void work.catch((failure: unknown) => setError(messageOf(failure)));

  const canSave = draft.dirty && draft.parsed.ok && !busy;
  /** The value that would be saved, beside the one that is there. */
  const review = reviewing && dirty && draft.parsed.ok ? draft.parsed.value : undefined;
  const jsonish = draft.mode === 'text' && looksLikeJson(draft.text);
  const valid = jsonish && isJson(draft.text);
  return (
    <section className="key-panel" aria-label={display(detail.key)}>
      <header className="key-head">
        <KeyTitle name={display(detail.key)} />
        <Button variant="default" disabled={!draft.dirty} onClick={() => draft.reset(detail.value)}>{t('revert')}</Button>
        <Button disabled={!canSave} loading={busy} onClick={() => save(detail)}>{t('save')}</Button>
        <Button variant="default" c="var(--q-bad)" onClick={() => setDeleting(true)}>{t('delete')}</Button>
      </header>
      {tabs}
      {history ? <History cluster={cluster} keyBytes={detail.key} newest={newest} current={changed ? (changed.deleted ? 0 : changed.modRevision) : detail.modRevision} /> : (
        <>
          <Facts detail={detail} openLease={() => setLeasing(true)} />
          {changed && !busy && (draft.dirty || changed.deleted) && (
            <div className="key-banner" role="status">
              <span>{changed.deleted ? t('keyGone') : t('changedOnServer', { from: formatNumber(detail.modRevision), to: formatNumber(changed.modRevision) })}</span>
              {changed.deleted ? <span className="dim">{t('keyGoneHint')}</span> : (
                <>
                  <Button variant="default" size="compact-xs" onClick={() => tryTo(load().then((current) => setConflict({ current })))}>{t('compare')}</Button>
                  <Button variant="default" size="compact-xs" onClick={() => tryTo(takeTheirs())}>{t('takeTheirs')}</Button>
                </>
              )}
            </div>
          )}
          {error !== undefined && <div className="key-banner" data-tone="error" role="alert">{error}</div>}
          <div className="key-tools">
            <SegmentedControl
              aria-label={t('value')} value={draft.mode} onChange={(value) => draft.show(value as ViewMode)}
              data={[{ value: 'text', label: t('text'), disabled: draft.parsed.ok && modeFor(draft.parsed.value) !== 'text' }, { value: 'hex', label: t('hex') }, { value: 'base64', label: t('base64') }]}
            />
            {jsonish && <span className={valid ? 'dim' : 'key-invalid'}>{t(valid ? 'validJson' : 'invalidJson')}</span>}
            {valid && <Button variant="subtle" size="compact-xs" onClick={() => draft.setText(formatJson(draft.text))}>{t('format')}</Button>}
            {dirty && draft.parsed.ok && <Button variant="subtle" size="compact-xs" aria-pressed={reviewing} onClick={() => setReviewing(!reviewing)}>{t(reviewing ? 'goOnEditing' : 'reviewEdit')}</Button>}
            {!draft.parsed.ok && <span className="key-invalid">{draft.mode === 'hex' ? t('invalidHex', { at: draft.parsed.at }) : t('invalidBase64')}</span>}
          </div>
          {review !== undefined && <div className="key-value"><DiffView older={detail.value} newer={review} /></div>}
          <div className="key-value" hidden={review !== undefined}>
            {opened ? (
              <CodeEditor label={t('value')} value={draft.text} language={jsonish ? 'json' : 'text'} onChange={draft.setText} onSave={() => canSave && save(detail)} />
            ) : (
              <StatePanel icon={<IconKey size={20} />} title={t('bigValue', { size: formatBytes(detail.value.length) })} text={t('bigValueHint')} action={{ label: t('openAnyway'), run: () => setOpened(true) }} />
            )}
          </div>
        </>
      )}
      {leasing && <LeaseDialog cluster={cluster} detail={detail} close={() => setLeasing(false)} />}
      <ConfirmDialog
        opened={deleting} title={t('deleteTitle')} confirm={t('delete')} danger onClose={() => setDeleting(false)}
        onConfirm={async () => {
          const outcome = await desk.keys.delete.mutate({ cluster, key: detail.key, expectModRevision: detail.modRevision });
          if (outcome.kind === 'conflict') return t(outcome.current ? 'conflictHint' : 'conflictGone');
          notifyDone(t('deleted', { revision: formatNumber(outcome.revision) }));
          setDetail(undefined);
          return undefined;
        }}
      >
        <p className="mono key-delete-name">{display(detail.key)}</p>
        <p className="dim">{t('deleteHint')}</p>
      </ConfirmDialog>
      {conflict && (
        <ConflictDialog
          mine={draft.text} mode={draft.mode} current={conflict.current} busy={busy} close={() => setConflict(undefined)} overwrite={() => save(conflict.current)}
          takeTheirs={() => {
            setConflict(undefined);
            tryTo(takeTheirs());
          }}
        />
      )}
    </section>
  );
}

/** The end of a long name tells it from others, and stays in sight. */
const tailChars = 24;

function KeyTitle({ name }: { name: string }) {
  return (
    <>
      <h2 className="key-title mono" title={name} aria-label={name}><span>{name.slice(0, -tailChars)}</span><span>{name.slice(-tailChars)}</span></h2>
      <CopyIcon value={name} />
      <span className="rail-space" />
    </>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <span className="key-fact">
      <span className="dim">{label}</span> <span className="num">{children}</span>
    </span>
  );
}

function Facts({ detail, openLease }: { detail: KeyDetail; openLease: () => void }) {
  const t = useT();
  return (
    <div className="key-facts">
      <Fact label={t('size')}>{formatBytes(detail.value.length)}</Fact>
      <Fact label={t('created')}>{formatNumber(detail.createRevision)}</Fact>
      <Fact label={t('modified')}><span data-testid="mod-revision">{formatNumber(detail.modRevision)}</span></Fact>
      <Fact label={t('versionLabel')}>{formatNumber(detail.version)}</Fact>
      <Fact label={t('lease')}><button type="button" className="key-fact-button mono" title={t('leaseOfKey')} onClick={openLease}>{detail.lease === '0' ? t('noLease') : detail.lease}</button></Fact>
    </div>
  );
}
