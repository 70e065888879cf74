/**
 * One tab leads. Several tabs of a shop show the same conversation; only the leader holds the socket and sends. Web Locks elect
 * it (the browser passes the lock on when a tab dies); where they are missing, tabs claim leadership over the channel
 * and the smallest name wins.
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

/** A leader without Web Locks says so this often. */
export const BEAT_MS = 1_000;
/** Silence after which the others elect anew; a hidden tab's timers may run once a second only. */
export const SILENCE_MS = 3_500;
/** How long a claim stands open to a smaller name. */
export const CLAIM_MS = 300;

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

type Word = { elect: 'claim' | 'beat' | 'gone'; from: string };

/** The same without locks, by words on a channel. */
export function leadByWords(
  channel: Channel, me: string, timers: Timers, lead: () => void, yieldTo: () => void,
): () => void {
  let role: 'follower' | 'claiming' | 'leader' = 'follower';
  let timer: unknown;
  const say = (elect: Word['elect']): void => channel.postMessage({ elect, from: me });
  const wait = (act: () => void, ms: number): void => { timers.clear(timer); timer = timers.set(act, ms); };
  const beat = (): void => { say('beat'); wait(beat, BEAT_MS); };
  const win = (): void => { role = 'leader'; lead(); beat(); };
  const claim = (): void => { role = 'claiming'; say('claim'); wait(win, CLAIM_MS); };
  const follow = (): void => {
    const led = role === 'leader';
    role = 'follower';
    wait(claim, SILENCE_MS);
    if (led) yieldTo();
  };
  channel.addEventListener('message', ({ data }) => {
    const word = data as Partial<Word> | null;
    if (!word?.elect || !word.from || word.from === me) return;
    if (word.elect === 'gone') { if (role === 'follower') claim(); return; }
    if (role === 'leader' && (word.elect === 'claim' || me < word.from)) say('beat');
    else if (word.elect === 'beat' || word.from < me) follow();
  });
  claim();
  return () => { timers.clear(timer); if (role === 'leader') say('gone'); role = 'follower'; };
}
