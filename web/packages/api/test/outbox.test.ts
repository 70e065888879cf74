import { describe, expect, it } from 'vitest';
import { Outbox, Problem, Unreachable, type Message, type NewMessage, type OutboxEntry } from '../src';
import { FakeStorage } from './fakes';

const turn = async () => { for (let i = 0; i < 20; i += 1) await Promise.resolve(); };

/** A server that keeps each `client_id` once, and fails as the test tells it to. */
function rig(storage = new FakeStorage()) {
  const stored: { conversation: string; client_id: string; body: string }[] = [];
  const calls: NewMessage[] = [];
  const failures: ((message: NewMessage) => Error | null)[] = [];
  const waiting: (() => void)[] = [];
  let entries: readonly OutboxEntry[] = [];
  const outbox = new Outbox({
    owner: 'u1', storage, now: () => 1, later: (run) => waiting.push(run), onChange: (all) => { entries = all; }, onSent: () => undefined,
    send: async (conversation, message) => {
      calls.push(message);
      const failure = failures.shift()?.(message);
      // An answer that is lost leaves the message behind: `stored` first, then the error.
      if (!stored.some((one) => one.client_id === message.client_id) && (!failure || failure.message === 'lost answer')) stored.push({ conversation, client_id: message.client_id, body: message.body });
      await Promise.resolve();
      if (failure) throw failure;
      return { client_id: message.client_id } as Message;
    },
  });
  const add = (id: string, conversation = 'c1') => outbox.add({ client_id: id, conversation, mode: 'reply', body: id, attachments: [], mentions: [], seen_seq: 0 });
  return { outbox, stored, calls, failures, waiting, add, entries: () => entries, storage };
}

describe('the outbox', () => {
  it('sends once and in order, although answers get lost and the network is away', async () => {
    const { outbox, stored, failures, add, waiting, entries } = rig();
    failures.push(() => new Unreachable(), () => Object.assign(new Unreachable(), { message: 'lost answer' }), () => new Unreachable());
    for (const id of ['a', 'b', 'c']) add(id);
    await turn();
    expect(entries().map((one) => one.state)).toEqual(['waiting', 'waiting', 'waiting']);
    for (let round = 0; round < 6 && waiting.length > 0; round += 1) { waiting.splice(0).forEach((run) => run()); await turn(); }
    expect(stored.map((one) => one.client_id)).toEqual(['a', 'b', 'c']);
    expect(entries()).toEqual([]);
    outbox.flush();
    await turn();
    expect(stored).toHaveLength(3);
  });

  it('never has two of one conversation under way, and lets conversations pass each other', async () => {
    const { calls, add, failures, entries } = rig();
    failures.push(() => new Problem(422, 'message.refused', 'no', {}));
    add('a1');
    add('a2');
    add('b1', 'c2');
    expect(calls.map((one) => one.client_id)).toEqual(['a1', 'b1']);
    await turn();
    expect(calls.map((one) => one.client_id)).toEqual(['a1', 'b1', 'a2']);
    expect(entries().map((one) => [one.client_id, one.state])).toEqual([['a1', 'failed']]);
  });

  it('is taken up again after a reload, in the order of writing, and by its owner alone', async () => {
    const first = rig();
    first.failures.push(() => new Unreachable());
    first.add('a');
    first.add('b');
    await turn();
    const second = rig(first.storage);
    expect(second.entries().map((one) => one.client_id)).toEqual(['a', 'b']);
    second.outbox.flush();
    await turn();
    expect(second.stored.map((one) => one.client_id)).toEqual(['a', 'b']);
    expect(first.storage.length).toBe(0);
    first.storage.setItem('hark.outbox.other.x', '{}');
    expect(rig(first.storage).entries()).toEqual([]);
  });

  it('holds a reply and all after it when a colleague answered, until a person decides', async () => {
    const { outbox, calls, add, failures, entries, stored } = rig();
    failures.push(() => new Problem(409, 'conversation.newer_message', 'newer', { detail: '9' }));
    add('a');
    add('b');
    await turn();
    expect(entries().map((one) => one.state)).toEqual(['held', 'waiting']);
    outbox.again('a', true);
    await turn();
    expect(calls.map((one) => [one.client_id, one.force ?? false])).toEqual([['a', false], ['a', true], ['b', false]]);
    expect(stored.map((one) => one.client_id)).toEqual(['a', 'b']);
  });

  it('holds what its words ask a second look for, and sends it once a person stands by it', async () => {
    const { outbox, calls, add, failures, entries } = rig();
    failures.push(() => new Problem(409, 'message.words_warned', 'careful', { detail: '1-3' }));
    add('a');
    await turn();
    expect(entries().map((one) => [one.state, one.refusal?.code])).toEqual([['held', 'message.words_warned']]);
    outbox.again('a', false, true);
    await turn();
    expect(calls.map((one) => [one.force ?? false, one.confirmed ?? false])).toEqual([[false, false], [false, true]]);
    expect(entries()).toEqual([]);
  });

  it('gives the text back, and forgets what the live connection already brought', async () => {
    const { outbox, add, failures, entries } = rig();
    failures.push(() => new Problem(413, 'message.too_long', 'too long', {}), () => new Unreachable());
    add('a');
    await turn();
    expect(outbox.take('a')?.body).toBe('a');
    expect(entries()).toEqual([]);
    add('b');
    await turn();
    outbox.seen('501:b');
    expect(entries()).toEqual([]);
  });
});
