/** What stands around a customer: block list, likely duplicates, segments, consent, relations, merges. */
import { useState } from 'react';
import type { Contact, ContactAround, ContactBriefLite } from '@hark/api';
import type { Key } from '@hark/i18n';
import { Button, Chip, Choice, Dialog, IconButton, notify, TextField, useT } from '@hark/ui';
import { useLoad } from '../admin/forms';
import { useDesk } from '../app/context';
import { go, link } from '../app/router';
import { now } from '../state/clock';
import { tell } from '../state/faults';
import { concerns } from '../state/rights';
import { client } from '../state/session';
import { AskBlock, BlockState } from './Blocks';
import { FindContact, MergeDialog } from './Merge';
import { topics } from './sentence';

const kinds = ['family', 'colleague', 'representative', 'guardian', 'referrer', 'other'] as const;
const kindWord = (kind: string) => (kind === 'other' ? 'relation.other_kind' : `relation.${kind}`) as Key;

export function Around({ contact, onChange }: { contact: Contact; onChange: () => void }) {
  const { t } = useT();
  const { me } = useDesk();
  const around = useLoad(() => client.crm.around(contact.id), [contact.id, contact.last_seen_at]);
  const [doing, setDoing] = useState<'consent' | 'relation' | 'block' | 'merge' | null>(null);
  const [other, setOther] = useState<Contact | null>(null);
  const changed = () => { setDoing(null); setOther(null); around.reload(); onChange(); };
  const run = async (call: () => Promise<unknown>) => { try { await call(); around.reload(); onChange(); } catch (error) { tell(error, t); } };
  const mergeWith = async (id: string) => { try { setOther(await client.contacts.get(id)); setDoing('merge'); } catch (error) { tell(error, t); } };
  const data = around.data;
  const blocked = data?.blocks.filter((one) => one.state === 'active' || one.state === 'asked') ?? [];
  return (
    <div className="around">
      {blocked.map((one) => <p key={one.id} className={`around-note ${one.state === 'active' ? 'red' : 'amber'}`}><b>{t(one.state === 'active' ? 'around.blocked' : 'around.block_asked')}</b> {one.reason} <BlockState block={one} /></p>)}
      {(data?.duplicates ?? []).map((one) => (
        <p key={one.id} className="around-note"><b>{t('around.duplicates')}</b> <a {...link(`/customers/${one.other.id}`)}>{one.other.name}</a> {one.reasons.map((reason) => <Chip key={reason}>{t(`dup.r.${reason}` as Key)}</Chip>)}
          {concerns(me, ['merge']) ? <Button small onClick={() => void mergeWith(one.other.id)}>{t('around.merge')}</Button> : null}</p>
      ))}
      {data && data.segments.length > 0 ? <><h2>{t('around.segments')}</h2><div className="tags">{data.segments.map((one) => <a key={one.id} className="chip" {...link(`/customers/segment-${one.id}`)}>{one.name}</a>)}</div></> : null}
      <h2>{t('consent.title')}<Button small onClick={() => setDoing('consent')}>{t('consent.change')}</Button></h2>
      {data ? <Consents around={data} /> : null}
      <h2>{t('relation.title')}<Button small onClick={() => setDoing('relation')}>{t('relation.add')}</Button></h2>
      {data && data.relations.length > 0 ? <ul className="plain-list">{data.relations.map((one) => (
        <li key={one.id}><a {...link(`/customers/${one.other.id}`)}>{one.other.name}</a><span>{[one.turned ? t('relation.turned', { kind: t(kindWord(one.kind)) }) : t(kindWord(one.kind)), one.note].filter(Boolean).join(' · ')}</span>
          <IconButton icon="close" size={14} label={t('relation.remove', { name: one.other.name })} onClick={() => void run(() => client.crm.unrelate(one.id))} /></li>
      ))}</ul> : data ? <p className="hint">{t('relation.none')}</p> : null}
      <Merges around={data} onUndo={(merge) => void run(async () => { await client.crm.undoMerge(merge); notify(t('merge.undone')); })} />
      <div className="around-acts">
        {concerns(me, ['merge']) ? <Button small icon="people" onClick={() => setDoing('merge')}>{t('around.merge')}</Button> : null}
        {concerns(me, ['block']) && blocked.length === 0 ? <Button small icon="lock" onClick={() => setDoing('block')}>{t('around.block')}</Button> : null}
      </div>
      {doing === 'consent' ? <SayConsent contact={contact} onClose={() => setDoing(null)} onDone={changed} /> : null}
      {doing === 'relation' ? <Relate contact={contact} onClose={() => setDoing(null)} onDone={changed} /> : null}
      {doing === 'block' ? <AskBlock tenant={contact.tenant} contact={contact} onClose={() => setDoing(null)} onDone={changed} /> : null}
      {doing === 'merge' ? <MergeDialog survivor={contact} other={other} onClose={() => { setDoing(null); setOther(null); }} onDone={(kept) => { changed(); if (kept.id !== contact.id) go(`/customers/${kept.id}`); }} /> : null}
    </div>
  );
}

function Consents({ around }: { around: ContactAround }) {
  const { t, exact } = useT();
  const said = (topic: string) => around.consents.find((one) => one.topic === topic);
  return (
    <dl>{topics.map((topic) => {
      const word = said(topic);
      return <div key={topic}><dt>{t(`consent.${topic}`)}</dt><dd title={word ? `${exact(word.at)} · ${word.source}` : undefined}>{word ? <Chip tone={word.given ? 'green' : 'amber'}>{t(word.given ? 'consent.given' : 'consent.refused')}</Chip> : <span className="hint">{t('consent.none')}</span>}</dd></div>;
    })}</dl>
  );
}

function Merges({ around, onUndo }: { around: ContactAround | null; onUndo: (merge: string) => void }) {
  const { t, ago, exact } = useT();
  const { me } = useDesk();
  const shown = around?.merges ?? [];
  if (shown.length === 0) return null;
  return (
    <>
      <h2>{t('around.merges')}</h2>
      <ul className="plain-list">{shown.map((one) => (
        <li key={one.id}><b>{one.merged_name}</b><span title={exact(one.at)}>{one.undone_at ? t('around.undone') : ago(one.at, now())}</span>
          {!one.undone_at && one.undo_until > now() && concerns(me, ['merge']) ? <Button small title={t('around.undo_until', { time: exact(one.undo_until) })} onClick={() => onUndo(one.id)}>{t('around.undo')}</Button> : null}</li>
      ))}</ul>
    </>
  );
}

function SayConsent({ contact, onClose, onDone }: { contact: Contact; onClose: () => void; onDone: () => void }) {
  const { t } = useT();
  const [form, setForm] = useState({ topic: 'marketing', given: 'given', source: '' });
  const [busy, setBusy] = useState(false);
  const ready = form.source.trim().length >= 2;
  const say = async () => {
    if (!ready || busy) return;
    setBusy(true);
    try { await client.crm.say(contact.id, { topic: form.topic, given: form.given === 'given', source: form.source.trim() }); onDone(); } catch (error) { tell(error, t); setBusy(false); }
  };
  return (
    <Dialog open title={t('consent.change')} onClose={onClose} confirm={{ label: t('action.save'), run: () => void say(), busy, disabled: !ready }}>
      <Choice label={t('consent.topic')} value={form.topic} onChange={(topic) => setForm({ ...form, topic: topic ?? 'marketing' })} options={topics.map((one) => ({ value: one, label: t(`consent.${one}`) }))} />
      <Choice label={t('consent.answer')} value={form.given} onChange={(given) => setForm({ ...form, given: given ?? 'given' })} options={[{ value: 'given', label: t('consent.given') }, { value: 'refused', label: t('consent.refused') }]} />
      <TextField label={t('consent.source')} hint={t('consent.source_hint')} value={form.source} onChange={(source) => setForm({ ...form, source })} max={120} autoFocus onEnter={() => void say()} />
    </Dialog>
  );
}

function Relate({ contact, onClose, onDone }: { contact: Contact; onClose: () => void; onDone: () => void }) {
  const { t } = useT();
  const [other, setOther] = useState<ContactBriefLite | null>(null);
  const [kind, setKind] = useState<string>('family');
  const [note, setNote] = useState('');
  const [busy, setBusy] = useState(false);
  const relate = async () => {
    if (!other || busy) return;
    setBusy(true);
    try { await client.crm.relate(contact.id, { other: other.id, kind, ...(note.trim() ? { note: note.trim() } : {}) }); onDone(); } catch (error) { tell(error, t); setBusy(false); }
  };
  return (
    <Dialog open title={t('relation.add')} onClose={onClose} confirm={{ label: t('action.save'), run: () => void relate(), busy, disabled: !other }}>
      {other ? <p><b>{other.name}</b> <Button small onClick={() => setOther(null)}>{t('imp.change')}</Button></p> : <FindContact contact={contact} label={t('relation.other')} onFound={setOther} />}
      <Choice label={t('relation.kind')} value={kind} onChange={(next) => setKind(next ?? 'family')} options={kinds.map((one) => ({ value: one, label: t(kindWord(one)) }))} />
      <TextField label={t('relation.note')} value={note} onChange={setNote} max={120} onEnter={() => void relate()} />
    </Dialog>
  );
}
