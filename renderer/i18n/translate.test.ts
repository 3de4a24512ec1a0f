import { expect, test } from 'vitest';
import { en } from './en.ts';
import { translate } from './index.ts';
import { zh } from './zh.ts';

test('a noun follows its number', () => {
  expect([0, 1, '1', '1,000'].map((n) => translate('en', 'leasesN', { n }))).toEqual(['0 leases', '1 lease', '1 lease', '1,000 leases']);
  expect(translate('zh', 'leasesN', { n: 1 })).toBe('1 个租约');
});

/** Names of the values that a text takes. */
const valuesOf = (text: string): string[] => [...new Set([...text.matchAll(/\{(\w+)[,}]/g)].map(([, name]) => name!))].sort();

test('both languages take the same values in every text, and none is empty', () => {
  for (const key of Object.keys(en) as (keyof typeof en)[]) {
    expect({ key, values: valuesOf(zh[key]) }).toEqual({ key, values: valuesOf(en[key]) });
    expect(zh[key].trim()).not.toBe('');
  }
});
