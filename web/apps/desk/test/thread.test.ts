import { describe, expect, it } from 'vitest';
import type { ConversationRow, Message } from '@hark/api';
import { firstUnread, gapBefore, mark, merge, withOwn } from '../src/state/thread';

const message = (seq: number, part: Partial<Message> = {}): Message => ({
  id: `m${seq}`, client_id: null, conversation: 'c', seq, kind: 'text', mode: 'reply', author: { kind: 'contact', id: 'k', name: '', initial: '', color: '' }, body: '', attachments: [], mentions: [], failure: null, event: null, withdrawn_at: null, whisper: null, mail: null, chat: false, state: 'sent', at: seq, ...part,
});
const ours = (seq: number, part: Partial<Message> = {}) => message(seq, { author: { kind: 'user', id: 'u', name: '', initial: '', color: '' }, ...part });

describe('a thread', () => {
  it('never brings back what was withdrawn', () => {
    const gone = merge([ours(1, { body: 'x' })], [ours(1, { body: '', withdrawn_at: 9 })]);
    expect(merge(gone, [ours(1, { body: 'x' })]).map((one) => one.body)).toEqual(['']);
  });
  it('holds each message once and in order, whichever way it came', () => {
    const both = merge(merge([], [message(2), message(1)]), [message(3), message(2)]);
    expect(both.map((one) => one.seq)).toEqual([1, 2, 3]);
  });
  it('never takes a mark back when an older answer comes late', () => {
    const read = mark([ours(1)], 1, 'read');
    expect(merge(read, [ours(1)])[0]?.state).toBe('read');
  });
  it('marks everything we sent up to the number, and nothing else', () => {
    const marked = mark([ours(1), message(2), ours(3, { mode: 'note' }), ours(4, { state: 'failed' }), ours(5), ours(6)], 5, 'read');
    expect(marked.map((one) => one.state)).toEqual(['read', 'sent', 'sent', 'failed', 'read', 'sent']);
  });
  it('knows a message of ours by the id it was sent with', () => {
    expect(merge([], [ours(1, { client_id: '501:0a-b' })])[0]?.client_id).toBe('0a-b');
  });
  it('lets a delivery fail after it was sent, and be tried again', () => {
    const failed = merge([ours(1)], [ours(1, { state: 'failed' })]);
    expect(failed[0]?.state).toBe('failed');
    expect(merge(failed, [ours(1)])[0]?.state).toBe('sent');
  });
  it('keeps what one reader alone knows when a row is told to many', () => {
    const known = { contact_count: 4, unread: 1, draft: 'x', mentioned: true } as ConversationRow;
    const told = { contact_count: 6, unread: null, draft: null, mentioned: null } as ConversationRow;
    expect(withOwn(told, known)).toMatchObject({ contact_count: 6, unread: 3, draft: 'x', mentioned: true });
    expect(withOwn({ ...told, unread: 0, mentioned: false }, known)).toMatchObject({ unread: 0, draft: null, mentioned: false });
  });
  it('notices what is missing in between', () => {
    expect(gapBefore([message(1), message(2)], 4)).toBe(true);
    expect(gapBefore([message(1), message(2)], 3)).toBe(false);
    expect(gapBefore([], 9)).toBe(false);
  });
  it('finds where the unread begin', () => {
    const list = [message(1), ours(2), message(3), message(4, { kind: 'event', author: { kind: 'system', id: null, name: '', initial: '', color: '' } }), message(5)];
    expect(firstUnread(list, 2)).toBe(3);
    expect(firstUnread(list, 0)).toBeNull();
    expect(firstUnread(list, 40)).toBe(1);
  });
});
