/** The head of a mail that is being written: to whom, who gets it too, and about what. */
import { useEffect, useMemo, useState } from 'react';
import type { Conversation, MailInput, MailParty } from '@hark/api';
import { Icon, useT } from '@hark/ui';
import { useDesk } from '../app/context';
import { changeSettings } from '../state/session';
import { tell } from '../state/faults';
import { useStore } from '../state/store';
import type { Thread } from '../state/thread';
import { mailDraftOf, type MailDraft } from './mailDraft';
import { answerPeople, answerTo, inputOf, once, type Recipients } from './mailLook';
import { PeopleField } from './PeopleField';

export interface Writing {
  people: Recipients; subject: string; parties: MailParty[]; hidden: boolean;
  /** What the server is told. */
  input: MailInput;
  /** Is there anybody it can go to? */
  addressed: boolean;
  set: (part: Partial<MailDraft>) => void;
}

/** To whom the next mail goes, and about what: as chosen, else as it follows from the conversation. */
export function useWriting(conversation: Conversation, thread: Thread, mail: boolean): Writing {
  const { desk, me } = useDesk();
  const store = mailDraftOf(desk, conversation.id);
  const draft = useStore(store);
  const [parties, setParties] = useState<MailParty[]>([]);
  const newest = thread.messages[thread.messages.length - 1]?.seq ?? 0;
  useEffect(() => {
    if (!mail) return;
    let current = true;
    desk.client.conversations.parties(conversation.id).then((all) => { if (current) setParties(all.items); }).catch(() => undefined);
    return () => { current = false; };
  }, [desk, mail, conversation.id, newest]);
  const all = me.settings.layout.reply_all === true;
  const follows = useMemo(() => answerPeople(thread.messages, parties, null, all), [thread.messages, parties, all]);
  const subject = useMemo(() => {
    const last = [...thread.messages].reverse().find((one) => one.mail?.subject)?.mail?.subject;
    return answerTo(last ?? conversation.subject);
  }, [thread.messages, conversation.subject]);
  const people = draft.people ?? follows;
  // Addresses that the reader may not see in full cannot be written to one by one: the server answers whoever wrote last.
  const hidden = [...follows.to, ...parties].some((one) => one.address.includes('*'));
  return {
    people, parties, hidden, subject: draft.subject ?? subject,
    input: inputOf(hidden ? { to: [], cc: [], bcc: [] } : people, draft.subject ?? subject),
    addressed: !mail || hidden || people.to.length + people.cc.length + people.bcc.length > 0,
    set: (part) => store.set((now) => ({ ...now, ...part })),
  };
}

export function MailFields({ writing }: { writing: Writing }) {
  const { t } = useT();
  const { me } = useDesk();
  const { people, parties, hidden, subject, set } = writing;
  const [shown, setShown] = useState({ cc: false, bcc: false });
  const [opened, setOpened] = useState<'cc' | 'bcc' | null>(null);
  const change = (part: Partial<Recipients>) => set({ people: { ...people, ...part } });
  const all = me.settings.layout.reply_all === true;
  const toAll = () => {
    set({ people: null });
    void changeSettings({ layout: { reply_all: !all } }).catch((error) => tell(error, t));
  };
  const others = once(parties.filter((one) => one.role !== 'known' && one.role !== 'claimed'), people.to).length > 0;
  const show = (which: 'cc' | 'bcc') => { setShown((now) => ({ ...now, [which]: true })); setOpened(which); };
  if (hidden) {
    return (
      <div className="mail-fields">
        <PeopleField label={t('email.to')} people={people.to} onChange={() => undefined} disabled />
        <p className="mail-fields-hint"><Icon name="lock" size={13} />{t('email.hidden_hint')}</p>
        <Subject value={subject} onChange={(next) => set({ subject: next })} />
      </div>
    );
  }
  return (
    <div className="mail-fields">
      <div className="mail-fields-row">
        <PeopleField label={t('email.to')} people={people.to} known={parties} onChange={(to) => change({ to })} />
        <span className="mail-fields-acts">
          {others || all ? <button type="button" className="text-btn" aria-pressed={all} title={t('email.reply_all_hint')} onClick={toAll}>{all ? <Icon name="check" size={13} /> : null}{t('email.reply_all')}</button> : null}
          {shown.cc || people.cc.length > 0 ? null : <button type="button" className="text-btn" onClick={() => show('cc')}>{t('email.cc')}</button>}
          {shown.bcc || people.bcc.length > 0 ? null : <button type="button" className="text-btn" onClick={() => show('bcc')}>{t('email.bcc')}</button>}
        </span>
      </div>
      {shown.cc || people.cc.length > 0 ? <PeopleField label={t('email.cc')} people={people.cc} known={parties} autoFocus={opened === 'cc'} onChange={(cc) => change({ cc })} /> : null}
      {shown.bcc || people.bcc.length > 0 ? <PeopleField label={t('email.bcc')} people={people.bcc} known={parties} autoFocus={opened === 'bcc'} onChange={(bcc) => change({ bcc })} /> : null}
      <Subject value={subject} onChange={(next) => set({ subject: next })} />
    </div>
  );
}

/** A subject at the most, in characters. */
export const SUBJECT_MAX = 250;

function Subject({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const { t } = useT();
  return <label className="people-field mail-subject-field"><span>{t('email.subject')}</span><input value={value} maxLength={SUBJECT_MAX} dir="auto" autoComplete="off" onChange={(event) => onChange(event.target.value)} /></label>;
}
