/** The line one is at: pages that show one line begin with it, and the way back to its setting up is known. */
import type { Me } from '@hark/api';
import { createStore } from '../state/store';

let last: string | null = null;
/** The line that is being set up, while one is at the pages that its list leads to. */
export const settingUp = createStore<string | null>(null);

/** The line that a page begins with: the one in its address, the last one looked at, or the first. */
export function lineInMind(me: Me, asked: string | null = null): string | null {
  const known = (line: string | null) => line !== null && me.lines.some((one) => one.id === line);
  return known(asked) ? asked : known(last) ? last : (me.lines[0]?.id ?? null);
}

/** From now on pages begin with this one. */
export function keepLine(line: string | null): void { if (line) last = line; }
