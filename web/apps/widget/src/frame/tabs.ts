/**
 * One tab leads. Several tabs of a shop show the same conversation; only the leader holds the socket and sends. Web Locks elect
 * it: the browser passes the lock on when a tab dies. `tabwords` does the same where there are none.
 */

/** What carries words between tabs; the browser's BroadcastChannel is one. */
export interface Channel {
  postMessage(data: unknown): void;
  addEventListener(type: 'message', heard: (event: { data: unknown }) => void): void;
  close(): void;
}

/** The part of `navigator.locks` that is used. */
export interface Locks {
  request(name: string, options: { signal: AbortSignal }, held: () => Promise<void>): Promise<unknown>;
}

export interface Timers {
  set(act: () => void, ms: number): unknown;
  clear(timer: unknown): void;
}

/**
 * Waits for leadership through a lock; returns how to give it up. `denied` is called where the browser has locks but will not
 * lend them (blocked storage).
 */
export function leadByLock(locks: Locks, name: string, lead: () => void, denied: () => void): () => void {
  const waiting = new AbortController();
  let release = (): void => waiting.abort();
  locks.request(name, { signal: waiting.signal }, () => new Promise<void>((resolve) => {
    release = resolve;
    lead();
  })).catch(() => { if (!waiting.signal.aborted) denied(); });
  return () => release();
}
