/** Clients and their lines, each line at a glance: hours, queues and who stands ready, where customers come in. */
import { useState } from 'react';
import { items, type Line, type Tenant } from '@hark/api';
import { Button, Chip, Empty, Table, useT } from '@hark/ui';
import { useDesk } from '../app/context';
import { holdsEverywhere, holdsWhole } from '../state/rights';
import { client } from '../state/session';
import { keepLine } from './lineInMind';
import { Bar, Loaded, RecordForm, useLoad, type FieldSpec } from './forms';

export default function Clients() {
  const { t } = useT();
  const { desk, me } = useDesk();
  const all = useLoad(async () => {
    const [tenants, lines, calendars, queues, inboxes] = await Promise.all([
      client.tenants.list(), client.lines.list(), client.calendars.list().catch(() => null), client.routing.queues().catch(() => []), client.inboxes.list().catch(() => null),
    ]);
    return { tenants: tenants.items, lines: lines.items, calendars: calendars?.items ?? [], queues: items(queues), inboxes: inboxes?.items ?? [] };
  });
  const [tenant, setTenant] = useState<Tenant | 'new' | null>(null);
  const [line, setLine] = useState<{ tenant: string; line: Line | null } | null>(null);
  const calendars = (all.data?.calendars ?? []).map((one) => ({ value: one.id, label: one.name }));
  const tenantFields: FieldSpec[] = [
    { key: 'name', label: 'field.name', kind: 'text', required: true, max: 100 },
    { key: 'mark_color', label: 'field.color', kind: 'color', only: 'change' },
    { key: 'archived', label: 'field.archived', kind: 'toggle', hint: 'field.archived_hint', only: 'change' },
  ];
  const lineFields: FieldSpec[] = [
    { key: 'name', label: 'field.name', kind: 'text', required: true, max: 100 },
    { key: 'calendar', label: 'field.calendar', kind: 'choice', options: calendars },
    { key: 'disposition_required', label: 'field.disposition_required', kind: 'toggle', hint: 'field.disposition_required_hint', only: 'change' },
    { key: 'signature', label: 'lines.signature', kind: 'area', max: 4000, hint: 'lines.signature_hint', only: 'change' },
  ];
  // Everything that offers clients and lines to choose from offers the new ones at once.
  const known = () => desk.refreshMe().catch(() => undefined);
  return (
    <>
      {holdsEverywhere(me, 'tenants.manage') ? <Bar><Button look="primary" icon="plus" onClick={() => setTenant('new')}>{t('clients.new')}</Button></Bar> : null}
      <Loaded of={all}>{(data) => data.tenants.length === 0 ? <Empty icon="people" title={t('clients.empty')} text={t('clients.empty_hint')} /> : (
        <>{data.tenants.map((one) => (
          <section key={one.id} className="client-card">
            <header><i className="mark mark-big" style={{ background: one.mark_color }} /><h2>{one.name}</h2>{one.archived ? <Chip>{t('field.archived')}</Chip> : null}<span className="gap" />
              {holdsWhole(me, 'lines.manage', one.id) ? <Button small onClick={() => setLine({ tenant: one.id, line: null })} icon="plus">{t('lines.new')}</Button> : null}{holdsWhole(me, 'tenants.manage', one.id) ? <Button small onClick={() => setTenant(one)}>{t('action.edit')}</Button> : null}</header>
            <Table label={t('lines.of', { client: one.name })} rows={data.lines.filter((row) => row.tenant === one.id)} idOf={(row) => row.id} onOpen={(row) => setLine({ tenant: one.id, line: row })} empty={<span className="hint">{t('lines.empty')} · {t('lines.empty_hint')}</span>} columns={[
              { key: 'name', title: t('word.line'), render: (row) => row.name },
              { key: 'calendar', title: t('field.calendar'), render: (row) => data.calendars.find((calendar) => calendar.id === row.calendar)?.name ?? <span className="hint">{t('lines.always')}</span> },
              { key: 'queues', title: t('page.queues'), render: (row) => { const own = data.queues.filter((queue) => queue.line === row.id); return own.length ? own.map((queue) => <div key={queue.id}>{queue.name} <span className="hint">{t('queues.glance', { waiting: queue.waiting, ready: queue.agents_ready, on: queue.agents_on })}</span></div>) : <span className="hint">{t('state.none')}</span>; } },
              { key: 'inboxes', title: t('page.inboxes'), render: (row) => { const own = data.inboxes.filter((inbox) => inbox.line === row.id); return own.length ? own.map((inbox) => <div key={inbox.id}>{inbox.name}{inbox.enabled ? '' : ` · ${t('state.off')}`}</div>) : <span className="hint">{t('state.none')}</span>; } },
              { key: 'disposition', title: t('context.disposition'), render: (row) => (row.disposition_required ? t('lines.disposition_must') : t('lines.disposition_may')) },
            ]} />
          </section>
        ))}</>
      )}</Loaded>
      {tenant ? <RecordForm title={tenant === 'new' ? t('clients.new') : tenant.name} fields={tenantFields} first={tenant === 'new' ? { name: '' } : { name: tenant.name, mark_color: tenant.mark_color, archived: tenant.archived }} record={tenant === 'new' ? null : tenant}
        save={async (body) => { await (tenant === 'new' ? client.tenants.create(body) : client.tenants.change(tenant.id, body)); await known(); all.reload(); }} onClose={() => setTenant(null)} /> : null}
      {line ? <RecordForm title={line.line?.name ?? t('lines.new')} fields={lineFields} first={line.line ? { name: line.line.name, calendar: line.line.calendar, disposition_required: line.line.disposition_required, signature: line.line.signature } : { name: '', calendar: null }} record={line.line}
        save={async (body) => {
          const kept = await (line.line ? client.lines.change(line.line.id, body) : client.lines.create({ tenant: line.tenant, name: body['name'], ...(body['calendar'] ? { calendar: body['calendar'] } : {}) }));
          if (!line.line) keepLine(kept.id);
          await known();
          all.reload();
        }} onClose={() => setLine(null)} /> : null}
    </>
  );
}
