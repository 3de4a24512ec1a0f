import { expect, test } from 'vitest';
import { fileAllowance, fuzz, idle } from './run-fuzz.ts';

test('twenty seconds of what no client should send: the member lives, answers, and lets go', async () => {
  const { attacks, rss, files } = await fuzz({ seed: 20_260_821, durationMs: 20_000 });
  expect(attacks).toBeGreaterThan(100);
  expect(rss.most).toBeGreaterThanOrEqual(rss.before);
  expect(files.after).toBeLessThanOrEqual(files.before + fileAllowance);
});

test('a thousand idle connections disturb nobody', async () => {
  const { rssPerConnection } = await idle(1_000);
  expect(rssPerConnection).toBeLessThan(300 * 1024);
});
