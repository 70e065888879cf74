import { describe, expect, it } from 'vitest';
import type { Message } from '@hark/api';
import { firstUnread, gapBefore, mark, merge } from '../src/state/thread';

const message = (seq: number, part: Partial<Message> = {}): Message => ({
  id: `m${seq}`, client_id: null, conversation: 'c', seq, kind: 'text', mode: 'reply', author: { kind: 'contact', id: 'k', name: '', initial: '', color: '' }, body: '', attachments: [], mentions: [], state: 'sent', at: seq, ...part,
});
const ours = (seq: number, part: Partial<Message> = {}) => message(seq, { author: { kind: 'user', id: 'u', name: '', initial: '', color: '' }, ...part });

describe('a thread', () => {
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
