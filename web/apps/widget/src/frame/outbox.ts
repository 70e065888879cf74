/**
 * What the visitor has written and the server has not yet acknowledged. It is kept on disk before anything is sent, and
 * leaves only by an acknowledgement: so it survives a lost connection, a reload and a crash. One message is under way
 * at a time and keeps its `client_id`, so the server stores each once and in the order written.
 */

import { PARCELS_MAX, type Kept, type Store } from './store';

export * from './store';

/** How sending one parcel ended. `later`: nothing is known, so it stays first in the line. */
export type Outcome = { kind: 'taken' } | { kind: 'later' } | { kind: 'refused'; title: string };

/**
 * Sends what waits, one at a time, in order. `send` is given a parcel and `keep`, with which it may save progress (an
 * uploaded file); a refused parcel is stepped over, an unanswered one stops the line until the next `run`.
 */
export class Outbox {
  #running: Promise<void> | null = null;
  #again = false;

  constructor(
    private readonly store: Store,
    private readonly send: (parcel: Kept, keep: (parcel: Kept) => Promise<void>) => Promise<Outcome>,
    private readonly changed: (parcels: Kept[]) => void,
  ) {}

  async list(): Promise<Kept[]> {
    return this.store.all();
  }

  /** Tells the parcels as they now are. */
  async tell(): Promise<void> {
    this.changed(await this.store.all());
  }

  /** Works the line until it is empty, blocked or `later`. Calls while it works are remembered, not run beside. */
  async run(): Promise<void> {
    this.#again = true;
    if (this.#running) return;
    this.#running = this.#work();
    await this.#running;
  }

  /** Waits until nothing is under way. */
  async idle(): Promise<void> {
    await this.#running?.catch(() => undefined);
  }

  async #work(): Promise<void> {
    try {
      while (this.#again) {
        this.#again = false;
        await this.#pass();
      }
    } finally {
      this.#running = null;
    }
  }

  async #pass(): Promise<void> {
    for (let sent = 0; sent < PARCELS_MAX; sent++) {
      const first = (await this.store.all()).find((p) => !p.refused);
      if (!first) return;
      const outcome = await this.send(first, (p) => this.store.put(p));
      if (outcome.kind === 'later') return;
      if (outcome.kind === 'taken') await this.store.remove(first.n);
      else await this.store.put({ ...first, refused: outcome.title });
      await this.tell();
    }
  }
}
