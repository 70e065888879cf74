/** Phrases, found by words, by shortcut and by pinyin while one types, and filled with what is known. Pure. */
import type { Conversation, Language, Me, Phrase } from '@hark/api';

/** Those meant for a line. */
export function servingLine(all: readonly Phrase[], tenant: string, line: string): Phrase[] {
  return all.filter((one) => one.audience.tenant === tenant && (one.audience.line === null || one.audience.line === line));
}

/** How well a phrase fits what was typed; 0 is best, null not at all. */
function rank(one: Phrase, q: string): number | null {
  const title = one.title.toLowerCase();
  const reads = (sounds: string) => sounds.split(' ').some((sound) => sound.startsWith(q));
  if (one.shortcut && one.shortcut === q) return 0;
  if (one.shortcut.startsWith(q)) return 1;
  if (title.startsWith(q)) return 2;
  if (reads(one.sounds.initials)) return 3;
  if (reads(one.sounds.full)) return 4;
  if (title.includes(q)) return 5;
  if (one.sounds.full.includes(q) && q.length > 1) return 6;
  if (one.folder.toLowerCase().includes(q)) return 7;
  if (`${one.zh}\n${one.en}`.toLowerCase().includes(q)) return 8;
  return null;
}

/** What fits, the best first; of equal ones one's own, then the most used. Without a query the order of the groups. */
export function searchPhrases(all: readonly Phrase[], query: string, max = 200): Phrase[] {
  const q = query.trim().toLowerCase();
  if (q === '') return [...all].sort(inOrder).slice(0, max);
  const found: { one: Phrase; at: number }[] = [];
  for (const one of all) {
    const at = rank(one, q);
    if (at !== null) found.push({ one, at });
  }
  const own = (one: Phrase) => (one.audience.owner ? 0 : 1);
  return found.sort((a, b) => a.at - b.at || own(a.one) - own(b.one) || b.one.used - a.one.used || inOrder(a.one, b.one)).slice(0, max).map(({ one }) => one);
}

export function inOrder(a: Phrase, b: Phrase): number {
  return a.folder.localeCompare(b.folder, 'zh') || a.place - b.place || a.title.localeCompare(b.title, 'zh');
}

/** The text in a language; the other where it is empty. */
export function textOf(one: Pick<Phrase, 'zh' | 'en'>, language: Language): string {
  const [first, other] = language === 'en' ? [one.en, one.zh] : [one.zh, one.en];
  return first.trim() === '' ? other : first;
}

const VARIABLE = /\{\{\s*([a-z._]+)\s*\}\}/g;

/** Fills the variables that are known; the others stay in their braces, where they can be seen. */
export function fillVariables(text: string, conversation: Conversation, me: Me): string {
  const values: Record<string, string | null> = {
    'contact.name': conversation.contact.name,
    'contact.salutation': conversation.contact.salutation ?? conversation.contact.name,
    'contact.tier': conversation.contact.tier,
    'agent.alias': me.user.alias,
    'agent.number': me.user.number,
    'line.name': conversation.line_name,
    'brand.name': conversation.brand.name,
    'conversation.number': String(conversation.number),
  };
  return text.replace(VARIABLE, (whole, name: string) => values[name] || whole);
}

/** A blank that whoever writes is to fill. */
const BLANK = /_{2,}|＿{2,}/;

/** Names of variables that still stand in a text, and the first blank that nobody filled. */
export function missingIn(text: string): string[] {
  const blank = BLANK.exec(text.replace(/https?:\/\/\S+/g, ''));
  return [...new Set([...text.matchAll(VARIABLE)].map((match) => match[1] ?? '')), ...(blank ? ['____'] : [])];
}

/** Where the caret goes when this was put in at `start`: onto its first blank, so that what is typed fills it, or behind it. */
export function caretAfter(text: string, start: number): [from: number, to: number] {
  const blank = BLANK.exec(text);
  return blank ? [start + blank.index, start + blank.index + blank[0].length] : [start + text.length, start + text.length];
}

/** The word being written after `/`, and where it begins; null when no phrase is being sought. */
export function slashAt(text: string, caret: number): { from: number; query: string } | null {
  const match = /(^|[\s，。；：、！？,.;:!?])[/、]([^\s/]{0,24})$/.exec(text.slice(0, caret));
  if (!match || (match[0].endsWith('、') && match[2] === '' && caret > 1)) return null;
  return { from: caret - (match[2]?.length ?? 0) - 1, query: match[2] ?? '' };
}
