import { describe, expect, it } from 'vitest';
import { knows, moment, nextAt, wall } from '../src/state/zones';

const at = Date.parse('2026-11-29T16:00:00Z');

describe('times in a zone', () => {
  it('are what the wall there shows, both ways', () => {
    expect(wall('Asia/Shanghai', at)).toBe('2026-11-30T00:00');
    expect(wall('America/New_York', at)).toBe('2026-11-29T11:00');
    for (const zone of ['Asia/Shanghai', 'America/New_York', 'Asia/Kolkata']) expect(moment(zone, wall(zone, at))).toBe(at);
    expect(moment('Asia/Shanghai', 'soon')).toBeNull();
  });
  it('survive a clock that is put back', () => {
    expect(new Date(moment('America/New_York', '2026-11-01T09:00') ?? 0).toISOString()).toBe('2026-11-01T14:00:00.000Z');
    expect(new Date(moment('America/New_York', '2026-10-31T09:00') ?? 0).toISOString()).toBe('2026-10-31T13:00:00.000Z');
  });
  it('find the next hour and the next Monday there', () => {
    expect(wall('Asia/Shanghai', nextAt('Asia/Shanghai', at, 9, 1))).toBe('2026-12-01T09:00');
    expect(wall('Asia/Shanghai', nextAt('Asia/Shanghai', at, 18, 0))).toBe('2026-11-30T18:00');
    expect(wall('Asia/Shanghai', nextAt('Asia/Shanghai', at, 9, 1, 1))).toBe('2026-12-07T09:00');
  });
  it('know names from what is none', () => {
    expect([knows('Asia/Shanghai'), knows('Nowhere/Land'), knows(null)]).toEqual([true, false, false]);
  });
});
