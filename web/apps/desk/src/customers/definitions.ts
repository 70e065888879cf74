/** The custom attributes and lines of a client, asked for once. */
import { useEffect, useState } from 'react';
import type { AttributeDefinition, Line } from '@hark/api';
import { client } from '../state/session';

const known = new Map<string, Promise<AttributeDefinition[]>>();

export function useDefinitions(tenant: string): AttributeDefinition[] {
  const [list, setList] = useState<AttributeDefinition[]>([]);
  useEffect(() => {
    if (!tenant) return undefined;
    let current = true;
    let found = known.get(tenant);
    if (!found) known.set(tenant, (found = client.attributes.list({ tenant }).then((page) => page.items).catch(() => { known.delete(tenant); return []; })));
    void found.then((all) => { if (current) setList(all); });
    return () => { current = false; };
  }, [tenant]);
  return list;
}

export function useLines(tenant: string): Line[] {
  const [list, setList] = useState<Line[]>([]);
  useEffect(() => {
    let current = true;
    client.lines.list({ tenant }).then((page) => { if (current) setList(page.items.filter((one) => one.tenant === tenant)); }).catch(() => undefined);
    return () => { current = false; };
  }, [tenant]);
  return list;
}
