/** Saved views: known once, counted now and then. */
import type { Me, SavedView, View, ViewCount } from '@hark/api';
import { holdsAnywhere } from '../state/rights';
import { client } from '../state/session';
import { createStore } from '../state/store';

/** A list is one of the built-in views, or `view:ID`. */
export type ListKey = string;
export const savedKey = (id: string): ListKey => `view:${id}`;
export const savedId = (key: ListKey): string | null => (key.startsWith('view:') ? key.slice(5) : null);

/** The built-in views of this person, as tabs and in the menu: lists of other people's work stand there for who may see it. */
export function builtInViews(me: Me): { tabs: View[]; more: View[] } {
  return holdsAnywhere(me, 'conversations.all') ? { tabs: ['mine', 'queue', 'mentions', 'all'], more: ['followed', 'open', 'closed'] } : { tabs: ['mine', 'queue', 'mentions', 'followed'], more: [] };
}

export const savedViews = createStore<readonly SavedView[]>([]);
export const viewCounts = createStore<ReadonlyMap<string, ViewCount>>(new Map());

export async function loadViews(): Promise<void> {
  savedViews.set((await client.views.all()).items);
  await countViews();
}

export async function countViews(): Promise<void> {
  if (savedViews.get().length === 0) return;
  const page = await client.views.counts();
  viewCounts.set(new Map(page.items.map((one) => [one.view as string, one])));
}
