/** The first line: will somebody answer me, and when? */

import type { View } from './chat';
import { opening, type Words } from './words';

/** `mood` chooses the mark beside the words: someone is there, one waits, nobody is there, the line is broken. */
export interface Status { text: string; mood: 'here' | 'wait' | 'away' | 'broken' }

export function status(view: View, now: number, w: Words): Status {
  const { config, link, phase, thread: { conversation } } = view;
  if (link === 'offline') return { text: w.offline, mood: 'broken' };
  if (phase === 'refused') return { text: w.refused, mood: 'away' };
  if (phase === 'starting' || !config) return { text: w.connecting, mood: 'wait' };
  if (link === 'connecting' && view.thread.cursor > 0) return { text: w.reconnecting, mood: 'broken' };
  if (view.identity === 'needed') return { text: w.signIn, mood: 'away' };
  const when = config.next_open_at ? opening(config.next_open_at, now, w) : null;
  if (conversation && conversation.status !== 'resolved') {
    if (conversation.agent) return { text: w.served(conversation.agent.alias, conversation.agent.away), mood: conversation.agent.away ? 'away' : 'here' };
    if (!config.open) return { text: when ? w.waitingUntil(when) : w.waitingClosed, mood: 'away' };
    if (conversation.place === 1) return { text: w.next, mood: 'wait' };
    const minutes = Math.ceil((conversation.estimate_ms ?? 0) / 60_000);
    return { text: conversation.place ? w.place(conversation.place) + (minutes ? w.estimate(minutes) : '') : w.waiting, mood: 'wait' };
  }
  if (!config.open) return { text: when ? w.closedUntil(when) : w.closed, mood: 'away' };
  if (conversation) return { text: w.ended, mood: 'away' };
  return { text: w.open, mood: 'here' };
}
