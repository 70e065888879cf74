/** What one holds oneself, by line: before it is handed over, and before one leaves. */
import { useEffect, useState } from 'react';
import type { ConversationRow as Row } from '@hark/api';
import { client } from '../state/session';

/** Conversations that are looked at; nobody holds as many. */
const HELD_MAX = 100;

/** What one holds at this moment. */
export async function heldNow(): Promise<Row[]> {
  return (await client.conversations.list({ view: 'mine', limit: HELD_MAX })).items;
}

export interface OfLine { line: string; n: number }

/** How many in each line, the most first. */
export function byLine(rows: readonly Pick<Row, 'line'>[]): OfLine[] {
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(row.line, (counts.get(row.line) ?? 0) + 1);
  return [...counts].map(([line, n]) => ({ line, n })).sort((a, b) => b.n - a.n);
}

/** The same, loaded anew whenever `turn` changes; null while it is not known. */
export function useOwnWork(turn: unknown): OfLine[] | null {
  const [work, setWork] = useState<OfLine[] | null>(null);
  useEffect(() => {
    let current = true;
    heldNow().then((rows) => { if (current) setWork(byLine(rows)); }).catch(() => undefined);
    return () => { current = false; };
  }, [turn]);
  return work;
}
