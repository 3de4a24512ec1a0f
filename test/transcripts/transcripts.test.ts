import { expect, test } from 'vitest';
import { replay, transcriptFiles, transcriptsDir } from './replay.ts';

const files = transcriptFiles();
if (!files) process.stderr.write(`skipped: the transcripts are not at ${transcriptsDir}\n`);

test.skipIf(!files).each(files ?? ['none'])('%s is answered line for line', (file) => {
  const { commands, differences } = replay(file);
  expect(commands).toBeGreaterThan(0);
  expect(differences).toEqual([]);
});
