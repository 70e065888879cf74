/** Merges one customer into another: what comes over, and whose word counts where they differ. */
import { useEffect, useState } from 'react';
import type { Contact, MergePreview, MergeSide } from '@hark/api';
import type { Key } from '@hark/i18n';
import { Avatar, Button, Chip, Dialog, ErrorBlock, notify, Skeleton, useT, type Fault } from '@hark/ui';
import { faultOf, tell } from '../state/faults';
import { client } from '../state/session';
import { useDefinitions } from './definitions';

const FIND_AFTER_MS = 250;

/** Finds another customer of the same client by name. */
export function FindContact({ contact, label, onFound }: { contact: Contact; label: string; onFound: (other: Contact) => void }) {
  const [q, setQ] = useState('');
  const [found, setFound] = useState<Contact[]>([]);
  useEffect(() => {
    if (!q.trim()) { setFound([]); return undefined; }
    const stop = new AbortController();
    const timer = setTimeout(() => { client.contacts.list({ q: q.trim(), tenant: contact.tenant, limit: 8 }, stop.signal).then((page) => setFound(page.items.filter((one) => one.id !== contact.id))).catch(() => undefined); }, FIND_AFTER_MS);
    return () => { clearTimeout(timer); stop.abort(); };
  }, [q, contact.id, contact.tenant]);
  return (
    <div className="find-contact">
      <input className="plain-input" value={q} onChange={(event) => setQ(event.target.value)} placeholder={label} aria-label={label} autoFocus />
      <ul className="plain-list">{found.map((one) => <li key={one.id}><Avatar initial={one.initial} color={one.color} size={26} /><button type="button" className="link-btn" onClick={() => onFound(one)}>{one.name}</button><span className="num">{one.handles.find((handle) => handle.kind !== 'visitor')?.value ?? ''}</span></li>)}</ul>
    </div>
  );
}

export function MergeDialog({ survivor, other, onClose, onDone }: { survivor: Contact; other: Contact | null; onClose: () => void; onDone: (contact: Contact, merge: string) => void }) {
  const { t } = useT();
  const [pair, setPair] = useState<{ to: Contact; from: Contact } | null>(other ? { to: survivor, from: other } : null);
  if (!pair) {
    return <Dialog open title={t('merge.title', { name: survivor.name })} onClose={onClose}><FindContact contact={survivor} label={t('merge.find')} onFound={(from) => setPair({ to: survivor, from })} /></Dialog>;
  }
  return <Chosen key={pair.to.id} to={pair.to} from={pair.from} onSwap={() => setPair({ to: pair.from, from: pair.to })} onClose={onClose} onDone={onDone} />;
}

function Chosen({ to, from, onSwap, onClose, onDone }: { to: Contact; from: Contact; onSwap: () => void; onClose: () => void; onDone: (contact: Contact, merge: string) => void }) {
  const { t, language } = useT();
  const definitions = useDefinitions(to.tenant);
  const [preview, setPreview] = useState<MergePreview | null>(null);
  const [fault, setFault] = useState<Fault | null>(null);
  const [choose, setChoose] = useState<Record<string, MergeSide>>({});
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    let current = true;
    client.crm.mergePreview(to.id, from.id).then((next) => { if (current) setPreview(next); }).catch((error) => { if (current) setFault(faultOf(error, t)); });
    return () => { current = false; };
  }, [to.id, from.id, t]);
  const label = (field: string) => {
    const key = field.startsWith('attribute:') ? field.slice('attribute:'.length) : null;
    const found = key ? definitions.find((one) => one.key === key) : null;
    return key ? (found ? (language === 'en' ? found.label_en : found.label_zh) : key) : t(`merge.f.${field}` as Key);
  };
  const merge = async () => {
    if (busy) return;
    setBusy(true);
    try {
      const done = await client.crm.merge(to.id, { with: from.id, choose });
      notify(t('merge.done', { name: done.contact.name }), { action: { label: t('around.undo'), run: () => void client.crm.undoMerge(done.merge.id).then(() => notify(t('merge.undone'))).catch((error) => tell(error, t)) } });
      onDone(done.contact, done.merge.id);
    } catch (error) { tell(error, t); setBusy(false); }
  };
  const differing = preview?.conflicts.filter((one) => one.differ) ?? [];
  const taken = preview?.conflicts.filter((one) => !one.differ) ?? [];
  return (
    <Dialog open title={t('merge.title', { name: to.name })} onClose={onClose} width={620} confirm={{ label: t('merge.do'), run: () => void merge(), busy, disabled: !preview }}>
      <p className="hint">{t('merge.hint', { merged: from.name, survivor: to.name })}</p>
      <div className="merge-pair"><Card contact={preview?.merged ?? from} /><span aria-hidden="true">→</span><Card contact={preview?.survivor ?? to} /><Button small onClick={onSwap}>{t('merge.swap')}</Button></div>
      {fault ? <ErrorBlock fault={fault} /> : !preview ? <Skeleton lines={4} /> : (
        <>
          <p>{t('merge.comes', { handles: preview.handles, conversations: preview.conversations, relations: preview.relations })}</p>
          {preview.tags.length > 0 ? <p>{t('merge.tags')} {preview.tags.map((tag) => <Chip key={tag}>{tag}</Chip>)}</p> : null}
          {differing.length > 0 ? <h3 className="form-part">{t('merge.differ')}</h3> : null}
          {differing.map((one) => {
            const sides: { side: MergeSide; text: string }[] = [{ side: 'survivor', text: one.survivor ?? '' }, { side: 'merged', text: one.merged ?? '' }, ...(one.field === 'note' ? [{ side: 'both' as const, text: t('merge.both') }] : [])];
            return (
              <fieldset key={one.field} className="merge-field"><legend>{label(one.field)}</legend>
                {sides.map(({ side, text }) => <label key={side}><input type="radio" name={one.field} checked={(choose[one.field] ?? 'survivor') === side} onChange={() => setChoose((all) => ({ ...all, [one.field]: side }))} /><span>{shown(one.field, text)}</span></label>)}
              </fieldset>
            );
          })}
          {taken.length > 0 ? <><h3 className="form-part">{t('merge.takes')}</h3><dl className="facts">{taken.map((one) => <div key={one.field}><dt>{label(one.field)}</dt><dd>{shown(one.field, one.merged ?? '')}</dd></div>)}</dl></> : null}
        </>
      )}
    </Dialog>
  );
}

/** Preferences are kept as a record; people read its values. */
function shown(field: string, text: string): string {
  if (field !== 'preferences') return text;
  try { return Object.values(JSON.parse(text) as Record<string, string>).join('；'); } catch { return text; }
}

function Card({ contact }: { contact: Contact }) {
  return <div className="merge-card"><Avatar initial={contact.initial} color={contact.color} size={30} /><div><b>{contact.name}</b><small className="num">{contact.handles.filter((one) => one.kind !== 'visitor').slice(0, 2).map((one) => one.value).join(' · ')}</small></div></div>;
}
