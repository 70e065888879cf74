/** Replies that go later, above the composer: when, what, and the way back. */
import { useCallback, useEffect, useState } from 'react';
import type { Conversation, Scheduled, ScheduledId } from '@hark/api';
import type { Key } from '@hark/i18n';
import { Button, Icon, notify, useT } from '@hark/ui';
import { act } from '../app/actions';
import { useDesk } from '../app/context';
import { useNow } from '../state/clock';
import { tell } from '../state/faults';
import { useStore } from '../state/store';
import type { Thread } from '../state/thread';
import { takeMailBack } from './mailDraft';
import { folded } from './mailLook';
import { SendLater } from './SendLater';

const heldWords: Record<string, Key> = {
  'conversation.newer_message': 'held.conversation.newer_message', 'conversation.state': 'held.conversation.state', 'conversation.assignee': 'held.conversation.assignee',
  'message.words_blocked': 'held.message.words_blocked', 'message.words_warned': 'held.message.words_warned', 'message.other_client': 'held.message.other_client',
};

/** Why a reply is held, in words. */
export function heldKey(reason: string | null): Key { return heldWords[reason ?? ''] ?? 'held.other'; }

/** A time as people say it, not as a deadline. */
export const plainly = (by: string): string => by.replace(/^by | 前$/g, '');

export function ScheduledReplies({ conversation, thread }: { conversation: Conversation; thread: Thread }) {
  const { t } = useT();
  const { desk } = useDesk();
  const { client } = desk;
  const id = conversation.id;
  const changed = useStore(desk.scheduledChanged).get(id) ?? 0;
  const [all, setAll] = useState<{ items: Scheduled[]; zone: string | null }>({ items: [], zone: null });
  const [editing, setEditing] = useState<Scheduled | null>(null);
  useEffect(() => {
    let current = true;
    client.conversations.scheduled(id).then((list) => { if (current) setAll(list); }).catch(() => undefined);
    return () => { current = false; };
  }, [client, id, changed]);
  const seen = thread.messages[thread.messages.length - 1]?.seq ?? 0;
  const drop = useCallback((gone: ScheduledId) => setAll((now) => ({ ...now, items: now.items.filter((one) => one.id !== gone) })), []);
  const back = async (one: Scheduled) => {
    try {
      const taken = await client.conversations.cancelScheduled(id, one.id);
      drop(one.id);
      if (one.author.id === desk.me) {
        const draft = desk.drafts.of(id, 'reply').get().body;
        desk.drafts.write(id, 'reply', draft ? `${taken.body}\n${draft}` : taken.body, seen);
        takeMailBack(desk, id, taken.mail);
        act('reply');
        notify(t('schedule.cancelled'));
      }
    } catch (error) { tell(error, t); }
  };
  const again = async (one: Scheduled, confirmed: boolean) => {
    try { await client.conversations.changeScheduled(id, one.id, { seen_seq: seen, confirmed }); } catch (error) { tell(error, t); }
  };
  if (all.items.length === 0) return null;
  return (
    <ul className="scheduled" aria-label={t('schedule.label')}>
      {all.items.map((one) => <Reply key={one.id} one={one} own={one.author.id === desk.me} onBack={() => void back(one)} onEdit={() => setEditing(one)} onAgain={() => void again(one, one.reason === 'message.words_warned' || one.reason === 'message.other_client')} />)}
      {editing ? <SendLater conversation={conversation} seen={seen} record={editing} onClose={() => setEditing(null)} /> : null}
    </ul>
  );
}

function Reply({ one, own, onBack, onEdit, onAgain }: { one: Scheduled; own: boolean; onBack: () => void; onEdit: () => void; onAgain: () => void }) {
  const { t, exact, ...times } = useT();
  const now = useNow();
  const held = one.state === 'held';
  const to = folded([...(one.mail?.to ?? []), ...(one.mail?.cc ?? []), ...(one.mail?.bcc ?? [])]);
  const left = Math.max(0, Math.ceil((one.due_at - now) / 1000));
  const word = held ? `${t('schedule.held', { name: one.author.alias })} · ${t(heldKey(one.reason))}` : one.hold ? t('schedule.hold', { n: left }) : t('schedule.goes', { name: one.author.alias, when: times.moment(one.due_at, now) });
  return (
    <li className={held ? 'held' : ''}>
      <Icon name={held ? 'alert' : 'clock'} size={15} />
      <div><b title={exact(one.due_at)}>{word}</b>{to.names.length > 0 ? <small> {t('email.to_names', { names: times.several(to.names) })}{to.more > 0 ? ` ${t('email.more', { n: to.more })}` : ''}</small> : null}<p dir="auto">{one.body}{one.files > 0 ? ` · ${t('schedule.files', { n: one.files })}` : ''}</p></div>
      <span className="scheduled-acts">
        {held && own ? <Button small look="primary" onClick={onAgain}>{t('schedule.resend')}</Button> : null}
        {own && !(one.hold && !held) ? <Button small onClick={onEdit}>{t('schedule.edit')}</Button> : null}
        <Button small look="quiet" onClick={onBack}>{t('schedule.cancel')}</Button>
      </span>
    </li>
  );
}
