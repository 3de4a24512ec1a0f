import { Loader } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { IconChevronRight, IconFolder, IconFolderOpen, IconKey } from '@tabler/icons-react';
import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import type { ByteString } from '../../../core/contract/types.ts';
import { useT } from '../../i18n/index.ts';
import { display } from '../../ui/byte-text.ts';
import { formatNumber, middle } from '../../ui/format.ts';
import { rowsOf, type Row } from './tree-model.ts';
import type { KeysStore } from './tree-store.ts';

const rowPx = 26;
const indentPx = 15;
/** Characters typed within this time are one search. */
const typeaheadMs = 700;

/** The tree as rows: only those in sight are in the page. Keys as in the WAI-ARIA tree pattern. */
export function KeyTree({ store }: { store: KeysStore }) {
  const t = useT();
  const { tree, counts, selected, select, toggleFolder, load, wantCounts } = store();
  const rows = useMemo(() => rowsOf(tree), [tree]);
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState<string>();
  const list = useVirtualizer({ count: rows.length, getScrollElement: () => scroller.current, estimateSize: () => rowPx, overscan: 10, getItemKey: (i) => rows[i]!.id });
  const visible = list.getVirtualItems();
  const first = visible[0]?.index ?? 0;
  const last = visible.at(-1)?.index ?? -1;

  useEffect(() => {
    const inSight = rows.slice(first, last + 1);
    wantCounts(inSight.flatMap((row) => (row.kind === 'item' && row.item.kind === 'folder' ? [row.item.prefix] : [])));
    // The end of a level in sight asks for its next page.
    for (const row of inSight) if (row.kind === 'more' && !row.loading) load(row.prefix, false);
  }, [rows, first, last, wantCounts, load]);

  const activate = (row: Row): void => {
    if (row.kind === 'item' && row.item.kind === 'folder') toggleFolder(row.item.prefix);
    else if (row.kind === 'item' && row.item.kind === 'key') select(row.item.key);
    else if (row.kind === 'error') load(row.prefix, true);
    else if (row.kind === 'more') load(row.prefix, false);
  };
  const activeIndex = Math.max(0, rows.findIndex((row) => row.id === active));
  const moveTo = (i: number): void => {
    const row = rows[Math.min(Math.max(i, 0), rows.length - 1)];
    if (!row) return;
    setActive(row.id);
    list.scrollToIndex(rows.indexOf(row), { align: 'auto' });
  };
  const onKeyDown = useTreeKeys({ rows, activeIndex, moveTo, activate, toggle: toggleFolder });

  return (
    <div
      className="tree" ref={scroller} role="tree" aria-label={t('prefixTree')} tabIndex={0} onKeyDown={onKeyDown}
      aria-activedescendant={rows[activeIndex] ? `row-${activeIndex}` : undefined}
    >
      <div style={{ height: list.getTotalSize(), position: 'relative' }}>
        {visible.map(({ index, start, key }) => {
          const row = rows[index]!;
          return (
            <div key={key} className="tree-place" style={{ transform: `translateY(${start}px)`, height: rowPx }}>
              <TreeRow
                row={row} index={index} active={index === activeIndex} selected={row.kind === 'item' && row.item.kind === 'key' && row.item.key === selected}
                count={row.kind === 'item' && row.item.kind === 'folder' ? counts.get(row.item.prefix) : undefined} flash={tree.flashes.get(row.id) ?? 0}
                leaving={tree.leaving.has(row.id)}
                onClick={() => {
                  setActive(row.id);
                  activate(row);
                }}
              />
            </div>
          );
        })}
      </div>
    </div>
  );
}

interface TreeKeys {
  rows: readonly Row[];
  activeIndex: number;
  moveTo: (i: number) => void;
  activate: (row: Row) => void;
  toggle: (prefix: ByteString) => void;
}

function useTreeKeys({ rows, activeIndex, moveTo, activate, toggle }: TreeKeys): (event: KeyboardEvent) => void {
  const typed = useRef({ text: '', atMs: 0 });
  const search = (char: string): void => {
    const now = performance.now();
    typed.current = { text: now - typed.current.atMs < typeaheadMs ? typed.current.text + char : char, atMs: now };
    const wanted = typed.current.text.toLowerCase();
    for (let i = 1; i <= rows.length; i++) {
      const at = (activeIndex + (wanted.length > 1 ? i - 1 : i)) % rows.length;
      const row = rows[at]!;
      if (row.kind === 'item' && display(row.item.name).toLowerCase().startsWith(wanted)) return moveTo(at);
    }
  };
  return (event) => {
    const row = rows[activeIndex];
    const folder = row?.kind === 'item' && row.item.kind === 'folder' ? row.item.prefix : undefined;
    const open = row?.kind === 'item' && row.open;
    const parent = row && rows.slice(0, activeIndex).findLastIndex((other) => other.depth < row.depth);
    const keys: Record<string, () => void> = {
      ArrowDown: () => moveTo(activeIndex + 1),
      ArrowUp: () => moveTo(activeIndex - 1),
      PageDown: () => moveTo(activeIndex + 20),
      PageUp: () => moveTo(activeIndex - 20),
      Home: () => moveTo(0),
      End: () => moveTo(rows.length - 1),
      ArrowRight: () => (folder !== undefined && !open ? toggle(folder) : moveTo(activeIndex + 1)),
      ArrowLeft: () => (folder !== undefined && open ? toggle(folder) : parent !== undefined && parent >= 0 ? moveTo(parent) : undefined),
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
  count: number | undefined;
  flash: number;
  leaving: boolean;
  onClick: () => void;
}

function TreeRow({ row, index, active, selected, count, flash, leaving, onClick }: TreeRowProps) {
  const t = useT();
  const indent = { paddingLeft: 8 + row.depth * indentPx };
  if (row.kind !== 'item') {
    return (
      <div id={`row-${index}`} className="tree-row tree-note" style={indent} role="treeitem" aria-level={row.depth + 1} data-active={active || undefined} data-kind={row.kind} onClick={onClick}>
        {row.kind === 'error' ? `${row.text} · ${t('retry')}` : row.kind === 'more' && !row.loading ? t('loadMore') : <><Loader size={11} /> {t('loading')}</>}
      </div>
    );
  }
  const { item } = row;
  const isFolder = item.kind === 'folder';
  const name = display(item.name) || '""';
  const Icon = isFolder ? (row.open ? IconFolderOpen : IconFolder) : IconKey;
  return (
    <div
      id={`row-${index}`} key={flash} className="tree-row" style={indent} role="treeitem" aria-level={row.depth + 1} aria-selected={selected} aria-expanded={isFolder ? row.open : undefined}
      aria-posinset={row.position} aria-setsize={row.size} data-active={active || undefined} data-flash={flash > 0 || undefined} data-leaving={leaving || undefined} title={display(isFolder ? item.prefix : item.key)} onClick={onClick}
    >
      <IconChevronRight size={13} className="tree-chevron" data-open={row.open || undefined} data-leaf={!isFolder || undefined} aria-hidden />
      <Icon size={14} stroke={1.7} className="tree-icon" data-folder={isFolder || undefined} aria-hidden />
      <span className="tree-name mono">{middle(name, 80)}</span>
      {count !== undefined && <span className="tree-count num">{formatNumber(count)}</span>}
    </div>
  );
}
