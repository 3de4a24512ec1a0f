/** Reads the transcripts: `cmd arg key=val key=(v1,v2)`, input lines, `----`, the expected output. */
export interface Command {
  line: number;
  name: string;
  /** Words without `=`. */
  words: string[];
  /** `key=val` and `key=(v1,v2)`, the values split. */
  options: Map<string, string[]>;
  input: string[];
  expected: string[];
}

function parseDirective(text: string): Pick<Command, 'name' | 'words' | 'options'> {
  const parts = text.match(/[^\s=]+=\([^)]*\)|[^\s]+/g) ?? [];
  const words: string[] = [];
  const options = new Map<string, string[]>();
  for (const part of parts.slice(1)) {
    const at = part.indexOf('=');
    if (at < 0) words.push(part);
    else {
      const value = part.slice(at + 1);
      const list = value.startsWith('(') ? value.slice(1, -1).split(',').map((item) => item.trim()).filter((item) => item !== '') : [value];
      options.set(part.slice(0, at), list);
    }
  }
  return { name: parts[0]!, words, options };
}

export function parseTranscript(text: string): Command[] {
  const lines = text.split('\n');
  const commands: Command[] = [];
  for (let i = 0; i < lines.length; i++) {
    if (lines[i]!.trim() === '' || lines[i]!.startsWith('#')) continue;
    const line = i + 1;
    const directive = parseDirective(lines[i]!);
    const input: string[] = [];
    for (i++; i < lines.length && lines[i] !== '----'; i++) input.push(lines[i]!);
    i++;
    // A second rule means that the output has blank lines, and that two rules end it.
    const fenced = lines[i] === '----';
    const expected: string[] = [];
    if (fenced) {
      for (i++; i < lines.length && !(lines[i] === '----' && lines[i + 1] === '----'); i++) expected.push(lines[i]!);
      i++;
    } else for (; i < lines.length && lines[i] !== ''; i++) expected.push(lines[i]!);
    commands.push({ line, ...directive, input, expected });
  }
  return commands;
}

const logLine = /^ *(DEBUG|INFO|WARN|ERROR) /;

/** What is compared: without the reference's log lines; an output that is left empty is `ok`. */
export function comparable(lines: readonly string[]): string[] {
  const kept = lines.filter((line) => !logLine.test(line));
  while (kept.at(-1) === '') kept.pop();
  return kept.length === 0 ? ['ok'] : kept;
}
