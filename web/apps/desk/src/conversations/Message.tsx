/** One message as it is read: a bubble, a note across the width, or an event as one thin line. */
import { memo } from 'react';
import type { Message, OutboxEntry } from '@hark/api';
import { Avatar, Button, Icon, notify, useT } from '@hark/ui';
import { act } from '../app/actions';
import { useDesk } from '../app/context';
import { now, useNow } from '../state/clock';
import { tell } from '../state/faults';
import { useStore } from '../state/store';
import { eventText } from './eventText';
import { MailCard } from './MailCard';
import { Body, failureOf, Files, linked } from './MessageParts';

function EventLine({ message }: { message: Message }) {
  const words = useT();
  const { desk } = useDesk();
  const text = eventText(message, words, desk);
  return text ? <div className="event" title={words.exact(message.at)}><span><span className="num">{words.clock(message.at)}</span> {text}</span></div> : null;
}

export const MessageView = memo(function MessageView({ message, tail, subject }: { message: Message; tail: boolean; subject: string | null }) {
  const words = useT();
  const { t, clock, exact } = words;
  if (message.kind === 'event') return <EventLine message={message} />;
  if (message.whisper) return <Whisper message={message} />;
  if (message.mode === 'note') {
    return (
      <div className="note">
        <p><b>{message.author.name}</b> <span className="note-word">{t('note.word')}</span><Body message={message} /></p>
        <Files files={message.attachments} />
        <div className="note-meta" title={exact(message.at)}><span className="num">{clock(message.at)}</span> · {t('note.inside_only')}</div>
      </div>
    );
  }
  if (message.withdrawn_at) return <div className="event" title={exact(message.withdrawn_at)}><span><span className="num">{clock(message.at)}</span> {t('withdraw.ours', { name: message.author.name })}</span></div>;
  if (message.mail) return <MailCard message={message} mail={message.mail} subject={subject} />;
  const ours = message.author.kind === 'user';
  const name = message.author.name || (message.author.kind === 'bot' ? t('author.bot') : '');
  const bot = message.author.kind === 'bot' || message.author.kind === 'system';
  return (
    <div className={`msg${ours ? ' ours' : ''}${bot ? ' bot' : ''}${tail ? ' tail' : ''}${message.state === 'failed' ? ' failed' : ''}`}>
      {ours ? null : tail ? <Avatar initial={message.author.initial || 'H'} color={bot ? 'var(--violet)' : message.author.color} size={28} /> : <span className="avatar-space" />}
      <div className="msg-body">
        <div className="bubble">
          <span className="sr-only">{name}: </span>
          {message.body ? <div className="text" dir="auto"><Body message={message} /></div> : null}
          <Files files={message.attachments} />
        </div>
        {tail || message.state === 'failed' || isFresh(message) ? (
          <div className="meta" title={exact(message.at)}>
            {(ours || bot) && name ? <span>{name} · </span> : null}<span className="num">{clock(message.at)}</span>
            {ours ? <State message={message} /> : null}
            {ours ? <Undo message={message} /> : null}
          </div>
        ) : null}
      </div>
    </div>
  );
});

/** What a lead says to the agent alone: told from notes by its mark, and by who it says can see it. */
function Whisper({ message }: { message: Message }) {
  const { t, clock, exact } = useT();
  const { me } = useDesk();
  const { to, hidden } = message.whisper ?? { to: { id: '', alias: '' }, hidden: true };
  const seen = to.id === me.user.id ? t('whisper.seen_by_me') : t('whisper.seen_by', { name: to.alias });
  if (hidden) return <div className="event" title={exact(message.at)}><span><span className="num">{clock(message.at)}</span> {t('whisper.hidden', { from: message.author.name, to: to.alias })}</span></div>;
  return (
    <div className="note whisper">
      <p><Icon name="whisper" size={15} /> <b>{message.author.name}</b> <span className="note-word">{to.id === me.user.id ? t('whisper.word_me') : t('whisper.word', { name: to.alias })}</span>{linked(message.body)}</p>
      <div className="note-meta" title={exact(message.at)}><span className="num">{clock(message.at)}</span> · {seen}</div>
    </div>
  );
}

/** How long the server takes a reply back. */
const UNDO_MS = 5_000;
const isFresh = (message: Message) => now() - message.at < UNDO_MS;

/** Takes my own reply back while that is possible: some seconds, unless it was read. */
function Undo({ message }: { message: Message }) {
  const { desk, me } = useDesk();
  const thread = useStore(desk.thread(message.conversation));
  const mine = message.author.id === me.user.id && message.state !== 'read' && message.state !== 'failed';
  return mine && thread.conversation?.undo === 'withdraw' && isFresh(message) ? <Countdown message={message} /> : null;
}

function Countdown({ message }: { message: Message }) {
  const { t } = useT();
  const { desk } = useDesk();
  const left = Math.ceil((message.at + UNDO_MS - useNow()) / 1000);
  if (left <= 0) return null;
  const back = () => desk.client.conversations.withdraw(message.conversation, message.id).then((gone) => {
    desk.addMessage(gone);
    const draft = desk.drafts.of(message.conversation, 'reply').get().body;
    if (!draft) desk.drafts.write(message.conversation, 'reply', message.body, message.seq);
    notify(t('withdraw.done'));
  }).catch((error) => tell(error, t));
  return <Button small look="quiet" className="undo-btn" onClick={() => void back()}><Icon name="undo" size={13} />{t('withdraw.act', { n: left })}</Button>;
}

function State({ message }: { message: Message }) {
  const { t } = useT();
  const { desk } = useDesk();
  if (message.state === 'failed') {
    const again = () => desk.client.conversations.retry(message.conversation, message.id).then((fresh) => desk.addMessage(fresh)).catch((error) => tell(error, t));
    return <span className="state-failed"><Icon name="alert" size={13} />{t('message.failed')}{message.failure ? <small title={message.failure}> {t(failureOf(message.failure))}</small> : ''}<Button small look="quiet" onClick={() => void again()}>{t('action.retry')}</Button></span>;
  }
  const read = message.state === 'read';
  return <span className={`state-mark${read ? ' read' : ''}`}><Icon name={message.state === 'sent' ? 'check' : 'checks'} size={13} />{t(`message.${message.state}`)}</span>;
}

/** A message on its way: not yet with the server, and what one can do when it was refused. */
export function PendingView({ entry }: { entry: OutboxEntry }) {
  const { t } = useT();
  const { desk } = useDesk();
  const back = () => {
    const taken = desk.sender.take(entry.client_id);
    if (taken) {
      const draft = desk.drafts.of(entry.conversation, entry.mode).get();
      desk.drafts.write(entry.conversation, entry.mode, draft.body ? `${taken.body}\n${draft.body}` : taken.body, taken.seen_seq);
      act(entry.mode);
    }
  };
  const status = entry.state === 'failed'
    ? <span className="state-failed"><Icon name="alert" size={13} />{entry.refusal?.title ?? t('message.failed')}{entry.refusal ? <small> {entry.refusal.code}</small> : null}</span>
    : entry.state === 'held' ? <span className="state-held"><Icon name="alert" size={13} />{t('message.held')}</span>
      : <span className="state-mark"><Icon name="clock" size={12} />{entry.state === 'sending' ? t('message.sending') : t('message.waiting')}</span>;
  const acts = entry.state === 'failed' ? (
    <span className="pending-acts">
      <Button small look="quiet" onClick={() => desk.sender.again(entry.client_id)}>{t('action.retry')}</Button>
      <Button small look="quiet" onClick={back}>{t('message.edit')}</Button>
    </span>
  ) : null;
  if (entry.mode === 'note') return <div className="note pending"><p className="text">{entry.body}</p><div className="note-meta">{status}{acts}</div></div>;
  return (
    <div className="msg ours tail pending">
      <div className="msg-body">
        <div className="bubble"><div className="text" dir="auto">{linked(entry.body)}</div>{entry.attachments.length > 0 ? <div className="file"><Icon name="clip" size={15} />{t('message.files', { n: entry.attachments.length })}</div> : null}</div>
        <div className="meta">{status}{acts}</div>
      </div>
    </div>
  );
}
