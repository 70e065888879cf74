import { describe, expect, it } from 'vitest';
import { leadByLock, type Locks } from '../src/frame/tabs';
import { leadByWords } from '../src/frame/tabwords';
import { Ether, FakeClock, settle } from './time';

/** Locks as the browser lends them: one holder, the rest in line. */
class FakeLocks implements Locks {
  private line: (() => void)[] = [];
  private busy = false;
  request(_: string, options: { signal: AbortSignal }, held: () => Promise<void>): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const go = (): void => {
        this.busy = true;
        void held().then(() => { this.busy = false; resolve(null); this.line.shift()?.(); });
      };
      options.signal.addEventListener('abort', () => { this.line = this.line.filter((l) => l !== go); reject(new Error('aborted')); });
      if (this.busy) this.line.push(go); else go();
    });
  }
}

describe('leadership by lock', () => {
  it('has one leader, and passes on when it leaves', async () => {
    const locks = new FakeLocks();
    const leads: string[] = [];
    const leave = ['a', 'b', 'c'].map((n) => leadByLock(locks, 'x', () => leads.push(n), () => leads.push('denied')));
    await settle();
    expect(leads).toEqual(['a']);
    leave[1]!();
    leave[0]!();
    await settle();
    expect(leads).toEqual(['a', 'c']);
  });
  it('says so when the browser lends none', async () => {
    let denied = 0;
    leadByLock({ request: () => Promise.reject(new Error('SecurityError')) }, 'x', () => undefined, () => denied++);
    await settle();
    expect(denied).toBe(1);
  });
});

describe('leadership by words', () => {
  function tabs(names: string[]) {
    const clock = new FakeClock();
    const ether = new Ether();
    const leading = new Set<string>();
    const leave = new Map<string, () => void>();
    const join = (name: string): void => {
      const channel = ether.channel();
      const stop = leadByWords(channel, name, clock, () => leading.add(name), () => leading.delete(name));
      // A tab that crashes says nothing; one that leaves says so.
      leave.set(name, () => { stop(); channel.close(); leading.delete(name); });
    };
    names.forEach(join);
    return { clock, leading, leave, join };
  }
  it('elects exactly one of many that open at once', async () => {
    const { clock, leading } = tabs(['m', 'c', 'x', 'a', 'k']);
    await clock.pass(10_000);
    expect([...leading]).toEqual(['a']);
  });
  it('leaves the leader alone when others come', async () => {
    const { clock, leading, join } = tabs(['m']);
    await clock.pass(2_000);
    join('a');
    await clock.pass(10_000);
    expect([...leading]).toEqual(['m']);
  });
  it('elects anew when the leader goes', async () => {
    const { clock, leading, leave } = tabs(['a', 'b', 'c']);
    await clock.pass(2_000);
    leave.get('a')!();
    await clock.pass(10_000);
    expect([...leading]).toEqual(['b']);
  });
});
