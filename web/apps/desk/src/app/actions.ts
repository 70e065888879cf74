/** What the palette and the keyboard can do. Screens listen; who gives the command need not know them. */
import { createStore } from '../state/store';

export type ActionName =
  | 'transfer' | 'resolve' | 'snooze' | 'note' | 'reply' | 'next' | 'previous' | 'phrases' | 'macros' | 'take' | 'list' | 'palette' | 'sheet' | 'ready' | 'busy' | 'state' | 'decline' | 'hand'
  | 'merge' | 'split' | 'forward'
  | 'macro_1' | 'macro_2' | 'macro_3' | 'macro_4' | 'macro_5' | 'macro_6' | 'macro_7' | 'macro_8' | 'macro_9'
  /** Not on the keyboard: the argument is a text, a macro, a time, a view. */
  | 'insert' | 'macro' | 'snooze_until' | 'view' | 'sign_out' | 'new_mail';

type Listener = (name: ActionName, argument?: string) => void;
const listeners = new Set<Listener>();

export function act(name: ActionName, argument?: string): void {
  for (const listener of [...listeners]) listener(name, argument);
}
export function onAct(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export type KeyGroup = 'conversation' | 'list' | 'desk';

/**
 * The desk's own keys. Alt or Ctrl combinations only: a bare letter belongs to whoever types, and Chinese input methods leave Alt
 * alone. Named by the place of the key (`code`), so that an input method's letter does not matter.
 */
export const usualKeys: { name: ActionName; keys: string; group: KeyGroup }[] = [
  { name: 'reply', keys: 'Alt+KeyR', group: 'conversation' },
  { name: 'note', keys: 'Alt+KeyN', group: 'conversation' },
  { name: 'phrases', keys: 'Alt+KeyP', group: 'conversation' },
  { name: 'macros', keys: 'Alt+KeyM', group: 'conversation' },
  { name: 'transfer', keys: 'Alt+KeyT', group: 'conversation' },
  { name: 'take', keys: 'Alt+KeyG', group: 'conversation' },
  { name: 'snooze', keys: 'Alt+KeyZ', group: 'conversation' },
  { name: 'hand', keys: 'Alt+KeyJ', group: 'conversation' },
  { name: 'resolve', keys: 'Alt+KeyE', group: 'conversation' },
  { name: 'merge', keys: 'Alt+KeyU', group: 'conversation' },
  { name: 'split', keys: 'Alt+KeyK', group: 'conversation' },
  { name: 'forward', keys: 'Alt+KeyW', group: 'conversation' },
  ...([1, 2, 3, 4, 5, 6, 7, 8, 9] as const).map((n) => ({ name: `macro_${n}` as const, keys: `Alt+Digit${n}`, group: 'conversation' as const })),
  { name: 'next', keys: 'Alt+ArrowDown', group: 'list' },
  { name: 'previous', keys: 'Alt+ArrowUp', group: 'list' },
  { name: 'list', keys: 'Alt+KeyL', group: 'list' },
  { name: 'palette', keys: 'Ctrl+KeyK', group: 'desk' },
  { name: 'sheet', keys: 'Alt+KeyH', group: 'desk' },
  { name: 'ready', keys: 'Alt+KeyA', group: 'desk' },
  { name: 'busy', keys: 'Alt+KeyB', group: 'desk' },
  { name: 'state', keys: 'Alt+KeyS', group: 'desk' },
  { name: 'decline', keys: 'Alt+KeyX', group: 'desk' },
];

/** What the person set: by action; an empty text takes the key away. */
export const ownKeys = createStore<Readonly<Record<string, string>>>({});

/** The combination that does this just now; empty for none. */
export function keysOf(name: ActionName, own: Readonly<Record<string, string>> = ownKeys.get()): string {
  return own[name] ?? usualKeys.find((one) => one.name === name)?.keys ?? '';
}

type Pressed = Pick<KeyboardEvent, 'altKey' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'code' | 'isComposing'> & { keyCode?: number };

/** What was pressed, as `Alt+KeyT`; nothing while an input method chooses characters. */
export function combination(event: Pressed): string | null {
  if (event.isComposing || event.keyCode === 229) return null;
  const held = [event.ctrlKey || event.metaKey ? 'Ctrl' : '', event.altKey ? 'Alt' : '', event.shiftKey ? 'Shift' : ''].filter(Boolean);
  return [...held, event.code].join('+');
}

/** The action of a pressed key, by the person's own keys first. */
export function actionOf(event: Pressed, own: Readonly<Record<string, string>> = ownKeys.get()): ActionName | null {
  const pressed = combination(event);
  if (!pressed || !(event.altKey || event.ctrlKey || event.metaKey || /^F\d+$/.test(event.code))) return null;
  return usualKeys.find((one) => keysOf(one.name, own) === pressed)?.name ?? null;
}

const BROWSERS = /^(Ctrl\+(Shift\+)?Key[NTW]|Ctrl\+Key[CVXAZRF]|Ctrl\+Tab|Alt\+F4|Alt\+Arrow(Left|Right))$/;

/** May a person choose this combination? The server asks the same again. */
export function fitsAsKey(keys: string): boolean {
  const held = keys.split('+');
  const key = held.pop() ?? '';
  const typed = held.includes('Alt') && (held.includes('Ctrl') || held.includes('Shift'));
  const bare = !held.includes('Alt') && !held.includes('Ctrl');
  return /^[A-Za-z0-9]{1,16}$/.test(key) && !/^(Alt|Control|Shift|Meta)/.test(key) && !typed && !(bare && !/^F([2-9]|10)$/.test(key))
    && !['Space', 'Comma', 'Period'].includes(key) && !BROWSERS.test(keys);
}

/** `Alt+KeyT` as people read it: `Alt T`. */
export function shownKeys(keys: string): string {
  const arrows: Record<string, string> = { ArrowDown: '↓', ArrowUp: '↑', ArrowLeft: '←', ArrowRight: '→' };
  return keys.split('+').map((part) => arrows[part] ?? part.replace(/^(Key|Digit)/, '')).join(' ');
}

/** What is ticked or chosen takes no text. */
const NO_TEXT = /^(radio|checkbox|range|color|button|submit|file)$/;

/** Is the person typing? Then a bare sign is theirs. */
export function isTyping(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return !NO_TEXT.test(target.type);
  return target instanceof HTMLElement && (target.isContentEditable || /^(TEXTAREA|SELECT)$/.test(target.tagName));
}
