/** Which language is spoken, and how days and times are said in it. Only the language in use is loaded. */

import type { later } from './later.zh';
import type { zh } from './words.zh';

export type Language = 'zh-CN' | 'en';

/** The texts that are needed at once, and those that come with the talk. */
export type First = typeof zh;
export type Later = typeof later;
/** The texts of one language; those of the talk are there when the talk is. */
export type Words = First & Later;

/** The first of the wishes that is spoken here; English where none is. */
export function language(...wishes: readonly (string | null | undefined)[]): Language {
  for (const wish of wishes) {
    const tag = wish?.toLowerCase() ?? '';
    if (tag.startsWith('zh')) return 'zh-CN';
    if (tag.startsWith('en')) return 'en';
  }
  return 'en';
}

let spoken: First;

/** The texts of a language, fetched. */
export const words = async (lang: Language): Promise<Words> =>
  spoken = (lang === 'zh-CN' ? (await import('./words.zh')).zh : (await import('./words.en')).en) as Words;

/** Fetches the rest of the texts. */
export const moreWords = async (): Promise<void> =>
  void Object.assign(spoken, (spoken.lang === 'zh-CN' ? await import('./later.zh') : await import('./later.en')).later);

const dayOf = (at: number): number => new Date(at).setHours(0, 0, 0, 0);
const DAY_MS = 86_400_000;
const daysFrom = (from: number, to: number): number => Math.round((dayOf(to) - dayOf(from)) / DAY_MS);
const date = (at: number, w: Words, options: Intl.DateTimeFormatOptions = { month: 'long', day: 'numeric' }): string =>
  new Date(at).toLocaleDateString(w.lang, options);

/** Hour and minute as the language writes them. */
export const clockTime = (at: number, w: Words): string =>
  new Date(at).toLocaleTimeString(w.lang, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

/** The day of a message: today, yesterday or its date. */
export function day(at: number, now: number, w: Words): string {
  const days = daysFrom(at, now);
  return days === 0 ? w.days[0]! : days === 1 ? w.yesterday : date(at, w);
}

/** When service begins again, as one says it. */
export function opening(at: number, now: number, w: Words): string {
  const days = daysFrom(now, at);
  const named = w.days[days] ?? date(at, w, days < 7 ? { weekday: 'long' } : undefined);
  return w.dayAt(named, clockTime(at, w));
}
