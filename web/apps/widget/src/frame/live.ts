/**
 * The live socket: opened, authenticated, kept awake and, when it is lost, opened again after a growing and uneven
 * pause, so that ten thousand visitors whose server restarted do not come back in the same second.
 */

import { pause, type Clock } from './clock';
import type { ClientFrame, ServerFrame } from './wire';

/** The part of a WebSocket that is used. */
export interface Socket {
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: (() => void) | null;
  send(text: string): void;
  close(): void;
}

export const HEARTBEAT_MS = 25_000;
/** A socket that says nothing this long after a ping, or after it was opened, is dead. */
export const ANSWER_MS = 10_000;
export { PAUSE_MAX_MS, PAUSE_MIN_MS, pause } from './clock';

export interface LiveHooks {
  open(): Socket;
  auth(): { token: string; after: number };
  heard(frame: ServerFrame): void;
  /** The socket is ready, or no longer; `failures` counts attempts that never became ready. */
  turned(up: boolean, failures: number): void;
}

export class Live {
  #socket: Socket | null = null;
  #timer: unknown;
  #beat: unknown;
  #failures = 0;
  #wanted = false;
  up = false;

  constructor(private readonly clock: Clock, private readonly hooks: LiveHooks) {}

  /** Wants the socket open from now on. */
  start(): void {
    if (this.#wanted) return;
    this.#wanted = true;
    this.#connect();
  }

  stop(): void {
    this.#wanted = false;
    this.clock.clear(this.#timer);
    this.#drop(false);
  }

  /** Tries at once instead of waiting out the pause: the network came back or the page woke up. */
  nudge(): void {
    if (!this.#wanted) return;
    if (this.up) this.#ping();
    else if (!this.#socket) { this.clock.clear(this.#timer); this.#connect(); }
  }

  /** Says a frame; false if there is nobody to hear it. */
  say(frame: ClientFrame): boolean {
    if (!this.up || !this.#socket) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  /** Gives up the present socket as dead and opens another. */
  restart(): void {
    if (this.#wanted) this.#drop(true);
  }

  #connect(): void {
    const socket = this.#socket = this.hooks.open();
    this.#expect();
    socket.onopen = () => {
      socket.send(JSON.stringify({ op: 'auth', ...this.hooks.auth() } satisfies ClientFrame));
    };
    socket.onmessage = ({ data }) => { if (socket === this.#socket) this.#hear(data); };
    socket.onclose = () => { if (socket === this.#socket) this.#drop(true); };
  }

  #hear(data: unknown): void {
    let frame: ServerFrame;
    try {
      frame = JSON.parse(String(data)) as ServerFrame;
    } catch {
      return;
    }
    this.#rest();
    if (frame.op === 'pong') return;
    if (frame.op === 'bye') { this.#drop(true); return; }
    if (frame.op === 'ready') {
      this.up = true;
      this.#failures = 0;
      this.hooks.heard(frame);
      this.hooks.turned(true, 0);
      return;
    }
    this.hooks.heard(frame);
  }

  /** Anything heard proves the line; the next ping is due a heartbeat from now. */
  #rest(): void {
    this.clock.clear(this.#beat);
    this.#beat = this.clock.set(() => this.#ping(), HEARTBEAT_MS);
  }

  #ping(): void {
    if (this.say({ op: 'ping' })) this.#expect();
  }

  #expect(): void {
    this.clock.clear(this.#beat);
    this.#beat = this.clock.set(() => this.#drop(true), ANSWER_MS);
  }

  #drop(again: boolean): void {
    const { up } = this;
    const socket = this.#socket;
    this.#socket = null;
    this.up = false;
    this.clock.clear(this.#beat);
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
      if (!up) this.#failures++;
      this.hooks.turned(false, this.#failures);
    }
    if (again && this.#wanted) this.#later();
  }

  #later(): void {
    this.clock.clear(this.#timer);
    const ms = pause(Math.max(0, this.#failures - 1), this.clock.random());
    this.#timer = this.clock.set(() => { if (!this.#socket) this.#connect(); }, ms);
  }
}
