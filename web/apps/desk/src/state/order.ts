/**
 * Which conversations belong to a view and in what order they stand.
 *
 * First what woke or is overdue (longest overdue first), then by due time, then by longest wait; what waits for nobody comes after,
 * newest first; last what sleeps and what was ended. The server orders the pages in the same way; this keeps the order between two pages as things change.
 */
import type { ConversationRow, UserId, View } from '@hark/api';

export function byDue(a: ConversationRow, b: ConversationRow): number {
  const put = asleep(a) - asleep(b);
  if (put !== 0) return put;
  // An overdue time is an earlier due time: one comparison covers both rules.
  const due = compare(dueOf(a), dueOf(b));
  if (due !== 0) return due;
  const wait = compare(waitStart(a), waitStart(b));
  if (wait !== 0) return wait;
  return byRecent(a, b);
}

const asleep = (row: ConversationRow) => (row.status === 'open' ? 0 : row.status === 'snoozed' ? 1 : 2);

export function byRecent(a: ConversationRow, b: ConversationRow): number {
  const newest = (b.last?.at ?? 0) - (a.last?.at ?? 0);
  return newest !== 0 ? newest : a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

/** What woke is due since then: it stands on top until somebody acts. */
export const dueOf = (row: Pick<ConversationRow, 'due_at' | 'woke_at'>) => row.woke_at ?? row.due_at;
const waitStart = (row: ConversationRow) => (row.waiting === 'agent' ? row.waiting_since : row.queued_at);

/** Smaller first, absent last. */
function compare(a: number | null, b: number | null): number {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  return a - b;
}

/** The order of a view: what was closed is read by date, everything else by urgency. */
export function orderOf(view: View): (a: ConversationRow, b: ConversationRow) => number {
  return view === 'closed' || view === 'all' ? byRecent : byDue;
}

/** Whether a changed row stands in a view; `null` where the row itself does not tell. */
export function belongs(view: View, row: ConversationRow, me: UserId): boolean | null {
  switch (view) {
    case 'mine': return row.status !== 'resolved' && row.assignee?.id === me;
    case 'queue': return row.status === 'open' && row.assignee === null;
    case 'mentions': return row.mentioned ?? false;
    case 'followed': return null;
    case 'open': return row.status !== 'resolved';
    case 'closed': return row.status === 'resolved';
    case 'all': return true;
  }
}

/** How near a due time is: it is only shown when it matters. */
export type Urgency = 'overdue' | 'soon' | 'later' | 'none';
/** From this long before it is due, a due time is worth a badge. */
export const DUE_SOON_MS = 5 * 60_000;

export function urgency(row: Pick<ConversationRow, 'due_at' | 'status'>, now: number): Urgency {
  if (row.due_at === null || row.status === 'resolved') return 'none';
  if (row.due_at <= now) return 'overdue';
  return row.due_at - now <= DUE_SOON_MS ? 'soon' : 'later';
}
