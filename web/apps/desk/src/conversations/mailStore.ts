/** What stands behind mails, fetched when it is wanted, and how each is being read: a message scrolled out of sight forgets nothing. */
import type { Message, MessageMail } from '@hark/api';
import type { Desk } from '../state/desk';
import { createStore, type Store } from '../state/store';

/** Addresses of files hold for an hour at the least; before that they are asked for again. */
const FRESH_MS = 20 * 60_000;

export interface Reading {
  mail: MessageMail | null; of: Message | null; at: number; loading: boolean; fault: unknown;
  formatted: boolean; unfolded: boolean; everybody: boolean;
  remote: Readonly<Record<string, string>> | null; fetching: boolean;
}
const first: Reading = { mail: null, of: null, at: 0, loading: false, fault: null, formatted: false, unfolded: false, everybody: false, remote: null, fetching: false };
/** By desk: whoever signs in next sees with their own eyes. */
const readings = new WeakMap<Desk, Map<string, Store<Reading>>>();

export function readingOf(desk: Desk, message: string): Store<Reading> {
  const all = readings.get(desk) ?? new Map<string, Store<Reading>>();
  readings.set(desk, all);
  let found = all.get(message);
  if (!found) {
    found = createStore(first);
    all.set(message, found);
  }
  return found;
}

/** Fetches what stands behind a mail, unless it is known and its addresses still hold. */
export async function loadMail(desk: Desk, message: Message, anew = false): Promise<void> {
  const store = readingOf(desk, message.id);
  const { loading, at, of } = store.get();
  // What changed of the message, such as whether addresses are shown in full, changed behind it too.
  if (loading || !anew && of === message && Date.now() - at < FRESH_MS) return;
  store.set((now) => ({ ...now, loading: true, fault: null }));
  try {
    const mail = await desk.client.conversations.mail(message.conversation, message.id);
    store.set((now) => ({ ...now, mail, of: message, at: Date.now(), loading: false }));
  } catch (fault) {
    store.set((now) => ({ ...now, loading: false, fault }));
  }
}

/** Has the server fetch the pictures from outside: their servers see it, not who reads. */
export async function fetchPictures(desk: Desk, message: Message): Promise<void> {
  const store = readingOf(desk, message.id);
  if (store.get().fetching) return;
  store.set((now) => ({ ...now, fetching: true }));
  try {
    const { pictures } = await desk.client.conversations.mailPictures(message.conversation, message.id);
    store.set((now) => ({ ...now, remote: pictures, fetching: false }));
  } catch (fault) {
    store.set((now) => ({ ...now, fetching: false }));
    throw fault;
  }
}
