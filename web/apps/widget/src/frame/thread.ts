/**
 * The thread as values: what the server said, merged so that a message told twice stands once. The order is the
 * server's (`seq`), never a clock. A new conversation of the same visitor may count from 1 again, so each message also
 * carries the round in which it was heard.
 */

import type { Conversation, Message } from './wire';

/** Most messages kept; the oldest leave first. */
export const MESSAGES_MAX = 500;

export interface Heard extends Message { round: number }

export interface Thread {
  messages: Heard[];
  /** Highest `seq` known of this round, the visible ones and the holes. */
  cursor: number;
  round: number;
  conversation: Conversation | null;
}

export const EMPTY: Thread = { messages: [], cursor: 0, round: 0, conversation: null };

const RANK = { sent: 0, delivered: 1, read: 2 } as const;

/** The further of two states: marks may arrive out of order, and a message that was read is never unread again. */
const further = (a: Message['state'], b: Message['state']): Message['state'] => (RANK[a] >= RANK[b] ? a : b);

/** Adds or renews messages. */
export function merge(thread: Thread, items: readonly Message[]): Thread {
  if (!items.length) return thread;
  const messages = [...thread.messages];
  let { cursor, round } = thread;
  for (const item of items) {
    const at = messages.findIndex((m) => m.id === item.id);
    const known = messages[at];
    // After the end, a number that counts from the start again belongs to the conversation that follows.
    if (!known && item.seq <= cursor && thread.conversation?.status === 'resolved' && round === thread.round) {
      round++;
      cursor = 0;
    }
    if (known) messages[at] = { ...item, round: known.round, state: further(known.state, item.state) };
    else messages.push({ ...item, round });
    if (!known || known.round === round) cursor = Math.max(cursor, item.seq);
  }
  messages.sort((a, b) => a.round - b.round || a.seq - b.seq);
  return { ...thread, cursor, round, messages: messages.slice(-MESSAGES_MAX) };
}

/** Takes the conversation's state; after an end, a last number below what is known means that a new one has begun. */
export function converse(thread: Thread, conversation: Conversation | null): Thread {
  const anew = thread.conversation?.status === 'resolved' && conversation?.status !== 'resolved'
    && !!conversation && conversation.last_seq < thread.cursor;
  return { ...thread, conversation, ...(anew && { round: thread.round + 1, cursor: 0 }) };
}

/** Everything up to `cursor` has been asked for, holes included. */
export const reached = (thread: Thread, cursor: number): Thread =>
  cursor > thread.cursor ? { ...thread, cursor } : thread;

/** Marks the visitor's own messages up to `seq`. */
export function marked(thread: Thread, seq: number, state: 'delivered' | 'read'): Thread {
  const messages = thread.messages.map((m) =>
    m.round === thread.round && m.from === 'me' && m.seq <= seq ? { ...m, state: further(m.state, state) } : m);
  return { ...thread, messages };
}

/** The last message that was read. */
export interface Mark { id: string; seq: number }

/** Messages for the visitor beyond the mark; system lines do not count. */
export function unread(thread: Thread, mark: Mark): number {
  const at = thread.messages.findIndex((m) => m.id === mark.id);
  // The marked message may have left the list; its number then stands for it, unless the numbers began again.
  const rest = at >= 0 ? thread.messages.slice(at + 1)
    : thread.messages.filter((m) => m.seq > mark.seq || thread.cursor < mark.seq);
  return rest.filter((m) => m.from === 'agent' || m.from === 'bot').length;
}

/** The mark of having read everything. */
export const end = (thread: Thread): Mark => {
  const last = thread.messages.at(-1);
  return { id: last?.id ?? '', seq: last?.seq ?? 0 };
};
