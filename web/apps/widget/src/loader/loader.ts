/**
 * The part that runs in the client's page: a button, a sandboxed frame, and words between them. It needs nothing from the
 * page's policy beyond the frame and this script: no inline style or script, no HTML from text (Trusted Types).
 */

const PROTOCOL = 1;
const READY_WITHIN_MS = 20_000;
const TRIES_MAX = 3;
const UNREAD_SHOWN_MAX = 99;
const SANDBOX = 'allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox allow-forms allow-downloads';
const SVG = 'http://www.w3.org/2000/svg';
const SPEECH = 'M4 6.5A2.5 2.5 0 0 1 6.5 4h11A2.5 2.5 0 0 1 20 6.5v7a2.5 2.5 0 0 1-2.5 2.5H11l-4.5 4v-4A2.5 2.5 0 0 1 4 13.5z';
const FOLD = 'M6 9.5l6 6 6-6';

const STYLE = `
:host{all:initial;--fill:var(--fill-light);--ink:var(--ink-light)}
button{all:unset;box-sizing:border-box;position:fixed;z-index:2147483000;right:max(20px,env(safe-area-inset-right));bottom:max(20px,env(safe-area-inset-bottom));width:56px;height:56px;border-radius:50%;background:var(--fill);color:var(--ink);display:grid;place-items:center;cursor:pointer;box-shadow:0 4px 14px rgb(15 20 26/.28)}
button:focus-visible{outline:3px solid var(--fill);outline-offset:3px}
svg{width:26px;height:26px;fill:none;stroke:currentColor;stroke-width:1.9;stroke-linecap:round;stroke-linejoin:round}
b{position:absolute;top:-3px;right:-3px;min-width:20px;height:20px;box-sizing:border-box;padding:0 5px;border-radius:10px;background:#c0362c;color:#fff;font:600 12px/20px system-ui,sans-serif;text-align:center;box-shadow:0 0 0 2px #fff}
iframe{position:fixed;z-index:2147483001;right:max(20px,env(safe-area-inset-right));bottom:88px;width:380px;height:min(600px,calc(100vh - 108px));border:0;border-radius:14px;background:#fff;box-shadow:0 10px 40px rgb(15 20 26/.26),0 0 0 1px rgb(15 20 26/.08);color-scheme:light dark;transition:opacity .14s,transform .14s}
.shut{visibility:hidden;opacity:0;transform:translateY(8px);pointer-events:none}
[hidden]{display:none!important}
@media (prefers-color-scheme:dark){:host{--fill:var(--fill-dark);--ink:var(--ink-dark)}iframe{background:#181d24}b{box-shadow:0 0 0 2px #12161c}}
@media (max-width:480px){iframe{inset:0;width:100%;height:100vh;height:100dvh;border-radius:0;box-shadow:none}.open{visibility:hidden}}
@media (max-height:480px){iframe{top:8px;bottom:8px;right:88px;height:auto}}
@media (max-width:480px) and (max-height:480px){iframe{inset:0}}
@media (prefers-reduced-motion:reduce){iframe{transition:none}}
@media print{:host{display:none}}
`;

const WORDS = {
  zh: { open: '联系客服', close: '收起客服窗口', unread: (n: number) => `，${n} 条新消息`, frame: '在线客服' },
  en: { open: 'Chat with us', close: 'Hide chat', unread: (n: number) => `, ${n} new ${n === 1 ? 'message' : 'messages'}`, frame: 'Chat' },
};

/** What happens in the chat; the detail is the number of unread messages, who wrote, or what became of a proof. */
export interface Events {
  ready: undefined;
  opened: undefined;
  closed: undefined;
  unread: number;
  message: { from: string; name: string };
  identified: { fault: string | null };
}
export type Event = keyof Events;
type Heard = (detail?: never) => void;

/** Who the visitor is: a token signed by the site's server, or an identifier with its HMAC. */
export type Proof = { token: string } | { identifier: string; identifier_hash: string };

/** What a page may ask, as `hark('open')`; calls made before the script is here are kept by the page's stub. */
export interface Commands {
  open: [];
  close: [];
  toggle: [];
  identify: [proof: Proof];
  logout: [];
  setAttributes: [attributes: Record<string, string | number | boolean>];
  setLanguage: [tag: string];
  hideLauncher: [];
  showLauncher: [];
  /** Opens the chat with these words in its field, for the visitor to send. */
  startConversation: [text?: string];
  on: [event: Event, heard: (detail?: never) => void];
}
export type Command = <C extends keyof Commands>(command: C, ...given: Commands[C]) => (() => void) | void;

/** What the client's page may call as `window.Hark`. */
export interface Hark {
  open(): void;
  close(): void;
  /** Calls back at each such event; returns how to stop. */
  on<E extends Event>(event: E, heard: (detail: Events[E]) => void): () => void;
  /** The same and all else, as `window.hark`. */
  command: Command;
}

export interface Settings {
  /** Origin the script came from; the frame comes from there and nowhere else. */
  origin: string;
  inbox: string;
  /** The page's wish; else the document's language decides. */
  lang: string | null;
}

interface FromFrame {
  hark?: unknown; say?: unknown; count?: unknown; lang?: unknown;
  fill?: unknown; ink?: unknown; fillDark?: unknown; inkDark?: unknown; from?: unknown; name?: unknown; fault?: unknown;
}

const COLOUR = /^#[0-9a-f]{6}$/;

/** Puts the button and the frame into the page and answers the commands for it. */
export function install(win: Window & typeof globalThis, settings: Settings): Hark {
  const { document } = win;
  const lang = settings.lang || document.documentElement.lang || win.navigator.language;
  let words = /^zh/i.test(lang) ? WORDS.zh : WORDS.en;
  let ready = false;
  let opened = false;
  let count = 0;
  let tries = 0;
  let timer = 0;
  let hidden = false;
  const asked: unknown[] = [];
  let cameFrom: Element | null = null;
  const listeners = new Map<Event, Set<Heard>>();

  const host = document.createElement('div');
  const shadow = host.attachShadow({ mode: 'open' });
  const sheet = new win.CSSStyleSheet();
  sheet.replaceSync(STYLE);
  shadow.adoptedStyleSheets = [sheet];
  const button = document.createElement('button');
  button.type = 'button';
  button.hidden = true;
  const path = document.createElementNS(SVG, 'path');
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  svg.append(path);
  const badge = document.createElement('b');
  badge.setAttribute('aria-hidden', 'true');
  button.append(svg, badge);

  const frame = document.createElement('iframe');
  frame.id = 'hark-frame';
  frame.className = 'shut';
  frame.setAttribute('sandbox', SANDBOX);
  frame.setAttribute('allow', 'clipboard-write');
  frame.referrerPolicy = 'strict-origin';
  frame.title = words.frame;
  const source = new URL('/w/v1/frame', settings.origin);
  source.searchParams.set('inbox', settings.inbox);
  source.searchParams.set('lang', lang);
  // The address without its query and fragment, which may carry what is nobody's business.
  source.searchParams.set('page', win.location.origin + win.location.pathname);

  const emit = (event: Event, detail?: unknown): void => {
    for (const heard of listeners.get(event) ?? []) {
      try { heard(detail as never); } catch (fault) { win.setTimeout(() => { throw fault; }); }
    }
  };
  const post = (word: object): void => frame.contentWindow?.postMessage({ hark: PROTOCOL, ...word }, settings.origin);
  const say = (word: 'page' | 'opened' | 'closed'): void => post({ say: word, title: document.title });
  const ask = (command: string, argument?: unknown): void => {
    const word = { say: 'do', command, argument };
    if (ready) post(word); else asked.push(word);
  };
  const draw = (): void => {
    path.setAttribute('d', opened ? FOLD : SPEECH);
    button.className = opened ? 'open' : '';
    badge.hidden = opened || !count;
    badge.textContent = count > UNREAD_SHOWN_MAX ? `${UNREAD_SHOWN_MAX}+` : String(count);
    button.setAttribute('aria-label', opened ? words.close : words.open + (count ? words.unread(count) : ''));
    button.setAttribute('aria-expanded', String(opened));
    frame.title = words.frame;
    button.hidden = !ready || hidden;
    frame.className = opened && ready ? '' : 'shut';
  };
  const set = (open: boolean): void => {
    if (open === opened) return;
    opened = open;
    if (open) cameFrom = document.activeElement;
    draw();
    if (!ready) return;
    say(open ? 'opened' : 'closed');
    if (open) frame.focus();
    else if (shadow.activeElement || document.activeElement === host || document.activeElement === document.body) back();
    emit(open ? 'opened' : 'closed');
  };
  /** Focus returns to what opened the panel; on the page itself only if it was there. */
  const back = (): void => {
    const to = cameFrom && cameFrom !== document.body && cameFrom !== host && cameFrom.isConnected ? cameFrom : button;
    (to as HTMLElement).focus();
  };
  const load = (): void => {
    if (ready || tries >= TRIES_MAX) return;
    tries++;
    frame.src = source.href;
    timer = win.setTimeout(load, READY_WITHIN_MS * tries);
  };
  const paint = (word: FromFrame): void => {
    const colours = { '--fill-light': word.fill, '--ink-light': word.ink, '--fill-dark': word.fillDark, '--ink-dark': word.inkDark };
    for (const [name, value] of Object.entries(colours)) {
      if (typeof value === 'string' && COLOUR.test(value)) host.style.setProperty(name, value);
    }
  };
  const hear = (word: FromFrame): void => {
    if (word.say === 'boot') say('page');
    else if (word.say === 'ready') {
      paint(word);
      words = word.lang === 'zh-CN' ? WORDS.zh : WORDS.en;
      win.clearTimeout(timer);
      const first = !ready;
      ready = true;
      draw();
      if (opened) { say('opened'); if (first) { frame.focus(); emit('opened'); } }
      for (const word of asked.splice(0)) post(word as object);
      if (first) emit('ready');
    } else if (word.say === 'unread' && Number.isInteger(word.count)) {
      count = Math.max(0, word.count as number);
      draw();
      emit('unread', count);
    } else if (word.say === 'message') emit('message', { from: word.from, name: word.name });
    else if (word.say === 'identified') emit('identified', { fault: word.fault });
    else if (word.say === 'close') set(false);
  };

  win.addEventListener('message', (event) => {
    if (event.source !== frame.contentWindow || event.origin !== settings.origin) return;
    const word = event.data as FromFrame | null;
    if (word && word.hark === PROTOCOL) hear(word);
  });
  button.addEventListener('click', () => set(!opened));
  button.addEventListener('keydown', (event) => { if (event.key === 'Escape') set(false); });
  host.style.setProperty('--fill-light', '#334155');
  host.style.setProperty('--ink-light', '#ffffff');
  host.style.setProperty('--fill-dark', '#94a3b8');
  host.style.setProperty('--ink-dark', '#0f141a');
  draw();
  // The button stands before the frame, so the Tab key goes from one into the other.
  shadow.append(button, frame);
  document.body.append(host);
  load();

  const on: Hark['on'] = (event, heard) => {
    const all = listeners.get(event) ?? new Set();
    listeners.set(event, all.add(heard as Heard));
    if (event === 'ready' && ready) (heard as Heard)();
    return () => all.delete(heard as Heard);
  };
  const hide = (is: boolean) => (): void => { hidden = is; draw(); };
  const acts: { [C in keyof Commands]?: (...given: Commands[C]) => (() => void) | void } = {
    open: () => set(true),
    close: () => set(false),
    toggle: () => set(!opened),
    hideLauncher: hide(true),
    showLauncher: hide(false),
    setLanguage(tag) {
      source.searchParams.set('lang', tag);
      ready = false;
      tries = 0;
      load();
    },
    startConversation(text) { set(true); ask('startConversation', text); },
    on: on as never,
  };
  const command: Command = (name, ...given) => {
    if (acts[name]) return acts[name](...given);
    if (name === 'identify' || name === 'logout' || name === 'setAttributes') ask(name, given[0]);
    else win.console.warn(`hark: no command ${String(name)}`);
  };
  return { open: () => set(true), close: () => set(false), on, command };
}
