/** Calendars: the hours in which a line works; targets and openings count by them. */
import { useRef, useState } from 'react';
import type { Calendar, CalendarException, Span } from '@hark/api';
import type { Key } from '@hark/i18n';
import { Button, Chip, Choice, Empty, IconButton, notify, SidePanel, Table, TextField, Toggle, useT, useUnsaved } from '@hark/ui';
import { useDesk } from '../app/context';
import { now } from '../state/clock';
import { tell } from '../state/faults';
import { holdsEverywhere, holdsWhole } from '../state/rights';
import { client } from '../state/session';
import { Bar, Loaded, useLoad, useRefusal } from './forms';

const zones = ['Asia/Shanghai', 'Asia/Hong_Kong', 'Asia/Taipei', 'Asia/Singapore', 'Asia/Tokyo', 'Europe/London', 'Europe/Berlin', 'America/New_York', 'America/Los_Angeles', 'Australia/Sydney', 'UTC'];
const days = ['day.mon', 'day.tue', 'day.wed', 'day.thu', 'day.fri', 'day.sat', 'day.sun'] as const;
const fresh: Omit<Calendar, 'id' | 'created_at'> = { tenant: null, name: '', zone: 'Asia/Shanghai', weekly: days.map((_, at) => (at < 5 ? [{ from: '09:00', to: '18:00' }] : [])), exceptions: [], use_china_holidays: true };

export default function Calendars() {
  const { t } = useT();
  const { me } = useDesk();
  const all = useLoad(() => client.calendars.list().then((page) => page.items));
  const [open, setOpen] = useState<Calendar | 'new' | null>(null);
  return (
    <>
      <Bar><Button look="primary" icon="plus" onClick={() => setOpen('new')}>{t('calendars.new')}</Button></Bar>
      <Loaded of={all}>{(rows) => (
        <Table rows={rows} label={t('page.calendars')} idOf={(row) => row.id} onOpen={setOpen} empty={<Empty icon="clock" title={t('calendars.empty')} text={t('calendars.empty_hint')} />} columns={[
          { key: 'name', title: t('field.name'), render: (row) => row.name },
          { key: 'client', title: t('word.client'), render: (row) => me.tenants.find((one) => one.id === row.tenant)?.name ?? t('calendars.shared') },
          { key: 'zone', title: t('calendars.zone'), render: (row) => row.zone },
          { key: 'weekly', title: t('calendars.weekly'), render: (row) => row.weekly.map((spans, at) => (spans.length ? `${t(days[at] ?? 'day.mon')} ${spans.map((span) => `${span.from}–${span.to}`).join(' ')}` : null)).filter(Boolean).slice(0, 2).join('；') + (row.weekly.filter((spans) => spans.length).length > 2 ? ' …' : '') },
          { key: 'holidays', title: t('calendars.holidays'), render: (row) => (row.use_china_holidays ? t('state.on') : '') },
        ]} />
      )}</Loaded>
      {open ? <Edit key={open === 'new' ? 'new' : open.id} calendar={open === 'new' ? null : open} onClose={() => setOpen(null)} onDone={() => { setOpen(null); all.reload(); }} /> : null}
    </>
  );
}

function Edit({ calendar, onClose, onDone }: { calendar: Calendar | null; onClose: () => void; onDone: () => void }) {
  const { t } = useT();
  const { me } = useDesk();
  const everywhere = holdsEverywhere(me, 'calendars.manage');
  const mine = me.tenants.filter((one) => holdsWhole(me, 'calendars.manage', one.id));
  // Shared ones are the provider's; who answers for one client begins with a calendar of its own.
  const [form, setForm] = useState<Omit<Calendar, 'id' | 'created_at'>>(calendar ?? { ...fresh, tenant: everywhere ? null : (mine[0]?.id ?? null) });
  const unsaved = useUnsaved(form);
  const locked = calendar !== null && !everywhere && !mine.some((one) => one.id === calendar.tenant);
  const refusal = useRefusal({ name: t('field.name'), zone: t('calendars.zone'), tenant: t('word.client'), weekly: t('calendars.weekly'), exceptions: t('calendars.exceptions') });
  const [busy, setBusy] = useState(false);
  const file = useRef<HTMLInputElement>(null);
  const set = (part: Partial<typeof form>) => setForm((now) => ({ ...now, ...part }));
  const save = async () => {
    setBusy(true);
    const { tenant, name, zone, weekly, exceptions, use_china_holidays } = form;
    try {
      await (calendar ? client.calendars.change(calendar.id, { name, zone, weekly, exceptions, use_china_holidays }) : client.calendars.create({ tenant, name, zone, weekly, exceptions, use_china_holidays }));
      notify(t('done.saved'));
      onDone();
    } catch (error) { refusal.refuse(error); setBusy(false); }
  };
  const take = async (chosen: File | undefined) => {
    if (!chosen || !calendar) return;
    try {
      const next = await client.calendars.import(calendar.id, await chosen.text());
      setForm(next.exceptions ? next : await client.calendars.get(calendar.id));
      notify(t('calendars.imported'));
    } catch (error) { tell(error, t); }
  };
  return (
    <SidePanel open title={calendar?.name ?? t('calendars.new')} onClose={onClose} unsaved={unsaved} width={580}>
      {refusal.block}
      <div className="form-two">
        <TextField label={t('field.name')} value={form.name} onChange={(name) => set({ name })} max={60} error={refusal.of('name')} />
        <Choice label={t('calendars.zone')} value={form.zone} onChange={(zone) => set({ zone: zone ?? 'Asia/Shanghai' })} options={[...new Set([...zones, form.zone])].map((zone) => ({ value: zone, label: zone }))} />
        {!calendar ? <Choice label={t('word.client')} clear={everywhere} placeholder={everywhere ? t('calendars.shared') : undefined} value={form.tenant} onChange={(tenant) => set({ tenant })} options={mine.map((one) => ({ value: one.id, label: one.name }))} /> : null}
      </div>
      <Toggle label={t('calendars.holidays')} hint={t('calendars.holidays_hint')} value={form.use_china_holidays} onChange={(use_china_holidays) => set({ use_china_holidays })} />
      <h3 className="form-part">{t('calendars.weekly')}</h3>
      {days.map((day, at) => <Day key={day} label={t(day)} spans={form.weekly[at] ?? []} onChange={(spans) => set({ weekly: days.map((_, index) => (index === at ? spans : form.weekly[index] ?? [])) })} />)}
      <h3 className="form-part">{t('calendars.exceptions')}</h3>
      <Exceptions list={form.exceptions} holidays={form.use_china_holidays} onChange={(exceptions) => set({ exceptions })} />
      {calendar && !locked ? <><input ref={file} type="file" accept=".csv,text/csv" hidden onChange={(event) => { void take(event.target.files?.[0]); event.target.value = ''; }} /><Button onClick={() => file.current?.click()}>{t('calendars.import')}</Button></> : null}
      {locked ? <p className="hint">{t('calendars.locked')}</p> : <div className="record-foot"><span className="record-change" /><Button onClick={onClose}>{t('action.cancel')}</Button><Button look="primary" busy={busy} disabled={!form.name.trim()} onClick={() => void save()}>{t('action.save')}</Button></div>}
    </SidePanel>
  );
}

function Day({ label, spans, onChange }: { label: string; spans: Span[]; onChange: (spans: Span[]) => void }) {
  const { t } = useT();
  const set = (at: number, part: Partial<Span>) => onChange(spans.map((span, index) => (index === at ? { ...span, ...part } : span)));
  return (
    <div className="day-row" role="group" aria-label={label}>
      <b>{label}</b>
      <div>{spans.length === 0 ? <span className="hint">{t('calendars.closed')}</span> : spans.map((span, at) => (
        <span key={at} className="span">
          <input className="native" type="time" aria-label={t('calendars.from')} value={span.from} onChange={(event) => set(at, { from: event.target.value })} />–
          {span.to === '24:00'
            ? <button type="button" className="native num" aria-label={`${t('calendars.to')} 24:00`} title={t('calendars.midnight')} onClick={() => set(at, { to: '23:30' })}>24:00</button>
            : <input className="native" type="time" aria-label={t('calendars.to')} value={span.to} onChange={(event) => set(at, { to: event.target.value === '00:00' ? '24:00' : event.target.value })} />}
          <IconButton icon="close" size={13} label={t('calendars.remove_span')} onClick={() => onChange(spans.filter((_, index) => index !== at))} />
        </span>
      ))}</div>
      <IconButton icon="plus" size={15} label={t('calendars.add_span')} onClick={() => onChange([...spans, { from: spans.length ? '14:00' : '09:00', to: '18:00' }])} />
    </div>
  );
}

/** What the table of holidays calls them. */
const holidayNames: Record<string, Key> = {
  "New Year's Day": 'holiday.new_year', 'Spring Festival': 'holiday.spring', 'Tomb-sweeping Day': 'holiday.qingming', 'Labour Day': 'holiday.labour',
  'Dragon Boat Festival': 'holiday.dragon_boat', 'Mid-autumn Festival': 'holiday.mid_autumn', 'National Day': 'holiday.national',
};

function Exceptions({ list, holidays, onChange }: { list: CalendarException[]; holidays: boolean; onChange: (list: CalendarException[]) => void }) {
  const { t } = useT();
  const today = new Date(now()).toISOString().slice(0, 10);
  const own = (one: CalendarException) => one.status === 'own';
  // One's own dates first; of the table what is still to come.
  const shown = [...list.filter(own), ...list.filter((one) => !own(one) && one.date >= today)];
  const guessed = list.find((one) => one.status === 'projected')?.date.slice(0, 4);
  const called = (one: CalendarException) => { const key = own(one) ? undefined : holidayNames[one.name ?? '']; return key ? t(key) : one.name; };
  const [date, setDate] = useState('');
  const [name, setName] = useState('');
  const [kind, setKind] = useState<'closed' | 'workday'>('closed');
  const add = () => {
    if (!date) return;
    onChange([...list.filter((one) => one.date !== date), { date, kind, name, status: 'own' as const }].sort((a, b) => a.date.localeCompare(b.date)));
    setDate('');
    setName('');
  };
  return (
    <>
      <ul className="plain-list scroll">{shown.map((one) => <li key={one.date}><b className="num">{one.date}</b><span>{called(one)}</span><Chip tone={one.kind === 'closed' ? 'amber' : 'plain'}>{one.kind === 'closed' ? t('calendars.closed') : one.kind === 'workday' ? t('calendars.workday') : (one.spans ?? []).map((span) => `${span.from}–${span.to}`).join(' ')}</Chip>{one.status === 'projected' ? <Chip>{t('calendars.projected')}</Chip> : null}{own(one) ? <IconButton icon="close" size={13} label={t('calendars.remove_date', { date: one.date })} onClick={() => onChange(list.filter((other) => other !== one))} /> : null}</li>)}</ul>
      {holidays && guessed ? <p className="hint">{t('calendars.unpublished', { year: guessed })}</p> : null}
      <div className="form-row">
        <input className="native" type="date" aria-label={t('calendars.date')} value={date} onChange={(event) => setDate(event.target.value)} />
        <Choice hidden width={110} label={t('calendars.kind')} value={kind} onChange={(next) => setKind(next as 'closed' | 'workday')} options={[{ value: 'closed', label: t('calendars.closed') }, { value: 'workday', label: t('calendars.workday') }]} />
        <TextField label={t('calendars.why')} value={name} onChange={setName} max={60} />
        <Button disabled={!date} onClick={add}>{t('action.add')}</Button>
      </div>
    </>
  );
}
