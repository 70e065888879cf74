/** The visitor’s typing signal: at most one every three seconds while they write, and one when it stops. */

import type { Clock } from './clock';

export const TYPING_EVERY_MS = 3_000;
/** A signal nobody renews is over; the sender goes quiet after this, the receiver forgets after this. */
export const TYPING_OVER_MS = 6_000;

export class TypingSignal {
  #on = false;
  #last = 0;
  #timer: unknown;

  constructor(private readonly clock: Clock, private readonly say: (on: boolean) => void) {}

  /** The text was changed; `empty` when nothing is left of it. */
  touched(empty: boolean): void {
    if (empty) { this.over(); return; }
    this.clock.clear(this.#timer);
    const soon = this.#last + TYPING_EVERY_MS - this.clock.now();
    // What was written since goes when it may, so that what is seen does not stop in the middle of a word.
    this.#timer = this.#on && soon > 0 ? this.clock.set(() => this.touched(false), soon) : this.clock.set(() => this.over(), TYPING_OVER_MS);
    if (this.#on && soon > 0) return;
    this.#on = true;
    this.#last = this.clock.now();
    this.say(true);
  }

  /** The message was sent or the field left. */
  over(): void {
    this.clock.clear(this.#timer);
    if (!this.#on) return;
    this.#on = false;
    this.say(false);
  }
}
