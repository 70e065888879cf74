/**
 * What one signed-in person's desk knows: the rows, the open threads, what waits to be sent, and the live connection that keeps it all true.
 *
 * Everything shown comes from here; screens change it through the methods below, and the live connection through `events.ts`.
 */
import {
  items, Live, Outbox, uuid, type ChosenState, type Client, type Conversation, type ConversationId, type ConversationRow, type Counts, type FloorFigures, type LiveState, type Me,
  type MailInput, type Message, type Mode, type OutboxEntry, type Person, type Presence, type Queue, type QueueId, type Reservation, type RowPage, type TeamId, type UserId, type View, type AttachmentId,
} from '@hark/api';
import type { Fault } from '@hark/ui';
import { now } from './clock';
import { Drafts } from './drafts';
import { handleEvent, handleSignal } from './events';
import { Notices } from './notices';
import { belongs } from './order';
import { countViews, savedId, type ListKey } from '../work/views';
import { createStore, type Store } from './store';
import { emptyThread, firstUnread, merge, withOwn, type Thread } from './thread';

export interface ListState { ids: Set<ConversationId>; next: string | null; loaded: boolean; loading: boolean; fault: unknown }
const emptyList: ListState = { ids: new Set(), next: null, loaded: false, loading: false, fault: null };

/** A queue as it was at a moment: waiting goes on meanwhile. */
export type SeenQueue = Queue & { seen_at: number };
/** Threads kept in memory; the one looked at longest ago makes room. */
const THREADS_MAX = 24;
const PAGE = 50;
const MESSAGES = 40;
const READ_AFTER_MS = 300;
const COUNTS_AFTER_MS = 600;
/** A saved view that is shown is read again this long after something changed: only the server knows what fits. */
const VIEW_AFTER_MS = 1_500;
/** Saved views are counted at most this often. */
const VIEWS_COUNTED_EVERY_MS = 20_000;
/** Pages of a saved view read in a row while they hold nothing that fits. */
const EMPTY_PAGES_MAX = 6;

export class Desk {
  readonly rows = createStore<ReadonlyMap<ConversationId, ConversationRow>>(new Map());
  readonly counts = createStore<Counts | null>(null);
  readonly presence: Store<Presence>;
  readonly reservations = createStore<readonly Reservation[]>([]);
  /** What lapsed at me just now, and whose it was. */
  readonly missed = createStore<{ reservation: string; name: string; at: number } | null>(null);
  readonly queues = createStore<ReadonlyMap<QueueId, SeenQueue>>(new Map());
  readonly figures = createStore<FloorFigures | null>(null);
  readonly link = createStore<LiveState>({ name: 'idle' });
  readonly outbox = createStore<readonly OutboxEntry[]>([]);
  readonly announce = createStore('');
  /** Who else has a conversation open, as far as it was told. */
  readonly lookers = createStore<ReadonlyMap<ConversationId, readonly Person[]>>(new Map());
  /** The log position at which replies that go later changed, by conversation: an open thread reads them anew. */
  readonly scheduledChanged = createStore<ReadonlyMap<ConversationId, number>>(new Map());
  readonly notices: Notices;
  readonly drafts: Drafts;
  readonly sender: Outbox;
  readonly me: UserId;
  live: Live | null = null;
  private readonly lists = new Map<ListKey, Store<ListState>>();
  private readonly threads = new Map<ConversationId, Store<Thread>>();
  private looking: ConversationId | null = null;
  private countsTimer: ReturnType<typeof setTimeout> | undefined;
  private readTimer: ReturnType<typeof setTimeout> | undefined;
  private figuresTimer: ReturnType<typeof setInterval> | undefined;
  private stops: (() => void)[] = [];

  constructor(readonly client: Client, me: Me, private readonly onMe: (me: Me) => void, readonly onBye: () => void) {
    this.me = me.user.id;
    this.presence = createStore(me.presence);
    this.drafts = new Drafts(client, me.user.id);
    this.notices = new Notices(client);
    this.sender = new Outbox({
      owner: me.user.id, storage: localStorage, now,
      send: (conversation, message) => client.conversations.send(conversation, message),
      onChange: (entries) => this.outbox.set(entries),
      onSent: (message) => this.addMessage(message),
    });
  }

  /** Loads what is always on the screen and goes live from that very position. */
  async start(view: ListKey): Promise<void> {
    await this.loadList(view);
    // A saved view may be gone; the position to go live from comes with any list.
    if (this.firstPos === null && view !== 'mine') await this.loadList('mine');
    const since = this.firstPos;
    this.live = new Live({
      open: () => new WebSocket(`${location.origin.replace(/^http/, 'ws')}/api/v1/live`, 'hark.v1') as never,
      since,
      onEvent: (event) => handleEvent(this, event),
      onSignal: (signal) => handleSignal(this, signal),
      onResync: () => void this.reload(),
      onState: (state) => this.linkChanged(state),
    });
    // What was opened by its address was looked at before there was anybody to tell.
    if (this.looking) this.live.watch(this.looking);
    this.live.start();
    this.listen();
    this.refreshCounts();
    void this.loadFloor();
    void this.notices.load();
    this.sender.flush();
  }

  stop(): void {
    this.live?.stop();
    clearInterval(this.figuresTimer);
    clearTimeout(this.viewTimer);
    for (const stop of this.stops) stop();
  }

  private firstPos: number | null = null;
  /** The log position of each row's last live change: a page read before it must not undo it. */
  private readonly changedAt = new Map<ConversationId, number>();

  rowChanged(row: ConversationRow, pos: number): void {
    this.changedAt.set(row.id, pos);
    this.putRows([row]);
  }

  // ── Lists ──

  list(view: ListKey): Store<ListState> {
    let store = this.lists.get(view);
    if (!store) this.lists.set(view, (store = createStore(emptyList)));
    return store;
  }

  async loadList(view: ListKey, more = false): Promise<void> {
    const store = this.list(view);
    const before = store.get();
    if (before.loading || (more && !before.next)) return;
    store.set({ ...before, loading: true, fault: null });
    try {
      const page = await this.readPage(view, more ? before.next : null);
      this.firstPos ??= page.pos;
      this.putRows(page.items.filter((row) => (this.changedAt.get(row.id) ?? 0) <= page.pos), false);
      store.set((state) => ({ ids: new Set([...(more ? state.ids : []), ...page.items.map((row) => row.id)]), next: page.next, loaded: true, loading: false, fault: null }));
    } catch (error) {
      store.set((state) => ({ ...state, loading: false, fault: error }));
    }
  }

  /** A page of a list. One of a saved view may be empty and still have a next: then that one is read, a few times. */
  private async readPage(view: ListKey, cursor: string | null): Promise<RowPage> {
    const saved = savedId(view);
    if (saved === null) return this.client.conversations.list({ view: view as View, limit: PAGE, cursor });
    let page = await this.client.views.list(saved, { limit: PAGE, cursor });
    for (let empty = 0; page.items.length === 0 && page.next !== null && empty < EMPTY_PAGES_MAX; empty += 1) page = await this.client.views.list(saved, { limit: PAGE, cursor: page.next });
    return page;
  }

  /** The list on the screen: a saved one is kept fresh. */
  shownList: ListKey | null = null;
  private viewTimer: ReturnType<typeof setTimeout> | undefined;
  private viewsCountedAt = 0;
  private refreshShown(): void {
    if (Date.now() - this.viewsCountedAt > VIEWS_COUNTED_EVERY_MS) {
      this.viewsCountedAt = Date.now();
      void countViews().catch(() => undefined);
    }
    const shown = this.shownList;
    if (shown === null || savedId(shown) === null || this.viewTimer) return;
    this.viewTimer = setTimeout(() => {
      this.viewTimer = undefined;
      const list = this.list(shown).get();
      // What was scrolled to further down stays; it is read again when the view is opened.
      if (this.shownList === shown && list.ids.size <= PAGE) void this.loadList(shown);
    }, VIEW_AFTER_MS);
  }

  /** Takes over changed rows and moves them between the views that are loaded. */
  putRows(told: ConversationRow[], settle = true): void {
    if (told.length === 0) return;
    const rows = told.map((row) => withOwn(row, this.rows.get().get(row.id)));
    this.rows.set((known) => {
      const next = new Map(known);
      for (const row of rows) next.set(row.id, row);
      return next;
    });
    if (!settle) return;
    this.refreshShown();
    for (const [view, store] of this.lists) {
      if (!store.get().loaded || savedId(view) !== null) continue;
      for (const row of rows) {
        const stands = belongs(view as View, row, this.me);
        if (stands === null || stands === store.get().ids.has(row.id)) continue;
        store.set((state) => {
          const ids = new Set(state.ids);
          if (stands) ids.add(row.id);
          else ids.delete(row.id);
          return { ...state, ids };
        });
      }
    }
  }

  removeRow(id: ConversationId): void {
    this.rows.set((known) => {
      const next = new Map(known);
      next.delete(id);
      return next;
    });
    for (const store of this.lists.values()) {
      store.set((state) => {
        if (!state.ids.has(id)) return state;
        const ids = new Set(state.ids);
        ids.delete(id);
        return { ...state, ids };
      });
    }
    this.threads.get(id)?.set((thread) => ({ ...thread, gone: true }));
  }

  refreshCounts(): void {
    clearTimeout(this.countsTimer);
    this.countsTimer = setTimeout(() => void this.client.conversations.counts().then((counts) => this.counts.set(counts)).catch(() => undefined), COUNTS_AFTER_MS);
  }

  // ── Threads ──

  thread(id: ConversationId): Store<Thread> {
    let store = this.threads.get(id);
    if (store) {
      this.threads.delete(id);
    } else {
      store = createStore(emptyThread);
      for (const old of this.threads.keys()) {
        if (this.threads.size < THREADS_MAX) break;
        if (old !== this.looking) this.threads.delete(old);
      }
    }
    this.threads.set(id, store);
    return store;
  }
  /** The thread if it is in memory. */
  known(id: ConversationId): Store<Thread> | undefined { return this.threads.get(id); }

  /** Opens a conversation: what is known shows at once, the rest is fetched. */
  async open(id: ConversationId, fault: (error: unknown) => Fault): Promise<void> {
    const store = this.thread(id);
    if (this.looking !== id) {
      if (this.looking) this.live?.unwatch(this.looking);
      this.looking = id;
      this.live?.watch(id);
    }
    const unread = this.rows.get().get(id)?.unread ?? 0;
    store.set((thread) => ({ ...thread, loading: thread.messages.length === 0, fault: null, gone: false }));
    void this.drafts.load(id).catch(() => undefined);
    try {
      const [conversation, page] = await Promise.all([this.client.conversations.open(id), this.client.conversations.messages(id, { limit: MESSAGES })]);
      this.putRows([conversation]);
      store.set((thread) => {
        const first = page.items[0];
        const gap = first !== undefined && thread.messages.length > 0 && first.seq > (thread.messages[thread.messages.length - 1]?.seq ?? 0) + 1;
        const messages = merge(gap ? [] : thread.messages, page.items);
        void this.loadBlocks(conversation);
        return { ...thread, conversation, messages, loading: false, hasOlder: (messages[0]?.seq ?? 1) > 1, newFrom: firstUnread(messages, unread || (conversation.unread ?? 0)), lookers: conversation.lookers.filter((one) => one.id !== this.me) };
      });
    } catch (error) {
      store.set((thread) => ({ ...thread, loading: false, fault: fault(error) }));
    }
  }

  /** Reads the messages from elsewhere that a conversation shows, if it shows any. */
  async loadBlocks(conversation: Conversation): Promise<void> {
    const { id } = conversation;
    const shows = conversation.joins.some((one) => one.origin.id !== id);
    const blocks = shows ? await this.client.conversations.joins(id).then((page) => page.items).catch(() => null) : [];
    if (blocks) this.threads.get(id)?.set((thread) => ({ ...thread, blocks }));
  }

  /** What a conversation is joined with has changed: it is read anew. */
  async rejoin(id: ConversationId): Promise<void> {
    const conversation = await this.client.conversations.open(id).catch(() => null);
    if (conversation) this.took(conversation);
  }

  leave(id: ConversationId): void {
    if (this.looking !== id) return;
    this.live?.unwatch(id);
    this.looking = null;
    this.showDraft(id);
    this.threads.get(id)?.set((thread) => ({ ...thread, newFrom: null }));
  }

  /** Shows in the list what stands in the composer, or that nothing does any more. */
  private showDraft(id: ConversationId): void {
    const row = this.rows.get().get(id);
    const draft = this.drafts.of(id, 'reply').get().body.slice(0, 120) || null;
    if (row && row.draft !== draft) this.putRows([{ ...row, unread: row.unread ?? 0, mentioned: row.mentioned ?? false, draft }]);
  }

  async loadOlder(id: ConversationId): Promise<void> {
    const store = this.thread(id);
    const before = store.get();
    const first = before.messages[0];
    if (!first || before.loadingOlder || !before.hasOlder) return;
    store.set({ ...before, loadingOlder: true });
    try {
      const page = await this.client.conversations.messages(id, { before: first.seq, limit: MESSAGES });
      store.set((thread) => {
        const messages = merge(thread.messages, page.items);
        return { ...thread, messages, loadingOlder: false, hasOlder: page.items.length > 0 && (messages[0]?.seq ?? 1) > 1 };
      });
    } catch {
      store.set((thread) => ({ ...thread, loadingOlder: false }));
    }
  }

  /** Fills what is missing after the last known message. */
  async catchUp(id: ConversationId): Promise<void> {
    const store = this.threads.get(id);
    const last = store?.get().messages[store.get().messages.length - 1];
    if (!store || !last) return;
    let after = last.seq;
    for (let page = 0; page < 20; page += 1) {
      const found = await this.client.conversations.messages(id, { after, limit: 100 }).catch(() => null);
      if (!found || found.items.length === 0) return;
      store.set((thread) => ({ ...thread, messages: merge(thread.messages, found.items) }));
      after = found.items[found.items.length - 1]?.seq ?? after;
      if (after >= found.last_seq) return;
    }
  }

  /** Fetches what an open thread lacks up to here: what happened to a conversation stands in it as a line. */
  reach(id: ConversationId, seq: number): void {
    const thread = this.threads.get(id)?.get();
    const last = thread?.messages[thread.messages.length - 1];
    if (thread && !thread.loading && last && last.seq < seq) void this.catchUp(id);
  }

  addMessage(message: Message): void {
    const store = this.threads.get(message.conversation);
    if (!store || store.get().loading) return;
    store.set((thread) => ({ ...thread, messages: merge(thread.messages, [message]), typing: message.author.kind === 'contact' ? null : thread.typing }));
  }

  /** Reads the last messages anew: one of them could not be delivered. */
  async reread(id: ConversationId): Promise<void> {
    const page = await this.client.conversations.messages(id, { limit: MESSAGES }).catch(() => null);
    if (page) this.threads.get(id)?.set((thread) => ({ ...thread, messages: merge(thread.messages, page.items) }));
  }

  /** Forgets what is known of a thread's messages and reads the last ones: how they are shown has changed. */
  async refetch(id: ConversationId): Promise<void> {
    const page = await this.client.conversations.messages(id, { limit: MESSAGES }).catch(() => null);
    if (page) this.threads.get(id)?.set((thread) => ({ ...thread, messages: merge([], page.items), hasOlder: (page.items[0]?.seq ?? 1) > 1 }));
  }

  /** Says that everything up to here was seen; at once on the screen, soon on the server. */
  markRead(id: ConversationId): void {
    const row = this.rows.get().get(id);
    const last = this.threads.get(id)?.get().messages.slice(-1)[0];
    if (!row || !last || row.unread === 0) return;
    clearTimeout(this.readTimer);
    this.readTimer = setTimeout(() => {
      void this.client.conversations.read(id, last.seq).then(() => this.refreshCounts()).catch(() => undefined);
      const latest = this.rows.get().get(id);
      if (latest) this.putRows([{ ...latest, unread: 0 }]);
    }, READ_AFTER_MS);
  }

  /** Takes over the answer of a deed done to a conversation. */
  took(conversation: Conversation): Conversation {
    const before = this.thread(conversation.id).get().conversation;
    this.thread(conversation.id).set((thread) => ({ ...thread, conversation }));
    if (JSON.stringify(before?.joins) !== JSON.stringify(conversation.joins)) void this.loadBlocks(conversation);
    this.putRows([conversation]);
    this.reach(conversation.id, conversation.seq);
    this.refreshCounts();
    return conversation;
  }

  /** Says who else has a conversation open. */
  looked(conversation: ConversationId, who: readonly Person[]): void {
    this.lookers.set((all) => {
      const next = new Map(all);
      if (who.length > 0) next.set(conversation, who);
      else next.delete(conversation);
      return next;
    });
  }

  send(conversation: ConversationId, mode: Mode, body: string, attachments: AttachmentId[], mentions: UserId[], seenSeq: number, more: { teams?: TeamId[]; confirmed?: boolean; mail?: MailInput; chat?: boolean } = {}): boolean {
    const taken = this.sender.add({ client_id: uuid(), conversation, mode, body, attachments, mentions, seen_seq: seenSeq, ...more });
    if (taken) {
      this.drafts.clear(conversation, mode);
      if (mode === 'reply') this.showDraft(conversation);
    }
    return taken;
  }

  // ── Floor ──

  async loadFloor(): Promise<void> {
    const [queues, reservations, figures] = await Promise.allSettled([this.client.routing.queues(), this.client.routing.reservations(), this.client.routing.figures()]);
    if (queues.status === 'fulfilled') {
      const all = items(queues.value);
      this.queues.set(new Map(all.map((queue) => [queue.id, { ...queue, seen_at: now() }])));
      this.live?.subscribe(all.map((queue) => `queue:${queue.id}`));
    }
    if (reservations.status === 'fulfilled') this.reservations.set(items(reservations.value));
    if (figures.status === 'fulfilled') this.figures.set(figures.value);
  }

  /** When I last chose a state myself. */
  choseAt = 0;
  async choose(state: ChosenState): Promise<void> {
    this.choseAt = now();
    this.presence.set(await this.client.routing.setPresence({ state }));
  }

  async refreshMe(): Promise<void> {
    const me = await this.client.me.get();
    this.presence.set(me.presence);
    this.onMe(me);
  }

  /** Loads everything shown anew: the log no longer reaches back to where we were. */
  async reload(): Promise<void> {
    this.refreshCounts();
    void this.notices.load();
    this.scheduledChanged.set((all) => new Map([...all].map(([id, pos]) => [id, pos + 1])));
    void this.loadFloor();
    void this.client.routing.presence().then((presence) => this.presence.set(presence)).catch(() => undefined);
    for (const [view, store] of this.lists) {
      if (store.get().loaded) await this.loadList(view);
    }
    const open = this.looking;
    for (const id of [...this.threads.keys()]) if (id !== open) this.threads.delete(id);
    if (!open) return;
    const conversation = await this.client.conversations.open(open).catch(() => null);
    if (conversation) this.took(conversation);
    await this.catchUp(open);
  }

  private linkChanged(state: LiveState): void {
    const before = this.link.get();
    this.link.set(state);
    if (state.name === 'live' && before.name !== 'live') {
      this.sender.flush();
      this.drafts.flush();
    }
    if (state.name === 'stopped' && state.reason !== 'closed') this.onBye();
  }

  private listen(): void {
    const online = () => { this.live?.kick(); this.sender.flush(); this.drafts.flush(); };
    const offline = () => this.live?.renew();
    window.addEventListener('online', online);
    window.addEventListener('offline', offline);
    this.figuresTimer = setInterval(() => {
      if (!document.hidden) void this.client.routing.figures().then((figures) => this.figures.set(figures)).catch(() => undefined);
    }, 15_000);
    this.stops.push(() => window.removeEventListener('online', online), () => window.removeEventListener('offline', offline));
  }
}
