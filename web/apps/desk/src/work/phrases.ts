/** The phrases one may use, read once and kept in memory. */
import type { Phrase } from '@hark/api';
import { createStore } from '../state/store';
import { client } from '../state/session';

export interface Phrases { all: readonly Phrase[]; loaded: boolean; fault: unknown }
export const phrases = createStore<Phrases>({ all: [], loaded: false, fault: null });

/** Read again when they are older than this and somebody looks. */
const STALE_MS = 5 * 60_000;
let readAt = 0;
let reading: Promise<void> | null = null;

export function loadPhrases(fresh = false): Promise<void> {
  if (!fresh && phrases.get().loaded && Date.now() - readAt < STALE_MS) return Promise.resolve();
  reading ??= client.phrases.all()
    .then((all) => { readAt = Date.now(); phrases.set({ all, loaded: true, fault: null }); })
    .catch((error: unknown) => phrases.set((before) => ({ ...before, fault: error })))
    .finally(() => { reading = null; });
  return reading;
}

/** Forgets them: somebody else sits down. */
export function forgetPhrases(): void {
  readAt = 0;
  phrases.set({ all: [], loaded: false, fault: null });
}

export * from './phraseSearch';
