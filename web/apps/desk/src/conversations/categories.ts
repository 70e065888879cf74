/** Categories of a line, loaded once each. */
import { useEffect, useState } from 'react';
import { items, type Category } from '@hark/api';
import { client } from '../state/session';

const known = new Map<string, Promise<Category[]>>();

function load(line: string): Promise<Category[]> {
  let found = known.get(line);
  if (!found) {
    found = client.conversations.categories(line).then((answer) => flatten(items(answer)));
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
