import { describe, expect, it } from 'vitest';
import { CONTRAST_MIN, contrast, palette, parse } from '../src/frame/color';
import { admit, FILES_MAX } from '../src/frame/files';
import { leaves, sends, type KeyPress } from '../src/frame/keys';
import { linkify } from '../src/frame/links';
import { status } from '../src/frame/status';
import { converse, EMPTY, merge, unread } from '../src/frame/thread';
import { TYPING_EVERY_MS, TYPING_OVER_MS, TypingSignal } from '../src/frame/typing';
import type { Message } from '../src/frame/wire';
import { language, opening, words } from '../src/frame/words';
import { later as laterEn } from '../src/frame/later.en';
import { later as laterZh } from '../src/frame/later.zh';
import { en as firstEn } from '../src/frame/words.en';
import { zh as firstZh } from '../src/frame/words.zh';
import type { View } from '../src/frame/chat';
import { FakeClock } from './time';

const zh = { ...firstZh, ...laterZh };
const en = { ...firstEn, ...laterEn };

describe('the client’s colour', () => {
  const brands = ['#ffffff', '#000000', '#ffee00', '#2b7de9', '#0d8a80', '#808080', '#777777', '#e60012', '#00ff00', '#123456', '#fafad2'];
  for (let i = 0; i < 200; i++) brands.push(`#${((i * 83_923 + 12_345) % 0x1000000).toString(16).padStart(6, '0')}`);
  it.each(['light', 'dark'] as const)('is readable in the %s theme, whatever it is', (theme) => {
    const surface = theme === 'light' ? '#ffffff' : '#181d24';
    for (const brand of brands) {
      const p = palette(brand, theme);
      const ratio = (a: string, b: string): number => contrast(parse(a)!, parse(b)!);
      expect(ratio(p.fill, p.ink), `${brand} ink`).toBeGreaterThanOrEqual(CONTRAST_MIN);
      expect(ratio(p.text, p.weak), `${brand} on its tint`).toBeGreaterThanOrEqual(CONTRAST_MIN);
      expect(ratio(p.text, surface), `${brand} on the surface`).toBeGreaterThanOrEqual(CONTRAST_MIN);
      expect(ratio(p.text, theme === 'light' ? '#f1f3f6' : '#232a33'), `${brand} in a bubble`).toBeGreaterThanOrEqual(CONTRAST_MIN);
      expect(ratio(p.fill, surface), `${brand} seen`).toBeGreaterThanOrEqual(3);
    }
  });
  it('stays as it is where it is readable already', () => expect(palette('#1a56b0', 'light').fill).toBe('#1a56b0'));
  it('is never taken from anything but a colour', () => {
    expect(parse('red;background:url(x)')).toBeNull();
    expect(palette('javascript:1', 'light')).toEqual(palette('#0d8a80', 'light'));
  });
});

describe('links', () => {
  const hrefs = (text: string): (string | undefined)[] => linkify(text).filter((p) => p.href).map((p) => p.href);
  it('are http and https only', () => {
    for (const bad of ['javascript:alert(1)', 'data:text/html,x', 'ftp://a.example/', 'vbscript:x', 'http:/a.example', '//a.example', 'https://']) {
      expect(hrefs(bad), bad).toEqual([]);
    }
  });
  it('end where the sentence goes on', () => {
    expect(hrefs('见 https://yunfu.example/help。谢谢')).toEqual(['https://yunfu.example/help']);
    expect(hrefs('看https://a.example/b？对')).toEqual(['https://a.example/b']);
    expect(hrefs('(see https://a.example/x_(y)).')).toEqual(['https://a.example/x_(y)']);
    expect(hrefs('"https://a.example/", and https://b.example.')).toEqual(['https://a.example/', 'https://b.example/']);
  });
  it('never look like somebody else’s address', () => expect(hrefs('https://bank.example@evil.example/')).toEqual([]));
  it('leave the text whole', () => {
    for (const text of ['', 'a', '<img src=x onerror=alert(1)> https://a.example/<script>', 'x https://a.example y http://b.example.', 'https://a.example'.repeat(90)]) {
      expect(linkify(text).map((p) => p.text).join('')).toBe(text);
    }
  });
});

describe('Enter', () => {
  const press = (over: Partial<KeyPress>): KeyPress =>
    ({ key: 'Enter', keyCode: 13, isComposing: false, shiftKey: false, altKey: false, ctrlKey: false, metaKey: false, ...over });
  it('sends', () => expect(sends(press({}))).toBe(true));
  it('sends with Ctrl as well', () => expect(sends(press({ ctrlKey: true }))).toBe(true));
  it('does not send while an input method composes', () => expect(sends(press({ isComposing: true }))).toBe(false));
  it('does not send when the input method has taken the key (Safari)', () => expect(sends(press({ keyCode: 229 }))).toBe(false));
  it('breaks the line with Shift or Alt', () => {
    expect(sends(press({ shiftKey: true }))).toBe(false);
    expect(sends(press({ altKey: true }))).toBe(false);
  });
  it('Escape leaves, but not out of an input method', () => {
    expect(leaves(press({ key: 'Escape', keyCode: 27 }))).toBe(true);
    expect(leaves(press({ key: 'Escape', keyCode: 229 }))).toBe(false);
    expect(leaves(press({ key: 'Escape', isComposing: true }))).toBe(false);
  });
});

describe('typing', () => {
  it('is told at most every three seconds and ends by itself', async () => {
    const clock = new FakeClock();
    const said: [number, boolean][] = [];
    const from = clock.now();
    const signal = new TypingSignal(clock, (on) => said.push([clock.now() - from, on]));
    for (let i = 0; i < 70; i++) { signal.touched(false); await clock.pass(100); }
    // The last one says what was written since the one before.
    await clock.pass(TYPING_EVERY_MS + TYPING_OVER_MS);
    expect(said.map(([, on]) => on)).toEqual([true, true, true, true, false]);
    expect(said[1]![0]).toBeGreaterThanOrEqual(TYPING_EVERY_MS);
  });
  it('ends when the text is emptied or sent, and begins anew with the next word', () => {
    const said: boolean[] = [];
    const signal = new TypingSignal(new FakeClock(), (on) => said.push(on));
    signal.touched(false); signal.touched(true); signal.touched(true);
    expect(said).toEqual([true, false]);
    signal.touched(false); signal.touched(false); signal.over(); signal.touched(false);
    expect(said).toEqual([true, false, true, false, true]);
  });
});

describe('files', () => {
  const limits = { body: 1, file: 100, mimes: ['image/*', 'application/pdf'] };
  const file = (name: string, type: string, size: number) => ({ name, type, size });
  it('are refused by type, size, emptiness and number, with the reason', () => {
    const { fit, refused } = admit([
      file('a.png', 'image/png', 5), file('b.exe', 'application/x-msdownload', 5), file('c.pdf', 'application/pdf', 101), file('d.png', 'image/png', 0),
      file('x', '', 5), file('imagex', 'imagex/png', 5),
    ], 0, limits);
    expect(fit.map((f) => f.name)).toEqual(['a.png']);
    expect(refused.map((r) => r.why)).toEqual(['type', 'size', 'empty', 'type', 'type']);
    expect(admit([file('e.png', 'image/png', 5)], FILES_MAX, limits).refused[0]!.why).toBe('many');
  });
});

describe('the thread', () => {
  const message = (id: string, seq: number, from: Message['from'] = 'agent'): Message =>
    ({ id, client_id: null, seq, from, name: 'a', initial: 'a', body: id, attachments: [], at: seq, state: 'sent' });
  it('holds each message once, in the server’s order, however they arrive', () => {
    const thread = merge(merge(EMPTY, [message('c', 5), message('a', 1)]), [message('b', 3), message('c', 5)]);
    expect(thread.messages.map((m) => m.id)).toEqual(['a', 'b', 'c']);
    expect(thread.cursor).toBe(5);
  });
  it('goes on below when a new conversation counts from one again', () => {
    let thread = converse(merge(EMPTY, [message('a', 8)]), { status: 'resolved', agent: null, place: null, last_seq: 9 });
    thread = merge(thread, [message('b', 1, 'me'), message('c', 2)]);
    expect(thread.messages.map((m) => m.id)).toEqual(['a', 'b', 'c']);
    expect(thread.cursor).toBe(2);
    expect(unread(thread, { id: 'a', seq: 8 })).toBe(1);
  });
  it('goes on below when its conversation goes on in another one, whatever that one’s numbers are', () => {
    const talk = (id: string, last_seq: number) => ({ id, status: 'open' as const, agent: null, place: null, last_seq });
    let thread = converse(merge(EMPTY, [message('a', 4, 'me')]), talk('1', 4));
    thread = converse(thread, talk('2', 30));
    expect(thread.cursor).toBe(0);
    thread = merge(thread, [message('b', 2), message('c', 30)]);
    expect(thread.messages.map((m) => m.id)).toEqual(['a', 'b', 'c']);
    expect(converse(thread, talk('2', 31)).cursor).toBe(30);
  });
  it('never un-reads a message', () => {
    const read = { ...message('a', 1, 'me'), state: 'read' as const };
    expect(merge(merge(EMPTY, [read]), [message('a', 1, 'me')]).messages[0]!.state).toBe('read');
  });
});

describe('words', () => {
  it('have the same texts in both languages', () => {
    expect(Object.keys(en).sort()).toEqual(Object.keys(zh).sort());
    expect(Object.keys(en.event)).toEqual(Object.keys(zh.event));
    expect(Object.keys(en.refusal)).toEqual(Object.keys(zh.refusal));
  });
  it('follow the page, then the browser', () => {
    expect(language('zh', 'en')).toBe('zh-CN');
    expect(language(null, 'fr-FR', 'zh-TW')).toBe('zh-CN');
    expect(language(undefined, 'fr')).toBe('en');
  });
  it('say when service begins', async () => {
    const now = new Date(2026, 10, 20, 22, 0).getTime();
    const at = (day: number, hour: number): number => new Date(2026, 10, day, hour).getTime();
    expect(opening(at(21, 9), now, await words('zh-CN'))).toBe('明天 09:00');
    expect(opening(at(21, 9), now, en)).toBe('tomorrow at 09:00');
    expect(opening(at(23, 9), now, en)).toBe('on Monday at 09:00');
    expect(opening(at(23, 9), now, zh)).toBe('星期一 09:00');
  });
  it('answer first: will somebody answer me, and when?', () => {
    const config = { open: true, next_open_at: null } as View['config'] & object;
    const view = (over: object): View => ({ phase: 'ready', link: 'live', config, thread: EMPTY, ...over }) as View;
    const talk = (over: object) => ({ thread: { ...EMPTY, conversation: { status: 'open', agent: null, place: null, last_seq: 1, ...over } } });
    expect(status(view({}), 0, zh).text).toBe(zh.open);
    expect(status(view(talk({ place: 4 })), 0, zh).text).toBe('正在排队，您排在第 4 位');
    expect(status(view(talk({ place: 1 })), 0, zh).text).toBe(zh.next);
    expect(status(view(talk({ agent: { alias: '林晓' } })), 0, zh)).toEqual({ text: '林晓 正在为您服务', mood: 'here' });
    expect(status(view(talk({ agent: { alias: '林晓', away: true } })), 0, zh)).toEqual({ text: '林晓 不在，会尽快回复您', mood: 'away' });
    expect(status(view({ link: 'offline' }), 0, zh).mood).toBe('broken');
    expect(status(view({ config: { open: false, next_open_at: null } }), 0, en).text).toBe(en.closed);
  });
});
