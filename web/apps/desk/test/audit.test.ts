import { describe, expect, it } from 'vitest';
import type { AuditEntry } from '@hark/api';
import { createTranslator, loadDictionary } from '@hark/i18n';
import { actions, facts, subjectWords } from '../src/admin/auditWords';

const [zh, en] = [await loadDictionary('zh-CN'), await loadDictionary('en')];

const names = new Map([['115340588475220136', '小蓝 1001'], ['115340588475220038', '个人钱包']]);
const inChinese = { ...createTranslator('zh-CN', zh), names };
const inEnglish = { ...createTranslator('en', en), names };

describe('the record in words', () => {
  it('says what changed, in the words of the pages and in people’s measures', () => {
    const before = { name: '钱包组', wrap_up_ms: 0, auto_accept: false, rules: { hours: 'always', seats: [] } };
    const after = { ...before, wrap_up_ms: 45_000, rules: { hours: 'line', seats: ['115340588475220136'] } };
    const shown = facts(before, after, inChinese);
    expect(shown.filter((one) => one.changed)).toEqual([
      { key: '整理时长', before: '0 秒', after: '45 秒', changed: true },
      { key: '服务时间', before: zh['queues.hours_always'], after: zh['queues.hours_line'], changed: true },
      { key: zh['queues.seats'], before: '—', after: '小蓝 1001', changed: true },
    ]);
    expect(facts(null, { given: true, until_at: 1_796_082_739_217, line: '0' }, inEnglish).map((one) => one.after)).toEqual(['Yes', expect.stringContaining('2026'), 'All']);
  });
  it('names whom and what it concerns, and keeps the number of what nobody knows', () => {
    const entry = (kind: string, id: string, after: unknown) => ({ subject: { kind, id }, before: null, after }) as AuditEntry;
    expect(subjectWords(entry('user', '115340588475220136', null), inChinese.t, names)).toBe('小蓝 1001');
    expect(subjectWords(entry('session', '9', { user: '115340588475220136' }), inChinese.t, names)).toBe('登录 · 小蓝 1001');
    expect(subjectWords(entry('queue', '7', { name: '售后组' }), inChinese.t, names)).toBe('售后组');
    expect(subjectWords(entry('hand', '8', null), inEnglish.t, names)).toMatch(/ 8$/);
  });
  it('is narrowed to what can be done to a kind of thing, in words, and to what is there already', () => {
    const queues = actions('queue', ['queue.strange'], inChinese.t);
    expect(queues.map((one) => one.value).sort()).toEqual(['queue.changed', 'queue.created', 'queue.removed', 'queue.strange']);
    for (const one of actions('', [], inChinese.t)) expect(one.label, one.value).not.toContain('.');
  });
});
