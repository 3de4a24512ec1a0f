import { readFileSync, writeFileSync } from 'node:fs';

export interface Bounds {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface WindowState {
  bounds: Bounds | undefined;
  maximized: boolean;
}

export const minimumSize = { width: 1024, height: 640 };
export const defaultSize = { width: 1440, height: 900 };
/** This much of a window must lie on some screen, or it could not be reached. */
const visiblePx = 100;

/** The saved bounds if they can be seen on one of the screens that there are now. */
export function visibleBounds(saved: Bounds | undefined, screens: readonly Bounds[]): Bounds | undefined {
  if (!saved) return undefined;
  const overlap = (from: number, size: number, otherFrom: number, otherSize: number): number =>
    Math.min(from + size, otherFrom + otherSize) - Math.max(from, otherFrom);
  const seen = screens.some(
    (screen) => overlap(saved.x, saved.width, screen.x, screen.width) >= visiblePx && overlap(saved.y, saved.height, screen.y, screen.height) >= visiblePx,
  );
  if (!seen) return undefined;
  return { ...saved, width: Math.max(saved.width, minimumSize.width), height: Math.max(saved.height, minimumSize.height) };
}

export function readWindowState(path: string): WindowState {
  try {
    const { bounds, maximized } = JSON.parse(readFileSync(path, 'utf8')) as Partial<WindowState>;
    const whole = bounds && [bounds.x, bounds.y, bounds.width, bounds.height].every((value) => Number.isFinite(value));
    return { bounds: whole ? bounds : undefined, maximized: maximized === true };
  } catch {
    // The first start, or a file that was damaged: the defaults do.
    return { bounds: undefined, maximized: false };
  }
}

export function writeWindowState(path: string, state: WindowState): void {
  try {
    writeFileSync(path, JSON.stringify(state));
  } catch {
    // Where the window was is not worth a message.
  }
}
