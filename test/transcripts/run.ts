/** `npm run test:transcripts`: replays the reference's transcripts and shows every difference. */
import { replay, transcriptFiles, transcriptsDir, type Difference } from './replay.ts';

const files = transcriptFiles();
if (!files) {
  process.stdout.write(`transcripts: skipped, ${transcriptsDir} is not there (QUORATE_RAFT_TESTDATA names another place)\n`);
} else {
  let commands = 0;
  const differences: Difference[] = [];
  for (const file of files) {
    const result = replay(file);
    commands += result.commands;
    differences.push(...result.differences);
  }
  for (const { file, line, command, expected, actual } of differences) {
    process.stdout.write(`${file}:${line}: ${command}\n--- expected\n${expected.join('\n')}\n--- actual\n${actual.join('\n')}\n\n`);
  }
  process.stdout.write(`transcripts: ${files.length} files, ${commands} commands, ${differences.length} differences\n`);
  process.exitCode = differences.length > 0 ? 1 : 0;
}
