/** A customer as an agent needs to know them: who, how to address them, how to reach them, what is different about them. */
import { useEffect, useState } from 'react';
import type { Contact, Handle } from '@hark/api';
import { Avatar, Button, Chip, Choices, Dialog, Icon, TextField, useT } from '@hark/ui';
import { onAct } from '../app/actions';
import { useDesk } from '../app/context';
import { link } from '../app/router';
import { useNow } from '../state/clock';
import { tell } from '../state/faults';
import { client } from '../state/session';
import { NewMail, useMailInboxes } from './NewMail';
import { useDefinitions } from './definitions';
import { EditContact } from './EditContact';

/** A mark that keeps senders nobody stands behind apart from customers: it proves nothing about them. */
const isApart = (handle: { kind: string; value: string }) => handle.kind === 'external' && /^(forged|mail):/.test(handle.value);

export function ContactCard({ contact, page, onChange }: { contact: Contact; page?: { url: string; title: string | null } | null; onChange: (contact: Contact) => void }) {
  const { t, ago, exact, language } = useT();
  const { me } = useDesk();
  const [editing, setEditing] = useState(false);
  const [unmasking, setUnmasking] = useState(false);
  const [writing, setWriting] = useState(false);
  const inboxes = useMailInboxes(contact.tenant);
  const [clear, setClear] = useState<Handle[] | null>(null);
  const definitions = useDefinitions(contact.tenant);
  useEffect(() => { setClear(null); }, [contact.id]);
  useEffect(() => onAct((name, argument) => { if (name === 'new_mail' && !argument && inboxes && inboxes.length > 0) setWriting(true); }), [inboxes]);
  const tenant = me.tenants.find((one) => one.id === contact.tenant);
  const at = useNow();
  const save = async (change: Parameters<typeof client.contacts.change>[1]) => {
    try { onChange(await client.contacts.change(contact.id, change)); } catch (error) { tell(error, t); }
  };
  const verified = contact.handles.find((handle) => handle.verified && handle.kind !== 'visitor' && !isApart(handle));
  const label = (key: string) => {
    const found = definitions.find((one) => one.key === key);
    return found ? (language === 'en' ? found.label_en : found.label_zh) : key;
  };
  const handles = clear ?? contact.handles;
  const { preferences } = contact;
  const wishes = [preferences.channel, preferences.quiet ? t('contact.quiet', { time: preferences.quiet }) : null].filter(Boolean).join(language === 'en' ? ', ' : '，');
  return (
    <div className="contact">
      <div className="contact-who">
        <Avatar initial={contact.initial} color={contact.color} size={42} />
        <div><a {...link(`/customers/${contact.id}`)} className="contact-name">{contact.name}</a><small>{[tenant?.name, contact.tier, contact.organisation?.name].filter(Boolean).join(' · ')}</small></div>
        {inboxes && inboxes.length > 0 ? <Button small onClick={() => setWriting(true)}><Icon name="mail" size={14} />{t('email.new')}</Button> : null}
        <Button small onClick={() => setEditing(true)}>{t('action.edit')}</Button>
      </div>
      <h2>{t('contact.identity')}<span>{verified ? t('contact.verified', { kind: t(`handle.${verified.kind}`) }) : t('contact.unverified')}</span></h2>
      <dl>
        {handles.filter((handle) => handle.kind !== 'visitor').map((handle) => (
          <div key={handle.id}><dt>{t(`handle.${handle.kind}`)}</dt><dd className="num">{handle.value}{handle.verified && !isApart(handle) ? <span className="ok" title={t('contact.verified_mark')}><Icon name="check" size={13} /></span> : null}</dd></div>
        ))}
        {contact.salutation ? <div><dt>{t('contact.salutation')}</dt><dd>{contact.salutation}</dd></div> : null}
        {wishes ? <div><dt>{t('contact.preferences')}</dt><dd>{wishes}</dd></div> : null}
        {contact.language ? <div><dt>{t('contact.language')}</dt><dd>{contact.language === 'en' ? 'English' : contact.language.startsWith('zh') ? '中文' : contact.language}</dd></div> : null}
        <div><dt>{t('contact.last_30')}</dt><dd>{t('contact.times', { n: contact.conversations.last_30_days })}{contact.repeat.within_24h > 1 ? ` · ${t('chip.repeat_24h', { n: contact.repeat.within_24h })}` : ''}</dd></div>
        <div><dt>{t('contact.first_seen')}</dt><dd title={exact(contact.first_seen_at)}>{ago(contact.first_seen_at, at)}</dd></div>
      </dl>
      {clear === null && contact.handles.some((handle) => handle.kind === 'email' || handle.kind === 'phone') ? <button type="button" className="text-btn" onClick={() => setUnmasking(true)}><Icon name="eye" size={14} />{t('unmask.open')}</button> : null}
      {clear !== null ? <p className="hint">{t('unmask.shown')}</p> : null}
      {preferences.note || contact.note ? <div className="contact-note">{preferences.note ?? contact.note}</div> : null}
      {page ? <><h2>{t('contact.page')}</h2><p className="contact-page"><a href={/^https?:/.test(page.url) ? page.url : undefined} target="_blank" rel="noopener noreferrer nofollow" title={page.url}>{page.title || page.url}</a></p></> : null}
      {Object.keys(contact.attributes).length > 0 ? (
        <><h2>{t('contact.attributes')}</h2><dl>{Object.entries(contact.attributes).map(([key, value]) => <div key={key}><dt>{label(key)}</dt><dd>{value}</dd></div>)}</dl></>
      ) : null}
      <h2>{t('tags.label')}</h2>
      <Tags contact={contact} onSave={(tags) => void save({ tags })} />
      {editing ? <EditContact contact={contact} definitions={definitions} onClose={() => setEditing(false)} onSaved={(next) => { onChange(next); setEditing(false); }} /> : null}
      {writing ? <NewMail contact={{ ...contact, handles }} onClose={() => setWriting(false)} /> : null}
      {unmasking ? <Unmask contact={contact} onClose={() => setUnmasking(false)} onShown={(shown) => { setClear(shown); setUnmasking(false); }} /> : null}
    </div>
  );
}

function Tags({ contact, onSave }: { contact: Contact; onSave: (tags: string[]) => void }) {
  const { t } = useT();
  const [open, setOpen] = useState(false);
  if (open) return <Choices hidden free label={t('tags.label')} value={contact.tags} onChange={onSave} options={[]} placeholder={t('tags.hint')} />;
  return (
    <div className="tags">
      {contact.tags.map((tag) => <Chip key={tag} onRemove={() => onSave(contact.tags.filter((one) => one !== tag))} removeLabel={t('tags.remove', { tag })}>{tag}</Chip>)}
      <button type="button" className="text-btn" onClick={() => setOpen(true)}><Icon name="plus" size={13} />{t('tags.add')}</button>
    </div>
  );
}

function Unmask({ contact, onClose, onShown }: { contact: Contact; onClose: () => void; onShown: (handles: Handle[]) => void }) {
  const { t } = useT();
  const [reason, setReason] = useState('');
  const [busy, setBusy] = useState(false);
  const show = async () => {
    if (reason.trim().length < 2) return;
    setBusy(true);
    try {
      const answer = await client.contacts.unmask(contact.id, reason.trim());
      onShown(answer.handles);
    } catch (error) {
      tell(error, t);
      setBusy(false);
    }
  };
  return (
    <Dialog open title={t('unmask.title')} onClose={onClose} confirm={{ label: t('unmask.show'), run: () => void show(), busy, disabled: reason.trim().length < 2 }}>
      <p className="hint">{t('unmask.hint')}</p>
      <TextField label={t('unmask.reason')} value={reason} onChange={setReason} max={200} autoFocus onEnter={() => void show()} />
    </Dialog>
  );
}
