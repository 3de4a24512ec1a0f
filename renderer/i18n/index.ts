import { useUi } from '../app/ui-store.ts';
import { en, type Catalogue } from './en.ts';
import { zh } from './zh.ts';

export type Language = 'en' | 'zh';
export type TextKey = keyof Catalogue;
export type Translate = (key: TextKey, values?: Readonly<Record<string, string | number>>) => string;

const catalogues: Readonly<Record<Language, Catalogue>> = { en, zh };

export function translate(language: Language, key: TextKey, values?: Readonly<Record<string, string | number>>): string {
  const text = catalogues[language][key];
  return values ? text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole)) : text;
}

export function useT(): Translate {
  const language = useUi((state) => state.language);
  return (key, values) => translate(language, key, values);
}
