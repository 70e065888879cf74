/**
 * Drafts, one per conversation, person and mode. They are saved to the server as one types; what could not be saved yet is kept in
 * this browser and saved when the connection is back.
 */
import { Problem, type Client, type ConversationId, type Mode } from '@hark/api';
import { createStore, type Store } from './store';

export interface Draft { body: string; base_seq: number; state: 'saved' | 'saving' | 'kept' | 'refused' }

const SAVE_AFTER_MS = 700;
const empty: Draft = { body: '', base_seq: 0, state: 'saved' };

export class Drafts {
  private readonly stores = new Map<string, Store<Draft>>();
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();
  private readonly loaded = new Set<ConversationId>();

  constructor(private readonly client: Client, private readonly owner: string) {}

  of(conversation: ConversationId, mode: Mode): Store<Draft> {
    const key = `${conversation}.${mode}`;
    let store = this.stores.get(key);
    if (!store) {
      store = createStore<Draft>(this.kept(key) ?? empty);
      this.stores.set(key, store);
    }
    return store;
  }

  /** Fetches what was written on another machine; never over what is being written here. */
  async load(conversation: ConversationId): Promise<void> {
    if (this.loaded.has(conversation)) return;
    const found = await this.client.conversations.drafts(conversation);
    this.loaded.add(conversation);
    for (const mode of ['reply', 'note'] as const) {
      const draft = found[mode];
      const store = this.of(conversation, mode);
      if (draft && store.get().body === '') store.set({ body: draft.body, base_seq: draft.base_seq, state: 'saved' });
    }
  }

  write(conversation: ConversationId, mode: Mode, body: string, baseSeq: number): void {
    const store = this.of(conversation, mode);
    const before = store.get();
    store.set({ body, base_seq: before.body === '' ? baseSeq : before.base_seq, state: 'saving' });
    this.later(conversation, mode, SAVE_AFTER_MS);
  }

  /** After sending: the draft is gone, here and on the server. */
  clear(conversation: ConversationId, mode: Mode): void {
    this.of(conversation, mode).set({ ...empty, state: 'saving' });
    this.later(conversation, mode, 0);
  }

  /** Saves what is only kept here; for when the connection is back. */
  flush(): void {
    for (const [key, store] of this.stores) {
      const at = key.lastIndexOf('.');
      if (store.get().state === 'kept') this.later(key.slice(0, at), key.slice(at + 1) as Mode, 0);
    }
  }

  private later(conversation: ConversationId, mode: Mode, ms: number): void {
    const key = `${conversation}.${mode}`;
    clearTimeout(this.timers.get(key));
    this.timers.set(key, setTimeout(() => void this.save(conversation, mode), ms));
  }

  private async save(conversation: ConversationId, mode: Mode): Promise<void> {
    const store = this.of(conversation, mode);
    const draft = store.get();
    const key = this.storageKey(`${conversation}.${mode}`);
    try {
      await this.client.conversations.saveDraft(conversation, { mode, body: draft.body, base_seq: draft.base_seq });
      localStorage.removeItem(key);
      if (store.get().body === draft.body) store.set((now) => ({ ...now, state: 'saved' }));
    } catch (error) {
      if (draft.body) localStorage.setItem(key, JSON.stringify({ body: draft.body, base_seq: draft.base_seq }));
      if (store.get().body === draft.body) store.set((now) => ({ ...now, state: error instanceof Problem ? 'refused' : 'kept' }));
    }
  }

  private kept(key: string): Draft | null {
    const text = localStorage.getItem(this.storageKey(key));
    if (!text) return null;
    try {
      return { ...(JSON.parse(text) as Pick<Draft, 'body' | 'base_seq'>), state: 'kept' };
    } catch {
      return null;
    }
  }
  private storageKey(key: string): string { return `hark.draft.${this.owner}.${key}`; }
}
