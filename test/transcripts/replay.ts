import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfChangeRunner, runQuorum } from './leaf-rooms.ts';
import { comparable, parseTranscript, type Command } from './parse.ts';
import { RaftEnv } from './raft-env.ts';

/** The transcripts are data of others and lie beside the repository. */
export const transcriptsDir = process.env['QUORATE_RAFT_TESTDATA'] ?? join(import.meta.dirname, '../../../shared/raft-testdata');

export interface Difference {
  file: string;
  line: number;
  command: string;
  expected: string[];
  actual: string[];
}

export function transcriptFiles(): string[] | undefined {
  if (!existsSync(transcriptsDir)) return undefined;
  return ['quorum', 'confchange', 'raft'].flatMap((dir) => readdirSync(join(transcriptsDir, dir)).filter((name) => name.endsWith('.txt')).sort().map((name) => `${dir}/${name}`));
}

/** One state for a whole file. */
function runnerFor(file: string): (command: Command) => string[] {
  if (file.startsWith('quorum/')) return runQuorum;
  if (file.startsWith('confchange/')) {
    const runner = new ConfChangeRunner();
    return (command) => runner.run(command);
  }
  const env = new RaftEnv();
  return (command) => env.run(command);
}

export function replay(file: string): { commands: number; differences: Difference[] } {
  const commands = parseTranscript(readFileSync(join(transcriptsDir, file), 'utf8'));
  const run = runnerFor(file);
  const differences: Difference[] = [];
  for (const command of commands) {
    let output: string[];
    try {
      output = run(command);
    } catch (error) {
      output = [`threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`];
    }
    const expected = comparable(command.expected);
    const actual = comparable(output);
    if (expected.join('\n') !== actual.join('\n')) differences.push({ file, line: command.line, command: [command.name, ...command.words].join(' '), expected, actual });
  }
  return { commands: commands.length, differences };
}
