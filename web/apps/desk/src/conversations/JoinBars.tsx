/** What stands in place of the composer: where a merged conversation goes on, or the choosing of messages. */
import { useState } from 'react';
import type { Conversation } from '@hark/api';
import { Button, Icon, notify, TextField, useT } from '@hark/ui';
import { useDesk } from '../app/context';
import { go } from '../app/router';
import { tell } from '../state/faults';
import type { Thread } from '../state/thread';
import type { Picking } from './joins';
import { SUBJECT_MAX } from './MailFields';
import { undoJoin } from './undoJoin';

export function MergedBar({ conversation }: { conversation: Conversation }) {
  const { t } = useT();
  const { desk } = useDesk();
  const into = conversation.merged_into;
  const join = conversation.joins.find((one) => one.kind === 'merged' && one.origin.id === conversation.id);
  if (!into) return null;
  const { number } = into;
  return (
    <section className="join-bar" aria-label={t('join.merged_into', { number })}>
      <Icon name="merge" size={17} /><p>{t('join.merged_bar', { number })}</p>
      {join?.undoable ? <Button onClick={() => void undoJoin(desk, join, conversation.id, t)}><Icon name="undo" size={14} />{t('join.undo')}</Button> : null}
      <Button look="primary" onClick={() => go(`/c/${into.id}`)}>{t('join.open', { number })}</Button>
    </section>
  );
}

export function SplitBar({ conversation, thread, picking }: { conversation: Conversation; thread: Thread; picking: Picking }) {
  const { t } = useT();
  const { desk } = useDesk();
  const mail = conversation.channel === 'email';
  const [subject, setSubject] = useState(conversation.subject ?? '');
  const [busy, setBusy] = useState(false);
  const seqs = [...(picking.seqs ?? [])].filter((seq) => thread.messages.some((one) => one.seq === seq)).sort((a, b) => a - b);
  const n = seqs.length;
  const split = async () => {
    if (n === 0 || busy) return;
    setBusy(true);
    try {
      const made = desk.took(await desk.client.conversations.split(conversation.id, { seqs, ...(mail && subject.trim() ? { subject: subject.trim() } : {}) }));
      void desk.rejoin(conversation.id);
      const join = made.joins.find((one) => one.kind === 'split' && one.holder.id === made.id);
      notify(t('split.done', { number: made.number, n }), join ? { action: { label: t('join.undo'), run: () => void undoJoin(desk, join, null, t) } } : {});
      picking.end();
      go(`/c/${made.id}`);
    } catch (error) {
      tell(error, t);
      setBusy(false);
    }
  };
  return (
    <section className="join-bar split-bar" aria-label={t('split.mode')} onKeyDown={(event) => { if (event.key === 'Escape' && !event.nativeEvent.isComposing) picking.end(); }}>
      <div className="split-words"><b role="status">{t('split.mode')}</b><small>{t('split.hint')}</small></div>
      {mail ? <TextField label={t('split.subject')} value={subject} onChange={setSubject} max={SUBJECT_MAX} onEnter={() => void split()} /> : null}
      <span className="join-acts">
      <Button onClick={picking.end}>{t('action.cancel')}</Button>
      <Button look="primary" busy={busy} disabled={n === 0} onClick={() => void split()}>{n === 0 ? t('split.do_none') : t('split.do', { n })}</Button>
      </span>
    </section>
  );
}
