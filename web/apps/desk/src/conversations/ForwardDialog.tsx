/** Sends a message, or the whole conversation, on by mail: to whom, with which words and files; what is quoted stands below. */
import { useMemo, useState } from 'react';
import { Problem, type Attachment, type Conversation, type MailPerson, type Message } from '@hark/api';
import { AreaField, Choice, Dialog, ErrorBlock, notify, Skeleton, TextField, useT, type Fault } from '@hark/ui';
import { useDesk } from '../app/context';
import { go } from '../app/router';
import { useMailInboxes } from '../customers/NewMail';
import { faultOf, tell } from '../state/faults';
import type { Thread } from '../state/thread';
import { forwardSubject } from './forwardSubject';
import { forwardable, withBlocks } from './joins';
import { SUBJECT_MAX } from './MailFields';
import { MAIL_MAX_BYTES } from './mailLook';
import { PeopleField } from './PeopleField';

const WORDS_MAX = 8_000;
const FILES_MAX = 10;
/** Of what is quoted so much is shown before it goes. */
const SHOWN_MAX = 6;
const asked = ['message.words_warned', 'message.other_client'];

export function ForwardDialog({ conversation, thread, seq, onClose }: { conversation: Conversation; thread: Thread; seq: number | null; onClose: () => void }) {
  const { t, size } = useT();
  const { desk } = useDesk();
  const inboxes = useMailInboxes(conversation.tenant);
  const [inbox, setInbox] = useState<string | null>(null);
  const [to, setTo] = useState<MailPerson[]>([]);
  const [cc, setCc] = useState<MailPerson[] | null>(null);
  const [subject, setSubject] = useState(forwardSubject(conversation.subject, conversation.number));
  const [words, setWords] = useState('');
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<Fault | null>(null);
  const [sure, setSure] = useState(false);
  const quoted = useMemo(() => (seq === null ? withBlocks(thread).messages : thread.messages.filter((one) => one.seq === seq)).filter(forwardable), [thread, seq]);
  const files = quoted.flatMap((one) => one.attachments);
  const going = files.filter((one) => !left.has(one.id));
  const heavy = going.length > FILES_MAX || going.reduce((sum, one) => sum + one.size, 0) > MAIL_MAX_BYTES;
  const chosen = inbox ?? inboxes?.find((one) => one.id === conversation.inbox)?.id ?? inboxes?.[0]?.id ?? null;
  const ready = chosen !== null && to.length > 0 && subject.trim() !== '' && !heavy;
  const send = async () => {
    if (!ready || busy) return;
    setBusy(true);
    setFault(null);
    try {
      const made = desk.took(await desk.client.conversations.forward(conversation.id, {
        inbox: chosen, mail: { to, cc: cc ?? [], bcc: [], inbox: null, subject: subject.trim() }, body: words.trim(), confirmed: sure,
        ...(seq === null ? {} : { seqs: [seq] }), ...(left.size > 0 ? { files: going.map((one) => one.id) } : {}),
      }));
      void desk.rejoin(conversation.id);
      notify(t('forward.done', { number: made.number }), { action: { label: t('join.undo'), run: () => void takeBack(made) } });
      onClose();
      go(`/c/${made.id}`);
    } catch (error) {
      setBusy(false);
      setFault(faultOf(error, t));
      setSure(error instanceof Problem && asked.includes(error.code));
    }
  };
  const takeBack = async (made: Conversation) => {
    try {
      const waiting = await desk.client.conversations.scheduled(made.id);
      const held = waiting.items[0];
      if (held) await desk.client.conversations.cancelScheduled(made.id, held.id);
      if (held) notify(t('forward.back', { number: made.number }));
    } catch (error) { tell(error, t); }
  };
  return (
    <Dialog open title={seq === null ? t('forward.title', { number: conversation.number }) : t('forward.title_one')} onClose={onClose} width={640} confirm={inboxes && inboxes.length > 0 ? { label: sure ? t('words.send') : t('forward.do'), disabled: !ready, busy, run: () => void send() } : null}>
      {fault ? <ErrorBlock fault={fault} kept={t('error.form_kept')} /> : null}
      {inboxes === null ? <Skeleton lines={5} /> : inboxes.length === 0 ? <p className="hint">{t('forward.none')}</p> : (
        <div className="new-mail forward">
          <p className="hint">{t('forward.hint')}</p>
          <Choice label={t('email.new_from')} value={chosen} onChange={setInbox} options={inboxes.map((one) => ({ value: one.id, label: one.name }))} />
          <PeopleField label={t('email.to')} people={to} onChange={setTo} autoFocus />
          {cc === null ? <button type="button" className="text-btn forward-cc" onClick={() => setCc([])}>{t('email.cc')}</button> : <PeopleField label={t('email.cc')} people={cc} onChange={setCc} autoFocus />}
          <TextField label={t('email.subject')} value={subject} onChange={setSubject} max={SUBJECT_MAX} />
          <AreaField label={t('forward.words')} value={words} onChange={(next) => { setWords(next); setSure(false); }} rows={4} max={WORDS_MAX} />
          {files.length > 0 ? <FilesToSend files={files} left={left} onChange={setLeft} /> : null}
          {heavy ? <p className="mail-weight bad" role="alert">{t('email.too_heavy', { size: size(going.reduce((sum, one) => sum + one.size, 0)) })}</p> : null}
          <Quoted messages={quoted} whole={seq === null} />
        </div>
      )}
    </Dialog>
  );
}

function FilesToSend({ files, left, onChange }: { files: Attachment[]; left: ReadonlySet<string>; onChange: (left: ReadonlySet<string>) => void }) {
  const { t, size } = useT();
  const toggle = (id: string) => {
    const next = new Set(left);
    if (!next.delete(id)) next.add(id);
    onChange(next);
  };
  return (
    <fieldset className="forward-files"><legend>{t('forward.files')}</legend>
      {files.map((one) => <label key={one.id}><input type="checkbox" checked={!left.has(one.id)} onChange={() => toggle(one.id)} /><span>{one.name}</span><small className="num">{size(one.size)}</small></label>)}
    </fieldset>
  );
}

/** What the other side will read, as far as it is known here. */
function Quoted({ messages, whole }: { messages: Message[]; whole: boolean }) {
  const { t, exact } = useT();
  return (
    <section className="forward-quoted" aria-label={t('forward.quoted')}>
      <h3>{t('forward.quoted')}</h3>
      {whole ? <p className="hint">{t('forward.quoted_all')}</p> : null}
      <ol>{messages.slice(-SHOWN_MAX).map((one) => <li key={one.id}><small><b dir="auto">{one.author.name}</b> <span className="num">{exact(one.at)}</span></small><p dir="auto">{one.body}</p></li>)}</ol>
    </section>
  );
}
