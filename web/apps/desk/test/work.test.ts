import { describe, expect, it } from 'vitest';
import type { Conversation, Me, Phrase, ViewFilter } from '@hark/api';
import { actionOf, combination, fitsAsKey, keysOf, shownKeys, usualKeys } from '../src/app/actions';
import { sentence, settled } from '../src/work/filter';
import { caretAfter, fillVariables, missingIn, searchPhrases, servingLine, slashAt, textOf } from '../src/work/phraseSearch';
import { clearSelection, extend, selectAll, selection, toggle } from '../src/work/selection';

const phrase = (title: string, part: Partial<Phrase> = {}): Phrase => ({
  id: title, audience: { tenant: 't', line: null, team: null, owner: null }, folder: '', title, shortcut: '', zh: `${title}的话`, en: '', place: 0, used: 0,
  sounds: { full: '', initials: '' }, editable: false, changed_at: 0, ...part,
});

describe('phrases', () => {
  const refund = phrase('退款时效', { sounds: { full: 'tuikuanshixiao', initials: 'tksx' }, shortcut: 'tk', used: 3 });
  const reset = phrase('重置密码', { sounds: { full: 'zhongzhimima chongzhimima', initials: 'zzmm czmm' }, folder: '账户' });
  const hello = phrase('开场', { zh: '您好，退款请稍候' });
  const all = [hello, reset, refund];
  it('are found by words, shortcut and pinyin, the best first', () => {
    const found = (q: string) => searchPhrases(all, q).map((one) => one.title);
    expect(found('tk')).toEqual(['退款时效']);
    expect(found('czm')).toEqual(['重置密码']);
    expect(found('chongzhi')).toEqual(['重置密码']);
    expect(found('退款')).toEqual(['退款时效', '开场']);
    expect(found('账户')).toEqual(['重置密码']);
    expect(found('没有')).toEqual([]);
  });
  it('are searched at once even when there are thousands', () => {
    const many = Array.from({ length: 5_000 }, (_, i) => phrase(`话术${i}`, { sounds: { full: `huashu${i}`, initials: `hs${i}` }, zh: '您好'.repeat(100) }));
    const began = performance.now();
    expect(searchPhrases(many, 'hs49', 8)).toHaveLength(8);
    expect(performance.now() - began).toBeLessThan(100);
  });
  it('serve a line or the whole client', () => {
    const line = phrase('线', { audience: { tenant: 't', line: 'a', team: null, owner: null } });
    expect(servingLine([hello, line], 't', 'a')).toHaveLength(2);
    expect(servingLine([hello, line], 't', 'b')).toHaveLength(1);
    expect(servingLine([hello, line], 'other', 'a')).toHaveLength(0);
  });
  it('are filled once; what has no value stays and is named', () => {
    const conversation = { contact: { name: '{{agent.alias}}', salutation: null, tier: null }, line_name: '售后', brand: { name: '云付' }, number: 7 } as unknown as Conversation;
    const me = { user: { alias: '小林', number: '8021' } } as Me;
    const text = fillVariables('{{ contact.salutation }} {{agent.alias}} {{contact.tier}} {{no.such}}', conversation, me);
    expect(text).toBe('{{agent.alias}} 小林 {{contact.tier}} {{no.such}}');
    expect(missingIn('{{contact.tier}} {{contact.tier}} {x}')).toEqual(['contact.tier']);
    expect(textOf({ zh: '好', en: ' ' }, 'en')).toBe('好');
  });
  it('have blanks: the first is chosen when they are put in, and one left open is asked about', () => {
    expect(caretAfter('专人会在____前联系您，电话____', 3)).toEqual([7, 11]);
    expect(caretAfter('好的', 3)).toEqual([5, 5]);
    expect(missingIn('专人会在____前联系您')).toEqual(['____']);
    expect(missingIn('a_b https://x.test/a__b')).toEqual([]);
  });
  it('are sought behind a slash that begins a word, and nowhere else', () => {
    expect(slashAt('/tk', 3)).toEqual({ from: 0, query: 'tk' });
    expect(slashAt('您好，/', 4)).toEqual({ from: 3, query: '' });
    expect(slashAt('https://a', 9)).toBeNull();
    expect(slashAt('1/2', 3)).toBeNull();
    expect(slashAt('/tk 好', 5)).toBeNull();
  });
});

describe('keys', () => {
  const key = (code: string, held: Partial<KeyboardEvent> = {}) => ({ code, altKey: false, ctrlKey: false, metaKey: false, shiftKey: false, isComposing: false, keyCode: 65, ...held });
  it('never take a key from an input method or from plain typing', () => {
    for (const one of usualKeys) {
      const code = one.keys.split('+').pop() ?? '';
      const held = { altKey: one.keys.includes('Alt'), ctrlKey: one.keys.includes('Ctrl') };
      expect(actionOf(key(code, held), {})).toBe(one.name);
      expect(actionOf(key(code, { ...held, isComposing: true }), {})).toBeNull();
      expect(actionOf(key(code, { ...held, keyCode: 229 }), {})).toBeNull();
      expect(actionOf(key(code), {})).toBeNull();
      expect(fitsAsKey(one.keys)).toBe(true);
    }
  });
  it('stand once each', () => {
    expect(new Set(usualKeys.map((one) => one.keys)).size).toBe(usualKeys.length);
  });
  it('follow what the person set, and an empty one takes the key away', () => {
    const own = { transfer: 'Alt+KeyG', take: '' };
    expect(actionOf(key('KeyG', { altKey: true }), own)).toBe('transfer');
    expect(actionOf(key('KeyT', { altKey: true }), own)).toBeNull();
    expect(keysOf('take', own)).toBe('');
    expect(shownKeys('Alt+ArrowDown')).toBe('Alt ↓');
    expect(combination(key('KeyK', { ctrlKey: true }))).toBe('Ctrl+KeyK');
  });
  it('refuse what belongs to the browser, to input methods or to AltGr', () => {
    for (const bad of ['KeyT', 'Shift+KeyT', 'Ctrl+KeyW', 'Ctrl+Space', 'Ctrl+Alt+KeyT', 'Alt+Shift+KeyT', 'Alt+AltLeft', 'F12', 'Ctrl+Period']) expect(fitsAsKey(bad), bad).toBe(false);
    for (const good of ['Alt+KeyT', 'Ctrl+Shift+KeyE', 'F4', 'Alt+Digit9']) expect(fitsAsKey(good), good).toBe(true);
  });
});

describe('a selection', () => {
  const order = ['a', 'b', 'c', 'd', 'e'];
  it('grows one by one, by ranges, and has an end', () => {
    clearSelection();
    toggle('b');
    extend(order, 'd');
    expect([...selection.get()]).toEqual(['b', 'c', 'd']);
    toggle('c');
    expect([...selection.get()]).toEqual(['b', 'd']);
    selectAll(Array.from({ length: 3_000 }, (_, i) => String(i)));
    expect(selection.get().size).toBe(1_000);
    clearSelection();
    expect(selection.get().size).toBe(0);
  });
});

describe('a filter', () => {
  const filter: ViewFilter = {
    join: 'all',
    conditions: [{ field: 'status', op: 'in', values: ['open'] }, { field: 'tag', op: 'in', values: [] }],
    groups: [{ join: 'any', conditions: [{ field: 'tag', op: 'in', values: ['vip'] }, { field: 'waited', op: 'at_least', values: ['30'] }] }],
  };
  it('reads as a sentence, without what is still being written', () => {
    const words: Record<string, string> = { 'view.and': ' and ', 'view.or': ' or ', 'view.op.in': 'is', 'view.op.at_least': 'at least', 'view.field.status': 'Status', 'view.field.tag': 'Tag', 'view.field.waited': 'Has waited' };
    const t = ((name: string, params?: { n?: string }) => (name === 'view.minutes' ? `${params?.n} min` : words[name] ?? name)) as never;
    expect(sentence(filter, { t, language: 'en' }, (_, value) => value)).toBe('Status is open and (Tag is vip or Has waited at least 30 min)');
    expect(settled(filter).conditions).toHaveLength(1);
  });
});
