import { Loader } from '@mantine/core';
import { IconChevronRight, IconFolder, IconFolderOpen, IconKey, IconPencil } from '@tabler/icons-react';
import { useEffect, useLayoutEffect, useMemo, useRef, useState, type KeyboardEvent, type MouseEvent } from 'react';
import type { ByteString, ClusterSummary, TreeItem } from '../../../core/contract/types.ts';
import { useT } from '../../i18n/index.ts';
import { display } from '../../ui/byte-text.ts';
import { formatNumber, middle } from '../../ui/format.ts';
import { useRows } from '../../ui/use-rows.ts';
import { DeleteKeyDialog } from './delete-key-dialog.tsx';
import { DeletePrefixDialog } from './delete-prefix-dialog.tsx';
import { TreeMenu, type AskedMenu } from './tree-menu.tsx';
import { idOf } from './tree-model.ts';
import { rowsOf, type Row, type Rows } from './tree-rows.ts';
import type { KeysPlace, KeysStore } from './tree-store.ts';

const rowPx = 26;
/** Deep levels move less, so that their names have room. */
const indentOf = (depth: number): number => 8 + Math.min(depth, 6) * 15 + Math.max(0, depth - 6) * 5;
const pageRows = 20;
/** Characters typed within this time are one search, which looks at so many rows. */
const typeaheadMs = 700;
const typeaheadRows = 20_000;

/** The tree as rows: only those in sight are in the page. Keys as in the WAI-ARIA tree pattern. */
export function KeyTree({ cluster, store, newKeyBelow }: { cluster: ClusterSummary; store: KeysStore; newKeyBelow: (prefix: ByteString) => void }) {
  const t = useT();
  const tree = store((state) => state.tree);
  const { counts, selected, drafts, toEnd, select, toggleFolder, load, loadToEnd, wantCounts, setRoot } = store();
  const rows = useMemo(() => rowsOf(tree), [tree]);
  const treeName = `${tree.separator} ${tree.root}`;
  const [left] = useState(() => store.getState().left);
  const [active, setActive] = useState(left?.tree === treeName ? left.active : undefined);
  const [menu, setMenu] = useState<AskedMenu>();
  const [deleting, setDeleting] = useState<TreeItem>();
  const { scroller, first, last, indexes, heightPx, topOf, scrollTo, top, scrollBy } = useRows({ count: rows.length, rowPx });
  const visible = indexes.map((index) => ({ index, row: rows.at(index)! }));

  useEffect(() => {
    for (let i = first; i <= last; i++) {
      const row = rows.at(i);
      if (row?.kind === 'item' && row.item.kind === 'folder') wantCounts([row.item.prefix]);
      // The end of a level in sight asks for its next page, and says of how many.
      if (row?.kind !== 'more') continue;
      wantCounts([row.prefix]);
      if (!row.loading) load(row.prefix, false);
    }
  }, [rows, first, last, wantCounts, load]);

  // Rows that come and go above do not move what is looked at; who comes back finds it where it was.
  const anchor = useRef<{ id: string; index: number; rows: Rows | undefined }>(left?.tree === treeName && left.top !== undefined ? { id: left.top, index: 0, rows: undefined } : undefined);
  const place = useRef<KeysPlace>(undefined);
  useLayoutEffect(() => {
    const kept = anchor.current;
    const now = kept && kept.rows !== rows && (kept.rows === undefined || kept.index > 0) ? rows.indexOf(kept.id) : -1;
    if (kept && now >= 0 && now !== kept.index) scrollBy(now - kept.index);
    const index = top();
    const row = rows.at(index);
    anchor.current = row && { id: row.id, index, rows };
    place.current = { tree: treeName, active, top: row?.id };
  });
  useEffect(() => () => store.getState().leave(place.current), [store]);

  const activate = (row: Row): void => {
    if (row.kind === 'item' && row.item.kind === 'folder') toggleFolder(row.item.prefix);
    else if (row.kind === 'item' && row.item.kind === 'key') select(row.item.key);
    else if (row.kind === 'error') load(row.prefix, true);
    else if (row.kind === 'more') load(row.prefix, false);
  };
  const activeIndex = Math.max(0, active === undefined ? 0 : rows.indexOf(active));
  const moveTo = (i: number): void => {
    const at = Math.min(Math.max(i, 0), rows.length - 1);
    setActive(rows.at(at)?.id);
    scrollTo(at);
  };
  const onKeyDown = useTreeKeys({ rows, activeIndex, moveTo, activate, deleteItem: setDeleting, toEnd: () => {
    const end = rows.at(rows.length - 1);
    if (end?.kind === 'more') loadToEnd(end.prefix);
  } });
  // The view stays at the end of what is loaded to its end, until the user does something else.
  const following = useRef(false);
  useEffect(() => {
    if (toEnd === undefined && !following.current) return;
    // Also once more, when the last page has come.
    following.current = toEnd !== undefined;
    setActive(rows.at(rows.length - 1)?.id);
    scrollTo(rows.length - 1);
  }, [toEnd, rows, scrollTo]);
  /** By the pointer on its row, or by the keyboard on the active one. */
  const askMenu = (event: MouseEvent<HTMLDivElement>): void => {
    const under = (event.target as Element).closest('[id^="row-"]');
    const index = under ? Number(under.id.slice('row-'.length)) : activeIndex;
    const row = rows.at(index);
    if (row?.kind !== 'item') return;
    event.preventDefault();
    setActive(row.id);
    const box = (under ?? document.getElementById(`row-${index}`))?.getBoundingClientRect();
    setMenu({ item: row.item, x: under ? event.clientX : (box?.left ?? 0) + 40, y: under ? event.clientY : (box?.bottom ?? 0) });
  };
  const closeMenu = (): void => {
    setMenu(undefined);
    scroller.current?.focus({ preventScroll: true });
  };
  const stay = (): void => {
    following.current = false;
    if (toEnd !== undefined) loadToEnd(undefined);
  };

  return (
    <>
    <div
      className="tree" ref={scroller} onContextMenu={askMenu} role="tree" aria-label={t('prefixTree')} tabIndex={0} onWheel={stay} onPointerDown={stay} aria-activedescendant={rows.length > 0 ? `row-${activeIndex}` : undefined}
      onKeyDown={(event) => {
        if (event.key !== 'End') stay();
        onKeyDown(event);
      }}
    >
      <div style={{ height: heightPx, position: 'relative' }}>
        {visible.map(({ index, row }) => (
          <div key={row.id} className="tree-place" style={{ transform: `translateY(${topOf(index)}px)`, height: rowPx }}>
            <TreeRow
              row={row} index={index} active={index === activeIndex} selected={row.kind === 'item' && row.item.kind === 'key' && row.item.key === selected}
              edited={row.kind === 'item' && row.item.kind === 'key' && drafts.has(row.item.key)} flash={tree.flashes.get(row.id) ?? 0} leaving={tree.leaving.has(row.id)}
              count={row.kind === 'more' ? counts.get(row.prefix)?.count : row.kind === 'item' && row.item.kind === 'folder' ? counts.get(row.item.prefix)?.count : undefined}
              onClick={() => {
                setActive(row.id);
                activate(row);
              }}
            />
          </div>
        ))}
      </div>
    </div>
    {menu && (
      <TreeMenu
        cluster={cluster} asked={menu} close={closeMenu} goTo={() => setRoot(idOf(menu.item), tree.separator)} newKey={() => newKeyBelow(idOf(menu.item))}
        deleteItem={() => setDeleting(menu.item)}
      />
    )}
    {deleting?.kind === 'folder' && <DeletePrefixDialog cluster={cluster.key} prefix={deleting.prefix} close={() => setDeleting(undefined)} />}
    {deleting?.kind === 'key' && <DeleteKeyDialog cluster={cluster.key} name={deleting.key} deleted={() => store.getState().keepDraft(deleting.key, undefined)} close={() => setDeleting(undefined)} />}
    </>
  );
}

interface TreeKeys {
  rows: Rows;
  activeIndex: number;
  moveTo: (i: number) => void;
  activate: (row: Row) => void;
  deleteItem: (item: TreeItem) => void;
  /** Loads what is still missing at the end. */
  toEnd: () => void;
}

function useTreeKeys({ rows, activeIndex, moveTo, activate, deleteItem, toEnd }: TreeKeys): (event: KeyboardEvent) => void {
  const typed = useRef({ text: '', atMs: 0 });
  const search = (char: string): void => {
    const now = performance.now();
    typed.current = { text: now - typed.current.atMs < typeaheadMs ? typed.current.text + char : char, atMs: now };
    const wanted = typed.current.text.toLowerCase();
    for (let i = wanted.length > 1 ? 0 : 1; i <= Math.min(rows.length, typeaheadRows); i++) {
      const at = (activeIndex + i) % rows.length;
      const row = rows.at(at);
      if (row?.kind === 'item' && display(row.name).toLowerCase().startsWith(wanted)) return moveTo(at);
    }
  };
  return (event) => {
    const row = rows.at(activeIndex);
    const folder = row?.kind === 'item' && row.item.kind === 'folder' ? row : undefined;
    const keys: Record<string, () => void> = {
      ArrowDown: () => moveTo(activeIndex + 1),
      ArrowUp: () => moveTo(activeIndex - 1),
      PageDown: () => moveTo(activeIndex + pageRows),
      PageUp: () => moveTo(activeIndex - pageRows),
      Home: () => moveTo(0),
      End: () => {
        moveTo(rows.length - 1);
        toEnd();
      },
      ArrowRight: () => (folder && !folder.open ? activate(folder) : moveTo(activeIndex + 1)),
      ArrowLeft: () => {
        const parent = rows.parentOf(activeIndex);
        if (folder?.open) activate(folder);
        else if (parent >= 0) moveTo(parent);
      },
      Delete: () => row?.kind === 'item' && deleteItem(row.item),
      Enter: () => row && activate(row),
      ' ': () => row && activate(row),
    };
    const run = keys[event.key];
    if (run) run();
    else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) search(event.key);
    else return;
    event.preventDefault();
  };
}

interface TreeRowProps {
  row: Row;
  index: number;
  active: boolean;
  selected: boolean;
  /** Has an edit that was not saved. */
  edited: boolean;
  count: number | undefined;
  flash: number;
  leaving: boolean;
  onClick: () => void;
}

function TreeRow({ row, index, active, selected, edited, count, flash, leaving, onClick }: TreeRowProps) {
  const t = useT();
  const indent = { paddingLeft: indentOf(row.depth) };
  if (row.kind !== 'item') {
    return (
      <div id={`row-${index}`} className="tree-row tree-note" style={indent} role="treeitem" aria-level={row.depth + 1} data-active={active || undefined} data-kind={row.kind} onClick={onClick}>
        {row.kind === 'error' ? `${row.text} · ${t('retry')}` : row.kind === 'more' ? <More row={row} count={count} /> : <><Loader size={11} /> {t('loading')}</>}
      </div>
    );
  }
  const { item } = row;
  const isFolder = item.kind === 'folder';
  const name = display(row.name) || '""';
  const Icon = isFolder ? (row.open ? IconFolderOpen : IconFolder) : IconKey;
  return (
    <div
      id={`row-${index}`} key={flash} className="tree-row" style={indent} role="treeitem" aria-level={row.depth + 1} aria-selected={selected} aria-expanded={isFolder ? row.open : undefined}
      aria-posinset={row.position} aria-setsize={row.size} data-active={active || undefined} data-flash={flash > 0 || undefined} data-leaving={leaving || undefined} title={display(idOf(item))} onClick={onClick}
    >
      <IconChevronRight size={13} className="tree-chevron" data-open={row.open || undefined} data-leaf={!isFolder || undefined} aria-hidden />
      <Icon size={14} stroke={1.7} className="tree-icon" data-folder={isFolder || undefined} aria-hidden />
      <span className="tree-name mono">{middle(name, 80)}</span>
      {edited && <IconPencil size={12} className="tree-edited" aria-label={t('edited')} />}
      {count !== undefined && <span className="tree-count num">{formatNumber(count)}</span>}
    </div>
  );
}

/** The end of what is loaded of a level; where that is all keys, of how many. */
function More({ row, count }: { row: Row & { kind: 'more' }; count: number | undefined }) {
  const t = useT();
  return (
    <>
      {row.loading && <Loader size={11} />} {t(row.loading ? 'loading' : 'loadMore')}
      <span className="num">{count !== undefined && row.flat ? t('keysLoaded', { n: formatNumber(row.loaded), all: formatNumber(count) }) : t('rowsLoaded', { n: formatNumber(row.loaded) })}</span>
    </>
  );
}
