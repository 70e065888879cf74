/**
 * The live connection: one socket that says what happened since a position.
 *
 * States: `idle → connecting → live → waiting → connecting …` and `stopped` after a goodbye that means it.
 * Every event carries its place in the log; an event at or before the place already reached is dropped, so that a resumed
 * connection neither misses nor repeats one. When the server cannot resume it says `resync`: the reader reloads what it
 * shows and goes on from the position given. Socket, clock and chance are handed in.
 */
import type { ConversationId } from './contract';
import type { ByeReason, LiveEvent, LiveSignal, ServerFrame } from './frames';

export type LiveState =
  | { name: 'idle' }
  | { name: 'connecting'; tries: number }
  | { name: 'live' }
  | { name: 'waiting'; tries: number; until: number }
  | { name: 'stopped'; reason: ByeReason | 'closed' };

/** The part of a browser socket that is used here. */
export interface Socket {
  send(text: string): void;
  close(code?: number): void;
  onopen: ((event?: unknown) => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event?: unknown) => void) | null;
  onerror: ((event?: unknown) => void) | null;
}

export interface LiveClock {
  now(): number;
  set(run: () => void, ms: number): unknown;
  clear(timer: unknown): void;
  /** A value in [0, 1) for the spread of back-off. */
  random(): number;
}

export interface LiveOptions {
  open: () => Socket;
  clock?: LiveClock;
  since?: number | null;
  onEvent: (event: LiveEvent) => void;
  onSignal?: (signal: LiveSignal) => void;
  /** Reload what is shown. Called before events after `pos` are handed on. */
  onResync: (pos: number) => void;
  onState?: (state: LiveState) => void;
}

export const BACKOFF_MIN_MS = 1_000;
export const BACKOFF_MAX_MS = 30_000;
export const HEARTBEAT_MS = 25_000;
/** How long a connection may take to be ready, or a heartbeat to be answered, before it counts as broken. */
export const ANSWER_MAX_MS = 10_000;

export const systemClock: LiveClock = {
  now: () => Date.now(),
  set: (run, ms) => setTimeout(run, ms),
  clear: (timer) => clearTimeout(timer as ReturnType<typeof setTimeout>),
  random: () => Math.random(),
};

export class Live {
  private socket: Socket | null = null;
  private timer: unknown = null;
  private answer: unknown = null;
  private opened = false;
  private tries = 0;
  private pos: number | null;
  private current: LiveState = { name: 'idle' };
  private readonly watched = new Set<ConversationId>();
  private readonly topics = new Set<string>();
  private readonly clock: LiveClock;

  constructor(private readonly options: LiveOptions) {
    this.clock = options.clock ?? systemClock;
    this.pos = options.since ?? null;
  }

  get state(): LiveState { return this.current; }
  /** The position of the last event handed on. */
  get position(): number | null { return this.pos; }

  /** Connects, or does nothing when it already has. */
  start(): void {
    if (this.current.name === 'connecting' || this.current.name === 'live') return;
    this.connect();
  }

  /** Tries at once instead of at the end of the back-off; for when the network came back. */
  kick(): void {
    if (this.current.name !== 'waiting') return;
    this.connect();
  }

  /** Assumes the connection lost and begins anew; for when the machine slept. */
  renew(): void {
    if (this.current.name === 'live' || this.current.name === 'connecting') this.lost();
    this.kick();
  }

  /** Ends the connection for good. */
  stop(): void { this.end('closed'); }

  watch(conversation: ConversationId): void {
    this.watched.add(conversation);
    this.send({ op: 'watch', conversation });
  }
  unwatch(conversation: ConversationId): void {
    if (this.watched.delete(conversation)) this.send({ op: 'unwatch', conversation });
  }
  subscribe(topics: string[]): void {
    const fresh = topics.filter((topic) => !this.topics.has(topic));
    for (const topic of fresh) this.topics.add(topic);
    if (fresh.length > 0) this.send({ op: 'subscribe', topics: fresh });
  }
  unsubscribe(topics: string[]): void {
    const gone = topics.filter((topic) => this.topics.delete(topic));
    if (gone.length > 0) this.send({ op: 'unsubscribe', topics: gone });
  }
  /** A signal that may be lost: nobody is told when the connection is away. */
  typing(conversation: ConversationId, on: boolean, mode: 'reply' | 'note' = 'reply'): void { this.send({ op: 'typing', conversation, on, mode }); }

  private connect(): void {
    this.clearTimers();
    this.change({ name: 'connecting', tries: this.tries });
    let socket: Socket;
    try {
      socket = this.options.open();
    } catch {
      this.lost();
      return;
    }
    this.socket = socket;
    this.answer = this.clock.set(() => this.lost(), ANSWER_MAX_MS);
    socket.onopen = () => {
      if (socket !== this.socket) return;
      this.opened = true;
      // First what is wanted, then the greeting: what is caught up on covers exactly the rooms named before it.
      if (this.topics.size > 0) this.send({ op: 'subscribe', topics: [...this.topics] });
      for (const conversation of this.watched) this.send({ op: 'watch', conversation });
      this.send({ op: 'hello', since: this.pos });
    };
    socket.onmessage = (event) => {
      if (socket === this.socket && typeof event.data === 'string') this.receive(event.data);
    };
    socket.onclose = () => {
      if (socket === this.socket) this.lost();
    };
    socket.onerror = null;
  }

  private receive(text: string): void {
    let frame: ServerFrame;
    try {
      frame = JSON.parse(text) as ServerFrame;
    } catch {
      return;
    }
    this.clock.clear(this.answer);
    // What is caught up on may take its time; nothing more at all before the connection is ready means that it is broken.
    this.answer = this.current.name === 'connecting' ? this.clock.set(() => this.lost(), ANSWER_MAX_MS) : null;
    switch (frame.op) {
      case 'ready': return this.ready(frame.pos);
      case 'resync':
        this.pos = frame.pos;
        // Said instead of what was missed, so the connection stands: what follows counts from here, `ready` or not.
        this.ready(frame.pos);
        return this.options.onResync(frame.pos);
      case 'event':
        // A queue's figures are no entry of the log: they carry the place reached, not one of their own.
        if (frame.kind !== 'queue.changed') {
          if (this.pos !== null && frame.pos <= this.pos) return;
          this.pos = frame.pos;
        }
        return this.options.onEvent(frame);
      case 'signal': return this.options.onSignal?.(frame);
      case 'bye': return this.goodbye(frame.reason);
      case 'pong': return;
    }
  }

  private ready(pos: number): void {
    // Resuming, what lies between our place and `pos` is still to come; only a fresh start begins there.
    if (this.pos === null) this.pos = pos;
    this.clock.clear(this.answer);
    this.answer = null;
    if (this.current.name === 'live') return;
    this.tries = 0;
    this.change({ name: 'live' });
    this.beat();
  }

  private beat(): void {
    this.clock.clear(this.timer);
    this.timer = this.clock.set(() => {
      this.send({ op: 'ping' });
      this.clock.clear(this.answer);
      this.answer = this.clock.set(() => this.lost(), ANSWER_MAX_MS);
      this.beat();
    }, HEARTBEAT_MS);
  }

  private goodbye(reason: ByeReason): void {
    if (reason === 'restart') this.lost();
    else this.end(reason);
  }

  private lost(): void {
    if (this.current.name === 'stopped' || this.current.name === 'waiting') return;
    this.drop();
    this.tries += 1;
    const ceiling = Math.min(BACKOFF_MAX_MS, BACKOFF_MIN_MS * 2 ** (this.tries - 1));
    const ms = Math.max(BACKOFF_MIN_MS, Math.round(ceiling * (0.5 + this.clock.random() / 2)));
    this.change({ name: 'waiting', tries: this.tries, until: this.clock.now() + ms });
    this.timer = this.clock.set(() => this.connect(), ms);
  }

  private end(reason: ByeReason | 'closed'): void {
    this.drop();
    this.change({ name: 'stopped', reason });
  }

  private drop(): void {
    this.clearTimers();
    const socket = this.socket;
    this.socket = null;
    this.opened = false;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  private clearTimers(): void {
    this.clock.clear(this.timer);
    this.clock.clear(this.answer);
    this.timer = this.answer = null;
  }

  private send(frame: object): void {
    if (this.opened) this.socket?.send(JSON.stringify(frame));
  }

  private change(state: LiveState): void {
    this.current = state;
    this.options.onState?.(state);
  }
}
