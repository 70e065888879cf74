/**
 * What the visitor has written and the server has not yet acknowledged. It is kept on disk before anything is sent, and
 * leaves only by an acknowledgement: so it survives a lost connection, a reload and a crash. One message is under way
 * at a time and keeps its `client_id`, so the server stores each once and in the order written.
 */

import type { Filled } from './wire';

/** A file that waits with its message; `id` once it is uploaded. */
export interface Waiting { name: string; mime: string; size: number; blob: Blob; id?: string }

export interface Parcel {
  client_id: string;
  body: string;
  files: Waiting[];
  /** What was asked before it, and what the page says. */
  form?: Filled;
  /** When it was written, milliseconds since 1970 UTC; shown only. */
  at: number;
  /** Why the server will not take it as it is; it waits for the visitor then. */
  refused?: string;
}

/** A parcel with the place it holds in the line. */
export interface Kept extends Parcel { n: number }

/** Where parcels are kept; `add` gives places that only grow. */
export interface Store {
  all(): Promise<Kept[]>;
  add(parcel: Parcel): Promise<number>;
  put(parcel: Kept): Promise<void>;
  remove(n: number): Promise<void>;
}

/** Most messages that may wait. */
export const PARCELS_MAX = 200;

/** Keeps parcels only as long as the page lives; for browsers that refuse a database (private windows, blocked storage). */
export function memoryStore(): Store {
  const held = new Map<number, Kept>();
  let last = 0;
  return {
    all: async () => [...held.values()].sort((a, b) => a.n - b.n),
    add: async (parcel) => (held.set(++last, { ...parcel, n: last }), last),
    put: async (parcel) => void (held.has(parcel.n) && held.set(parcel.n, parcel)),
    remove: async (n) => void held.delete(n),
  };
}

const done = <T>(request: IDBRequest<T>): Promise<T> => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

const TABLE = 'outbox';

/** Opens the store of one inbox on disk; falls back to memory, so that writing is never refused. */
export async function openStore(name: string, factory: IDBFactory | undefined): Promise<Store> {
  try {
    const opening = factory!.open(name, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(TABLE, { keyPath: 'n', autoIncrement: true });
    const db = await done(opening);
    return diskStore(db);
  } catch {
    return memoryStore();
  }
}

function diskStore(db: IDBDatabase): Store {
  const write = <T>(act: (table: IDBObjectStore) => IDBRequest<T>): Promise<T> => new Promise((resolve, reject) => {
    const tx = db.transaction(TABLE, 'readwrite', { durability: 'strict' });
    const request = act(tx.objectStore(TABLE));
    tx.oncomplete = () => resolve(request.result);
    tx.onabort = () => reject(tx.error);
  });
  return {
    all: () => done(db.transaction(TABLE).objectStore(TABLE).getAll() as IDBRequest<Kept[]>),
    add: async (parcel) => (await write((t) => t.add(parcel))) as number,
    // Another tab may have removed it meanwhile; it must not come back.
    put: (parcel) => new Promise((resolve, reject) => {
      const tx = db.transaction(TABLE, 'readwrite', { durability: 'strict' });
      const table = tx.objectStore(TABLE);
      const there = table.getKey(parcel.n);
      there.onsuccess = () => { if (there.result !== undefined) table.put(parcel); };
      tx.oncomplete = () => resolve();
      tx.onabort = () => reject(tx.error);
    }),
    remove: (n) => write((t) => t.delete(n)),
  };
}

/** How sending one parcel ended. `later`: nothing is known, so it stays first in the line. */
export type Outcome = { kind: 'taken' } | { kind: 'later' } | { kind: 'refused'; title: string };

/**
 * Sends what waits, one at a time, in order. `send` is given a parcel and `keep`, with which it may save progress (an
 * uploaded file); a refused parcel is stepped over, an unanswered one stops the line until the next `run`.
 */
export class Outbox {
  #running = false;
  #again = false;

  constructor(
    private readonly store: Store,
    private readonly send: (parcel: Kept, keep: (parcel: Kept) => Promise<void>) => Promise<Outcome>,
    private readonly changed: (parcels: Kept[]) => void,
  ) {}

  async list(): Promise<Kept[]> {
    return this.store.all();
  }

  /** Tells the parcels as they now are. */
  async tell(): Promise<void> {
    this.changed(await this.store.all());
  }

  /** Works the line until it is empty, blocked or `later`. Calls while it works are remembered, not run beside. */
  async run(): Promise<void> {
    this.#again = true;
    if (this.#running) return;
    this.#running = true;
    try {
      while (this.#again) {
        this.#again = false;
        await this.#pass();
      }
    } finally {
      this.#running = false;
    }
  }

  async #pass(): Promise<void> {
    for (let sent = 0; sent < PARCELS_MAX; sent++) {
      const first = (await this.store.all()).find((p) => !p.refused);
      if (!first) return;
      const outcome = await this.send(first, (p) => this.store.put(p));
      if (outcome.kind === 'later') return;
      if (outcome.kind === 'taken') await this.store.remove(first.n);
      else await this.store.put({ ...first, refused: outcome.title });
      await this.tell();
    }
  }
}
