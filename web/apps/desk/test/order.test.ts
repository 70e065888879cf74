import { describe, expect, it } from 'vitest';
import type { ConversationRow } from '@hark/api';
import { belongs, byDue, orderOf, urgency } from '../src/state/order';

const row = (id: string, part: Partial<ConversationRow>): ConversationRow => ({
  id, number: 1, created_at: 0, tenant: 't', line: 'l', inbox: 'i', channel: 'webchat', contact: { id: 'k', name: id, initial: '', color: '', salutation: null, tier: null }, status: 'open', waiting: 'none', waiting_since: null, due_at: null,
  assignee: null, queue: null, priority: 'normal', last: null, contact_count: 0, unread: 0, draft: null, mentioned: false, tags: [], category: null, snoozed_until: null, seq: 0, queued_at: null, place: null, estimate_ms: null, woke_at: null, subject: null, ...part,
});
const said = (at: number): ConversationRow['last'] => ({ text: '', at, by: 'contact', note: false });

describe('the order of the list', () => {
  const rows = [
    row('quiet-old', { last: said(10) }), row('quiet-new', { last: said(90) }),
    row('waits-long', { waiting: 'agent', waiting_since: 20 }), row('waits-short', { waiting: 'agent', waiting_since: 80 }),
    row('due-soon', { due_at: 1_050, waiting: 'agent', waiting_since: 1 }), row('overdue', { due_at: 900 }), row('overdue-long', { due_at: 500 }), row('due-later', { due_at: 5_000 }),
    row('queued', { queued_at: 50 }),
  ];
  const expected = ['overdue-long', 'overdue', 'due-soon', 'due-later', 'waits-long', 'queued', 'waits-short', 'quiet-new', 'quiet-old'];
  it('is overdue, then due, then longest wait, then latest', () => {
    expect([...rows].sort(byDue).map((one) => one.id)).toEqual(expected);
  });
  it('puts what woke among what is overdue, since it woke', () => {
    const woke = row('woke', { woke_at: 600, waiting: 'customer' });
    expect([...rows, woke].sort(byDue).slice(0, 3).map((one) => one.id)).toEqual(['overdue-long', 'woke', 'overdue']);
  });
  it('puts what sleeps last, however long somebody waits there', () => {
    const asleep = row('asleep', { status: 'snoozed', due_at: 1, waiting: 'agent', waiting_since: 1 });
    expect([asleep, ...rows].sort(byDue).map((one) => one.id)).toEqual([...expected, 'asleep']);
  });
  it('does not depend on where the rows stood before', () => {
    for (let turn = 1; turn < rows.length; turn += 1) {
      expect([...rows.slice(turn), ...rows.slice(0, turn)].sort(byDue).map((one) => one.id)).toEqual(expected);
    }
  });
  it('reads closed conversations by date', () => {
    expect([row('a', { last: said(1), due_at: 1 }), row('b', { last: said(2) })].sort(orderOf('closed')).map((one) => one.id)).toEqual(['b', 'a']);
  });
});

describe('a view', () => {
  it('takes a row in and lets it go as it changes', () => {
    const mine = row('a', { assignee: { id: 'me', alias: '' } });
    expect(belongs('mine', mine, 'me')).toBe(true);
    // The server counts and lists what sleeps among one's own.
    expect(belongs('mine', { ...mine, status: 'snoozed' }, 'me')).toBe(true);
    expect(belongs('mine', { ...mine, status: 'resolved' }, 'me')).toBe(false);
    expect(belongs('mine', { ...mine, assignee: { id: 'other', alias: '' } }, 'me')).toBe(false);
    expect(belongs('queue', { ...mine, assignee: null }, 'me')).toBe(true);
    expect(belongs('closed', { ...mine, status: 'resolved' }, 'me')).toBe(true);
    expect(belongs('followed', mine, 'me')).toBeNull();
  });
  it('shows a due time only when it matters', () => {
    expect(urgency({ due_at: 1_000, status: 'open' }, 1_000)).toBe('overdue');
    expect(urgency({ due_at: 1_000 + 5 * 60_000, status: 'open' }, 1_000)).toBe('soon');
    expect(urgency({ due_at: 1_001 + 5 * 60_000, status: 'open' }, 1_000)).toBe('later');
    expect(urgency({ due_at: 1, status: 'resolved' }, 1_000)).toBe('none');
  });
});
