/** Texts that are no JSON, in the words of Go's `encoding/json`. */
class Fault extends Error {}

const quoted = (char: string): string => (char === "'" ? String.raw`'\''` : char === '"' ? `'"'` : `'${JSON.stringify(char).slice(1, -1)}'`);

/** What is wrong with the text; undefined: it is JSON. */
export function jsonFault(text: string): string | undefined {
  try {
    new Scanner(text).whole();
    return undefined;
  } catch (error) {
    if (error instanceof Fault) return error.message;
    throw error;
  }
}

class Scanner {
  readonly #chars: readonly string[];
  #at = 0;

  constructor(text: string) {
    this.#chars = [...text];
  }

  whole(): void {
    this.#value('looking for beginning of value');
    this.#space();
    if (this.#at < this.#chars.length) this.#fail('after top-level value');
  }

  #fail(where: string): never {
    const char = this.#chars[this.#at];
    throw new Fault(char === undefined ? 'unexpected end of JSON input' : `invalid character ${quoted(char)} ${where}`);
  }

  #space(): void {
    while (/^[ \t\r\n]$/.test(this.#chars[this.#at] ?? '')) this.#at++;
  }

  /** Takes a character that matches; fails at another. */
  #take(wanted: RegExp, where: string): string {
    const char = this.#chars[this.#at];
    if (char === undefined || !wanted.test(char)) this.#fail(where);
    this.#at++;
    return char;
  }

  #value(where: string): void {
    this.#space();
    switch (this.#take(/^[{["tfn\d-]$/, where)) {
      case '{':
        return this.#members();
      case '[':
        return this.#elements();
      case '"':
        return this.#string();
      case 't':
        return this.#literal('true');
      case 'f':
        return this.#literal('false');
      case 'n':
        return this.#literal('null');
      default:
        this.#at--;
        return this.#number();
    }
  }

  #members(): void {
    for (let first = true; ; first = false) {
      this.#space();
      if (first && this.#chars[this.#at] === '}') return void this.#at++;
      this.#take(/^"$/, 'looking for beginning of object key string');
      this.#string();
      this.#space();
      this.#take(/^:$/, 'after object key');
      this.#value('looking for beginning of value');
      this.#space();
      if (this.#take(/^[,}]$/, 'after object key:value pair') === '}') return;
    }
  }

  #elements(): void {
    this.#space();
    if (this.#chars[this.#at] === ']') return void this.#at++;
    for (;;) {
      this.#value('looking for beginning of value');
      this.#space();
      if (this.#take(/^[,\]]$/, 'after array element') === ']') return;
    }
  }

  #string(): void {
    for (;;) {
      // eslint-disable-next-line no-control-regex
      const char = this.#take(/^[^\u0000-\u001f]$/u, 'in string literal');
      if (char === '"') return;
      if (char === '\\' && this.#take(/^["\\/bfnrtu]$/, 'in string escape code') === 'u') {
        for (let i = 0; i < 4; i++) this.#take(/^[\da-fA-F]$/, String.raw`in \u hexadecimal character escape`);
      }
    }
  }

  #literal(word: string): void {
    for (const char of word.slice(1)) this.#take(new RegExp(`^${char}$`), `in literal ${word} (expecting ${quoted(char)})`);
  }

  #number(): void {
    if (this.#chars[this.#at] === '-') this.#at++;
    if (this.#take(/^\d$/, 'in numeric literal') !== '0') this.#digits();
    if (this.#chars[this.#at] === '.') {
      this.#at++;
      this.#take(/^\d$/, 'after decimal point in numeric literal');
      this.#digits();
    }
    if (/^[eE]$/.test(this.#chars[this.#at] ?? '')) {
      this.#at++;
      if (/^[+-]$/.test(this.#chars[this.#at] ?? '')) this.#at++;
      this.#take(/^\d$/, 'in exponent of numeric literal');
      this.#digits();
    }
  }

  #digits(): void {
    while (/^\d$/.test(this.#chars[this.#at] ?? '')) this.#at++;
  }
}
