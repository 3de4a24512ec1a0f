import { useVirtualizer } from '@tanstack/react-virtual';
import { IconEqual } from '@tabler/icons-react';
import { useMemo, useRef } from 'react';
import { useT } from '../../i18n/index.ts';
import { collapse, diffLines } from '../../ui/diff.ts';
import { formatNumber } from '../../ui/format.ts';
import { StatePanel } from '../../ui/state-panel.tsx';
import { modeFor, render } from './value-view.ts';

const linePx = 20;

/** Both as text, or both in hex: bytes that are no text are never compared as if they were. */
function texts(older: string | undefined, newer: string | undefined): [string, string] {
  const mode = [older, newer].every((value) => value === undefined || modeFor(value) === 'text') ? 'text' : 'hex';
  return [older === undefined ? '' : render(older, mode), newer === undefined ? '' : render(newer, mode)];
}

/** What lies between two values; undefined: the key did not exist. */
export function DiffView({ older, newer, rowsAtMost }: { older: string | undefined; newer: string | undefined; /** As high as its lines, up to so many; without: as high as its place. */ rowsAtMost?: number }) {
  const t = useT();
  const rows = useMemo(() => collapse(diffLines(...texts(older, newer))), [older, newer]);
  const scroller = useRef<HTMLDivElement>(null);
  const list = useVirtualizer({ count: rows.length, getScrollElement: () => scroller.current, estimateSize: () => linePx, overscan: 20 });
  if (older === newer) return <StatePanel icon={<IconEqual size={20} />} title={t('sameValue')} />;
  if (rows.length === 0) return <StatePanel icon={<IconEqual size={20} />} title={t('emptyValue')} />;
  return (
    <div className="diff mono" style={rowsAtMost === undefined ? undefined : { height: Math.min(list.getTotalSize(), rowsAtMost * linePx) }} ref={scroller} tabIndex={0} role="region" aria-label={t('difference')}>
      <div style={{ height: list.getTotalSize(), position: 'relative' }}>
        {list.getVirtualItems().map((item) => {
          const row = rows[item.index]!;
          return (
            <div key={item.key} ref={list.measureElement} data-index={item.index} className="diff-line" data-kind={row.kind} style={{ transform: `translateY(${item.start}px)` }}>
              {row.kind === 'gap' ? <span className="diff-gap">{t('sameLines', { n: formatNumber(row.count) })}</span> : (
                <>
                  <span className="diff-number num">{row.oldLine ?? ''}</span>
                  <span className="diff-number num">{row.newLine ?? ''}</span>
                  <span className="diff-mark">{row.kind === 'old' ? '−' : row.kind === 'new' ? '+' : ''}</span>
                  <span className="diff-text">{row.text.replaceAll('\r', '\\r')}</span>
                </>
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}
