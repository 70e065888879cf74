/** All customers one may see, found by name or tag, and one customer's page. */
import { useCallback, useEffect, useState } from 'react';
import type { Contact, ContactFilter, Segment } from '@hark/api';
import { Avatar, Button, Chip, Choice, Choices, Dialog, Empty, ErrorBlock, Icon, IconButton, notify, Skeleton, TextField, useMedia, useT, useUnsaved, type Fault } from '@hark/ui';
import { useDesk } from '../app/context';
import { go, link } from '../app/router';
import { now } from '../state/clock';
import { faultOf, tell } from '../state/faults';
import { client } from '../state/session';
import { Around } from './Around';
import { ContactCard } from './ContactCard';
import { useDefinitions } from './definitions';
import { useKeys } from './Duplicates';
import { FilterEditor, isWhole } from './FilterEditor';
import { CustomerNav, CustomerPages, isCustomerPage } from './Pages';
import { SegmentPanel } from './Segments';
import { Timeline } from './Timeline';

const FIND_AFTER_MS = 200;

/** The address tells what is shown: a page about customers, a segment's list, or one customer. */
export default function Customers({ id, sub }: { id: string | null; sub: string | null }) {
  if (isCustomerPage(id)) return <CustomerPages key={id} page={id} id={sub} />;
  const segment = id?.startsWith('segment-') ? id.slice('segment-'.length) : null;
  return <List key={segment ?? ''} id={segment ? sub : id} segment={segment} />;
}

function List({ id, segment }: { id: string | null; segment: string | null }) {
  const { t, ago } = useT();
  const { me } = useDesk();
  const phone = useMedia('(max-width: 719px)');
  const [q, setQ] = useState('');
  const [tenant, setTenant] = useState<string | null>(null);
  const [filter, setFilter] = useState<ContactFilter | null>(null);
  const [keeping, setKeeping] = useState(false);
  const [named, setNamed] = useState<Segment | null>(null);
  const [list, setList] = useState<Contact[] | null>(null);
  const [next, setNext] = useState<string | null>(null);
  const [fault, setFault] = useState<Fault | null>(null);
  const [creating, setCreating] = useState(false);
  const [looking, setLooking] = useState(false);
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const [tagging, setTagging] = useState(false);
  const [at, setAt] = useState(-1);
  const of = tenant ?? me.tenants[0]?.id ?? '';
  const filtering = filter && filter.groups.length > 0 && isWhole(filter) ? filter : null;
  const asked = JSON.stringify(filtering);
  const base = segment ? `/customers/segment-${segment}/` : '/customers/';
  useEffect(() => {
    if (!segment) return;
    client.crm.segments().then((page) => setNamed(page.items.find((one) => one.id === segment) ?? null)).catch(() => undefined);
  }, [segment]);
  const load = useCallback((cursor: string | null, signal?: AbortSignal) => {
    const whole = JSON.parse(asked) as ContactFilter | null;
    const page = segment ? client.crm.segmentContacts(segment, cursor, signal)
      : whole ? client.crm.find({ tenant: of, filter: whole, cursor, limit: 50 }, signal)
      : client.contacts.list({ q: q.trim(), tenant: tenant ?? undefined, cursor, limit: 50 }, signal);
    return page.then((found) => { setList((before) => (cursor ? [...(before ?? []), ...found.items] : found.items)); setNext(found.next); setFault(null); })
      .catch((error) => { if (!signal?.aborted) setFault(faultOf(error, t)); });
  }, [q, tenant, t, segment, asked, of]);
  useEffect(() => {
    const stop = new AbortController();
    const timer = setTimeout(() => void load(null, stop.signal), q ? FIND_AFTER_MS : 0);
    setPicked(new Set());
    setAt(-1);
    return () => { clearTimeout(timer); stop.abort(); };
  }, [load, q]);
  const names = new Map(me.tenants.map((one) => [one.id as string, one]));
  const moment = now();
  const pick = (one: string) => setPicked((before) => { const after = new Set(before); if (!after.delete(one)) after.add(one); return after; });
  const rows = list ?? [];
  const row = rows[at];
  useKeys(creating || looking || tagging || keeping || rows.length === 0, {
    j: () => setAt((place) => Math.min(place + 1, rows.length - 1)),
    k: () => setAt((place) => Math.max(0, place - 1)),
    x: () => { if (row) pick(row.id); },
    enter: () => { if (row) go(`${base}${row.id}`); },
  });
  return (
    <main className={`customers${id ? ' with-one' : ''}`} id="main">
      {!phone || !id ? (
        <section className="customers-list" aria-label={t('customers.title')}>
          <CustomerNav page={segment ? 'segments' : ''} />
          <div className="page-head"><h1>{segment ? t('crm.in_segment', { name: named?.name ?? '' }) : t('customers.title')}</h1><Button onClick={() => setLooking(true)}>{t('lookup.open')}</Button><Button look="primary" icon="plus" onClick={() => setCreating(true)}>{t('customers.new')}</Button></div>
          {segment ? null : (
            <div className="customers-find">
              {filter ? null : <label className="find"><Icon name="search" size={15} /><input value={q} onChange={(event) => setQ(event.target.value)} placeholder={t('customers.find')} aria-label={t('customers.find')} /></label>}
              {me.tenants.length > 1 ? <Choice hidden clear={!filter} width={150} label={t('list.filter_client')} placeholder={t('list.filter_client')} value={filter ? of : tenant} onChange={setTenant} options={me.tenants.map((one) => ({ value: one.id, label: one.name }))} /> : null}
              <Button onClick={() => { setFilter(filter ? null : { join: 'all', groups: [{ join: 'all', not: false, conditions: [{ field: 'last_seen', op: 'within', value: '30' }] }] }); setQ(''); }} aria-pressed={filter !== null}>{filter ? t('crm.filter_off') : t('crm.filter')}</Button>
              {filtering ? <Button onClick={() => setKeeping(true)}>{t('seg.save_as')}</Button> : null}
            </div>
          )}
          {filter ? <div className="customers-filter"><Editor tenant={of} value={filter} onChange={setFilter} /></div> : null}
          {picked.size > 0 ? (
            <div className="bulk" role="toolbar" aria-label={t('crm.selected', { n: picked.size })}>
              <b className="num">{t('crm.selected', { n: picked.size })}</b>
              <Button small icon="tag" onClick={() => setTagging(true)}>{t('crm.tag')}</Button>
              <Button small onClick={() => setPicked(new Set(rows.map((one) => one.id)))}>{t('crm.select_all')}</Button>
              <span className="gap" /><Button small onClick={() => setPicked(new Set())}>{t('crm.clear')}</Button>
            </div>
          ) : null}
          {fault ? <ErrorBlock fault={fault} onRetry={() => void load(null)} /> : !list ? <Skeleton rows lines={8} /> : list.length === 0 && !next ? <Empty icon="people" title={q || filter || segment ? t('customers.none') : t('customers.empty')} text={q ? t('customers.none_hint') : filter || segment ? undefined : t('customers.empty_hint')} /> : (
            <ul className={picked.size > 0 ? 'people picking' : 'people'}>
              {list.map((one, index) => (
                <li key={one.id}>
                  <input className="person-pick" type="checkbox" checked={picked.has(one.id)} onChange={() => pick(one.id)} aria-label={t('crm.select', { name: one.name })} />
                  <a {...link(`${base}${one.id}`)} className={`${one.id === id ? 'on' : ''}${index === at ? ' at' : ''}`} aria-current={one.id === id ? 'true' : undefined}>
                    <Avatar initial={one.initial} color={one.color} />
                    <span><b>{one.name}</b><em><i className="mark" style={{ background: names.get(one.tenant)?.mark_color }} />{[names.get(one.tenant)?.name, id ? one.tier : null].filter(Boolean).join(' · ')}</em></span>
                    <span className="people-tags">{one.tier ? <Chip>{one.tier}</Chip> : null}{one.tags.slice(0, 3).map((tag) => <Chip key={tag}>#{tag}</Chip>)}</span>
                    <span className="num people-handle">{one.handles.find((handle) => handle.kind === 'phone' || handle.kind === 'email')?.value ?? ''}</span>
                    <time>{ago(one.last_seen_at, moment)}</time>
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
      {tagging ? <TagMany contacts={rows.filter((one) => picked.has(one.id))} onClose={() => setTagging(false)} onDone={() => { setTagging(false); setPicked(new Set()); void load(null); }} /> : null}
      {keeping && filtering ? <SegmentPanel tenant={of} segment={null} filter={filtering} onClose={() => setKeeping(false)} onDone={() => setKeeping(false)} /> : null}
    </main>
  );
}

function Editor({ tenant, value, onChange }: { tenant: string; value: ContactFilter; onChange: (filter: ContactFilter) => void }) {
  return <FilterEditor tenant={tenant} attributes={useDefinitions(tenant)} value={value} onChange={onChange} />;
}

/** Puts tags on the chosen customers, client by client. */
function TagMany({ contacts, onClose, onDone }: { contacts: Contact[]; onClose: () => void; onDone: () => void }) {
  const { t } = useT();
  const [add, setAdd] = useState<string[]>([]);
  const [off, setOff] = useState<string[]>([]);
  const [busy, setBusy] = useState(false);
  const there = [...new Set(contacts.flatMap((one) => one.tags))].sort();
  const save = async () => {
    if (busy || add.length + off.length === 0) return;
    setBusy(true);
    try {
      let changed = 0;
      for (const tenant of new Set(contacts.map((one) => one.tenant))) {
        changed += (await client.crm.tag({ tenant, contacts: contacts.filter((one) => one.tenant === tenant).map((one) => one.id), add, remove: off })).changed;
      }
      notify(t('crm.tagged', { n: changed }));
      onDone();
    } catch (error) { tell(error, t); setBusy(false); }
  };
  return (
    <Dialog open title={t('crm.tag_title', { n: contacts.length })} onClose={onClose} confirm={{ label: t('action.save'), run: () => void save(), busy, disabled: add.length + off.length === 0 }}>
      <Choices free label={t('crm.tag_add')} value={add} onChange={setAdd} options={[]} />
      {there.length > 0 ? <Choices label={t('crm.tag_remove')} value={off} onChange={setOff} options={there.map((tag) => ({ value: tag, label: tag }))} /> : null}
    </Dialog>
  );
}

function One({ id, phone }: { id: string; phone: boolean }) {
  const { t } = useT();
  const [contact, setContact] = useState<Contact | null>(null);
  const [fault, setFault] = useState<Fault | null>(null);
  const load = useCallback(() => { client.contacts.get(id).then((found) => { setContact(found); if (found.id !== id) go(`/customers/${found.id}`, true); }).catch((error) => setFault(faultOf(error, t))); }, [id, t]);
  useEffect(load, [load]);
  return (
    <section className="customer" aria-label={contact?.name ?? t('customers.title')}>
      {phone ? <IconButton icon="back" label={t('customers.back')} onClick={() => go('/customers')} /> : null}
      {fault ? <ErrorBlock fault={fault} onRetry={load} /> : !contact ? <Skeleton lines={8} /> : (
        <div className="customer-parts"><div className="context-body"><ContactCard contact={contact} onChange={setContact} /><Around contact={contact} onChange={load} /></div><div><h2>{t('context.history')}</h2><Timeline contact={contact.id} /></div></div>
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
  const unsaved = useUnsaved([name, phone, email]);
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
    <Dialog open title={t('customers.new')} onClose={onClose} unsaved={unsaved} confirm={{ label: t('action.create'), run: () => void save(), busy, disabled: !tenant || !name.trim() }}>
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
