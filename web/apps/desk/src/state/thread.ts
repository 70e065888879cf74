/** One conversation's messages as they are known here: merging, gaps, marks. Pure. */
import { ownKey, type JoinedBlock, type Conversation, type ConversationRow, type Message, type MessageState, type Person } from '@hark/api';
import type { Fault } from '@hark/ui';

export interface Thread {
  conversation: Conversation | null;
  messages: Message[];
  /** Messages from elsewhere that are shown here. */
  blocks: JoinedBlock[];
  loading: boolean;
  loadingOlder: boolean;
  hasOlder: boolean;
  fault: Fault | null;
  /** Before the message with this number stands the line "new since"; null when nothing was new. */
  newFrom: number | null;
  lookers: Person[];
  /** Who writes; `text` is what a customer writes, who agreed that it is seen: never kept anywhere but here. */
  typing: { name: string; until: number; text?: string } | null;
  gone: boolean;
}

export const emptyThread: Thread = {
  conversation: null, messages: [], blocks: [], loading: true, loadingOlder: false, hasOlder: false, fault: null, newFrom: null, lookers: [], typing: null, gone: false,
};

/** Messages by number, each once; the later version of one wins, but its state never goes back. */
export function merge(known: Message[], fresh: Message[]): Message[] {
  if (fresh.length === 0) return known;
  const bySeq = new Map(known.map((message) => [message.seq, message]));
  for (const message of fresh) {
    const before = bySeq.get(message.seq);
    if (before?.withdrawn_at && !message.withdrawn_at) continue;
    const further = before && rank[before.state] > rank[message.state] && message.state !== 'failed';
    bySeq.set(message.seq, { ...message, state: further ? before.state : message.state, client_id: message.client_id && ownKey(message.client_id) });
  }
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq);
}

const rank: Record<MessageState, number> = { failed: 0, sent: 1, delivered: 2, read: 3 };

/** Delivered and read hold for everything we sent up to that number; failed for one message alone. */
export function mark(messages: Message[], seq: number, state: MessageState): Message[] {
  return messages.map((message) => {
    if (message.seq === seq && state === 'failed') return { ...message, state };
    const ours = message.mode === 'reply' && (message.author.kind === 'user' || message.author.kind === 'bot');
    if (state === 'failed' || !ours || message.state === 'failed' && message.seq !== seq || message.seq > seq || rank[message.state] >= rank[state]) return message;
    return { ...message, state };
  });
}

/** True when messages are missing between what is known and this one. */
export function gapBefore(messages: Message[], seq: number): boolean {
  const last = messages[messages.length - 1];
  return last !== undefined && seq > last.seq + 1;
}

/** The number of the first unread message, given how many of the last ones from the customer are unread. */
export function firstUnread(messages: Message[], unread: number): number | null {
  if (unread <= 0) return null;
  let left = unread;
  for (let i = messages.length - 1; i >= 0; i -= 1) {
    const message = messages[i];
    if (!message || message.author.kind !== 'contact') continue;
    left -= 1;
    if (left === 0) return message.seq;
  }
  return messages[0]?.seq ?? null;
}

/** A row told to many lacks what one reader alone knows: that stays as it was, and what is new counts as unread. */
export function withOwn<R extends ConversationRow>(fresh: R, known: ConversationRow | undefined): R {
  if (fresh.unread !== null && fresh.mentioned !== null) return fresh;
  const unread = (known?.unread ?? 0) + Math.max(0, known ? fresh.contact_count - known.contact_count : 0);
  return { ...fresh, unread: fresh.unread ?? unread, draft: fresh.draft ?? known?.draft ?? null, mentioned: fresh.mentioned ?? known?.mentioned ?? false };
}
