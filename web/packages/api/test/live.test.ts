import { describe, expect, it } from 'vitest';
import { BACKOFF_MAX_MS, BACKOFF_MIN_MS, ANSWER_MAX_MS, HEARTBEAT_MS, Live } from '../src';
import { FakeClock, FakeSocket } from './fakes';

function rig(since: number | null) {
  const clock = new FakeClock();
  const sockets: FakeSocket[] = [];
  const seen: number[] = [];
  const resyncs: number[] = [];
  const live = new Live({
    open: () => { const socket = new FakeSocket(); sockets.push(socket); return socket; },
    clock, since, onEvent: (event) => seen.push(event.pos), onResync: (pos) => resyncs.push(pos),
  });
  const last = () => sockets[sockets.length - 1]!;
  const event = (pos: number) => last().say({ op: 'event', pos, kind: 'settings.changed', tenant: null, conversation: null, data: {} });
  const up = (pos: number) => { last().open(); last().say({ op: 'ready', pos, user: 'u' }); };
  return { clock, sockets, seen, resyncs, live, last, event, up };
}

describe('the live connection', () => {
  it('says from where it wants to go on, and takes each event once', () => {
    const { live, last, event, up, seen, clock, sockets } = rig(40);
    live.start();
    up(44);
    expect(last().sent[0]).toEqual({ op: 'hello', since: 40 });
    for (const pos of [41, 42, 42, 43, 41, 44]) event(pos);
    expect(seen).toEqual([41, 42, 43, 44]);
    last().fall();
    clock.pass(BACKOFF_MIN_MS);
    expect(sockets).toHaveLength(2);
    up(50);
    expect(last().sent[0]).toEqual({ op: 'hello', since: 44 });
    for (const pos of [44, 45, 46]) event(pos);
    expect(seen).toEqual([41, 42, 43, 44, 45, 46]);
  });

  it('lets the figures of a queue through, which have no place of their own', () => {
    const { live, last, event, up, seen } = rig(10);
    live.start();
    up(10);
    event(11);
    last().say({ op: 'event', pos: 11, kind: 'queue.changed', tenant: 't', conversation: null, data: { queue: 'q', waiting: 1, longest_wait_ms: 0 } });
    event(12);
    expect(seen).toEqual([11, 11, 12]);
  });

  it('begins at the position of the server when it knows none', () => {
    const { live, last, event, up, seen } = rig(null);
    live.start();
    up(90);
    expect(last().sent[0]).toEqual({ op: 'hello', since: null });
    event(90);
    event(91);
    expect(seen).toEqual([91]);
    expect(live.position).toBe(91);
  });

  it('reloads at a resync and goes on from the position given', () => {
    const { live, last, event, up, seen, resyncs } = rig(10);
    live.start();
    up(10);
    last().say({ op: 'resync', pos: 700 });
    expect(resyncs).toEqual([700]);
    event(650);
    event(701);
    expect(seen).toEqual([701]);
  });

  it('is connected once a resync answered its greeting, with or without a word of being ready', () => {
    for (const word of [true, false]) {
      const { live, last, event, up, seen, clock, sockets } = rig(10);
      live.start();
      up(10);
      last().fall();
      clock.pass(BACKOFF_MIN_MS);
      expect(live.state.name).toBe('connecting');
      last().open();
      expect(last().sent[0]).toEqual({ op: 'hello', since: 10 });
      last().say({ op: 'resync', pos: 700 });
      if (word) last().say({ op: 'ready', pos: 700, user: 'u' });
      expect(live.state.name).toBe('live');
      event(701);
      expect(seen).toEqual([701]);
      // It stays: the heartbeat begins with it, and answers keep it up.
      for (let beats = 0; beats < 5; beats += 1) {
        clock.pass(HEARTBEAT_MS);
        last().say({ op: 'pong' });
      }
      expect(live.state.name).toBe('live');
      expect(sockets).toHaveLength(2);
    }
  });

  it('gives up a connection that says something, but never that it is ready', () => {
    const { live, last, event, clock } = rig(10);
    live.start();
    last().open();
    event(11);
    clock.pass(ANSWER_MAX_MS - 1);
    event(12);
    clock.pass(ANSWER_MAX_MS - 1);
    expect(live.state.name).toBe('connecting');
    clock.pass(1);
    expect(live.state.name).toBe('waiting');
  });

  it('watches and subscribes anew on each connection, before it says from where to go on', () => {
    const { live, last, up, clock } = rig(1);
    live.start();
    live.watch('c1');
    live.watch('c2');
    live.unwatch('c2');
    live.subscribe(['queue:1', 'queue:1']);
    up(1);
    expect(last().sent).toEqual([{ op: 'subscribe', topics: ['queue:1'] }, { op: 'watch', conversation: 'c1' }, { op: 'hello', since: 1 }]);
    last().fall();
    clock.pass(BACKOFF_MIN_MS);
    up(1);
    expect(last().sent).toEqual([{ op: 'subscribe', topics: ['queue:1'] }, { op: 'watch', conversation: 'c1' }, { op: 'hello', since: 1 }]);
  });

  it('waits longer each time, between 1 and 30 seconds, and with chance', () => {
    for (const chance of [0, 0.5, 0.999]) {
      const { live, last, clock, sockets } = rig(1);
      clock.chance = chance;
      live.start();
      const waits: number[] = [];
      for (let i = 0; i < 9; i += 1) {
        last().fall();
        const state = live.state;
        if (state.name !== 'waiting') throw new Error('should wait');
        waits.push(state.until - clock.now());
        clock.pass(state.until - clock.now());
        expect(sockets).toHaveLength(i + 2);
      }
      expect(Math.min(...waits)).toBeGreaterThanOrEqual(BACKOFF_MIN_MS);
      expect(Math.max(...waits)).toBeLessThanOrEqual(BACKOFF_MAX_MS);
      expect(waits).toEqual([...waits].sort((a, b) => a - b));
      expect(waits[8]).toBeGreaterThanOrEqual(BACKOFF_MAX_MS / 2);
    }
  });

  it('counts an unanswered heartbeat as a broken connection', () => {
    const { live, last, up, clock } = rig(1);
    live.start();
    up(1);
    clock.pass(HEARTBEAT_MS);
    expect(last().sent.some((frame) => frame.op === 'ping')).toBe(true);
    last().say({ op: 'pong' });
    clock.pass(ANSWER_MAX_MS);
    expect(live.state.name).toBe('live');
    // The next beat is at twice the interval; its answer never comes.
    clock.pass(HEARTBEAT_MS);
    expect(live.state.name).toBe('waiting');
    expect(last().closed).toBe(true);
  });

  it('goes at once when told that the network is back, and stops for good when signed out', () => {
    const { live, last, up, clock, sockets } = rig(1);
    live.start();
    last().fall();
    live.kick();
    expect(sockets).toHaveLength(2);
    up(1);
    last().say({ op: 'bye', reason: 'restart' });
    expect(live.state.name).toBe('waiting');
    live.kick();
    up(1);
    last().say({ op: 'bye', reason: 'disabled' });
    expect(live.state).toEqual({ name: 'stopped', reason: 'disabled' });
    clock.pass(10 * BACKOFF_MAX_MS);
    expect(sockets).toHaveLength(3);
  });
});
