/** A conversation that we begin by mail: over which inbox, to which address, about what. */
import { useEffect, useState } from 'react';
import type { Contact, Inbox, MailPerson } from '@hark/api';
import { AreaField, Choice, Dialog, ErrorBlock, Skeleton, TextField, useT, useUnsaved, type Fault } from '@hark/ui';
import { Problem } from '@hark/api';
import { useDesk } from '../app/context';
import { go } from '../app/router';
import { faultOf } from '../state/faults';
import { client } from '../state/session';
import { holds } from '../state/rights';
import { isAddress } from '../conversations/mailLook';
import { PeopleField } from '../conversations/PeopleField';
import { SUBJECT_MAX } from '../conversations/MailFields';

const BODY_MAX = 16_000;
const asked = ['message.words_warned', 'message.other_client'];

/** The inboxes of mail over which the reader may write to this client's contacts. */
export function useMailInboxes(tenant: string): Inbox[] | null {
  const { me } = useDesk();
  const [all, setAll] = useState<Inbox[] | null>(null);
  useEffect(() => {
    let current = true;
    client.inboxes.list({ tenant }).then((page) => { if (current) setAll(page.items.filter((one) => one.tenant === tenant && one.channel === 'email' && one.enabled && holds(me, 'conversations.reply', one))); }).catch(() => { if (current) setAll([]); });
    return () => { current = false; };
  }, [tenant, me]);
  return all;
}

export function NewMail({ contact, onClose }: { contact: Contact; onClose: () => void }) {
  const { t } = useT();
  const inboxes = useMailInboxes(contact.tenant);
  const addresses = contact.handles.filter((one) => one.kind === 'email').map((one) => one.value);
  const full = addresses.filter(isFull);
  const [inbox, setInbox] = useState<string | null>(null);
  const [to, setTo] = useState<MailPerson[]>(full[0] ? [{ name: contact.name, address: full[0] }] : []);
  const [subject, setSubject] = useState('');
  const [body, setBody] = useState('');
  const unsaved = useUnsaved([subject, body]);
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<Fault | null>(null);
  const [sure, setSure] = useState(false);
  const chosen = inbox ?? inboxes?.[0]?.id ?? null;
  // Where addresses are hidden, the server knows the one that is proved.
  const known = contact.handles.some((one) => one.kind === 'email' && one.verified && !isFull(one.value));
  const ready = chosen !== null && subject.trim() !== '' && body.trim() !== '' && (to.length > 0 || known);
  const send = async () => {
    if (!ready || busy) return;
    setBusy(true);
    setFault(null);
    try {
      const made = await client.conversations.create({ tenant: contact.tenant, contact: contact.id, inbox: chosen, body: body.trim(), confirmed: sure, mail: { to, cc: [], bcc: [], inbox: null, subject: subject.trim() } });
      onClose();
      go(`/c/${made.id}`);
    } catch (error) {
      setBusy(false);
      setFault(faultOf(error, t));
      setSure(error instanceof Problem && asked.includes(error.code));
    }
  };
  return (
    <Dialog open title={t('email.new_to', { name: contact.name })} onClose={onClose} unsaved={unsaved} width={620} confirm={{ label: sure ? t('words.send') : t('composer.send'), disabled: !ready, busy, run: () => void send() }}>
      {fault ? <ErrorBlock fault={fault} kept={t('error.form_kept')} /> : null}
      {inboxes === null ? <Skeleton lines={4} /> : inboxes.length === 0 ? <p className="hint">{t('email.new_none')}</p> : (
        <div className="new-mail">
          <Choice label={t('email.new_from')} value={chosen} onChange={setInbox} options={inboxes.map((one) => ({ value: one.id, label: one.name }))} />
          <PeopleField label={t('email.to')} people={to} known={full.map((address) => ({ name: contact.name, address }))} onChange={setTo} />
          {known && to.length === 0 ? <p className="hint">{t('email.new_known')}</p> : null}
          <TextField label={t('email.subject')} value={subject} onChange={setSubject} max={SUBJECT_MAX} />
          <AreaField label={t('email.text')} value={body} onChange={(next) => { setBody(next); setSure(false); }} rows={9} max={BODY_MAX} />
          <p className="hint">{t('email.signature_below')}</p>
        </div>
      )}
    </Dialog>
  );
}

/** Is it shown in full? */
const isFull = (address: string) => isAddress(address) && !address.includes('*');
