/** The thread at rest: what it is before anything was said, what of it is unread, and the mark of having read it. */

import type { Conversation, Message } from './wire';

export interface Heard extends Message { round: number }

export interface Thread {
  messages: Heard[];
  /** Highest `seq` known of this round, the visible ones and the holes. */
  cursor: number;
  round: number;
  conversation: Conversation | null;
}

export const EMPTY: Thread = { messages: [], cursor: 0, round: 0, conversation: null };

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
