/** To whom the next mail of a conversation goes, while it is being written: kept with the draft, through a reload of this tab. */
import type { MailHead } from '@hark/api';
import { createStore, type Store } from '../state/store';
import type { Desk } from '../state/desk';
import type { Recipients } from './mailLook';
import type { Way } from './ways';

/** `null` is what follows from the conversation. */
export interface MailDraft { people: Recipients | null; subject: string | null; way: Way | null }
const untouched: MailDraft = { people: null, subject: null, way: null };

const all = new WeakMap<Desk, Map<string, Store<MailDraft>>>();
const keyOf = (desk: Desk, conversation: string) => `hark.mail.${desk.me}.${conversation}`;

function kept(key: string): MailDraft {
  try { return { ...untouched, ...JSON.parse(sessionStorage.getItem(key) ?? '{}') as Partial<MailDraft> }; } catch { return untouched; }
}

export function mailDraftOf(desk: Desk, conversation: string): Store<MailDraft> {
  const mine = all.get(desk) ?? new Map<string, Store<MailDraft>>();
  all.set(desk, mine);
  let store = mine.get(conversation);
  if (!store) {
    const key = keyOf(desk, conversation);
    const made = createStore<MailDraft>(kept(key));
    made.watch(() => {
      const now = made.get();
      if (now.people === null && now.subject === null && now.way === null) sessionStorage.removeItem(key);
      else try { sessionStorage.setItem(key, JSON.stringify(now)); } catch { /* Full or forbidden: it lives in this page. */ }
    });
    mine.set(conversation, made);
    store = made;
  }
  return store;
}

export const forgetMailDraft = (desk: Desk, conversation: string): void => mailDraftOf(desk, conversation).set(untouched);

/** A mail that was called back is written on as it was. */
export function takeMailBack(desk: Desk, conversation: string, head: MailHead | null): void {
  if (head) mailDraftOf(desk, conversation).set({ way: 'mail', people: head.to.length + head.cc.length + head.bcc.length > 0 ? { to: head.to, cc: head.cc, bcc: head.bcc } : null, subject: head.subject || null });
}
