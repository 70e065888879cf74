/**
 * Which of the list's elements shows which row. A row keeps its element as long as it is shown; an element whose row went out
 * of sight takes one that came into sight. Nothing is made or thrown away while one scrolls, only filled anew.
 */
export interface Pool {
  /** The element of each of these rows, all that are shown. */
  take: (ids: readonly string[]) => number[];
  /**
   * These elements in the order in which they stand in the page. Nothing is moved while one scrolls; at rest (`settled`) they
   * stand as they are seen, for whoever reads the page from top to bottom.
   */
  stand: (elements: readonly number[], settled: boolean) => number[];
}

export function createPool(): Pool {
  let taken = new Map<string, number>();
  let standing: number[] = [];
  return {
    take: (ids) => {
      const next = new Map<string, number>();
      const used = new Set<number>();
      for (const id of ids) {
        const element = taken.get(id);
        if (element === undefined) continue;
        next.set(id, element);
        used.add(element);
      }
      const free = [...taken.values()].filter((element) => !used.has(element));
      let fresh = 0;
      const found = ids.map((id) => {
        const known = next.get(id);
        if (known !== undefined) return known;
        let element = free.pop();
        if (element === undefined) {
          while (used.has(fresh)) fresh += 1;
          element = fresh;
        }
        used.add(element);
        next.set(id, element);
        return element;
      });
      taken = next;
      return found;
    },
    stand: (elements, settled) => {
      if (settled) return (standing = [...elements]);
      const here = new Set(elements);
      const stay = standing.filter((element) => here.delete(element));
      return (standing = [...stay, ...here]);
    },
  };
}
