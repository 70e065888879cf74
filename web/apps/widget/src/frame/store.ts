/** Where what the visitor has written is kept until the server has acknowledged it: on disk, so that it survives a reload. */

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
