import { appendFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import type { Reporter, SerializedError, TestModule, TestSuite } from 'vitest/node';

/** Of one error, in characters. */
const toldOfEach = 1200;

/** Where in our own code, without the message that a stack begins with. */
function framesOf(stack: string): string {
  return stack.split('\n').filter((line) => /^\s+at /.test(line) && !/node_modules|node:/.test(line)).join('\n');
}

function lines(what: string, errors: readonly SerializedError[]): string[] {
  return errors.map(({ message, stack = '', diff }) => `--- ${what}\n${[message.slice(0, toldOfEach), typeof diff === 'string' ? stripVTControlCharacters(diff).slice(0, toldOfEach) : '', framesOf(stack)].filter((part) => part !== '').join('\n')}\n`);
}

/** What broke in a file: its import, hooks (whose tests vitest counts as skipped), and tests. */
function* brokenIn(module: TestModule): Generator<string> {
  const where = module.relativeModuleId;
  yield* lines(where, module.errors());
  const suites: TestSuite[] = [...module.children.allSuites()];
  for (const suite of suites) yield* lines(`${where}: ${suite.fullName}`, suite.errors());
  for (const test of module.children.allTests()) yield* lines(`${where}: ${test.fullName}`, test.result().errors ?? []);
}

/** Appends every failure of a run to the file that `QUORATE_FAILURES` names, for `npm test` to tell once more at its end: of a long log often only the end is kept. */
export default class FailuresReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const file = process.env['QUORATE_FAILURES'];
    if (file === undefined) return;
    const broken = [...modules].flatMap((module) => [...brokenIn(module)]);
    appendFileSync(file, [...broken, ...lines('outside of any test', unhandled)].join(''));
  }
}
