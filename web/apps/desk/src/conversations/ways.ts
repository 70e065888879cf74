/** Over which channel a reply goes: a conversation may go on over another than its own. Pure. */
import type { Conversation, Message } from '@hark/api';

export type Way = 'chat' | 'mail';

/** The ways there are, the conversation's own first. */
export function waysOf({ channel, ways }: Pick<Conversation, 'channel' | 'ways'>): Way[] {
  if (channel === 'email') return ways.in_chat ? ['mail', 'chat'] : ['mail'];
  return ways.mail ? ['chat', 'mail'] : ['chat'];
}

/** The way by which the contact wrote last, if it is still there; else the conversation's own. */
export function usualWay(conversation: Pick<Conversation, 'channel' | 'ways'>, messages: readonly Message[]): Way {
  const all = waysOf(conversation);
  const last = [...messages].reverse().find((one) => one.author.kind === 'contact' && one.kind === 'text');
  const theirs: Way | null = last ? (last.mail ? 'mail' : 'chat') : null;
  return all.find((one) => one === theirs) ?? all[0] ?? 'chat';
}
