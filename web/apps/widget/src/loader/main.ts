/** `hark.js`: reads its own tag and installs the chat once the page stands. */

import { install, type Hark } from './loader';

const tag = document.currentScript as HTMLScriptElement | null;
const inbox = tag?.dataset['inbox'];
type Holder = typeof globalThis & { Hark?: Hark };

function begin(): void {
  const holder = window as unknown as Holder;
  if (holder.Hark) return;
  holder.Hark = install(window, { origin: new URL(tag!.src).origin, inbox: inbox!, lang: tag!.dataset['lang'] ?? null });
  document.dispatchEvent(new Event('hark'));
}

if (!tag || !inbox) console.warn('Hark: the script tag needs data-inbox');
else if (document.body) begin();
else document.addEventListener('DOMContentLoaded', begin);
