/** What Enter means while writing. */
import type { SendKey } from '@hark/api';

export interface KeyLike { key: string; keyCode: number; ctrlKey: boolean; metaKey: boolean; shiftKey: boolean; altKey: boolean; isComposing: boolean }

/**
 * True while an input method is choosing characters: then every key is its own. Browsers say it in two ways, and the Enter that
 * ends a choice carries only the second (`keyCode` 229).
 */
export function composing(event: Pick<KeyLike, 'isComposing' | 'keyCode'>): boolean {
  return event.isComposing || event.keyCode === 229;
}

/** Whether this key sends, by the person's choice. Ctrl+Enter always does; Shift+Enter and Alt+Enter never do. */
export function sends(event: KeyLike, sendKey: SendKey): boolean {
  if (event.key !== 'Enter' || composing(event) || event.shiftKey || event.altKey) return false;
  return event.ctrlKey || event.metaKey || sendKey === 'enter';
}

/** The word being written after `@`, and where it begins; null when no name is being written. */
export function mentionAt(text: string, caret: number): { from: number; query: string } | null {
  const match = /(^|[\s，。；：、,.;:])@([^\s@]{0,20})$/.exec(text.slice(0, caret));
  return match ? { from: caret - (match[2]?.length ?? 0) - 1, query: match[2] ?? '' } : null;
}
