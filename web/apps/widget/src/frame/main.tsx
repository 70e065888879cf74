/** The frame begins: finds out who embeds it, wires the chat to the browser and shows it. */

import { createRef, h, render } from 'preact';
import { Api } from './api';
import { App } from './app';
import { Chat, type Memory } from './chat';
import { browserClock } from './clock';
import { palette } from './color';
import type { Socket } from './live';
import { openStore } from './outbox';
import { embed, type Command, type FrameWindow, type Parent } from './parent';
import { leadByLock, type Channel, type Locks } from './tabs';
import { language, words } from './words';

/** How long the page has to tell its title before the session is asked without it. */
const TITLE_MS = 300;

const query = new URLSearchParams(location.search);
const inbox = query.get('inbox') ?? '';
const pageUrl = query.get('page') ?? '';
const name = `hark-${inbox}`;
const lang = language(query.get('lang'), ...navigator.languages);
document.documentElement.lang = lang;

/** Browsers may deny frames what they keep; asking then throws. */
function granted<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch {
    return undefined;
  }
}

/** Where storage is denied, a visit lasts as long as the page. */
function memory(): Memory {
  const own = new Map<string, string | null>();
  return {
    get: (key) => own.get(key) ?? granted(() => localStorage.getItem(`${name}-${key}`)) ?? null,
    set: (key, value) => {
      granted(() => value === null ? localStorage.removeItem(`${name}-${key}`) : localStorage.setItem(`${name}-${key}`, value));
      if (granted(() => localStorage.getItem(`${name}-${key}`)) !== value) own.set(key, value);
    },
  };
}

/** `crypto.randomUUID` is missing on pages without TLS. */
const uuid = (): string => '10000000-1000-4000-8000-100000000000'.replace(/[018]/g, (digit) =>
  (+digit ^ (crypto.getRandomValues(new Uint8Array(1))[0]! & (15 >> (+digit / 4)))).toString(16));

const channel = (): Channel | null => granted(() => new BroadcastChannel(name) as Channel) ?? null;

function elect(chat: Chat): void {
  const lead = (): void => void chat.lead();
  // Every supported browser has locks, but lends them to secure pages only.
  const byWords = (): void => {
    const between = channel();
    if (!between) { lead(); return; }
    void import('./tabwords').then(({ leadByWords }) => leadByWords(between, uuid(), browserClock, lead, () => chat.follow()));
  };
  if (navigator.locks) leadByLock(navigator.locks as unknown as Locks, name, lead, byWords);
  else byWords();
}

/** Sets the client's colour, readable in both themes, as custom properties: the policy forbids inline style, not this. */
function paint(color: string): ReturnType<typeof palettes> {
  const both = palettes(color);
  for (const [theme, p] of Object.entries(both)) {
    for (const [key, value] of Object.entries(p)) document.documentElement.style.setProperty(`--${theme}-${key}`, value);
  }
  return both;
}

const palettes = (color: string) => ({ light: palette(color, 'light'), dark: palette(color, 'dark') });

/** The texts of an object that the page gave; anything else is nothing. */
const texts = (given: unknown): Record<string, string> =>
  Object.fromEntries(Object.entries(given ?? {}).filter(([, v]) => /^(string|number|boolean)$/.test(typeof v)).map(([k, v]) => [k, String(v)]));

async function begin(): Promise<void> {
  const [store, w] = await Promise.all([openStore(name, granted(() => indexedDB)), words(lang)]);
  let title = '';
  let titled = (): void => undefined;
  const titleKnown = new Promise<void>((resolve) => { titled = resolve; });
  let opened = window.parent === window;
  let showApp = (): void => undefined;
  // What the page asks before the chat stands is done once it does.
  let act: ((command: Command, argument: unknown) => void) | undefined;
  const asked: [Command, unknown][] = [];

  const parent: Parent | null = embed(window as unknown as FrameWindow, pageUrl, (word) => {
    if (word.say === 'page') { title = word.title; titled(); return; }
    if (word.say === 'do') { if (act) act(word.command, word.argument); else asked.push([word.command, word.argument]); return; }
    opened = word.say === 'opened';
    showApp();
  });
  parent?.tell({ hark: 1, say: 'boot' });
  if (parent) await Promise.race([titleKnown, new Promise((r) => setTimeout(r, TITLE_MS))]);

  const chat = new Chat({
    api: new Api((url, init) => fetch(url, init), lang),
    clock: browserClock,
    store,
    memory: memory(),
    channel: channel(),
    openSocket: () => new WebSocket(`${location.origin.replace(/^http/, 'ws')}/w/v1/live`, 'hark.visitor.v1') as unknown as Socket,
    online: () => navigator.onLine,
    uuid,
    identified: (fault) => parent?.tell({ hark: 1, say: 'identified', fault }),
    visit: () => ({ inbox, language: lang, ...(pageUrl && { page: { url: pageUrl, title } }) }),
  });

  let painted = '';
  let told = -1;
  let newest = '';
  chat.watch((view) => {
    if (!view.config) return;
    const { color, name: brand } = view.config.brand;
    if (painted !== color) {
      painted = color;
      const { light, dark } = paint(color);
      parent?.tell({ hark: 1, say: 'ready', fill: light.fill, ink: light.ink, fillDark: dark.fill, inkDark: dark.ink, lang });
      document.title = w.chatWith(brand);
    }
    const last = view.thread.messages.at(-1);
    if (last && last.id !== newest) {
      if (newest && (last.from === 'agent' || last.from === 'bot')) parent?.tell({ hark: 1, say: 'message', from: last.from, name: last.name });
      newest = last.id;
    }
    const count = chat.unread();
    if (told !== count) parent?.tell({ hark: 1, say: 'unread', count: told = count });
  });

  const root = document.getElementById('app')!;
  const app = createRef<App>();
  showApp = () => {
    if (opened) chat.wake();
    render(<App ref={app} chat={chat} w={w} opened={opened} onClose={parent && (() => parent.tell({ hark: 1, say: 'close' }))} />, root);
  };
  showApp();
  act = (command, argument) => {
    if (command === 'identify') chat.identify(texts(argument));
    else if (command === 'logout') chat.logout();
    else if (command === 'setAttributes') chat.tellAttributes(texts(argument));
    else if (typeof argument === 'string') app.current?.fill(argument.slice(0, 2000));
  };
  for (const [command, argument] of asked) act(command, argument);
  addEventListener('online', () => chat.networkChanged());
  addEventListener('offline', () => chat.networkChanged());
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState !== 'visible') return;
    chat.networkChanged();
    showApp();
  });
  elect(chat);
}

void begin();
