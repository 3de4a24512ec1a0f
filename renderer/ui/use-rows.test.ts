import { expect, test } from 'vitest';
import { placeRows } from './use-rows.ts';

test('few rows are as high as they are, and scroll as they do', () => {
  expect(placeRows({ count: 100, rowPx: 26, top: 130, height: 500 })).toEqual({ heightPx: 2_600, scale: 1, offset: 130 });
  expect(placeRows({ count: 0, rowPx: 26, top: 0, height: 500 })).toEqual({ heightPx: 0, scale: 1, offset: 0 });
});

test('rows that no page could hold are reached to the last one', () => {
  const at = (top: number) => placeRows({ count: 1_000_000, rowPx: 26, top, height: 500 });
  const { heightPx } = at(0);
  expect(heightPx).toBeLessThanOrEqual(10_000_000);
  expect(at(0).offset).toBe(0);
  expect(at(heightPx - 500).offset).toBeCloseTo(26_000_000 - 500);
  expect(at(heightPx / 2).offset / 26_000_000).toBeCloseTo(0.5, 3);
});
