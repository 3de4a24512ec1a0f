import { expect, test } from 'vitest';
import { exponentialBounds, Histogram } from './histogram.ts';

test('an observation counts in the first bucket whose bound it does not exceed', () => {
  const histogram = new Histogram([1, 2, 4]);
  for (const value of [0, 1, 1.5, 2, 4, 4.1, 100]) histogram.observe(value);
  expect(histogram.counts).toEqual([2, 2, 1, 2]);
  expect(histogram.count).toBe(7);
  expect(histogram.sum).toBeCloseTo(112.6);
});

test('exponential bounds', () => {
  expect(exponentialBounds(0.001, 2, 4)).toEqual([0.001, 0.002, 0.004, 0.008]);
});
