import { describe, expect, it } from 'vitest';
import type { Conversation, Join, JoinedBlock, Message } from '@hark/api';
import { forwardSubject } from '../src/conversations/forwardSubject';
import { forwardable, goneOn, splittable, withBlocks } from '../src/conversations/joins';
import { emptyThread } from '../src/state/thread';

const message = (seq: number, part: Partial<Message> = {}): Message => ({
  id: `m${seq}`, client_id: null, conversation: 'c', seq, kind: 'text', mode: 'reply', author: { kind: 'contact', id: 'k', name: '', initial: '', color: '' }, body: '', attachments: [], mentions: [], failure: null, event: null, withdrawn_at: null, whisper: null, mail: null, chat: false, state: 'sent', at: seq, ...part,
});
const join = (kind: Join['kind'], origin: string, holder: string, seqs: number[] | null): Join => ({
  id: `${kind}${holder}`, kind, origin: { id: origin, number: 1 }, holder: { id: holder, number: 2 }, seqs, at: 1, by: null, undoable: true,
});

describe('what joins conversations', () => {
  it('says of each message where it went on, and nothing of what was merged away or came from elsewhere', () => {
    const joins = [join('split', 'c', 'd', [2, 3]), join('forwarded', 'c', 'e', [3]), join('merged', 'c', 'f', null), join('split', 'x', 'c', [2])];
    const gone = goneOn({ id: 'c', joins } as unknown as Conversation);
    expect([...gone.keys()]).toEqual([2, 3]);
    expect(gone.get(3)?.map((one) => [one.kind, one.mark.id])).toEqual([['split', 'd'], ['forwarded', 'e']]);
    expect(goneOn(null).size).toBe(0);
  });
  it('lets words be split off once, and only what the customer may read be forwarded', () => {
    expect(splittable(message(1), [])).toBe(true);
    expect(splittable(message(1), [{ kind: 'split', mark: { id: 'd', number: 2 } }])).toBe(false);
    expect(splittable(message(1), [{ kind: 'forwarded', mark: { id: 'd', number: 2 } }])).toBe(true);
    for (const part of [{ kind: 'event' as const }, { withdrawn_at: 5 }, { whisper: { to: { id: 'u', alias: 'a' }, hidden: false } }]) expect(splittable(message(1, part), [])).toBe(false);
    expect([forwardable(message(1)), forwardable(message(1, { mode: 'note' }))]).toEqual([true, false]);
  });
  it('answers the newest of what stands behind a conversation, never what was only forwarded into it', () => {
    const block = (kind: Join['kind'], at: number): JoinedBlock => ({ ...join(kind, 'x', 'c', null), items: [message(1, { id: `b${at}`, at })], more: false });
    const thread = { ...emptyThread, messages: [message(1, { at: 5 })], blocks: [block('merged', 9), block('forwarded', 12), block('split', 2)] };
    expect(withBlocks(thread).messages.map((one) => one.id)).toEqual(['b2', 'm1', 'b9']);
    expect(withBlocks({ ...thread, blocks: [] }).messages).toBe(thread.messages);
  });
  it('marks a subject as forwarded once', () => {
    expect(forwardSubject('订单 7', 3)).toBe('Fwd: 订单 7');
    expect(forwardSubject('转发：订单 7', 3)).toBe('转发：订单 7');
    expect(forwardSubject('FW: x', 3)).toBe('FW: x');
    expect(forwardSubject(null, 3)).toBe('Fwd: #3');
  });
});
