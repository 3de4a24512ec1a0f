import { useCallback, useEffect, useRef, useState, type RefObject } from 'react';

/** Browsers draw nothing further down than some 33 million device pixels. */
const maxPx = 10_000_000;

export interface RowsInSight {
  /** Of what scrolls. */
  scroller: RefObject<HTMLDivElement | null>;
  /** Indexes of the rows to be drawn; none: `last` is before `first`. */
  first: number;
  last: number;
  /** The same as a list. */
  indexes: number[];
  /** Of what scrolls, whatever the number of rows. */
  heightPx: number;
  topOf(index: number): number;
  /** Brings a row into sight by the least scrolling. */
  scrollTo(index: number): void;
  /** Index of the first row that can be seen now, wholly or in part. */
  top(): number;
  /** Moves the view by so many rows; drawn before it is seen. */
  scrollBy(rows: number): void;
}

export interface RowsOptions {
  count: number;
  rowPx: number;
  /** Rows drawn above and below those in sight. */
  overscan?: number;
}

/** Rows of one height: its cost is in those in sight. Where all are higher than a page can be, the scroll bar is scaled. */
export function useRows({ count, rowPx, overscan = 10 }: RowsOptions): RowsInSight {
  const scroller = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 0 });
  const look = useCallback((): void => {
    const element = scroller.current;
    if (element) setView((old) => (old.top === element.scrollTop && old.height === element.clientHeight ? old : { top: element.scrollTop, height: element.clientHeight }));
  }, []);
  useEffect(() => {
    const element = scroller.current;
    if (!element) return undefined;
    look();
    const resized = new ResizeObserver(look);
    resized.observe(element);
    element.addEventListener('scroll', look, { passive: true });
    return () => {
      resized.disconnect();
      element.removeEventListener('scroll', look);
    };
  }, [look]);
  const place = placeRows({ count, rowPx, ...view });
  const scrollTo = useCallback(
    (index: number): void => {
      const element = scroller.current;
      if (!element) return;
      const now = placeRows({ count, rowPx, top: element.scrollTop, height: element.clientHeight });
      const top = index * rowPx;
      if (top < now.offset) element.scrollTop = top / now.scale;
      else if (top + rowPx > now.offset + element.clientHeight) element.scrollTop = Math.ceil((top + rowPx - element.clientHeight) / now.scale);
    },
    [count, rowPx],
  );
  const placeNow = (element: HTMLDivElement): ReturnType<typeof placeRows> => placeRows({ count, rowPx, top: element.scrollTop, height: element.clientHeight });
  const top = (): number => (scroller.current ? Math.floor(placeNow(scroller.current).offset / rowPx) : 0);
  const scrollBy = (rows: number): void => {
    const element = scroller.current;
    if (!element) return;
    element.scrollTop += (rows * rowPx) / placeNow(element).scale;
    look();
  };
  const first = Math.max(0, Math.floor(place.offset / rowPx) - overscan);
  const last = Math.min(count, Math.ceil((place.offset + view.height) / rowPx) + overscan) - 1;
  return {
    scroller, first, last, indexes: Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i), heightPx: place.heightPx,
    topOf: (index) => index * rowPx - place.offset + view.top, scrollTo, top, scrollBy,
  };
}

/** `offset`: how far down the rows the view is; `scale`: how far it moves for each pixel scrolled. */
export function placeRows({ count, rowPx, top, height }: { count: number; rowPx: number; top: number; height: number }): { heightPx: number; scale: number; offset: number } {
  const total = count * rowPx;
  const heightPx = Math.min(total, maxPx);
  const scale = heightPx > height ? (total - height) / (heightPx - height) : 1;
  return { heightPx, scale, offset: Math.min(top * scale, Math.max(0, total - height)) };
}
