/** What a view's rows show beside the usual: number, agent, queue, tags, category, tier, when it began. */
import { useMemo } from 'react';
import type { Category, ConversationRow, Queue, ViewColumn } from '@hark/api';
import { useT } from '@hark/ui';
import { useDesk } from '../app/context';
import { now } from '../state/clock';
import { useStore } from '../state/store';
import { categoryName, useCategoriesOf } from './categories';

/** Which columns, and the names behind their ids; the same object for all rows, so that a row stays as it is. */
export interface Extras { columns: readonly ViewColumn[]; queues: ReadonlyMap<string, Queue>; categories: Category[] }

/** The extras of these rows; null for a view without columns. */
export function useExtras(columns: readonly ViewColumn[], rows: readonly ConversationRow[]): Extras | null {
  const { desk } = useDesk();
  const queues = useStore(desk.queues);
  const named = columns.includes('category');
  const lines = useMemo(() => (named ? [...new Set(rows.map((row) => row.line as string))].sort().join() : ''), [named, rows]);
  const categories = useCategoriesOf(lines);
  return useMemo(() => (columns.length > 0 ? { columns, queues, categories } : null), [columns, queues, categories]);
}

export function Extra({ row, extras }: { row: ConversationRow; extras: Extras }) {
  const { brief, language } = useT();
  const parts = extras.columns.flatMap((column): string[] => {
    switch (column) {
      case 'number': return [`#${row.number}`];
      case 'assignee': return row.assignee ? [row.assignee.alias] : [];
      case 'queue': return row.queue ? [extras.queues.get(row.queue)?.name ?? ''] : [];
      case 'tags': return row.tags;
      case 'category': return [categoryName(extras.categories, row.category ?? null, language) ?? ''];
      case 'tier': return row.contact.tier ? [row.contact.tier] : [];
      case 'created': return [brief(row.created_at, now())];
      default: return [];
    }
  }).filter(Boolean);
  return parts.length > 0 ? <span className="row-extra">{parts.map((part, index) => <i key={index}>{part}</i>)}</span> : null;
}
