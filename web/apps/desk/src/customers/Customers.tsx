/** All customers one may see, found by name or tag, and one customer's page. */
import { useCallback, useEffect, useState } from 'react';
import type { Contact } from '@hark/api';
import { Avatar, Button, Choice, Dialog, Empty, ErrorBlock, Icon, IconButton, Skeleton, TextField, useMedia, useT, type Fault } from '@hark/ui';
import { useDesk } from '../app/context';
import { go, link } from '../app/router';
import { now } from '../state/clock';
import { faultOf, tell } from '../state/faults';
import { client } from '../state/session';
import { ContactCard } from './ContactCard';
import { Timeline } from './Timeline';

const FIND_AFTER_MS = 200;

export default function Customers({ id }: { id: string | null }) {
  const { t, ago } = useT();
  const { me } = useDesk();
  const phone = useMedia('(max-width: 719px)');
  const [q, setQ] = useState('');
  const [tenant, setTenant] = useState<string | null>(null);
  const [list, setList] = useState<Contact[] | null>(null);
  const [next, setNext] = useState<string | null>(null);
  const [fault, setFault] = useState<Fault | null>(null);
  const [creating, setCreating] = useState(false);
  const [looking, setLooking] = useState(false);
  const load = useCallback((cursor: string | null, signal?: AbortSignal) => client.contacts.list({ q: q.trim(), tenant: tenant ?? undefined, cursor, limit: 50 }, signal)
    .then((page) => { setList((before) => (cursor ? [...(before ?? []), ...page.items] : page.items)); setNext(page.next); setFault(null); })
    .catch((error) => { if (!signal?.aborted) setFault(faultOf(error, t)); }), [q, tenant, t]);
  useEffect(() => {
    const stop = new AbortController();
    const timer = setTimeout(() => void load(null, stop.signal), q ? FIND_AFTER_MS : 0);
    return () => { clearTimeout(timer); stop.abort(); };
  }, [load, q]);
  const names = new Map(me.tenants.map((one) => [one.id as string, one]));
  const at = now();
  return (
    <main className={`customers${id ? ' with-one' : ''}`} id="main">
      {!phone || !id ? (
        <section className="customers-list" aria-label={t('customers.title')}>
          <div className="page-head"><h1>{t('customers.title')}</h1><Button onClick={() => setLooking(true)}>{t('lookup.open')}</Button><Button look="primary" icon="plus" onClick={() => setCreating(true)}>{t('customers.new')}</Button></div>
          <div className="customers-find">
            <label className="find"><Icon name="search" size={15} /><input value={q} onChange={(event) => setQ(event.target.value)} placeholder={t('customers.find')} aria-label={t('customers.find')} /></label>
            {me.tenants.length > 1 ? <Choice hidden clear width={150} label={t('list.filter_client')} placeholder={t('list.filter_client')} value={tenant} onChange={setTenant} options={me.tenants.map((one) => ({ value: one.id, label: one.name }))} /> : null}
          </div>
          {fault ? <ErrorBlock fault={fault} onRetry={() => void load(null)} /> : !list ? <Skeleton rows lines={8} /> : list.length === 0 ? <Empty icon="people" title={q ? t('customers.none') : t('customers.empty')} text={q ? t('customers.none_hint') : t('customers.empty_hint')} /> : (
            <ul className="people">
              {list.map((one) => (
                <li key={one.id}>
                  <a {...link(`/customers/${one.id}`)} className={one.id === id ? 'on' : ''} aria-current={one.id === id ? 'true' : undefined}>
                    <Avatar initial={one.initial} color={one.color} />
                    <span><b>{one.name}</b><em><i className="mark" style={{ background: names.get(one.tenant)?.mark_color }} />{[names.get(one.tenant)?.name, one.tier].filter(Boolean).join(' · ')}</em></span>
                    <span className="num people-handle">{one.handles.find((handle) => handle.kind === 'phone' || handle.kind === 'email')?.value ?? ''}</span>
                    <time>{ago(one.last_seen_at, at)}</time>
                  </a>
                </li>
              ))}
              {next ? <li className="more"><Button onClick={() => void load(next)}>{t('action.more')}</Button></li> : null}
            </ul>
          )}
        </section>
      ) : null}
      {id ? <One key={id} id={id} phone={phone} /> : null}
      {creating ? <NewContact onClose={() => setCreating(false)} /> : null}
      {looking ? <Lookup onClose={() => setLooking(false)} /> : null}
    </main>
  );
}

function One({ id, phone }: { id: string; phone: boolean }) {
  const { t } = useT();
  const [contact, setContact] = useState<Contact | null>(null);
  const [fault, setFault] = useState<Fault | null>(null);
  const load = useCallback(() => { client.contacts.get(id).then(setContact).catch((error) => setFault(faultOf(error, t))); }, [id, t]);
  useEffect(load, [load]);
  return (
    <section className="customer" aria-label={contact?.name ?? t('customers.title')}>
      {phone ? <IconButton icon="back" label={t('customers.back')} onClick={() => go('/customers')} /> : null}
      {fault ? <ErrorBlock fault={fault} onRetry={load} /> : !contact ? <Skeleton lines={8} /> : (
        <div className="customer-parts"><div className="context-body"><ContactCard contact={contact} onChange={setContact} /></div><div><h2>{t('context.history')}</h2><Timeline contact={contact.id} /></div></div>
      )}
    </section>
  );
}

function NewContact({ onClose }: { onClose: () => void }) {
  const { t } = useT();
  const { me } = useDesk();
  const [tenant, setTenant] = useState<string | null>(me.tenants[0]?.id ?? null);
  const [name, setName] = useState('');
  const [phone, setPhone] = useState('');
  const [email, setEmail] = useState('');
  const [busy, setBusy] = useState(false);
  const save = async () => {
    if (!tenant || !name.trim()) return;
    setBusy(true);
    try {
      const handles = [...(phone.trim() ? [{ kind: 'phone', value: phone.trim() }] : []), ...(email.trim() ? [{ kind: 'email', value: email.trim() }] : [])];
      const made = await client.contacts.create({ tenant, name: name.trim(), ...(handles.length ? { handles } : {}) });
      onClose();
      go(`/customers/${made.id}`);
    } catch (error) { tell(error, t); setBusy(false); }
  };
  return (
    <Dialog open title={t('customers.new')} onClose={onClose} confirm={{ label: t('action.create'), run: () => void save(), busy, disabled: !tenant || !name.trim() }}>
      <Choice label={t('word.client')} value={tenant} onChange={setTenant} options={me.tenants.map((one) => ({ value: one.id, label: one.name }))} />
      <TextField label={t('contact.name')} value={name} onChange={setName} autoFocus max={100} />
      <TextField label={t('handle.phone')} value={phone} onChange={setPhone} max={40} />
      <TextField label={t('handle.email')} value={email} onChange={setEmail} max={200} />
    </Dialog>
  );
}

/** Finds a customer by a full number or address: recorded with its reason before the answer. */
function Lookup({ onClose }: { onClose: () => void }) {
  const { t } = useT();
  const { me } = useDesk();
  const [form, setForm] = useState<{ tenant: string | null; kind: string; value: string; reason: string }>({ tenant: me.tenants[0]?.id ?? null, kind: 'phone', value: '', reason: '' });
  const [found, setFound] = useState<Contact[] | null>(null);
  const [busy, setBusy] = useState(false);
  const ready = form.tenant && form.value.trim() && form.reason.trim().length >= 2;
  const find = async () => {
    if (!ready || !form.tenant) return;
    setBusy(true);
    try {
      const answer = await client.contacts.lookup({ ...form, tenant: form.tenant });
      setFound(answer.contact ? [answer.contact] : []);
    } catch (error) { tell(error, t); } finally { setBusy(false); }
  };
  return (
    <Dialog open title={t('lookup.title')} onClose={onClose} confirm={{ label: t('lookup.find'), run: () => void find(), busy, disabled: !ready }}>
      <p className="hint">{t('lookup.hint')}</p>
      <Choice label={t('word.client')} value={form.tenant} onChange={(tenant) => setForm({ ...form, tenant })} options={me.tenants.map((one) => ({ value: one.id, label: one.name }))} />
      <Choice label={t('contact.handle_kind')} value={form.kind} onChange={(kind) => setForm({ ...form, kind: kind ?? 'phone' })} options={(['phone', 'email', 'external'] as const).map((kind) => ({ value: kind, label: t(`handle.${kind}`) }))} />
      <TextField label={t('lookup.value')} value={form.value} onChange={(value) => setForm({ ...form, value })} />
      <TextField label={t('unmask.reason')} value={form.reason} onChange={(reason) => setForm({ ...form, reason })} max={200} onEnter={() => void find()} />
      {found ? (found.length === 0 ? <p>{t('customers.none')}</p> : <ul className="plain-list">{found.map((one) => <li key={one.id}><Avatar initial={one.initial} color={one.color} size={26} /><a {...link(`/customers/${one.id}`)} onClickCapture={onClose}>{one.name}</a></li>)}</ul>) : null}
    </Dialog>
  );
}
