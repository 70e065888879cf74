/**
 * The chat of one visitor, in one tab. The leading tab holds the socket, sends what waits and tells the others what to show; a
 * following tab writes into the same outbox and asks the leader for the rest. So all tabs show the same, and a tab
 * that takes over goes on from what it showed.
 */

import { PAGE_LIMIT, Refused, type Api } from './api';
import type { Clock } from './clock';
import { Live, pause, type Socket } from './live';
import { Outbox, PARCELS_MAX, type Kept, type Outcome, type Store, type Waiting } from './outbox';
import type { Channel } from './tabs';
import { EMPTY, converse, end, marked, merge, reached, unread, type Mark, type Thread } from './thread';
import { TYPING_OVER_MS } from './typing';
import type { Answer, Config, Filled, Limits, Message, Proof, ServerFrame, Session, Survey } from './wire';

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

export const POLL_MS = 3_000;
/** Attempts without a socket after which messages are also fetched by HTTP. */
export const POLL_AFTER_FAILURES = 2;
/** Longest wait for the acknowledgement of one message. */
export const ACK_MS = 15_000;
/** Age after which opening the panel asks again whether somebody is there. */
export const CONFIG_FRESH_MS = 60_000;
const PAGES_MAX = 50;
const DEFAULT_LIMITS: Limits = { body: 16_384, file: 20_971_520, mimes: [] };

/** What this tab waits for; one of each at a time. */
type Timer = 'session' | 'poll' | 'typing' | 'retry';

type Word =
  | { say: 'ask' | 'outbox' | 'wake' | 'end' }
  | { say: 'typing'; on: boolean; text?: string }
  | { say: 'identify'; proof: Proof }
  | { say: 'logout' | 'later' }
  | { say: 'attributes'; attributes: Record<string, string> }
  | { say: 'answer'; answer: Answer }
  | { say: 'peek'; wording: string | null }
  | { say: 'read'; mark: Mark }
  | { say: 'view'; view: View };

/** Refusals on the socket that time alone will heal. */
const PASSING = /throttl|too_many|rate|busy|unavailable/;

export class Chat {
  view: View;
  #leading = false;
  #active = false;
  #listeners = new Set<(view: View) => void>();
  #told = false;
  readonly #live: Live;
  readonly #outbox: Outbox;
  #acks = new Map<string, (outcome: Outcome) => void>();
  #sessionAt = -Infinity;
  #failures = 0;
  #catching: Promise<void> | null = null;
  #catchAgain = false;
  #timers: Partial<Record<'session' | 'poll' | 'typing' | 'retry', unknown>> = {};
  #polled = false;
  #visitor = '';
  #proof: Proof | null = null;
  #attributes: Record<string, string> | null = null;
  #peek: string | null = null;
  #put = new Set<string>();

  constructor(private readonly ports: ChatPorts) {
    this.view = {
      phase: 'starting', config: null, limits: DEFAULT_LIMITS, thread: EMPTY, waiting: [], link: 'idle', typing: null,
      mark: this.#remembered(), identity: 'none', asking: false, survey: null,
    };
    this.#live = new Live(ports.clock, {
      open: () => ports.openSocket(),
      auth: () => ({ token: ports.api.token, after: this.view.thread.cursor }),
      heard: (frame) => this.#heard(frame),
      turned: (up, failures) => this.#turned(up, failures),
    });
    this.#outbox = new Outbox(ports.store, (parcel, keep) => this.#deliver(parcel, keep), (waiting) => this.#show({ waiting }));
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
    if (this.#leading) return;
    this.#leading = true;
    this.#show({ mark: this.#remembered() });
    await this.#outbox.tell();
    await this.#session();
  }

  /** This tab follows again. */
  follow(): void {
    if (!this.#leading) return;
    this.#leading = false;
    this.#live.stop();
    for (const name in this.#timers) this.#after(name as Timer);
    for (const settle of this.#acks.values()) settle({ kind: 'later' });
    this.#tellOthers({ say: 'ask' });
  }

  /** The panel was opened, or the page came to the front. */
  wake(): void {
    if (!this.#leading) { this.#tellOthers({ say: 'wake' }); return; }
    this.#active = true;
    if (this.view.phase === 'ready' && this.ports.clock.now() - this.#sessionAt > CONFIG_FRESH_MS) void this.#session();
    else this.#connect();
  }

  /** The browser says that the network came or went. */
  networkChanged(): void {
    if (!this.#leading) return;
    this.#show({ link: this.#linkNow() });
    if (!this.ports.online()) return;
    if (this.view.phase !== 'ready') void this.#session();
    this.#live.nudge();
    void this.#outbox.run();
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

  /** `text` is passed on only if the visitor agreed that it is seen. */
  typing(on: boolean, text?: string): void {
    if (!this.#leading) { this.#tellOthers({ say: 'typing', on, ...(text && { text }) }); return; }
    this.#live.say({ op: 'typing', on, ...(text && this.#peek && { text }) });
  }

  /** The page proves who the visitor is; what is shown then is that person's alone. */
  identify(proof: Proof): void {
    if (!this.#leading) { this.#tellOthers({ say: 'identify', proof }); return; }
    this.#proof = proof;
    if (this.view.phase === 'ready') void this.#prove();
  }

  /** Forgets the visitor on this device: token, what waits, what was shown. */
  logout(): void {
    if (!this.#leading) { this.#tellOthers({ say: 'logout' }); return; }
    this.#proof = null;
    this.ports.memory.set('token', null);
    this.#live.stop();
    void this.#forget().then(() => this.#session());
  }

  /** What the page says of its visitor; goes with the next message. */
  tellAttributes(attributes: Record<string, string>): void {
    if (!this.#leading) { this.#tellOthers({ say: 'attributes', attributes }); return; }
    this.#attributes = { ...this.#attributes, ...attributes };
  }

  /** The visitor lets staff see what they type, in the words that they read; null takes it back. */
  peek(wording: string | null): void {
    this.ports.memory.set('peek', wording && '1');
    if (!this.#leading) { this.#tellOthers({ say: 'peek', wording }); return; }
    this.#peek = wording;
    this.#live.say({ op: 'peek', on: !!wording, wording: wording ?? '' });
  }

  /** Answers what is asked at the end; why not, if it was not taken. */
  async answer(answer: Answer): Promise<string | null> {
    if (!this.#leading) { this.#tellOthers({ say: 'answer', answer }); return null; }
    try {
      await this.#asking(() => this.ports.api.answer(answer));
    } catch (fault) {
      if (!(fault instanceof Refused) || fault.passing || fault.status === 422) return fault instanceof Refused ? fault.title : '';
      // Answered elsewhere, or too late: it need not be asked again.
    }
    this.#show({ survey: this.view.survey && { ...this.view.survey, thanks: true } });
    return null;
  }

  /** Not now: it is asked again at the next visit. */
  later(): void {
    if (!this.#leading) { this.#tellOthers({ say: 'later' }); return; }
    if (this.view.survey) this.#put.add(this.view.survey.conversation);
    this.#show({ survey: null });
  }

  /** Reads something else of the visitor's own; any tab may. */
  look<T>(path: string): Promise<T> {
    const { api, memory } = this.ports;
    // A following tab has no session of its own, but the leader's token.
    if (!this.#leading) api.token = memory.get('token') ?? '';
    return api.call('GET', path);
  }

  /** Everything now shown has been read. */
  read(mark: Mark = end(this.view.thread)): void {
    if (!mark.id || mark.id === this.view.mark.id) return;
    if (!this.#leading) { this.#tellOthers({ say: 'read', mark }); return; }
    this.ports.memory.set('mark', JSON.stringify(mark));
    this.#show({ mark });
    if (!this.#live.say({ op: 'read', seq: mark.seq })) this.ports.api.read(mark.seq).catch(() => undefined);
  }

  /** The visitor ends the conversation. */
  end(): void {
    if (!this.#leading) { this.#tellOthers({ say: 'end' }); return; }
    this.ports.api.end().then(() => this.#catchUp()).catch(() => undefined);
  }

  /** Messages for the visitor that nobody has looked at. */
  unread(): number {
    return unread(this.view.thread, this.view.mark);
  }

  // ── between tabs ──

  #word(word: Word): void {
    if (word?.say === 'view') {
      if (this.#leading) return;
      this.view = word.view;
      this.#tellListeners();
      return;
    }
    if (!this.#leading) return;
    switch (word?.say) {
      case 'ask': this.#tellOthers({ say: 'view', view: this.view }); break;
      case 'outbox': void this.#outboxChanged(); break;
      case 'wake': this.wake(); break;
      case 'end': this.end(); break;
      case 'typing': this.typing(word.on, word.text); break;
      case 'identify': this.identify(word.proof); break;
      case 'logout': this.logout(); break;
      case 'later': this.later(); break;
      case 'attributes': this.tellAttributes(word.attributes); break;
      case 'answer': void this.answer(word.answer); break;
      case 'peek': this.peek(word.wording); break;
      case 'read': this.read(word.mark); break;
    }
  }

  #tellOthers(word: Word): void {
    this.ports.channel?.postMessage(word);
  }

  /** Changes the view; listeners and other tabs are told once per turn. */
  #show(change: Partial<View>): void {
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
      if (this.#leading) this.#tellOthers({ say: 'view', view: this.view });
    });
  }

  #tellListeners(): void {
    for (const listener of this.#listeners) listener(this.view);
  }

  async #outboxChanged(): Promise<void> {
    if (!this.#leading) {
      this.#show({ waiting: await this.ports.store.all() });
      this.#tellOthers({ say: 'outbox' });
      return;
    }
    await this.#outbox.tell();
    if (!this.view.waiting.length) return;
    this.#active = true;
    this.#connect();
    await this.#outbox.run();
  }

  /** Does `act` after a while, in place of what that timer was to do before; without `act` it only stops it. */
  #after(name: Timer, ms = 0, act?: () => void): void {
    const { clock } = this.ports;
    clock.clear(this.#timers[name]);
    if (act) this.#timers[name] = clock.set(act, ms);
  }

  // ── session ──

  async #session(): Promise<void> {
    const { api, memory, clock } = this.ports;
    this.#after('session');
    const token = memory.get('token');
    try {
      const answer = await api.session({ ...this.ports.visit(), ...(token && { token }) });
      if (!this.#leading) return;
      this.#sessionAt = clock.now();
      this.#failures = 0;
      this.#begun(answer);
      if (this.#proof) await this.#prove();
      else this.#connect();
    } catch (fault) {
      this.#sessionFailed(fault, token);
    }
  }

  #begun(answer: Session): void {
    const { api, memory } = this.ports;
    api.token = answer.token;
    memory.set('token', answer.token);
    this.#visitor = answer.visitor;
    const thread = converse(this.view.thread, answer.conversation);
    this.#show({ phase: 'ready', config: answer.config, limits: answer.limits, identity: answer.identity ?? 'none', thread });
    if (answer.conversation && answer.conversation.last_seq > thread.cursor) void this.#catchUp();
    if (answer.conversation?.status === 'resolved') void this.#askSurvey();
  }

  /** Gives the page's proof; a refused one leaves the visitor who they were. */
  async #prove(): Promise<void> {
    const proof = this.#proof!;
    this.#proof = null;
    const { identity } = this.view;
    const before = this.#visitor;
    try {
      const answer = await this.ports.api.identify(proof);
      if (!this.#leading) return;
      if (identity !== 'proved' || before !== answer.visitor) {
        this.#live.stop();
        // What waits was written by whoever was here; it goes along only from nobody in particular to somebody.
        await this.#forget(identity !== 'proved');
      }
      this.#begun(answer);
      this.ports.identified?.(null);
      void this.#outbox.run();
    } catch (fault) {
      this.ports.identified?.(fault instanceof Refused ? fault.code : 'unreachable');
    }
    this.#connect();
  }

  /** Nothing of what was shown stays; `keeping` leaves what waits to be sent. */
  async #forget(keeping = false): Promise<void> {
    const { memory, store } = this.ports;
    memory.set('mark', null);
    if (!keeping) for (const parcel of await store.all()) await store.remove(parcel.n);
    const waiting = await store.all();
    this.#show({ thread: EMPTY, waiting, mark: { id: '', seq: 0 }, survey: null, typing: null, identity: 'none' });
  }

  async #askSurvey(): Promise<void> {
    const { survey } = await this.ports.api.survey().catch(() => ({ survey: null }));
    if (this.#leading && survey && !this.#put.has(survey.conversation)) this.#show({ survey });
  }

  #sessionFailed(fault: unknown, token: string | null): void {
    if (!this.#leading) return;
    if (fault instanceof Refused && !fault.passing) {
      // A token of another time is dropped once; without one, the inbox itself is not for this page.
      if (!token) { this.#show({ phase: 'refused' }); return; }
      this.ports.memory.set('token', null);
      void this.#session();
      return;
    }
    this.#show({ link: this.#linkNow() });
    const asked = fault instanceof Refused ? fault.retryAfterMs : 0;
    this.#after('session', Math.max(asked, pause(this.#failures++, this.ports.clock.random())), () => void this.#session());
  }

  /** Opens the socket when there is something to say or to hear; a page nobody chats on keeps none. */
  #connect(): void {
    const { conversation } = this.view.thread;
    if (this.view.identity === 'needed') return;
    const wanted = this.#active || this.view.waiting.length > 0 || (conversation && conversation.status !== 'resolved');
    if (!this.#leading || this.view.phase !== 'ready' || !wanted) return;
    this.#live.start();
    this.#show({ link: this.#linkNow() });
  }

  // ── the socket, and polling in its place ──

  #linkNow(): View['link'] {
    if (this.#live.up) return 'live';
    if (!this.ports.online()) return 'offline';
    return this.#polled ? 'polling' : 'connecting';
  }

  #turned(up: boolean, failures: number): void {
    if (up) {
      this.#polled = false;
      this.#after('poll');
      if (this.#peek) this.#live.say({ op: 'peek', on: true, wording: this.#peek });
      void this.#outbox.run();
    } else {
      for (const settle of [...this.#acks.values()]) settle({ kind: 'later' });
      if (failures === POLL_AFTER_FAILURES) void this.#poll();
      // The token may be what the socket does not like; the session renews it or tells why.
      if (failures > 0 && failures % (POLL_AFTER_FAILURES * 2) === 0) void this.#session();
    }
    this.#show({ link: this.#linkNow(), ...(!up && { typing: null }) });
  }

  async #poll(): Promise<void> {
    this.#after('poll');
    if (!this.#leading || this.#live.up) return;
    const had = this.#polled;
    this.#polled = await this.#catchUp();
    if (!this.#leading || this.#live.up) { this.#polled = false; return; }
    if (had !== this.#polled) this.#show({ link: this.#linkNow() });
    this.#after('poll', POLL_MS, () => void this.#poll());
    if (this.#polled) void this.#outbox.run();
  }

  #heard(frame: ServerFrame): void {
    switch (frame.op) {
      case 'ready': this.#ready(frame); break;
      case 'message': this.#received(frame); break;
      case 'state': this.#show({ thread: marked(this.view.thread, frame.seq, frame.state) }); break;
      case 'typing': this.#theyType(frame.on ? frame.name : null); break;
      case 'conversation': this.#show({ thread: converse(this.view.thread, frame.conversation) }); break;
      case 'ack':
        this.#taken(frame.message);
        this.#acks.get(frame.client_id)?.({ kind: 'taken' });
        break;
      case 'refused': this.#refused(frame); break;
      case 'resync': void this.#restart(0); break;
      case 'survey': void this.#askSurvey(); break;
    }
  }

  #ready(frame: Extract<ServerFrame, { op: 'ready' }>): void {
    const thread = converse(this.view.thread, frame.conversation);
    this.#show({ thread });
    if (frame.conversation && frame.last_seq < thread.cursor) void this.#restart(1);
    else if (frame.last_seq > thread.cursor) void this.#catchUp();
  }

  #received(frame: Extract<ServerFrame, { op: 'message' }>): void {
    const { message } = frame;
    this.#show({ thread: merge(this.view.thread, [message]), ...(message.from !== 'me' && { typing: null }) });
    if (message.client_id) this.#acks.get(message.client_id)?.({ kind: 'taken' });
    if (message.from === 'agent' || message.from === 'bot') this.#live.say({ op: 'delivered', seq: message.seq });
  }

  #refused(frame: Extract<ServerFrame, { op: 'refused' }>): void {
    const settle = this.#acks.get(frame.client_id);
    if (PASSING.test(frame.code)) { this.#retryLater(0); settle?.({ kind: 'later' }); }
    else settle?.({ kind: 'refused', title: frame.title });
  }

  #theyType(name: string | null): void {
    this.#show({ typing: name });
    this.#after('typing', TYPING_OVER_MS, () => this.#show({ typing: null }));
  }

  // ── history ──

  /** Fetches what came after the cursor; false if the server could not be asked. One fetch at a time. */
  async #catchUp(): Promise<boolean> {
    this.#catchAgain = true;
    this.#catching ??= this.#fetchAll();
    try {
      await this.#catching;
      return true;
    } catch {
      return false;
    }
  }

  async #fetchAll(): Promise<void> {
    try {
      while (this.#catchAgain) {
        this.#catchAgain = false;
        await this.#fetchPages();
      }
    } finally {
      this.#catching = null;
    }
  }

  async #fetchPages(): Promise<void> {
    for (let n = 0; n < PAGES_MAX; n++) {
      const page = await this.#asking(() => this.ports.api.messages(this.view.thread.cursor));
      if (!this.#leading) return;
      const before = this.view.thread.cursor;
      let thread = merge(converse(this.view.thread, page.conversation), page.items);
      const full = page.items.length >= PAGE_LIMIT;
      if (!full) thread = reached(thread, page.last_seq);
      this.#show({ thread });
      if (!full || thread.cursor === before) return;
    }
  }

  /** Asks by HTTP; an answer of "who are you?" renews the session before it is passed on. */
  async #asking<T>(ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (fault) {
      if (fault instanceof Refused && fault.status === 401) await this.#session();
      throw fault;
    }
  }

  /** Asks for everything again, under what is shown; `rounds` is 1 if the numbers have begun anew. */
  async #restart(rounds: 0 | 1): Promise<void> {
    const { thread } = this.view;
    this.#show({ thread: { ...thread, cursor: 0, round: thread.round + rounds } });
    await this.#catchUp();
  }

  // ── sending ──

  async #deliver(parcel: Kept, keep: (parcel: Kept) => Promise<void>): Promise<Outcome> {
    if (!this.#leading || this.view.phase !== 'ready') return { kind: 'later' };
    if (this.view.identity === 'needed' || (!this.#live.up && !this.#polled)) return { kind: 'later' };
    // Stored, but the page died before it could forget the parcel.
    if (this.view.thread.messages.some((m) => m.client_id === parcel.client_id)) return { kind: 'taken' };
    try {
      const attachments = await this.#uploaded(parcel, keep);
      return this.#live.up
        ? await this.#sendLive(parcel, attachments)
        : await this.#sendByHttp(parcel, attachments);
    } catch (fault) {
      if (fault instanceof Refused && !fault.passing && fault.status !== 401) {
        return { kind: 'refused', title: fault.title };
      }
      this.#retryLater(fault instanceof Refused ? fault.retryAfterMs : 0);
      return { kind: 'later' };
    }
  }

  async #uploaded(parcel: Kept, keep: (parcel: Kept) => Promise<void>): Promise<string[]> {
    for (const file of parcel.files) {
      if (file.id) continue;
      file.id = (await this.#asking(() => this.ports.api.upload(file.name, file.mime, file.blob))).id;
      await keep(parcel);
    }
    return parcel.files.map((file) => file.id!);
  }

  #sendLive(parcel: Kept, attachments: string[]): Promise<Outcome> {
    const { clock } = this.ports;
    const { client_id, body } = parcel;
    const form = this.#along(parcel);
    return new Promise((resolve) => {
      const timer = clock.set(() => { settle({ kind: 'later' }); this.#live.restart(); }, ACK_MS);
      const settle = (outcome: Outcome): void => {
        clock.clear(timer);
        this.#acks.delete(client_id);
        resolve(outcome);
      };
      this.#acks.set(client_id, settle);
      if (!this.#live.say({ op: 'send', client_id, body, ...(attachments.length && { attachments }), ...(form && { form }) })) settle({ kind: 'later' });
    });
  }

  async #sendByHttp(parcel: Kept, attachments: string[]): Promise<Outcome> {
    const message = await this.#asking(() => this.ports.api.send(parcel.client_id, parcel.body, attachments, this.#along(parcel)));
    this.#taken(message);
    return { kind: 'taken' };
  }

  /** What goes along with a message: its form, and what the page says. */
  #along({ form }: Kept): Filled | undefined {
    return form || this.#attributes ? { ...form, ...(this.#attributes && { attributes: this.#attributes }) } : undefined;
  }

  /** A message was taken: what was asked before it need not be asked again. */
  #taken(message: Message): void {
    this.#attributes = null;
    const { config } = this.view;
    this.#show({ thread: merge(this.view.thread, [message]), survey: null, ...(config?.form && { config: { ...config, form: null } }) });
  }

  #retryLater(askedMs: number): void {
    this.#after('retry', Math.max(askedMs, POLL_MS), () => void this.#outbox.run());
  }

  #remembered(): Mark {
    try {
      const mark = JSON.parse(this.ports.memory.get('mark') ?? '') as Mark;
      return typeof mark.id === 'string' && typeof mark.seq === 'number' ? mark : { id: '', seq: 0 };
    } catch {
      return { id: '', seq: 0 };
    }
  }
}
