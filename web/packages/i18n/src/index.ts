/** Words and times in the reader's language. A language is one folder; adding one is adding a folder and a line in `languages`. */
import type { Dictionary, Key } from './keys';
import { createTimes, type Times } from './times';

export type { Dictionary, Key } from './keys';
export type { Times } from './times';

export type Language = 'zh-CN' | 'en';

export const languages: { id: Language; name: string }[] = [
  { id: 'zh-CN', name: '简体中文' },
  { id: 'en', name: 'English' },
];

export type Params = Record<string, string | number>;
export interface Translator extends Times { language: Language; t: (key: Key, params?: Params) => string }

/** Loads one language's words; each is a file of its own. */
export async function loadDictionary(language: Language): Promise<Dictionary> {
  return language === 'en' ? (await import('./en')).default : (await import('./zh-CN')).default;
}

/** The language to begin with, before anybody signed in. */
export function guessLanguage(wanted: readonly string[]): Language {
  return wanted.some((tag) => tag.toLowerCase().startsWith('zh')) || wanted.length === 0 ? 'zh-CN' : 'en';
}

/**
 * Puts values into a text: `{name}` is replaced; `one|many` chooses by `n`, where a language has the difference.
 */
export function fill(text: string, params?: Params): string {
  if (!params) return text;
  const bar = text.indexOf('|');
  const chosen = bar >= 0 && 'n' in params ? (Number(params['n']) === 1 ? text.slice(0, bar) : text.slice(bar + 1)) : text;
  return chosen.replace(/\{(\w+)\}/g, (whole, name: string) => (name in params ? String(params[name]) : whole));
}

export function createTranslator(language: Language, dictionary: Dictionary): Translator {
  const t = (key: Key, params?: Params) => fill(dictionary[key], params);
  return { language, t, ...createTimes(language, t) };
}
