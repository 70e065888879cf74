/** Who is signed in, and the way to the server. */
import { createClient, createHttp, Problem, type Client, type Me } from '@hark/api';
import { guessLanguage, type Language } from '@hark/i18n';
import { createStore } from './store';
import { setServerTime } from './clock';

export type SessionState =
  | { name: 'loading' }
  | { name: 'unreachable' }
  | { name: 'out'; why: 'new' | 'ended' }
  | { name: 'in'; me: Me };

const LANGUAGE_KEY = 'hark.language';

function firstLanguage(): Language {
  const kept = localStorage.getItem(LANGUAGE_KEY);
  return kept === 'en' || kept === 'zh-CN' ? kept : guessLanguage(navigator.languages);
}

export const session = createStore<SessionState>({ name: 'loading' });
export const language = createStore<Language>(firstLanguage());

export function setLanguage(next: Language): void {
  localStorage.setItem(LANGUAGE_KEY, next);
  language.set(next);
}

export const client: Client = createClient(createHttp({
  language: () => language.get(),
  onSignedOut: () => {
    if (session.get().name === 'in') session.set({ name: 'out', why: 'ended' });
  },
}));

/** Takes over what the server says about the person. */
export function enter(me: Me): void {
  setServerTime(me.now);
  setLanguage(me.settings.language);
  session.set({ name: 'in', me });
}

/** Asks who is signed in; after a reload, or when the server is back. */
export async function boot(): Promise<void> {
  session.set({ name: 'loading' });
  try {
    enter(await client.me.get());
  } catch (error) {
    session.set(error instanceof Problem && error.status === 401 ? { name: 'out', why: 'new' } : { name: 'unreachable' });
  }
}

/** Changes the person's own arrangement: shown at once, kept by the server. */
export async function changeSettings(change: Parameters<Client['me']['change']>[0]): Promise<void> {
  const state = session.get();
  if (state.name !== 'in') return;
  const before = state.me;
  const layout = { ...before.settings.layout, ...change.layout };
  session.set({ name: 'in', me: { ...before, settings: { ...before.settings, ...change, layout } } });
  if (change.language) setLanguage(change.language);
  await client.me.change(change.layout ? { ...change, layout } : change);
}

export function updateMe(change: (me: Me) => Me): void {
  session.set((state) => (state.name === 'in' ? { name: 'in', me: change(state.me) } : state));
}
