/** Somebody else answered since this reply was begun: their words, and the choice. */
import { useEffect } from 'react';
import type { OutboxEntry } from '@hark/api';
import { Button, Icon, useT } from '@hark/ui';
import { act } from '../app/actions';
import { useDesk } from '../app/context';
import { useStore } from '../state/store';
import { WordQuestion } from './wording';

export function Guard({ entry }: { entry: OutboxEntry }) {
  const { t, clock } = useT();
  const { desk } = useDesk();
  const thread = useStore(desk.thread(entry.conversation));
  useEffect(() => { void desk.catchUp(entry.conversation); }, [desk, entry.conversation]);
  const newer = thread.messages.filter((message) => message.seq > entry.seen_seq && message.kind === 'text' && message.mode === 'reply' && message.author.kind === 'user' && message.author.id !== desk.me);
  const last = newer[newer.length - 1];
  const edit = () => {
    const taken = desk.sender.take(entry.client_id);
    if (!taken) return;
    desk.drafts.write(entry.conversation, entry.mode, taken.body, last?.seq ?? taken.seen_seq);
    act(entry.mode);
  };
  const discard = () => {
    desk.sender.take(entry.client_id);
    desk.drafts.clear(entry.conversation, entry.mode);
  };
  const wording = entry.refusal?.code === 'message.words_warned' || entry.refusal?.code === 'message.other_client';
  if (wording) return <WordQuestion kind="warn" title={`${entry.refusal?.title ?? ''} ${t('guard.yours')} ${entry.body}`} onChange={edit} onSend={() => desk.sender.again(entry.client_id, false, true)} />;
  return (
    <div className="guard" role="alertdialog" aria-label={t('guard.title')}>
      <Icon name="alert" size={17} />
      <div>
        <b>{last ? t('guard.by', { name: last.author.name, time: clock(last.at) }) : t('guard.title')}</b>
        {newer.map((message) => <p key={message.id} className="guard-quote">{message.body}</p>)}
        <p className="guard-own">{t('guard.yours')} {entry.body}</p>
      </div>
      <div className="guard-acts">
        <Button small look="primary" onClick={edit}>{t('guard.edit')}</Button>
        <Button small onClick={() => desk.sender.again(entry.client_id, true)}>{t('guard.send')}</Button>
        <Button small look="quiet" onClick={discard}>{t('guard.discard')}</Button>
      </div>
    </div>
  );
}
