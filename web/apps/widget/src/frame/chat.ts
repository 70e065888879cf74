/**
 * The chat of one visitor, in one tab. The leading tab holds the socket, sends what waits and tells the others what to show; a
 * following tab writes into the same outbox and asks the leader for the rest. So all tabs show the same, and a tab
 * that takes over goes on from what it showed. What sends and hears is the [line](./line.ts), fetched when it is needed.
 */

import { Refused, type Api } from './api';
import { pause, type Clock } from './clock';
import type { Line } from './line';
import type { Socket } from './live';
import { EMPTY, end, unread, type Mark, type Thread } from './mark';
import { PARCELS_MAX, type Kept, type Store, type Waiting } from './store';
import type { Channel } from './tabs';
import type { Answer, ClientFrame, Config, Filled, Limits, Proof, Session, Survey } from './wire';

/** Everything the screen shows; the same in every tab. */
export interface View {
  phase: 'starting' | 'ready' | 'refused';
  config: Config | null;
  limits: Limits;
  thread: Thread;
  waiting: Kept[];
  link: 'idle' | 'connecting' | 'live' | 'polling' | 'offline';
  typing: string | null;
  mark: Mark;
  identity: 'none' | 'proved' | 'needed';
  /** Is the form asked before the next message? */
  asking: boolean;
  survey: Survey | null;
}

/** What the visitor's browser keeps between visits. */
export interface Memory {
  get(key: 'token' | 'mark' | 'peek'): string | null;
  set(key: 'token' | 'mark' | 'peek', value: string | null): void;
}

export interface ChatPorts {
  api: Api;
  clock: Clock;
  store: Store;
  memory: Memory;
  channel: Channel | null;
  openSocket(): Socket;
  online(): boolean;
  uuid(): string;
  /** What the session is asked with: inbox key, language, page. */
  visit(): object;
  /** Tells the page what became of a proof: the code of the refusal, or null. */
  identified?(fault: string | null): void;
}

/** The pause between two tries of what time alone will heal. */
export const POLL_MS = 3_000;
/** Age after which opening the panel asks again whether somebody is there. */
export const CONFIG_FRESH_MS = 60_000;
const NOTHING: Mark = { id: '', seq: 0 };

/** What a following tab asks of the leading one, by the name of what is to be done there. */
type Deed = 'wake' | 'end' | 'typing' | 'identify' | 'logout' | 'later' | 'tellAttributes' | 'answer' | 'peek' | 'read';
type Word =
  | { say: 'ask' | 'outbox' }
  | { say: 'do'; deed: Deed; with: unknown[] }
  | { say: 'view'; view: View };

export class Chat {
  view: View;
  /** Does this tab lead? */
  leading = false;
  /** What the page says of its visitor; goes with the next message. */
  attributes: Record<string, string> | null = null;
  /** The words in which the visitor agreed that staff see what they type. */
  peeks: string | null = null;
  /** Is it being asked who the visitor is? Nothing is sent before that is known. */
  proving = false;
  /** Grows when another visitor is here than before: what was asked as the one before is not shown. */
  era = 0;
  #active = false;
  #listeners = new Set<(view: View) => void>();
  #told = false;
  #line: Line | null = null;
  #coming: Promise<Line> | null = null;
  #sessionAt = -Infinity;
  #failures = 0;
  #timer: unknown;
  #visitor = '';
  #proof: Proof | null = null;
  #proofs = 0;

  constructor(readonly ports: ChatPorts) {
    this.view = {
      phase: 'starting', config: null, limits: { body: 16_384, file: 20_971_520, mimes: [] }, thread: EMPTY, waiting: [], link: 'idle',
      typing: null, mark: this.#remembered(), identity: 'none', asking: false, survey: null,
    };
    ports.channel?.addEventListener('message', ({ data }) => this.#word(data as Word));
    this.#tellOthers({ say: 'ask' });
  }

  /** Calls back now and at each change; returns how to stop. */
  watch(listener: (view: View) => void): () => void {
    this.#listeners.add(listener);
    listener(this.view);
    return () => this.#listeners.delete(listener);
  }

  /** This tab leads from now on. */
  async lead(): Promise<void> {
    if (this.leading) return;
    this.leading = true;
    this.show({ mark: this.#remembered(), waiting: await this.ports.store.all() });
    await this.renew();
  }

  /** This tab follows again. */
  follow(): void {
    if (!this.leading) return;
    this.leading = false;
    this.ports.clock.clear(this.#timer);
    this.#line?.leave();
    this.#tellOthers({ say: 'ask' });
  }

  /** The panel was opened, or the page came to the front. */
  wake(): void {
    if (this.#passes('wake')) return;
    this.#active = true;
    if (this.view.phase === 'ready' && this.ports.clock.now() - this.#sessionAt > CONFIG_FRESH_MS) void this.renew();
    else this.#connect();
  }

  /** The browser says that the network came or went. */
  networkChanged(): void {
    if (!this.leading) return;
    const online = this.ports.online();
    this.show({ link: this.#linkNow() });
    if (!online) return;
    if (this.view.phase !== 'ready') void this.renew();
    this.#line?.nudge();
  }

  /** Keeps the message and sends it when it can be sent; false if too many wait already. */
  async send(body: string, files: Waiting[], form?: Filled): Promise<boolean> {
    if ((await this.ports.store.all()).length >= PARCELS_MAX) return false;
    await this.ports.store.add({ client_id: this.ports.uuid(), body, files, ...(form && { form }), at: this.ports.clock.now() });
    await this.#outboxChanged();
    return true;
  }

  /** Sends a refused message once more, at the end of the line under a new id; the server has judged the old one. */
  async retry(parcel: Kept): Promise<void> {
    // Added before it is removed: a crash between the two shows it twice rather than not at all.
    if (!await this.send(parcel.body, parcel.files.map(({ id: _, ...file }) => file), parcel.form)) return;
    await this.discard(parcel);
  }

  /** Forgets a refused message. */
  async discard(parcel: Kept): Promise<void> {
    await this.ports.store.remove(parcel.n);
    await this.#outboxChanged();
  }

  /** Writing begins or ends; `text` is passed on only if the visitor agreed that it is seen. */
  typing(on: boolean, text?: string): void {
    if (this.#passes('typing', on, text)) return;
    if (on) { this.#active = true; this.#connect(true); }
    this.#say({ op: 'typing', on, ...(text && this.peeks && { text }) });
  }

  /** The page proves who the visitor is; what is shown then is that person's alone. */
  identify(proof: Proof): void {
    if (this.#passes('identify', proof)) return;
    this.#proof = proof;
    if (this.view.phase === 'ready') void this.#prove();
  }

  /** Forgets the visitor on this device: token, what waits, what was shown. */
  logout(): void {
    if (this.#passes('logout')) return;
    this.#proof = null;
    this.#proofs++;
    this.proving = false;
    this.ports.memory.set('token', null);
    void this.#forget().then(() => this.renew());
  }

  /** What the page says of its visitor; goes with the next message. */
  tellAttributes(attributes: Record<string, string>): void {
    if (!this.#passes('tellAttributes', attributes)) this.attributes = { ...this.attributes, ...attributes };
  }

  /** The visitor lets staff see what they type, in the words that they read; null takes it back. */
  peek(wording: string | null): void {
    this.ports.memory.set('peek', wording && '1');
    if (this.#passes('peek', wording)) return;
    this.peeks = wording;
    this.#say({ op: 'peek', on: !!wording, wording: wording ?? '' });
  }

  /** Answers what is asked at the end; why not, if it was not taken. */
  async answer(answer: Answer): Promise<string | null> {
    return this.#passes('answer', answer) ? null : (await this.#needed()).answer(answer);
  }

  /** Not now: it is asked again at the next visit. */
  later(): void {
    if (!this.#passes('later')) this.#line?.later();
  }

  /** Reads something else of the visitor's own; any tab may. */
  look<T>(path: string): Promise<T> {
    const { api, memory } = this.ports;
    // A following tab has no session of its own, but the leader's token.
    if (!this.leading) api.token = memory.get('token') ?? '';
    return api.call('GET', path);
  }

  /** Everything now shown has been read. */
  read(mark: Mark = end(this.view.thread)): void {
    if (!mark.id || mark.id === this.view.mark.id || this.#passes('read', mark)) return;
    this.ports.memory.set('mark', JSON.stringify(mark));
    this.show({ mark });
    const { seq } = mark;
    if (!this.#say({ op: 'read', seq })) this.ports.api.call('POST', 'read', JSON.stringify({ seq })).catch(() => undefined);
  }

  /** The visitor ends the conversation. */
  end(): void {
    if (!this.#passes('end')) this.ports.api.call('POST', 'end', '{}').then(() => this.#line?.catchUp()).catch(() => undefined);
  }

  /** Messages for the visitor that nobody has looked at. */
  unread(): number {
    return unread(this.view.thread, this.view.mark);
  }

  /** Asks the server for something beside the conversation, from whichever tab. */
  ask<T>(method: 'GET' | 'POST', path: string): Promise<T> {
    const { api, memory } = this.ports;
    api.token ||= memory.get('token') ?? '';
    return api.call(method, path, method === 'POST' ? '{}' : undefined);
  }

  // ── between tabs ──

  /** A following tab has the leading one do it. */
  #passes(deed: Deed, ...words: unknown[]): boolean {
    if (!this.leading) this.#tellOthers({ say: 'do', deed, with: words });
    return !this.leading;
  }

  #word(word: Word): void {
    if (word?.say === 'view') {
      if (this.leading) return;
      this.view = word.view;
      this.#tellListeners();
      return;
    }
    if (!this.leading) return;
    if (word?.say === 'ask') this.#tellOthers({ say: 'view', view: this.view });
    else if (word?.say === 'outbox') void this.#outboxChanged();
    else if (word?.say === 'do') (this[word.deed] as (...words: unknown[]) => unknown)(...word.with);
  }

  #tellOthers(word: Word): void {
    this.ports.channel?.postMessage(word);
  }

  /** Changes the view; listeners and other tabs are told once per turn. */
  show(change: Partial<View>): void {
    const next = { ...this.view, ...change };
    const stored = new Set(next.thread.messages.map((m) => m.client_id));
    const waiting = next.waiting.filter((p) => !stored.has(p.client_id));
    const asking = !!next.config?.form && next.thread.conversation?.status !== 'open' && waiting.every((p) => p.refused);
    this.view = { ...next, waiting, asking };
    if (this.#told) return;
    this.#told = true;
    queueMicrotask(() => {
      this.#told = false;
      this.#tellListeners();
      if (this.leading) this.#tellOthers({ say: 'view', view: this.view });
    });
  }

  #tellListeners(): void {
    for (const listener of this.#listeners) listener(this.view);
  }

  async #outboxChanged(): Promise<void> {
    this.show({ waiting: await this.ports.store.all() });
    if (!this.leading) { this.#tellOthers({ say: 'outbox' }); return; }
    if (!this.view.waiting.length) return;
    this.#active = true;
    this.#connect();
    await (await this.#needed()).run();
  }

  // ── the line ──

  /** The line, fetched with the first need of it. Where it cannot be had it is asked for again, until it can. */
  #needed(): Promise<Line> {
    return this.#coming ??= import('./line').then(({ Line }) => this.#line = new Line(this)).catch(async () => {
      await new Promise<void>((resolve) => { this.ports.clock.set(resolve, POLL_MS); });
      this.#coming = null;
      return this.#needed();
    });
  }

  #say(frame: ClientFrame): boolean {
    return !!this.#line?.say(frame);
  }

  #linkNow(): View['link'] {
    return this.#line?.link() ?? (this.ports.online() ? 'idle' : 'offline');
  }

  /** Opens the socket when there is something to say or to hear; a page nobody chats on keeps none. */
  #connect(writes = false): void {
    const { phase, identity, waiting, thread: { conversation } } = this.view;
    const hears = conversation || writes || identity === 'proved';
    const wanted = waiting.length > 0 || (conversation && conversation.status !== 'resolved') || (this.#active && hears);
    if (!this.leading || phase !== 'ready' || identity === 'needed' || !wanted) return;
    void this.#needed().then((line) => { if (this.leading) line.start(); });
  }

  // ── session ──

  /** Begins the session, or renews it. */
  async renew(): Promise<void> {
    const { api, memory, clock } = this.ports;
    clock.clear(this.#timer);
    const token = memory.get('token');
    try {
      const answer = await api.call<Session>('POST', 'session', JSON.stringify({ ...this.ports.visit(), ...(token && { token }) }));
      // What was asked with another token than is held by now tells of a visitor who is gone.
      if (!this.leading || memory.get('token') !== token) return;
      this.#sessionAt = clock.now();
      this.#failures = 0;
      await this.#begun(answer);
      if (this.#proof) await this.#prove();
      else this.#connect();
    } catch (fault) {
      this.#failed(fault, token);
    }
  }

  async #begun(answer: Session): Promise<void> {
    const { config, limits, identity = 'none', conversation, token, visitor } = answer;
    this.ports.api.token = token;
    this.ports.memory.set('token', token);
    this.#visitor = visitor;
    // What a conversation is shown with comes before what is known of it.
    const line = conversation ? await this.#needed() : this.#line;
    this.show({ phase: 'ready', config, limits, identity });
    line?.begun(answer);
  }

  /** Gives the page's proof; a refused one leaves the visitor who they were, and a later one goes before it. */
  async #prove(): Promise<void> {
    const proof = this.#proof!;
    this.#proof = null;
    const { identity } = this.view;
    const before = this.#visitor;
    const turn = ++this.#proofs;
    this.proving = true;
    let fault: string | null = null;
    try {
      // What was sent as the one is not sent again as the other: first it is known what has arrived.
      const line = this.view.waiting.length ? await this.#needed() : this.#line;
      await line?.rest();
      const answer = await this.ports.api.call<Session>('POST', 'identify', JSON.stringify(proof));
      if (!this.leading || turn !== this.#proofs) return;
      // What waits was written by whoever was here; it goes along only from nobody in particular to somebody.
      if (identity !== 'proved' || before !== answer.visitor) await this.#forget(identity !== 'proved');
      await this.#begun(answer);
    } catch (refusal) {
      fault = refusal instanceof Refused ? refusal.code : 'unreachable';
    }
    if (turn !== this.#proofs) return;
    this.proving = false;
    this.ports.identified?.(fault);
    void this.#line?.run();
    this.#connect();
  }

  /** Nothing of what was shown stays; `keeping` leaves what waits to be sent. */
  async #forget(keeping = false): Promise<void> {
    const { memory, store } = this.ports;
    this.era++;
    this.#line?.stop();
    memory.set('mark', null);
    if (!keeping) for (const parcel of await store.all()) await store.remove(parcel.n);
    const waiting = await store.all();
    this.show({ thread: EMPTY, waiting, mark: NOTHING, survey: null, typing: null, identity: 'none' });
  }

  #failed(fault: unknown, token: string | null): void {
    if (!this.leading) return;
    if (fault instanceof Refused && !fault.passing) {
      // A token of another time is dropped once; without one, the inbox itself is not for this page.
      if (!token) { this.show({ phase: 'refused' }); return; }
      this.ports.memory.set('token', null);
      void this.renew();
      return;
    }
    this.show({ link: this.#linkNow() });
    const asked = fault instanceof Refused ? fault.retryAfterMs : 0;
    this.#timer = this.ports.clock.set(() => void this.renew(), Math.max(asked, pause(this.#failures++, this.ports.clock.random())));
  }

  #remembered(): Mark {
    try {
      const mark = JSON.parse(this.ports.memory.get('mark') ?? '') as Mark;
      return typeof mark.id === 'string' && typeof mark.seq === 'number' ? mark : NOTHING;
    } catch {
      return NOTHING;
    }
  }
}
