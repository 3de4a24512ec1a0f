import { expect, test } from 'vitest';
import { compareBytes, utf8, utf8Text } from '../base/bytes.ts';
import { randomInt, SeededRandom } from '../base/random.ts';
import { KeyIndex } from './key-index.ts';

const seed = Number(process.env['QUORATE_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

test(`counts and order are those of a sorted list, through growth, deletion and removal (seed ${seed})`, () => {
  const random = new SeededRandom(seed);
  const index = new KeyIndex();
  const live = new Set<string>();
  let main = 1;
  for (let step = 0; step < 6000; step++) {
    const key = `k${randomInt(random, 900)}`;
    main++;
    if (randomInt(random, 3) > 0) {
      index.update(utf8(key), (history) => history.put(main, 0));
      live.add(key);
    } else if (live.delete(key)) index.update(utf8(key), (history) => history.tombstone(main, 0));
    if (step % 500 === 499) {
      const gone: Uint8Array[] = [];
      index.scan(new Uint8Array(0), undefined, (history) => {
        history.compact(main);
        if (history.empty) gone.push(history.key);
        return true;
      });
      for (const item of gone) index.remove(item);
    }
    if (step % 97 !== 0) continue;
    const from = `k${randomInt(random, 900)}`;
    const to = `k${randomInt(random, 900)}`;
    const expected = [...live].map(utf8).sort(compareBytes).map(utf8Text).filter((item) => compareBytes(utf8(item), utf8(from)) >= 0 && compareBytes(utf8(item), utf8(to)) < 0);
    expect(index.countLive(utf8(from), utf8(to))).toBe(expected.length);
    const seen: string[] = [];
    index.scan(utf8(from), utf8(to), (history) => {
      if (history.live) seen.push(utf8Text(history.key));
      return true;
    });
    expect(seen).toEqual(expected);
  }
  expect(index.liveCount).toBe(live.size);
});
