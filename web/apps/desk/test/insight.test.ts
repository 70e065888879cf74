import type { DayReport, MonitorLine } from '@hark/api';
import { createTranslator, loadDictionary } from '@hark/i18n';
import { describe, expect, it } from 'vitest';
import { clockOf, dayAway, limit, minuteOf, sentences, shown, toSent, toTyped, troubleOf, waitTone } from '../src/insight/values';

const en = createTranslator('en', await loadDictionary('en'));
const zh = createTranslator('zh-CN', await loadDictionary('zh-CN'));
const fig = (metric: string, value: number | null, denominator: number | null = null) => ({ metric, value, numerator: 0, denominator, few: false });

describe('values', () => {
  it('are shown as people read them, and nothing to divide by is no zero', () => {
    expect(shown(0.8333, 'share', en)).toBe('83.3 %');
    expect(shown(98_000, 'duration', en)).toBe('01:38');
    expect(shown(1234, 'count', en)).toBe('1,234');
    expect(shown(null, 'share', en)).toBe('—');
    expect(limit('service_level', 8000, en)).toBe('80.0 %');
    expect(limit('longest_wait', 90_000, zh)).toBe('01:30');
    expect(limit('waiting', 12, zh)).toBe('12');
  });
  it('are typed in people, seconds and percent', () => {
    for (const [metric, typed, sent] of [['waiting', 10, 10], ['longest_wait', 90, 90_000], ['abandon_rate', 5.5, 550]] as const) {
      expect(toSent(metric, typed)).toBe(sent);
      expect(toTyped(metric, sent)).toBe(typed);
    }
    expect(minuteOf('22:00')).toBe(1320);
    expect(minuteOf('8：05')).toBe(485);
    expect(minuteOf('24:00')).toBeNull();
    expect(clockOf(485)).toBe('08:05');
    expect(dayAway('2026-03-01', -1)).toBe('2026-02-28');
  });
});

const line = (change: Partial<MonitorLine>): MonitorLine => ({
  line: '1', tenant: '1', name: 'L', target: { answer_within_ms: 60_000, answer_share: 8000, short_abandon_ms: 5000 }, day_from: 0, waiting: 0, oldest_since: null,
  serving: 0, unanswered_since: null, free: 1, states: {}, figures: [fig('service_level', 0.9, 40)], queues: [], hour: [], ...change,
});

describe('trouble', () => {
  it('is amber near the target and red beyond it', () => {
    expect(waitTone(null, 60_000, 0)).toBe('');
    expect(waitTone(0, 60_000, 40_000)).toBe('');
    expect(waitTone(0, 60_000, 50_000)).toBe('amber');
    expect(waitTone(0, 60_000, 61_000)).toBe('red');
  });
  it('puts alerts first, then long waits, then a low service level', () => {
    const calm = troubleOf(line({}), 0, 1e6);
    const low = troubleOf(line({ figures: [fig('service_level', 0.5, 40)] }), 0, 1e6);
    const waits = troubleOf(line({ waiting: 3, oldest_since: 1e6 - 600_000 }), 0, 1e6);
    const alarmed = troubleOf(line({}), 1, 1e6);
    expect([alarmed, waits, low, calm]).toEqual([alarmed, waits, low, calm].sort((a, b) => b - a));
    expect(new Set([alarmed, waits, low, calm]).size).toBe(4);
  });
});

describe('the sentence over a day', () => {
  const day = (figures: DayReport['total']['figures']): DayReport => ({
    line: '1', name: 'L', date: '2026-03-02', zone: 'Asia/Shanghai', from: 0, to: 1, until: 1, target: { answer_within_ms: 60_000, answer_share: 8000, short_abandon_ms: 5000 },
    total: { id: null, name: 'L', figures }, queues: [], agents: [], dispositions: [],
    hours: [{ at: 1, figures: [fig('arrivals', 2)] }, { at: 2, figures: [fig('arrivals', 7)] }],
  });
  const all = [fig('arrivals', 9), fig('connect_rate', 0.75), fig('service_level', 0.5), fig('abandoned', 3), fig('short_abandoned', 1), fig('abandon_rate', 0.25), fig('first_reply', 98_000), fig('within_3min', 1)];
  it('says what the chart says, in both languages', () => {
    const said = sentences(day(all), en, (at) => `${at}:00`);
    expect(said[0]).toContain('9 contacts');
    expect(said).toHaveLength(4);
    expect(said[1]).toContain('2 left');
    expect(said[3]).toContain('2:00 with 7');
    expect(sentences(day(all), zh, String)[0]).toContain('共进线 9 次');
  });
  it('says so when nobody came', () => {
    expect(sentences(day([fig('arrivals', 0)]), zh, String)).toEqual(['2026-03-02 没有客户进线。']);
  });
});
