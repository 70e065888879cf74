/** What I am told: the latest notices, how many are unread, and what came just now. */
import type { Client, HowTold, Me, Notice } from '@hark/api';
import { createStore } from './store';
import { now } from './clock';

/** Notices shown under the bell. */
const SHOWN = 30;

/** The kinds a person can set, in the order in which they are set. */
export const noticeKinds = ['mention', 'assigned', 'handed_over', 'taken', 'words', 'scheduled_held', 'scheduled_cancelled', 'followed'] as const;
export type NoticeKind = (typeof noticeKinds)[number];

export class Notices {
  readonly items = createStore<readonly Notice[]>([]);
  readonly unread = createStore(0);
  /** The one that came last, while it is news. */
  readonly fresh = createStore<Notice | null>(null);

  constructor(private readonly client: Client) {}

  async load(): Promise<void> {
    const page = await this.client.me.notices({ limit: SHOWN }).catch(() => null);
    if (!page) return;
    this.items.set(page.items);
    this.unread.set(page.unread);
  }

  /** Takes over what came on the live connection; the same kind and subject again stands once. */
  took(notice: Notice | undefined): void {
    if (!notice) { void this.load(); return; }
    const known = this.items.get().find((one) => same(one, notice));
    this.items.set((all) => [notice, ...all.filter((one) => !same(one, notice))].slice(0, SHOWN));
    if (!known || known.read_at !== null) this.unread.set((n) => n + 1);
    this.fresh.set(notice);
  }

  /** Marks everything read, or what is about one conversation: at once here, and on the server. */
  read(conversation?: string): void {
    const about = (one: Notice) => one.read_at === null && (!conversation || one.conversation === conversation);
    const gone = this.items.get().filter(about).length;
    if (conversation ? gone === 0 : this.unread.get() === 0) return;
    const at = now();
    this.items.set((all) => all.map((one) => (about(one) ? { ...one, read_at: at } : one)));
    this.unread.set((n) => (conversation ? Math.max(0, n - gone) : 0));
    void this.client.me.readNotices({ until: at, ...(conversation ? { conversation } : {}) }).catch(() => this.load());
  }
}

function same(a: Notice, b: Notice): boolean { return a.kind === b.kind && a.subject === b.subject; }

/** How a person is told of a kind: as they chose, otherwise loudly of what concerns them and quietly of the rest. */
export function howTold(me: Me, kind: string): HowTold {
  const chosen = (me.settings.notices as Record<string, HowTold | undefined>)[kind];
  return chosen ?? { desktop: kind !== 'followed', sound: kind === 'mention' || kind === 'handed_over' || kind === 'words' || kind === 'scheduled_held' };
}
