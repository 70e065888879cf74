/** `hark.js`: reads its own tag and installs the chat once the page stands. */

import { install, type Command, type Hark } from './loader';

const tag = document.currentScript as HTMLScriptElement | null;
const inbox = tag?.dataset['inbox'];
type Stub = { q?: ArrayLike<unknown>[] };
type Holder = typeof globalThis & { Hark?: Hark; hark?: Command & Stub };

function begin(): void {
  const holder = window as unknown as Holder;
  if (holder.Hark) return;
  holder.Hark = install(window, { origin: new URL(tag!.src).origin, inbox: inbox!, lang: tag!.dataset['lang'] ?? null });
  // What the page asked before this script was here is done in its order.
  const asked = holder.hark?.q ?? [];
  const { command } = holder.Hark;
  holder.hark = command;
  for (const words of asked) (command as (...all: unknown[]) => void)(...Array.from(words));
  document.dispatchEvent(new Event('hark'));
}

if (!tag || !inbox) console.warn('Hark: the script tag needs data-inbox');
else if (document.body) begin();
else document.addEventListener('DOMContentLoaded', begin);
