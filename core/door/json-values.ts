import { JsonError } from './json-codec.ts';

/**
 * Cuts a stream of text into JSON values that follow each other, with or without space between. Only the cuts are made here:
 * objects and arrays by their brackets; anything else is no request.
 */
export class JsonValues {
  readonly #maxChars: number;
  #text = '';
  #at = 0;
  #depth = 0;
  #inString = false;

  constructor(maxChars: number) {
    this.#maxChars = maxChars;
  }

  /** Returns the values that are complete now. Throws JsonError. */
  push(text: string): unknown[] {
    this.#text += text;
    const values: unknown[] = [];
    for (let end = this.#scan(); end !== undefined; end = this.#scan()) {
      values.push(parseJson(this.#text.slice(0, end)));
      this.#text = this.#text.slice(end);
      this.#at = 0;
    }
    if (this.#text.length > this.#maxChars) throw new JsonError(`a value is longer than ${this.#maxChars} characters`);
    return values;
  }

  /** Throws JsonError when the text ended within a value. */
  end(): void {
    if (this.#text.trim() !== '') throw new JsonError('unexpected EOF');
  }

  /** Where the first value ends; undefined: not yet. */
  #scan(): number | undefined {
    const text = this.#text;
    for (; this.#at < text.length; this.#at++) {
      const char = text[this.#at]!;
      if (this.#inString) {
        if (char === '\\') {
          // The escaped character may not be there yet.
          if (this.#at + 1 >= text.length) return undefined;
          this.#at++;
        } else if (char === '"') this.#inString = false;
      } else if (char === '"' && this.#depth > 0) this.#inString = true;
      else if (char === '{' || char === '[') this.#depth++;
      else if (char === '}' || char === ']') {
        this.#depth--;
        if (this.#depth < 0) throw unexpected(char);
        if (this.#depth === 0) return ++this.#at;
      } else if (this.#depth === 0 && !/\s/.test(char)) throw unexpected(char);
    }
    return undefined;
  }
}

const unexpected = (char: string): JsonError => new JsonError(`invalid character ${char === "'" ? String.raw`'\''` : `'${char}'`} looking for beginning of value`);

/** Whole numbers that a double cannot hold come as bigints: leases and ids are such. */
function parseJson(text: string): unknown {
  try {
    if (!/\d{16}/.test(text)) return JSON.parse(text);
    return JSON.parse(text, ((_key: string, value: unknown, context?: { source?: string }) => {
      if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
      return context?.source !== undefined && /^-?\d{1,21}$/.test(context.source) ? BigInt(context.source) : value;
    }) as (key: string, value: unknown) => unknown);
  } catch (error) {
    throw new JsonError(error instanceof Error ? error.message : String(error));
  }
}
