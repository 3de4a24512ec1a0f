import { useUi } from '../app/ui-store.ts';
import { en, type Catalogue } from './en.ts';
import { zh } from './zh.ts';

export type Language = 'en' | 'zh';
export type TextKey = keyof Catalogue;
export type Translate = (key: TextKey, values?: Readonly<Record<string, string | number>>) => string;

const catalogues: Readonly<Record<Language, Catalogue>> = { en, zh };

/** `{n}` is a value; `{n, lease, leases}` is one with its noun, which follows the number. */
export function translate(language: Language, key: TextKey, values?: Readonly<Record<string, string | number>>): string {
  const text = catalogues[language][key];
  if (!values) return text;
  return text.replace(/\{(\w+)(?:, ([^,}]+), ([^}]+))?\}/g, (whole, name: string, one?: string, many?: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    return one === undefined ? String(value) : `${value} ${String(value) === '1' ? one : many}`;
  });
}

export function useT(): Translate {
  const language = useUi((state) => state.language);
  return (key, values) => translate(language, key, values);
}
