import { useRef, type KeyboardEvent, type PointerEvent } from 'react';
import './splitter.css';

const lowest = 15;
const highest = 75;
const stepPercent = 2;

interface SplitterProps {
  label: string;
  /** Width of what is before it, percent of both. */
  share: number;
  /** What a double click leads back to. */
  usual: number;
  onChange: (share: number) => void;
}

/** Between two panes: dragged, or moved by the arrow keys. */
export function Splitter({ label, share, usual, onChange }: SplitterProps) {
  const dragging = useRef(false);
  const set = (next: number): void => onChange(Math.min(highest, Math.max(lowest, Math.round(next * 10) / 10)));
  const drag = (event: PointerEvent<HTMLDivElement>): void => {
    if (!dragging.current) return;
    const { left, width } = event.currentTarget.parentElement!.getBoundingClientRect();
    set(((event.clientX - left) / width) * 100);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const to = { ArrowLeft: share - stepPercent, ArrowRight: share + stepPercent, Home: lowest, End: highest }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    set(to);
  };
  return (
    <div
      className="splitter" role="separator" aria-orientation="vertical" aria-label={label} aria-valuenow={Math.round(share)} aria-valuemin={lowest} aria-valuemax={highest} tabIndex={0}
      onPointerDown={(event) => {
        dragging.current = true;
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={drag}
      onPointerUp={() => {
        dragging.current = false;
      }}
      onDoubleClick={() => set(usual)} onKeyDown={onKeyDown}
    />
  );
}
