import { afterEach, expect, test } from 'vitest';
import { isFree } from '../../core/fleet/ports.ts';
import { Program, freePorts, tempFolder, type TempFolder } from '../support/process.ts';
import { quorateArgs } from '../support/target.ts';

const programs: Program[] = [];
const folders: TempFolder[] = [];
afterEach(async () => {
  await Promise.all(programs.splice(0).map((program) => program.end('SIGKILL')));
  for (const folder of folders.splice(0)) folder.remove();
});

/** A port whose next is free too: that of the peers. */
async function basePort(): Promise<number> {
  for (;;) {
    const [port] = await freePorts(1);
    if (await isFree(port! + 1)) return port!;
  }
}

async function cluster(...args: string[]): Promise<{ program: Program; port: number }> {
  const folder = tempFolder('cluster');
  folders.push(folder);
  const port = await basePort();
  const program = new Program('quorate cluster', process.execPath, [...quorateArgs, 'cluster', '--members=1', '--data-dir', folder.path, `--base-port=${port}`, ...args]);
  programs.push(program);
  return { program, port };
}

test('quorate cluster has its leader promote learners by itself where it is told to', async () => {
  const { program, port } = await cluster('--experimental-learner-auto-promote=1m30s');
  await program.saying(/member m1 ready to serve client requests/);
  const response = await fetch(`http://127.0.0.1:${port}/v3/quorate/progress`, { method: 'POST', body: '{}' });
  expect(await response.json()).toMatchObject({ learner_auto_promote_ms: '90000' });
});

test.each(['10', '-5s', 'soon'])('a time of %s is none', async (text) => {
  const { program } = await cluster(`--experimental-learner-auto-promote=${text}`);
  expect(await program.exited).toMatchObject({ code: 2 });
  expect(program.output).toContain(`invalid value "${text}" for flag -experimental-learner-auto-promote: use a duration such as 10s`);
});
