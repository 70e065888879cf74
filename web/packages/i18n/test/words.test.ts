import { describe, expect, it } from 'vitest';
import { createTranslator, fill, type Key } from '../src';
import en from '../src/en';
import zh from '../src/zh-CN';

const keys = Object.keys(zh) as Key[];
const places = (text: string) => [...new Set([...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]))].sort();

describe('the words', () => {
  it('are the same in both languages', () => {
    expect(Object.keys(en).sort()).toEqual([...keys].sort());
  });
  it('have the same places to fill, and none is empty', () => {
    for (const key of keys) {
      expect(zh[key].trim(), key).not.toBe('');
      expect(en[key].trim(), key).not.toBe('');
      const inEnglish = en[key].split('|').map(places);
      for (const form of inEnglish) expect([...new Set([...form, ...(en[key].includes('|') ? ['n'] : [])])].sort(), key).toEqual(places(zh[key]));
    }
  });
  it('raise their voice nowhere', () => {
    for (const key of keys) expect(zh[key] + en[key], key).not.toMatch(/[!！]/);
  });
  it('choose between one and many', () => {
    expect(fill('{n} file|{n} files', { n: 1 })).toBe('1 file');
    expect(fill('{n} file|{n} files', { n: 3 })).toBe('3 files');
  });
});

describe('times as people say them', () => {
  const now = new Date(2026, 10, 21, 14, 30).getTime();
  const zhT = createTranslator('zh-CN', zh);
  const enT = createTranslator('en', en);
  it('say today, yesterday and tomorrow by the calendar, not by 24 hours', () => {
    expect(zhT.by(new Date(2026, 10, 22, 15, 0).getTime(), now)).toBe('明天 15:00 前');
    expect(enT.by(new Date(2026, 10, 21, 15, 0).getTime(), now)).toBe('by 15:00');
    expect(zhT.brief(new Date(2026, 10, 20, 23, 59).getTime(), now)).toBe('昨天');
    expect(zhT.ago(new Date(2026, 10, 20, 23, 0).getTime(), now)).toBe('昨天 23:00');
    expect(enT.ago(now - 12 * 60_000, now)).toBe('12 min ago');
    expect(zhT.ago(now - 20_000, now)).toBe('刚刚');
  });
  it('count in running clocks and in words', () => {
    expect(zhT.timer(98_000)).toBe('01:38');
    expect(zhT.timer(4_361_000)).toBe('1:12:41');
    expect(zhT.timer(-5)).toBe('00:00');
    expect(zhT.length(2 * 3_600_000 + 40 * 60_000)).toBe('2 小时 40 分');
    expect(enT.length(86_400_000)).toBe('1 day');
  });
});
