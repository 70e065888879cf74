/**
 * The thread as values: what the server said, merged so that a message told twice stands once. The order is the
 * server's (`seq`), never a clock. A new conversation of the same visitor may count from 1 again, so each message also
 * carries the round in which it was heard.
 */

import type { Heard, Thread } from './mark';
import type { Conversation, Message } from './wire';

/** Most messages kept; the oldest leave first. */
export const MESSAGES_MAX = 500;

export { EMPTY, end, unread, type Mark } from './mark';
export type { Heard, Thread };

const RANK = { sent: 0, delivered: 1, read: 2 } as const;

/** The further of two states: marks may arrive out of order, and a message that was read is never unread again. */
const further = (a: Message['state'], b: Message['state']): Message['state'] => (RANK[a] >= RANK[b] ? a : b);

/** Adds or renews messages. The answer to one's own (`alone`) says nothing of what others wrote before it, so the cursor stays. */
export function merge(thread: Thread, items: readonly Message[], alone?: boolean): Thread {
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
    if (!alone && (!known || known.round === round)) cursor = Math.max(cursor, item.seq);
  }
  messages.sort((a, b) => a.round - b.round || a.seq - b.seq);
  return { ...thread, cursor, round, messages: messages.slice(-MESSAGES_MAX) };
}

/**
 * Takes the conversation's state. It is another one if its id says so, as where two were merged; else, after an end, a last number
 * below what is known means that a new one has begun.
 */
export function converse(thread: Thread, conversation: Conversation | null): Thread {
  const known = thread.conversation;
  const anew = !!conversation && !!known && (conversation.id && known.id ? conversation.id !== known.id
    : known.status === 'resolved' && conversation.status !== 'resolved' && conversation.last_seq < thread.cursor);
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
