import { expect, test } from 'vitest';
import { incompatibility } from './other-members.ts';

type Told = Readonly<Record<string, { version?: string; downgrading?: boolean }>>;

function asked(told: Told): Promise<string | undefined> {
  const members = Object.keys(told).map((url, i) => ({ id: BigInt(i + 1), name: '', peerUrls: [url], clientUrls: [], isLearner: false }));
  const answer = <T>(value: T | undefined): Promise<T> => (value === undefined ? Promise.reject(new Error('down')) : Promise.resolve(value));
  return incompatibility(members, { clusterVersion: ([url]) => answer(told[url!]!.version), downgrading: ([url]) => answer(told[url!]!.downgrading) });
}

test.each<[Told, string | undefined]>([
  [{ a: { version: '3.6.0', downgrading: false } }, undefined],
  // One that is down, one that knows no downgrades, one that cannot say yet.
  [{ a: {}, b: { version: '3.4.0' }, c: { version: 'not_decided', downgrading: false } }, undefined],
  [{ a: { version: '3.0.0' } }, undefined],
  [{ a: { version: '2.3.0' } }, 'member 1 tells cluster version 2.3.0, which is too low'],
  [{ a: { version: '3.6.0' }, b: { version: '3.7.0' } }, 'member 2 tells cluster version 3.7.0, which is too high: this member speaks 3.6.0'],
  [{ a: { version: 'not_decided' }, b: {} }, 'none of the other members tells a cluster version'],
  [{ a: {} }, 'none of the other members tells a cluster version'],
  [{}, 'none of the other members tells a cluster version'],
  // A cluster of the next release that is being downgraded to this one takes it in already.
  [{ a: { version: '3.7.0' }, b: { version: '3.7.0', downgrading: true } }, undefined],
  [{ a: { version: '3.6.0', downgrading: true } }, 'member 1 tells cluster version 3.6.0, which is too low while the cluster is being downgraded'],
])('%j: %s', async (told, problem) => {
  expect(await asked(told)).toBe(problem);
});
