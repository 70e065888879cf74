/** Where the keyboard goes: what an action leads to, and where it is at home when what had it is gone. */

/** How long something that was asked for may take to appear. */
const SOON_MS = 3_000;
/** The conversation that was opened by moving in the list: the keyboard stays there. */
let stepped: string | null = null;

const atLoss = () => document.activeElement === null || document.activeElement === document.body;

/** Gives the keyboard to the list, or to the page where there is none, if nothing else has it. */
export function goHome(): void {
  if (!atLoss()) return;
  const home = document.getElementById('list-rows') ?? document.getElementById('list') ?? document.getElementById('main');
  if (home && !home.hasAttribute('tabindex')) home.tabIndex = -1;
  home?.focus({ preventScroll: true });
}

/** Gives the keyboard to this as soon as it stands, unless the person went elsewhere meanwhile. */
export function focusSoon(selector: string): void {
  const from = document.activeElement;
  const until = performance.now() + SOON_MS;
  const look = () => {
    const node = document.querySelector<HTMLElement>(selector);
    if (node) node.focus();
    else if (performance.now() < until && (document.activeElement === from || atLoss())) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

/** Opens the menu of a button that stands on the page, with the keyboard in it. */
export function openMenu(selector: string): void {
  const button = document.querySelector<HTMLElement>(selector);
  button?.focus();
  button?.click();
}

/** The next conversation is opened by moving in the list. */
export function steppedTo(id: string | null): void { stepped = id; }

/** Does the keyboard go to the composer of a conversation that opens? Not from the list while one moves there, nor out of what one is at. */
export function writesAtOnce(id: string): boolean {
  const at = document.activeElement;
  if (window.matchMedia('(max-width: 719px)').matches || at?.closest('[aria-modal=true], .context')) return false;
  return !(stepped === id && at?.closest('#list'));
}
