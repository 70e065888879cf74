/** The search over all settings: pages by their title and purpose, and what can be set on them, in every language. */
import type { Dictionary, Key } from '@hark/i18n';
import type { SettingsPage } from './pages';

export interface Found { page: SettingsPage; fields: Key[] }

/** Fields named under one page, so that one page does not fill the list. */
const FIELDS_MAX = 4;

/** Pages that hold every word sought, in their order; with the fields that do, where the page itself does not. */
export function search(pages: SettingsPage[], sought: string, words: Dictionary[]): Found[] {
  const parts = sought.toLowerCase().split(/\s+/).filter(Boolean);
  if (parts.length === 0 || words.length === 0) return parts.length === 0 ? pages.map((page) => ({ page, fields: [] })) : [];
  const holds = (keys: Key[]) => words.some((one) => { const text = keys.map((key) => one[key]).join(' ').toLowerCase(); return parts.every((part) => text.includes(part)); });
  return pages.flatMap((page) => {
    const fields = (page.finds ?? []).filter((key) => holds([key]));
    return holds([page.title, page.about]) || fields.length > 0 ? [{ page, fields: fields.slice(0, FIELDS_MAX) }] : [];
  });
}
