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

/** Whether this browser was signed in when it was last here: whoever never was is not asked for in vain. */
const WAS_IN_KEY = 'hark.was_in';
const neverIn = () => {
  const was = localStorage.getItem(WAS_IN_KEY);
  return was === 'no' || (was === null && localStorage.getItem(LANGUAGE_KEY) === null);
};

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
  localStorage.setItem(WAS_IN_KEY, 'yes');
  setServerTime(me.now);
  setLanguage(me.settings.language);
  session.set({ name: 'in', me });
}

/** This browser is signed in no more. */
export function forgetSession(): void { localStorage.setItem(WAS_IN_KEY, 'no'); }

/** Asks who is signed in; after a reload, or when the server is back. `surely` where a session has just begun. */
export async function boot(surely = false): Promise<void> {
  if (!surely && neverIn()) {
    session.set({ name: 'out', why: 'new' });
    return;
  }
  session.set({ name: 'loading' });
  try {
    enter(await client.me.get());
  } catch (error) {
    if (error instanceof Problem && error.status === 401) forgetSession();
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
