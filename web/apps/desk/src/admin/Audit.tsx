/** Who did or looked at what, and when. Nothing here can be changed. */
import { useCallback, useEffect, useMemo, useState } from 'react';
import { items, type AuditEntry } from '@hark/api';
import { Button, Choice, Dialog, Empty, ErrorBlock, notify, SidePanel, Skeleton, Table, TextField, useT, type Fault } from '@hark/ui';
import { useDesk } from '../app/context';
import { now } from '../state/clock';
import { faultOf, tell } from '../state/faults';
import { client } from '../state/session';
import { actions, actionWords, facts, subjects, subjectWords, type Fact, type Names } from './auditWords';
import { Bar, useLoad } from './forms';

const FIND_AFTER_MS = 300;
const startOf = (date: string) => (date ? new Date(`${date}T00:00:00`).getTime() : undefined);

/** What ids are called, of what the reader may see: the record keeps ids, people read names. */
function useNames(): Names {
  const { me } = useDesk();
  const { language } = useT();
  const known = useLoad(async () => {
    const named = (rows: readonly { id: string; name: string }[]) => rows.map((one): [string, string] => [one.id, one.name]);
    const parts = await Promise.all([
      client.users.all().then((all) => all.map((one): [string, string] => [one.id, `${one.alias} ${one.number}`.trim()])),
      client.roles.list().then((all) => all.items.map((one): [string, string] => [one.id, language === 'en' ? one.name_en : one.name_zh])),
      client.teams.list().then((all) => named(all.items)), client.skills.list().then((all) => named(all.items)), client.calendars.list().then((all) => named(all.items)),
      client.inboxes.list().then((all) => named(all.items)), client.routing.queues().then((all) => named(items(all))),
    // What one may not see keeps its number.
    ].map((part) => part.catch((): [string, string][] => [])));
    return parts.flat();
  });
  return useMemo(() => new Map([...me.tenants, ...me.lines].map((one): [string, string] => [one.id, one.name]).concat(known.data ?? [])), [me, known.data]);
}

export default function Audit() {
  const { t, ago, exact, length, several } = useT();
  const { me } = useDesk();
  const names = useNames();
  const [filter, setFilter] = useState<{ tenant: string | null; action: string; subject: string; from: string; to: string }>({ tenant: null, action: '', subject: '', from: '', to: '' });
  const [list, setList] = useState<AuditEntry[] | null>(null);
  const [next, setNext] = useState<string | null>(null);
  const [fault, setFault] = useState<Fault | null>(null);
  const [open, setOpen] = useState<AuditEntry | null>(null);
  const [sure, setSure] = useState<AuditEntry | null>(null);
  const load = useCallback(async (cursor: string | null) => {
    try {
      const to = startOf(filter.to);
      const page = await client.audit({ tenant: filter.tenant ?? undefined, action: filter.action.trim(), subject: filter.subject.trim(), from: startOf(filter.from), to: to ? to + 86_400_000 : undefined, cursor });
      setList((before) => (cursor ? [...(before ?? []), ...page.items] : page.items));
      setNext(page.next);
      setFault(null);
    } catch (error) { setFault(faultOf(error, t)); }
  }, [filter, t]);
  useEffect(() => {
    const timer = setTimeout(() => void load(null), FIND_AFTER_MS);
    return () => clearTimeout(timer);
  }, [load]);
  const undo = async (entry: AuditEntry) => {
    try {
      await client.undo(entry.id);
      notify(t('audit.undone'));
      setOpen(null);
      setSure(null);
      await load(null);
    } catch (error) { setSure(null); tell(error, t); }
  };
  const set = (part: Partial<typeof filter>) => setFilter((before) => ({ ...before, ...part }));
  return (
    <>
      <Bar>
        <Choice label={t('word.client')} clear placeholder={t('audit.all_clients')} value={filter.tenant} onChange={(tenant) => set({ tenant })} options={me.tenants.map((one) => ({ value: one.id, label: one.name }))} />
        <Choice label={t('audit.subject')} clear placeholder={t('audit.anything')} value={filter.subject || null} onChange={(subject) => set({ subject: subject ?? '', action: subject && !filter.action.startsWith(`${subject}.`) ? '' : filter.action })} options={subjects(t)} />
        <Choice label={t('audit.action')} clear placeholder={t('audit.anything')} value={filter.action || null} onChange={(action) => set({ action: action ?? '' })} options={actions(filter.subject, (list ?? []).map((one) => one.action), t)} />
        <TextField label={t('audit.from')} type="date" value={filter.from} onChange={(from) => set({ from })} />
        <TextField label={t('audit.to')} type="date" value={filter.to} onChange={(to) => set({ to })} />
      </Bar>
      {fault ? <ErrorBlock fault={fault} onRetry={() => void load(null)} /> : null}
      {!list && !fault ? <Skeleton lines={8} /> : list ? (
        <Table rows={list} label={t('page.audit')} idOf={(row) => row.id} onOpen={setOpen} empty={<Empty icon="eye" title={t('audit.empty')} text={t('audit.empty_hint')} />} columns={[
          { key: 'at', title: t('field.when'), render: (row) => <time title={exact(row.at)}>{ago(row.at, now())}</time> },
          { key: 'actor', title: t('audit.actor'), render: (row) => row.actor.name },
          { key: 'action', title: t('audit.action'), render: (row) => <span title={row.action}>{actionWords(row.action, t)}</span> },
          { key: 'subject', title: t('audit.subject'), render: (row) => <span title={`${row.subject.kind} ${row.subject.id}`}>{subjectWords(row, t, names)}</span> },
          { key: 'reason', title: t('unmask.reason'), render: (row) => row.reason ?? '' },
          { key: 'ip', title: t('session.ip'), render: (row) => <span className="num">{row.ip ?? ''}</span> },
        ]} />
      ) : null}
      {next ? <div className="more"><Button onClick={() => void load(next)}>{t('action.more')}</Button></div> : null}
      {open ? (
        <SidePanel open title={actionWords(open.action, t)} onClose={() => setOpen(null)} width={520}>
          {open.undoes ? <p className="hint">{t('audit.undoes', { id: open.undoes })}</p> : null}
          <dl className="facts"><div><dt>{t('field.when')}</dt><dd>{exact(open.at)}</dd></div><div><dt>{t('audit.actor')}</dt><dd>{open.actor.name}</dd></div><div><dt>{t('audit.subject')}</dt><dd>{subjectWords(open, t, names)}</dd></div><div><dt>{t('audit.action')}</dt><dd>{actionWords(open.action, t)}</dd></div>{open.reason ? <div><dt>{t('unmask.reason')}</dt><dd>{open.reason}</dd></div> : null}</dl>
          <Facts list={facts(open.before, open.after, { t, exact, length, several, names })} both={Boolean(open.before)} />
          <details className="audit-raw"><summary>{t('audit.raw')}</summary><pre>{JSON.stringify({ action: open.action, subject: `${open.subject.kind}:${open.subject.id}`, before: open.before ?? null, after: open.after ?? null }, null, 2)}</pre></details>
          {open.undoable ? <Bar><Button onClick={() => setSure(open)}>{t('audit.undo')}</Button></Bar> : null}
        </SidePanel>
      ) : null}
      {sure ? <Dialog open title={t('audit.undo')} onClose={() => setSure(null)} confirm={{ label: t('audit.undo'), run: () => void undo(sure) }}><p>{t('audit.undo_sure')}</p></Dialog> : null}
    </>
  );
}

/** What stood before and what stands now; what changed is marked. */
function Facts({ list, both }: { list: Fact[]; both: boolean }) {
  const { t } = useT();
  if (list.length === 0) return null;
  return (
    <div className="table-scroll"><table className="table audit-facts">
      <thead><tr><th scope="col">{t('audit.fact')}</th>{both ? <th scope="col">{t('audit.before')}</th> : null}<th scope="col">{both ? t('audit.after') : t('audit.is')}</th></tr></thead>
      <tbody>{list.map((one) => <tr key={one.key} className={both && one.changed ? 'changed' : undefined}><th scope="row">{one.key}</th>{both ? <td>{one.before}</td> : null}<td>{one.after}</td></tr>)}</tbody>
    </table></div>
  );
}
