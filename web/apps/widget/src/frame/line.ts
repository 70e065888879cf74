/**
 * The line between one tab and the server, once there is something to say or to hear: the socket, polling in its place, what
 * was said before, and sending. Loaded with the first need of it; a visitor who only looks does not pay for it.
 */

import { PAGE_LIMIT, Refused } from './api';
import type { Chat, View } from './chat';
import { POLL_MS } from './chat';
import { Live } from './live';
import { Outbox, type Kept, type Outcome } from './outbox';
import { converse, marked, merge, reached } from './thread';
import { TYPING_OVER_MS } from './typing';
import type { Answer, Attachment, ClientFrame, Filled, Message, Page, ServerFrame, Session, Survey } from './wire';

/** Attempts without a socket after which messages are also fetched by HTTP. */
export const POLL_AFTER_FAILURES = 2;
/** Longest wait for the acknowledgement of one message. */
export const ACK_MS = 15_000;
const PAGES_MAX = 50;

/** Refusals on the socket that time alone will heal. */
const PASSING = /throttl|too_many|rate|busy|unavailable/;

/** What a line waits for; one of each at a time. */
type Timer = 'poll' | 'typing' | 'retry';

export class Line {
  readonly #live: Live;
  readonly #outbox: Outbox;
  #acks = new Map<string, (outcome: Outcome) => void>();
  #catching: Promise<void> | null = null;
  #catchAgain = false;
  #timers: Partial<Record<Timer, unknown>> = {};
  #polled = false;
  #put = new Set<string>();

  constructor(private readonly chat: Chat) {
    const { ports } = chat;
    this.#live = new Live(ports.clock, {
      open: () => ports.openSocket(),
      auth: () => ({ token: ports.api.token, after: this.#view.thread.cursor }),
      heard: (frame) => this.#heard(frame),
      turned: (up, failures) => this.#turned(up, failures),
    });
    this.#outbox = new Outbox(ports.store, (parcel, keep) => this.#deliver(parcel, keep), (waiting) => chat.show({ waiting }));
  }

  get #view(): View {
    return this.chat.view;
  }

  /** Wants the socket open from now on. */
  start(): void {
    this.#live.start();
    this.chat.show({ link: this.link() });
  }

  /** Lets the socket go. */
  stop(): void {
    this.#live.stop();
  }

  /** Another tab leads: nothing is waited for any more. */
  leave(): void {
    this.stop();
    for (const name in this.#timers) this.#after(name as Timer);
    for (const settle of this.#acks.values()) settle({ kind: 'later' });
  }

  /** The network came back. */
  nudge(): void {
    this.#live.nudge();
    void this.run();
  }

  /** Says a frame; false if there is nobody to hear it. */
  say(frame: ClientFrame): boolean {
    return this.#live.say(frame);
  }

  /** Sends what waits. */
  run(): Promise<void> {
    return this.#outbox.run();
  }

  /**
   * Waits until it is known of everything that was sent whether it arrived; what did leaves the line, what did not is sent from
   * its beginning. Rejects if the server cannot be asked.
   */
  async rest(): Promise<void> {
    const { store } = this.chat.ports;
    await this.#outbox.idle();
    const waiting = await store.all();
    if (!waiting.length || this.#view.identity === 'needed') return;
    if (!await this.catchUp()) throw new Error();
    const arrived = new Set(this.#view.thread.messages.map((m) => m.client_id));
    for (const parcel of waiting) {
      if (arrived.has(parcel.client_id)) await store.remove(parcel.n);
      // Files belong to whom they were uploaded by.
      else await store.put({ ...parcel, files: parcel.files.map(({ id: _, ...file }) => file) });
    }
  }

  /** How it stands. */
  link(): View['link'] {
    if (this.#live.up) return 'live';
    if (!this.chat.ports.online()) return 'offline';
    return this.#polled ? 'polling' : 'connecting';
  }

  /** Takes what a session says of the conversation. */
  begun({ conversation }: Session): void {
    const thread = converse(this.#view.thread, conversation);
    this.chat.show({ thread });
    if (conversation && conversation.last_seq > thread.cursor) void this.catchUp();
    if (conversation?.status === 'resolved') void this.#askSurvey();
  }

  /** Answers what is asked at the end; why not, if it was not taken. */
  async answer(answer: Answer): Promise<string | null> {
    try {
      await this.#asking(() => this.chat.ports.api.call('POST', 'survey', JSON.stringify(answer)));
    } catch (fault) {
      if (!(fault instanceof Refused) || fault.passing || fault.status === 422) return fault instanceof Refused ? fault.title : '';
      // Answered elsewhere, or too late: it need not be asked again.
    }
    this.chat.show({ survey: this.#view.survey && { ...this.#view.survey, thanks: true } });
    return null;
  }

  /** Not now: it is asked again at the next visit. */
  later(): void {
    if (this.#view.survey) this.#put.add(this.#view.survey.conversation);
    this.chat.show({ survey: null });
  }

  async #askSurvey(): Promise<void> {
    const { survey } = await this.chat.ports.api.call<{ survey: Survey | null }>('GET', 'survey').catch(() => ({ survey: null }));
    if (this.chat.leading && survey && !this.#put.has(survey.conversation)) this.chat.show({ survey });
  }

  /** Does `act` after a while, in place of what that timer was to do before; without `act` it only stops it. */
  #after(name: Timer, ms = 0, act?: () => void): void {
    const { clock } = this.chat.ports;
    clock.clear(this.#timers[name]);
    if (act) this.#timers[name] = clock.set(act, ms);
  }

  // ── the socket, and polling in its place ──

  #turned(up: boolean, failures: number): void {
    if (up) {
      this.#polled = false;
      this.#after('poll');
      const wording = this.chat.peeks;
      if (wording) this.say({ op: 'peek', on: true, wording });
      void this.run();
    } else {
      for (const settle of [...this.#acks.values()]) settle({ kind: 'later' });
      if (failures === POLL_AFTER_FAILURES) void this.#poll();
      // The token may be what the socket does not like; the session renews it or tells why.
      if (failures > 0 && failures % (POLL_AFTER_FAILURES * 2) === 0) void this.chat.renew();
    }
    this.chat.show({ link: this.link(), ...(!up && { typing: null }) });
  }

  async #poll(): Promise<void> {
    this.#after('poll');
    if (!this.chat.leading || this.#live.up) return;
    const had = this.#polled;
    this.#polled = await this.catchUp();
    if (!this.chat.leading || this.#live.up) { this.#polled = false; return; }
    if (had !== this.#polled) this.chat.show({ link: this.link() });
    this.#after('poll', POLL_MS, () => void this.#poll());
    if (this.#polled) void this.run();
  }

  #heard(frame: ServerFrame): void {
    switch (frame.op) {
      case 'ready': this.#ready(frame); break;
      case 'message': this.#received(frame); break;
      case 'state': this.chat.show({ thread: marked(this.#view.thread, frame.seq, frame.state) }); break;
      case 'typing': this.#theyType(frame.on ? frame.name : null); break;
      case 'conversation': this.chat.show({ thread: converse(this.#view.thread, frame.conversation) }); break;
      case 'ack':
        this.#taken(frame.message);
        this.#acks.get(frame.client_id)?.({ kind: 'taken' });
        break;
      case 'refused': this.#refused(frame); break;
      case 'resync': void this.#restart(0); break;
      case 'hours': void this.chat.renew(); break;
      case 'survey': void this.#askSurvey(); break;
    }
  }

  #ready(frame: Extract<ServerFrame, { op: 'ready' }>): void {
    const thread = converse(this.#view.thread, frame.conversation);
    this.chat.show({ thread });
    if (frame.conversation && frame.last_seq < thread.cursor) void this.#restart(1);
    else if (frame.last_seq > thread.cursor) void this.catchUp();
  }

  #received(frame: Extract<ServerFrame, { op: 'message' }>): void {
    const { message } = frame;
    this.chat.show({ thread: merge(this.#view.thread, [message]), ...(message.from !== 'me' && { typing: null }) });
    if (message.client_id) this.#acks.get(message.client_id)?.({ kind: 'taken' });
    if (message.from === 'agent' || message.from === 'bot') this.say({ op: 'delivered', seq: message.seq });
  }

  #refused(frame: Extract<ServerFrame, { op: 'refused' }>): void {
    const settle = this.#acks.get(frame.client_id);
    if (PASSING.test(frame.code)) { this.#retryLater(0); settle?.({ kind: 'later' }); }
    else settle?.({ kind: 'refused', title: frame.title });
  }

  #theyType(name: string | null): void {
    this.chat.show({ typing: name });
    this.#after('typing', TYPING_OVER_MS, () => this.chat.show({ typing: null }));
  }

  // ── history ──

  /** Fetches what came after the cursor; false if the server could not be asked. One fetch at a time. */
  async catchUp(): Promise<boolean> {
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
      const { era } = this.chat;
      const before = this.#view.thread.cursor;
      const page = await this.#asking(() => this.chat.ports.api.call<Page>('GET', `messages?after=${before}&limit=${PAGE_LIMIT}`));
      if (!this.chat.leading) return;
      if (era !== this.chat.era) continue;
      const from = this.#view.thread.cursor;
      let thread = merge(converse(this.#view.thread, page.conversation), page.items);
      const full = page.items.length >= PAGE_LIMIT;
      if (!full) thread = reached(thread, page.last_seq);
      this.chat.show({ thread });
      if (!full || thread.cursor === from) return;
    }
  }

  /** Asks by HTTP; an answer of "who are you?" renews the session before it is passed on. */
  async #asking<T>(ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (fault) {
      if (fault instanceof Refused && fault.status === 401) await this.chat.renew();
      throw fault;
    }
  }

  /** Asks for everything again, under what is shown; `rounds` is 1 if the numbers have begun anew. */
  async #restart(rounds: 0 | 1): Promise<void> {
    const { thread } = this.#view;
    this.chat.show({ thread: { ...thread, cursor: 0, round: thread.round + rounds } });
    await this.catchUp();
  }

  // ── sending ──

  async #deliver(parcel: Kept, keep: (parcel: Kept) => Promise<void>): Promise<Outcome> {
    if (!this.chat.leading || this.#view.phase !== 'ready' || this.chat.proving) return { kind: 'later' };
    if (this.#view.identity === 'needed' || (!this.#live.up && !this.#polled)) return { kind: 'later' };
    // Stored, but the page died before it could forget the parcel.
    if (this.#view.thread.messages.some((m) => m.client_id === parcel.client_id)) return { kind: 'taken' };
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
      const path = `files?name=${encodeURIComponent(file.name)}`;
      file.id = (await this.#asking(() => this.chat.ports.api.call<Attachment>('POST', path, file.blob, file.mime))).id;
      await keep(parcel);
    }
    return parcel.files.map((file) => file.id!);
  }

  /** A message as it is sent: with its files, its form, and what the page says of its visitor. */
  #said({ client_id, body, form }: Kept, attachments: string[]): { client_id: string; body: string; attachments?: string[]; form?: Filled } {
    const { attributes } = this.chat;
    return {
      client_id, body, ...(attachments.length && { attachments }),
      ...((form || attributes) && { form: { ...form, ...(attributes && { attributes }) } }),
    };
  }

  #sendLive(parcel: Kept, attachments: string[]): Promise<Outcome> {
    const { clock } = this.chat.ports;
    const { client_id } = parcel;
    const said = this.#said(parcel, attachments);
    return new Promise((resolve) => {
      const timer = clock.set(() => { settle({ kind: 'later' }); this.#live.restart(); }, ACK_MS);
      const settle = (outcome: Outcome): void => {
        clock.clear(timer);
        this.#acks.delete(client_id);
        resolve(outcome);
      };
      this.#acks.set(client_id, settle);
      if (!this.say({ op: 'send', ...said })) settle({ kind: 'later' });
    });
  }

  async #sendByHttp(parcel: Kept, attachments: string[]): Promise<Outcome> {
    const { era } = this.chat;
    const body = JSON.stringify(this.#said(parcel, attachments));
    const message = await this.#asking(() => this.chat.ports.api.call<Message>('POST', 'messages', body));
    if (era === this.chat.era) this.#taken(message);
    return { kind: 'taken' };
  }

  /** A message was taken: what was asked before it need not be asked again. */
  #taken(message: Message): void {
    this.chat.attributes = null;
    const { config } = this.#view;
    this.chat.show({ thread: merge(this.#view.thread, [message], true), survey: null, ...(config?.form && { config: { ...config, form: null } }) });
  }

  #retryLater(askedMs: number): void {
    this.#after('retry', Math.max(askedMs, POLL_MS), () => void this.run());
  }
}
