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
