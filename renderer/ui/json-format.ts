/**
 * Indents JSON and changes nothing else: numbers and strings stay as they are written, where JSON.parse would round a
 * number and JSON.stringify write it anew. The text must be valid JSON.
 */
export function formatJson(text: string): string {
  let out = '';
  let depth = 0;
  const line = (): string => `\n${'  '.repeat(depth)}`;
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|[[\]{},:]|[^\s[\]{},:"]+/gs) ?? [];
  tokens.forEach((token, i) => {
    const next = tokens[i + 1];
    switch (token) {
      case '{':
      case '[':
        if (next === '}' || next === ']') out += token;
        else {
          depth++;
          out += token + line();
        }
        return;
      case '}':
      case ']':
        if (tokens[i - 1] === '{' || tokens[i - 1] === '[') out += token;
        else {
          depth--;
          out += line() + token;
        }
        return;
      case ',':
        out += token + line();
        return;
      case ':':
        out += ': ';
        return;
      default:
        out += token;
    }
  });
  return out;
}
