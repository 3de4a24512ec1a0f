import { readFileSync, writeFileSync } from 'node:fs';
import { isLook, type Look } from '../core/contract/bridge.ts';

export interface Bounds {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface WindowState {
  bounds: Bounds | undefined;
  maximized: boolean;
  /** What the page has chosen to look like. */
  look: Look;
}

export const minimumSize = { width: 1024, height: 640 };
export const defaultSize = { width: 1440, height: 900 };
/** This much of a window must lie on some screen, or it could not be reached. */
const visiblePx = 100;
/** Its upper edge, which it is moved by, may be this far above the screen: systems place a maximized window so. */
const abovePx = 10;

/** The saved bounds if they can be seen on one of the screens that there are now, no larger than that screen. */
export function visibleBounds(saved: Bounds | undefined, screens: readonly Bounds[]): Bounds | undefined {
  if (!saved) return undefined;
  const overlap = (from: number, size: number, otherFrom: number, otherSize: number): number =>
    Math.min(from + size, otherFrom + otherSize) - Math.max(from, otherFrom);
  const seen = screens.find(
    (screen) => overlap(saved.x, saved.width, screen.x, screen.width) >= visiblePx && overlap(saved.y, saved.height, screen.y, screen.height) >= visiblePx && saved.y >= screen.y - abovePx,
  );
  if (!seen) return undefined;
  const width = Math.max(Math.min(saved.width, seen.width), minimumSize.width);
  const height = Math.max(Math.min(saved.height, seen.height), minimumSize.height);
  // One that was made smaller to fit lies within.
  const x = width < saved.width ? Math.max(seen.x, Math.min(saved.x, seen.x + seen.width - width)) : saved.x;
  const y = height < saved.height ? Math.max(seen.y, Math.min(saved.y, seen.y + seen.height - height)) : saved.y;
  return { x, y, width, height };
}

export function readWindowState(path: string): WindowState {
  try {
    const { bounds, maximized, look } = JSON.parse(readFileSync(path, 'utf8')) as Partial<WindowState>;
    const whole = bounds && [bounds.x, bounds.y, bounds.width, bounds.height].every((value) => Number.isFinite(value));
    return { bounds: whole ? bounds : undefined, maximized: maximized === true, look: isLook(look) ? look : 'system' };
  } catch {
    // The first start, or a file that was damaged: the defaults do.
    return { bounds: undefined, maximized: false, look: 'system' };
  }
}

export function writeWindowState(path: string, state: WindowState): void {
  try {
    writeFileSync(path, JSON.stringify(state));
  } catch {
    // Where the window was is not worth a message.
  }
}
