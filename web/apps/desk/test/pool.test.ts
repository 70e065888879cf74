import { describe, expect, it } from 'vitest';
import { createPool } from '../src/conversations/pool';

const ids = (from: number, count: number) => Array.from({ length: count }, (_, n) => `row ${from + n}`);

describe('the elements of the list', () => {
  it('are as many as rows were ever shown at once, and a row keeps its own', () => {
    const pool = createPool();
    let before = new Map<string, number>();
    for (let from = 0; from < 500; from += 3) {
      const shown = ids(from, 20);
      const elements = pool.take(shown);
      expect(new Set(elements).size).toBe(20);
      expect(Math.max(...elements)).toBeLessThan(20);
      shown.forEach((id, n) => { if (before.has(id)) expect(elements[n]).toBe(before.get(id)); });
      before = new Map(shown.map((id, n) => [id, elements[n] as number]));
    }
  });

  it('give room when more rows are shown, and none is given twice when fewer are', () => {
    const pool = createPool();
    pool.take(ids(0, 4));
    expect(new Set(pool.take(ids(0, 9))).size).toBe(9);
    expect(pool.take(ids(5, 2))).toHaveLength(2);
    expect(new Set(pool.take(ids(3, 6))).size).toBe(6);
  });

  it('stay where they stand while one scrolls, and stand as they are seen at rest', () => {
    const pool = createPool();
    const first = pool.stand(pool.take(ids(0, 5)), true);
    const moving = pool.take(ids(2, 5));
    expect(pool.stand(moving, false)).toEqual(first);
    expect(pool.stand(moving, true)).toEqual(moving);
    expect(moving).not.toEqual(first);
  });
});
