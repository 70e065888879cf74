/** A clock that stands until it is moved, and a socket whose other end is the test. */
import type { LiveClock, Socket } from '../src';

export class FakeClock implements LiveClock {
  private time = 1_000_000;
  private next = 1;
  private timers = new Map<number, { at: number; run: () => void }>();
  chance = 0.5;
  now() { return this.time; }
  random() { return this.chance; }
  set(run: () => void, ms: number) {
    const id = this.next++;
    this.timers.set(id, { at: this.time + ms, run });
    return id;
  }
  clear(timer: unknown) { this.timers.delete(timer as number); }
  /** Moves on, running what falls due, in order. */
  pass(ms: number) {
    const end = this.time + ms;
    for (;;) {
      const due = [...this.timers].filter(([, one]) => one.at <= end).sort((a, b) => a[1].at - b[1].at)[0];
      if (!due) break;
      this.timers.delete(due[0]);
      this.time = due[1].at;
      due[1].run();
    }
    this.time = end;
  }
}

export class FakeSocket implements Socket {
  sent: { op: string; [more: string]: unknown }[] = [];
  closed = false;
  onopen: ((event?: unknown) => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event?: unknown) => void) | null = null;
  onerror: ((event?: unknown) => void) | null = null;
  send(text: string) { this.sent.push(JSON.parse(text) as FakeSocket['sent'][number]); }
  close() { this.closed = true; }
  open() { this.onopen?.(); }
  say(frame: object) { this.onmessage?.({ data: JSON.stringify(frame) }); }
  fall() { this.onclose?.(); }
}

export class FakeStorage {
  private map = new Map<string, string>();
  get length() { return this.map.size; }
  key(at: number) { return [...this.map.keys()][at] ?? null; }
  getItem(key: string) { return this.map.get(key) ?? null; }
  setItem(key: string, value: string) { this.map.set(key, value); }
  removeItem(key: string) { this.map.delete(key); }
}
