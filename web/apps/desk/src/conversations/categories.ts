/** Categories of a line, loaded once each. */
import { useEffect, useState } from 'react';
import { items, type Category } from '@hark/api';
import { client } from '../state/session';

/** Lines whose categories one list names at the most. */
const LINES_MAX = 50;
const known = new Map<string, Promise<Category[]>>();
const byId = new Map<string, Category[]>();

/** A category that was loaded for some line, with all of its line. */
export function categoryById(id: string): { id: string; all: Category[] } | null {
  const all = byId.get(id);
  return all ? { id, all } : null;
}

function load(line: string): Promise<Category[]> {
  let found = known.get(line);
  if (!found) {
    found = client.conversations.categories(line).then((answer) => {
      const all = flatten(items(answer));
      for (const one of all) byId.set(one.id, all);
      return all;
    });
    found.catch(() => known.delete(line));
    known.set(line, found);
  }
  return found;
}

function flatten(tree: Category[]): Category[] {
  return tree.flatMap((one) => [one, ...flatten(one.children ?? [])]);
}

export function useCategories(line: string | undefined): Category[] {
  const [list, setList] = useState<Category[]>([]);
  useEffect(() => {
    let current = true;
    if (line) void load(line).then((found) => { if (current) setList(found); }).catch(() => undefined);
    return () => { current = false; };
  }, [line]);
  return list;
}

/** The categories of several lines, named with commas between them; empty for none. */
export function useCategoriesOf(lines: string): Category[] {
  const [list, setList] = useState<Category[]>([]);
  useEffect(() => {
    let current = true;
    const wanted = lines === '' ? [] : lines.split(',').slice(0, LINES_MAX);
    void Promise.all(wanted.map((line) => load(line).catch((): Category[] => []))).then((all) => { if (current) setList(all.flat()); });
    return () => { current = false; };
  }, [lines]);
  return list;
}

/** `支付 / 扣款失败`; null for none. */
export function categoryName(all: Category[], id: string | null, language: string): string | null {
  const names: string[] = [];
  let at = all.find((one) => one.id === id);
  for (let depth = 0; at && depth < 6; depth += 1) {
    names.unshift(language === 'en' ? at.name_en : at.name_zh);
    const parent = at.parent;
    at = all.find((one) => one.id === parent);
  }
  return names.length > 0 ? names.join(' / ') : null;
}
