/** What joins conversations, as the screen reckons with it. Pure, but for the choosing of messages. */
import { useMemo, useState } from 'react';
import type { Conversation, Message } from '@hark/api';
import type { Thread } from '../state/thread';
import type { Gone } from './Messages';

/** Thin lines after which what a conversation is joined with is another. */
export const joinLines: ReadonlySet<string> = new Set(['merged', 'merged_here', 'merge_undone', 'merge_undone_here', 'split', 'split_from', 'split_undone', 'split_undone_here', 'forwarded', 'forwarded_from']);

/** By number, where messages of a conversation went on. */
export function goneOn(conversation: Conversation | null): ReadonlyMap<number, Gone[]> {
  const all = new Map<number, Gone[]>();
  for (const join of conversation?.joins ?? []) {
    if (join.origin.id !== conversation?.id || join.kind === 'merged') continue;
    for (const seq of join.seqs ?? []) all.set(seq, [...(all.get(seq) ?? []), { kind: join.kind, mark: join.holder }]);
  }
  return all;
}

/** Can it go on in a new conversation? */
export const splittable = (message: Message, gone: readonly Gone[]): boolean =>
  message.kind === 'text' && !message.withdrawn_at && !message.whisper && !gone.some((one) => one.kind === 'split');

/** Can it be sent on to somebody outside? */
export const forwardable = (message: Message): boolean => message.kind === 'text' && message.mode === 'reply' && !message.withdrawn_at;

/** The thread with what stands behind it, in order of time: for whom an answer goes to. */
export function withBlocks(thread: Thread): Thread {
  const behind = thread.blocks.filter((one) => one.kind !== 'forwarded').flatMap((one) => one.items);
  if (behind.length === 0) return thread;
  return { ...thread, messages: [...behind, ...thread.messages].sort((a, b) => a.at - b.at) };
}

/** Messages that are being chosen; `null` while nobody chooses. */
export interface Picking {
  seqs: ReadonlySet<number> | null;
  begin: (seq: number | null) => void;
  toggle: (seq: number) => void;
  end: () => void;
}

export function usePicking(): Picking {
  const [seqs, setSeqs] = useState<ReadonlySet<number> | null>(null);
  return useMemo(() => ({
    seqs,
    begin: (seq) => setSeqs(new Set(seq === null ? [] : [seq])),
    toggle: (seq) => setSeqs((now) => {
      const next = new Set(now ?? []);
      if (!next.delete(seq)) next.add(seq);
      return next;
    }),
    end: () => setSeqs(null),
  }), [seqs]);
}
