/** Time and chance as values that can be given, so that what waits can be tested without waiting. */

import type { Timers } from './tabs';

export interface Clock extends Timers {
  /** Milliseconds since 1970 UTC. */
  now(): number;
  /** 0 ≤ x < 1. */
  random(): number;
}

export const browserClock: Clock = {
  now: () => Date.now(),
  random: () => Math.random(),
  set: (act, ms) => setTimeout(act, ms),
  clear: (timer) => clearTimeout(timer as number),
};

export const PAUSE_MIN_MS = 1_000;
export const PAUSE_MAX_MS = 30_000;
const DOUBLINGS_MAX = 5;

/** The pause before attempt `n` (0 first): from one second up to a bound that doubles to thirty. */
export function pause(n: number, random: number): number {
  const bound = Math.min(PAUSE_MAX_MS, 2 * PAUSE_MIN_MS * 2 ** Math.min(n, DOUBLINGS_MAX));
  return Math.round(PAUSE_MIN_MS + random * (bound - PAUSE_MIN_MS));
}
