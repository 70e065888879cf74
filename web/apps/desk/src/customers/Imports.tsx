/** Import: a file, how it reads, what its columns mean, a trial, and then the work with its progress. */
import { useCallback, useEffect, useState } from 'react';
import type { ImportPlan, ImportView, TableHead, TableReading } from '@hark/api';
import type { Key } from '@hark/i18n';
import { Button, Chip, Choice, Choices, Empty, notify, Table, TextField, Tick, useT, type Tone } from '@hark/ui';
import { Loaded, useLoad } from '../admin/forms';
import { useDesk } from '../app/context';
import { go } from '../app/router';
import { now } from '../state/clock';
import { tell } from '../state/faults';
import { client } from '../state/session';
import { useDefinitions } from './definitions';
import { PageHead } from './Pages';
import { topics } from './sentence';

const LOOK_EVERY_MS = 700;
const tones: Record<ImportView['state'], Tone> = { draft: 'plain', checking: 'amber', checked: 'accent', running: 'amber', done: 'green', cancelled: 'plain', failed: 'red' };
const busy = (state: ImportView['state']) => state === 'checking' || state === 'running';
const open = (state: ImportView['state']) => state === 'draft' || state === 'checked' || state === 'failed';

export default function Imports({ id }: { id: string | null }) {
  return id ? <One key={id} id={id} /> : <All />;
}

/** What one upload told, so that the next page need not ask again. */
const told = new Map<string, TableHead>();

function All() {
  const { t, ago } = useT();
  const { me } = useDesk();
  // Whose customers a file makes is said by whoever brings it; nothing is taken for granted where there are several.
  const [tenant, setTenant] = useState<string>(me.tenants.length === 1 ? (me.tenants[0]?.id ?? '') : '');
  const all = useLoad(async () => {
    const lists = await Promise.all((tenant ? [tenant] : me.tenants.map((one) => one.id)).map((one) => client.crm.imports(one).then((page) => page.items)));
    return lists.flat().sort((a, b) => b.created_at - a.created_at);
  }, [tenant]);
  const [sending, setSending] = useState(false);
  const [over, setOver] = useState(false);
  const send = async (file: File | undefined) => {
    if (!file || sending || !tenant) return;
    setSending(true);
    try {
      const up = await client.crm.upload(tenant, file);
      told.set(up.import.id, up.head);
      go(`/customers/import/${up.import.id}`);
    } catch (error) { tell(error, t); setSending(false); }
  };
  return (
    <>
      <PageHead title={t('imp.title')} about={t('imp.about')} tenant={tenant} onTenant={setTenant} />
      {tenant ? <label className={over ? 'drop over' : 'drop'} onDragOver={(event) => { event.preventDefault(); setOver(true); }} onDragLeave={() => setOver(false)} onDrop={(event) => { event.preventDefault(); setOver(false); void send(event.dataTransfer.files[0]); }}>
        <input type="file" accept=".csv,.txt,.tsv,.xlsx" disabled={sending} onChange={(event) => void send(event.target.files?.[0])} />
        <b>{sending ? '…' : t('imp.choose')}</b><span>{t('imp.into', { client: me.tenants.find((one) => one.id === tenant)?.name ?? '' })}</span><span>{t('imp.drop')}</span>
      </label> : <p className="drop drop-not">{t('imp.client_first')}</p>}
      <h2 className="form-part">{t('imp.earlier')}</h2>
      <Loaded of={all}>{(rows) => (
        <Table rows={rows} label={t('imp.earlier')} idOf={(row) => row.id} onOpen={(row) => go(`/customers/import/${row.id}`)} empty={<Empty icon="file" title={t('imp.none')} />} columns={[
          { key: 'name', title: t('imp.file'), render: (row) => row.name },
          { key: 'client', title: t('word.client'), render: (row) => <ClientMark id={row.tenant} /> },
          { key: 'state', title: t('blk.state'), render: (row) => <Chip tone={tones[row.state]}>{t(`imp.s.${row.state}` as Key)}</Chip> },
          { key: 'rows', title: t('exp.rows'), numeric: true, render: (row) => row.total },
          { key: 'made', title: t('imp.made'), numeric: true, render: (row) => row.made },
          { key: 'changed', title: t('imp.changed'), numeric: true, render: (row) => row.changed },
          { key: 'failed', title: t('imp.failed'), numeric: true, render: (row) => row.failed },
          { key: 'at', title: t('field.when'), render: (row) => ago(row.created_at, now()) },
        ]} />
      )}</Loaded>
      <p className="hint">{t('imp.kept')}</p>
    </>
  );
}

/** The client whose customers these are, with its colour. */
function ClientMark({ id }: { id: string }) {
  const { me } = useDesk();
  const tenant = me.tenants.find((one) => one.id === id);
  return tenant ? <span className="client-mark"><i style={{ background: tenant.mark_color }} />{tenant.name}</span> : null;
}

function One({ id }: { id: string }) {
  const { t } = useT();
  const [view, setView] = useState<ImportView | null>(null);
  const [head, setHead] = useState<TableHead | null>(told.get(id) ?? null);
  const [plan, setPlan] = useState<ImportPlan | null>(null);
  const [waiting, setWaiting] = useState(false);
  const take = useCallback((next: ImportView) => { setView(next); setPlan((before) => before ?? next.plan); }, []);
  useEffect(() => {
    let current = true;
    client.crm.import(id).then(async (next) => {
      if (!current) return;
      take(next);
      if (!told.has(id)) { const found = await client.crm.lookAgain(id, next.plan.reading); if (current) setHead(found); }
    }).catch((error) => tell(error, t));
    return () => { current = false; };
  }, [id, take, t]);
  const state = view?.state;
  useEffect(() => {
    if (!state || !busy(state)) return undefined;
    const timer = setInterval(() => { client.crm.import(id).then(take).catch(() => undefined); }, LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [id, state, take]);
  const act = async (run: () => Promise<ImportView>) => {
    if (waiting) return;
    setWaiting(true);
    try { take(await run()); } catch (error) { tell(error, t); } finally { setWaiting(false); }
  };
  const reread = async (reading: TableReading) => {
    try {
      const found = await client.crm.lookAgain(id, reading);
      setHead(found);
      setPlan((before) => ({ ...(before ?? found.proposed), reading, columns: found.proposed.columns }));
    } catch (error) { tell(error, t); }
  };
  const check = () => act(async () => { if (plan) await client.crm.planImport(id, plan); return client.crm.checkImport(id); });
  const change = () => act(async () => { if (!plan) throw new Error('no plan'); return client.crm.planImport(id, plan); });
  if (!view || !plan) return <PageHead title={t('imp.title')} about={t('imp.about')} />;
  const editing = open(view.state) && view.state !== 'checked';
  return (
    <>
      <PageHead title={<>{view.name} <ClientMark id={view.tenant} /></>} about={`${t('imp.rows', { n: view.total })} · ${t(`imp.s.${view.state}` as Key)}`}><Button icon="back" onClick={() => go('/customers/import')}>{t('imp.back')}</Button></PageHead>
      {editing && head ? <PlanForm plan={plan} head={head} tenant={view.tenant} onPlan={setPlan} onReading={(reading) => void reread(reading)} /> : null}
      {busy(view.state) ? <Progress view={view} /> : null}
      {view.state === 'checked' || view.state === 'done' || view.state === 'cancelled' ? <Outcome view={view} head={head} /> : null}
      <div className="record-foot">
        {editing ? <Button look="primary" busy={waiting} onClick={() => void check()}>{t('imp.check')}</Button> : null}
        {view.state === 'checked' ? <><Button onClick={() => void change()}>{t('imp.change')}</Button><Button look="primary" busy={waiting} disabled={view.made + view.changed === 0} onClick={() => void act(() => client.crm.startImport(id))}>{t('imp.start', { n: view.made + view.changed })}</Button></> : null}
        {busy(view.state) ? <Button look="danger" busy={waiting} onClick={() => void act(() => client.crm.cancelImport(id))}>{t('imp.cancel')}</Button> : null}
      </div>
    </>
  );
}

const targets = ['name', 'phone', 'email', 'external', 'salutation', 'language', 'tier', 'organisation', 'tags', 'note'] as const;

function PlanForm({ plan, head, tenant, onPlan, onReading }: { plan: ImportPlan; head: TableHead; tenant: string; onPlan: (plan: ImportPlan) => void; onReading: (reading: TableReading) => void }) {
  const { t, language } = useT();
  const attributes = useDefinitions(tenant);
  const templates = useLoad(() => client.crm.templates(tenant).then((page) => page.items), [tenant]);
  const [naming, setNaming] = useState<string | null>(null);
  const set = (part: Partial<ImportPlan>) => onPlan({ ...plan, ...part });
  const { reading } = plan;
  const meanings = [
    { value: 'ignore', label: t('imp.ignore') },
    ...targets.map((one) => ({ value: one as string, label: t(`imp.t.${one}`) })),
    ...attributes.map((one) => ({ value: `attribute:${one.key}`, label: language === 'en' ? one.label_en : one.label_zh })),
    ...topics.map((one) => ({ value: `consent:${one}`, label: `${t('consent.title')} · ${t(`consent.${one}`)}` })),
  ];
  const keep = async () => {
    if (!naming?.trim()) return;
    try { await client.crm.keepTemplate({ tenant, name: naming.trim(), plan }); notify(t('done.saved')); setNaming(null); templates.reload(); } catch (error) { tell(error, t); }
  };
  return (
    <>
      <section className="part">
        <h2>{t('imp.reading')}</h2>
        <div className="settings-bar">
          {reading.format === 'csv' ? (
            <>
              <Choice label={t('imp.charset')} value={reading.charset} onChange={(charset) => onReading({ ...reading, charset: charset as TableReading['charset'] })} options={(['utf8', 'gb18030', 'big5', 'utf16_le', 'utf16_be', 'western'] as const).map((one) => ({ value: one, label: t(`imp.c.${one}`) }))} />
              <Choice label={t('imp.delimiter')} value={reading.delimiter} onChange={(delimiter) => onReading({ ...reading, delimiter: delimiter ?? ',' })} options={[{ value: ',', label: ',' }, { value: ';', label: ';' }, { value: '\t', label: t('imp.tab') }, { value: '|', label: '|' }]} />
            </>
          ) : null}
          <Tick label={t('imp.header')} value={reading.header} onChange={(header) => onReading({ ...reading, header })} />
          {(templates.data ?? []).length > 0 ? <Choice clear label={t('imp.template')} value={null} onChange={(chosen) => { const found = templates.data?.find((one) => one.id === chosen); if (found) onPlan({ ...found.plan, reading, columns: head.columns.map((_, at) => found.plan.columns[at] ?? 'ignore') }); }} options={(templates.data ?? []).map((one) => ({ value: one.id, label: one.name }))} /> : null}
        </div>
      </section>
      <section className="part">
        <h2>{t('imp.columns')}</h2>
        <div className="table-scroll"><table className="table" aria-label={t('imp.columns')}>
          <thead><tr><th scope="col">{t('imp.column')}</th><th scope="col">{t('imp.means')}</th><th scope="col">{t('imp.example')}</th></tr></thead>
          <tbody>{head.columns.map((name, at) => (
            <tr key={at} className={plan.columns[at] === 'ignore' ? 'faint' : ''}>
              <td>{name}</td>
              <td><Choice hidden width={200} label={`${t('imp.means')}: ${name}`} value={plan.columns[at] ?? 'ignore'} onChange={(next) => set({ columns: head.columns.map((_, index) => (index === at ? next ?? 'ignore' : plan.columns[index] ?? 'ignore')) })} options={meanings} /></td>
              <td className="imp-example">{head.sample.map((row) => row[at]).filter(Boolean).slice(0, 3).join(' · ')}</td>
            </tr>
          ))}</tbody>
        </table></div>
      </section>
      <section className="part">
        <h2>{t('imp.rules')}</h2>
        <div className="form-two">
          <Choice label={t('imp.match')} value={plan.match_by} onChange={(next) => set({ match_by: (next ?? 'handle') as ImportPlan['match_by'] })} options={(['handle', 'external', 'nothing'] as const).map((one) => ({ value: one, label: t(`imp.m.${one}`) }))} />
          <Choice label={t('imp.on_match')} disabled={plan.match_by === 'nothing'} value={plan.on_match} onChange={(next) => set({ on_match: (next ?? 'fill') as ImportPlan['on_match'] })} options={(['fill', 'update', 'skip', 'refuse'] as const).map((one) => ({ value: one, label: t(`imp.x.${one}`) }))} />
          <Choices free label={t('imp.tags')} value={plan.tags} onChange={(tags) => set({ tags })} options={[]} />
          <Choice label={t('imp.dates')} value={plan.dates} onChange={(next) => set({ dates: (next ?? 'dmy') as ImportPlan['dates'] })} options={(['dmy', 'mdy'] as const).map((one) => ({ value: one, label: t(`imp.${one}`) }))} />
        </div>
        {naming === null ? <button type="button" className="text-btn" onClick={() => setNaming('')}>{t('imp.template_save')}</button> : <div className="form-row"><TextField label={t('imp.template_name')} value={naming} onChange={setNaming} max={120} autoFocus onEnter={() => void keep()} /><Button onClick={() => void keep()} disabled={!naming.trim()}>{t('action.save')}</Button></div>}
      </section>
    </>
  );
}

function Progress({ view }: { view: ImportView }) {
  const { t } = useT();
  const share = view.total > 0 ? Math.min(100, Math.round((view.done / view.total) * 100)) : 0;
  return (
    <section className="part" aria-live="polite">
      <progress className="imp-bar" value={view.done} max={Math.max(1, view.total)} aria-label={t(`imp.s.${view.state}` as Key)} />
      <p className="num">{share}% · {t('imp.progress', { done: view.done, total: view.total })}</p>
      <Counts view={view} />
    </section>
  );
}

function Counts({ view }: { view: ImportView }) {
  const { t } = useT();
  return <dl className="imp-counts">{(['made', 'changed', 'skipped', 'failed'] as const).map((one) => <div key={one} className={one === 'failed' && view.failed > 0 ? 'red' : ''}><dd className="num">{view[one]}</dd><dt>{t(`imp.${one}`)}</dt></div>)}</dl>;
}

function Outcome({ view, head }: { view: ImportView; head: TableHead | null }) {
  const { t } = useT();
  const faults = useLoad(() => (view.failed > 0 ? client.crm.importFaults(view.id).then((page) => page.items) : Promise.resolve([])), [view.id, view.state, view.failed]);
  return (
    <section className="part">
      <h2>{view.state === 'checked' ? t('imp.would') : t('imp.happened')}</h2>
      <Counts view={view} />
      {view.failed > 0 ? (
        <>
          <h3 className="form-part">{t('imp.faults')}</h3>
          <ul className="plain-list scroll">{(faults.data ?? []).map((one) => <li key={one.number}><b className="num">{t('imp.row', { n: one.number + (view.plan.reading.header ? 1 : 0) })}</b><span>{[one.fault === 'nobody' ? null : head?.columns[one.place], t(`imp.f.${one.fault}` as Key)].filter(Boolean).join('：')}</span></li>)}</ul>
          <a className="btn" href={client.crm.faultsUrl(view.id)} download>{t('imp.faults_save')}</a>
        </>
      ) : null}
    </section>
  );
}
