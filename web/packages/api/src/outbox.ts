/**
 * What has been written and not yet acknowledged.
 *
 * Each entry is kept in the browser's storage until the server has it, under its own key, so that neither a reload nor a second
 * tab loses one. Within a conversation entries leave one at a time and in order; between conversations they do not wait for
 * each other. The `client_id` makes sending again after a lost answer the same message, not a second one.
 *
 * ```text
 * waiting ─▶ sending ─▶ (gone: acknowledged)
 *    ▲          ├─▶ waiting   no connection, or the server asked for time
 *    │          ├─▶ held      a colleague answered meanwhile, or its words ask for a second look; a person decides
 *    └──────────┴─▶ failed    refused; a person tries again or takes it back
 * ```
 */
import type { AttachmentId, ConversationId, MailInput, Message, Mode, NewMessage, TeamId, UserId } from './contract';
import { Problem, Unreachable } from './http';

export interface OutboxEntry {
  client_id: string; conversation: ConversationId; mode: Mode; body: string; attachments: AttachmentId[]; mentions: UserId[];
  teams?: TeamId[]; seen_seq: number; force: boolean; confirmed?: boolean; mail?: MailInput; chat?: boolean; at: number; order: number;
  state: 'waiting' | 'sending' | 'held' | 'failed';
  refusal?: { code: string; title: string; request: string | null } | null;
}
export type OutboxDraft = Pick<OutboxEntry, 'client_id' | 'conversation' | 'mode' | 'body' | 'attachments' | 'mentions' | 'seen_seq' | 'teams' | 'confirmed' | 'mail' | 'chat'>;

export interface OutboxOptions {
  /** Whose entries these are: another person on this machine never sends them. */
  owner: string;
  storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>;
  send: (conversation: ConversationId, message: NewMessage) => Promise<Message>;
  now?: () => number;
  later?: (run: () => void, ms: number) => unknown;
  onChange: (entries: readonly OutboxEntry[]) => void;
  onSent: (message: Message, entry: OutboxEntry) => void;
}

/** Refusals after which a person decides: a colleague answered, or the words ask for a second look. */
const decided = ['conversation.newer_message', 'message.words_warned', 'message.other_client'];

const RETRY_MIN_MS = 1_000;
const RETRY_MAX_MS = 30_000;
/** Most entries one person can have under way; beyond it the composer keeps the text. */
export const OUTBOX_MAX = 200;

/** The sender's own id of a message: the server puts the sender before it, since two people's may coincide. */
export function ownKey(clientId: string): string { return clientId.slice(clientId.lastIndexOf(':') + 1); }

export class Outbox {
  private entries: OutboxEntry[] = [];
  private readonly busy = new Set<ConversationId>();
  private readonly prefix: string;
  private tries = 0;
  private resting = false;
  private order = 0;

  constructor(private readonly options: OutboxOptions) {
    this.prefix = `hark.outbox.${options.owner}.`;
    this.adopt();
  }

  get all(): readonly OutboxEntry[] { return this.entries; }
  of(conversation: ConversationId): OutboxEntry[] { return this.entries.filter((entry) => entry.conversation === conversation); }

  /** Takes a message over; false when too many wait already. */
  add(draft: OutboxDraft): boolean {
    if (this.entries.length >= OUTBOX_MAX) return false;
    this.order += 1;
    const entry: OutboxEntry = { ...draft, force: false, at: this.now(), order: this.order, state: 'waiting', refusal: null };
    this.entries = [...this.entries, entry];
    this.save(entry);
    this.changed();
    void this.drain(entry.conversation);
    return true;
  }

  /** Sends a refused or held entry again; `force` answers over a colleague's newer message, `confirmed` stands by its words. */
  again(clientId: string, force = false, confirmed = false): void {
    const entry = this.find(clientId);
    if (!entry || entry.state === 'sending') return;
    this.put({ ...entry, state: 'waiting', force: entry.force || force, confirmed: entry.confirmed || confirmed, refusal: null });
    void this.drain(entry.conversation);
  }

  /** Takes an entry out and gives it back, so that its text can be edited. */
  take(clientId: string): OutboxEntry | null {
    const entry = this.find(clientId);
    if (!entry || entry.state === 'sending') return null;
    this.drop(entry);
    void this.drain(entry.conversation);
    return entry;
  }

  /** Tries everything that waits; for when the connection is back. */
  flush(): void {
    this.tries = 0;
    this.resting = false;
    for (const conversation of new Set(this.entries.map((entry) => entry.conversation))) void this.drain(conversation);
  }

  /** Forgets everything of this person on this machine. */
  clear(): void {
    for (const entry of this.entries) this.options.storage.removeItem(this.prefix + entry.client_id);
    this.entries = [];
    this.changed();
  }

  /** A message seen on the live connection: its entry is done even if the answer got lost. */
  seen(clientId: string | null): void {
    const entry = clientId ? this.find(ownKey(clientId)) : undefined;
    if (entry && entry.state !== 'sending') this.drop(entry);
  }

  private async drain(conversation: ConversationId): Promise<void> {
    if (this.busy.has(conversation)) return;
    this.busy.add(conversation);
    try {
      while (!this.resting) {
        const entry = this.entries.find((one) => one.conversation === conversation && one.state !== 'failed');
        if (!entry || entry.state !== 'waiting') break;
        if (!(await this.deliver(entry))) break;
      }
    } finally {
      this.busy.delete(conversation);
    }
  }

  /** One try; true when the next entry of the conversation may go. */
  private async deliver(entry: OutboxEntry): Promise<boolean> {
    this.put({ ...entry, state: 'sending' });
    try {
      const message = await this.options.send(entry.conversation, {
        client_id: entry.client_id, mode: entry.mode, body: entry.body, seen_seq: entry.seen_seq,
        ...(entry.attachments.length > 0 ? { attachments: entry.attachments } : {}),
        ...(entry.mentions.length > 0 ? { mentions: entry.mentions } : {}),
        ...(entry.teams && entry.teams.length > 0 ? { teams: entry.teams } : {}),
        ...(entry.mail ? { mail: entry.mail } : {}),
        ...(entry.chat ? { chat: true } : {}),
        ...(entry.force ? { force: true } : {}),
        ...(entry.confirmed ? { confirmed: true } : {}),
      });
      this.tries = 0;
      this.options.onSent(message, entry);
      this.drop(entry);
      return true;
    } catch (error) {
      return this.refused(entry, error);
    }
  }

  private refused(entry: OutboxEntry, error: unknown): boolean {
    if (error instanceof Problem && decided.includes(error.code)) {
      this.put({ ...entry, state: 'held', refusal: { code: error.code, title: error.title, request: error.request } });
      return false;
    }
    const mayPass = error instanceof Unreachable || (error instanceof Problem && (error.status >= 500 || error.status === 429 || error.status === 401));
    if (mayPass) {
      this.put({ ...entry, state: 'waiting' });
      this.rest(error instanceof Problem ? error.body.retry_after_s : undefined);
      return false;
    }
    const refusal = error instanceof Problem
      ? { code: error.code, title: error.title, request: error.request }
      : { code: 'desk.unexpected', title: error instanceof Error ? error.message : String(error), request: null };
    this.put({ ...entry, state: 'failed', refusal });
    return true;
  }

  private rest(retryAfterS: number | undefined): void {
    if (this.resting) return;
    this.resting = true;
    this.tries += 1;
    const ms = retryAfterS ? retryAfterS * 1000 : Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** (this.tries - 1));
    const later = this.options.later ?? ((run: () => void, wait: number) => setTimeout(run, wait));
    later(() => {
      if (!this.resting) return;
      this.resting = false;
      for (const conversation of new Set(this.entries.map((one) => one.conversation))) void this.drain(conversation);
    }, ms);
  }

  private adopt(): void {
    const found: OutboxEntry[] = [];
    for (let i = 0; i < this.options.storage.length; i += 1) {
      const key = this.options.storage.key(i);
      if (!key?.startsWith(this.prefix)) continue;
      try {
        const entry = JSON.parse(this.options.storage.getItem(key) ?? '') as OutboxEntry;
        found.push({ ...entry, state: entry.state === 'failed' ? 'failed' : 'waiting' });
      } catch {
        this.options.storage.removeItem(key);
      }
    }
    this.entries = found.sort((a, b) => a.at - b.at || a.order - b.order);
    this.order = this.entries.reduce((most, entry) => Math.max(most, entry.order), 0);
    if (found.length > 0) this.changed();
  }

  private find(clientId: string): OutboxEntry | undefined { return this.entries.find((entry) => entry.client_id === clientId); }
  private put(entry: OutboxEntry): void {
    this.entries = this.entries.map((one) => (one.client_id === entry.client_id ? entry : one));
    this.save(entry);
    this.changed();
  }
  private drop(entry: OutboxEntry): void {
    this.entries = this.entries.filter((one) => one.client_id !== entry.client_id);
    this.options.storage.removeItem(this.prefix + entry.client_id);
    this.changed();
  }
  private save(entry: OutboxEntry): void {
    try {
      this.options.storage.setItem(this.prefix + entry.client_id, JSON.stringify(entry));
    } catch {
      // Storage is full or forbidden: the entry still lives in this tab and is sent from here.
    }
  }
  private changed(): void { this.options.onChange(this.entries); }
  private now(): number { return (this.options.now ?? Date.now)(); }
}
