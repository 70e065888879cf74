/** Which conversations of the list are selected. */
import type { ConversationId } from '@hark/api';
import { createStore } from '../state/store';

/** The server takes no more at once. */
export const SELECTED_MAX = 1_000;
export const selection = createStore<ReadonlySet<ConversationId>>(new Set());
let anchor: ConversationId | null = null;
/** What was selected before a range was drawn from the anchor. */
let kept: ReadonlySet<ConversationId> = new Set();

export function clearSelection(): void {
  anchor = null;
  kept = new Set();
  if (selection.get().size > 0) selection.set(new Set());
}

export function toggle(id: ConversationId): void {
  anchor = id;
  selection.set((before) => {
    const next = new Set(before);
    if (!next.delete(id) && next.size < SELECTED_MAX) next.add(id);
    kept = next;
    return next;
  });
}

/** From the one chosen last to this one, in the order of the list; a range drawn back gets smaller again. */
export function extend(order: readonly ConversationId[], id: ConversationId): void {
  const from = anchor === null ? -1 : order.indexOf(anchor);
  const to = order.indexOf(id);
  if (from < 0 || to < 0) { toggle(id); return; }
  const [first, last] = from < to ? [from, to] : [to, from];
  selection.set(new Set([...kept, ...order.slice(first, last + 1)].slice(0, SELECTED_MAX)));
}

export function selectAll(order: readonly ConversationId[]): void {
  kept = new Set(order.slice(0, SELECTED_MAX));
  selection.set(kept);
}
