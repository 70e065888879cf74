/** Organisations: the firms to which a client's contacts belong. */
import { useState } from 'react';
import type { Organisation } from '@hark/api';
import { Button, Choice, Empty, Table, TextField, useT } from '@hark/ui';
import { useDesk } from '../app/context';
import { client } from '../state/session';
import { Bar, Loaded, RecordForm, useLoad } from './forms';

export default function Organisations() {
  const { t } = useT();
  const { me } = useDesk();
  const [tenant, setTenant] = useState<string | null>(me.tenants[0]?.id ?? null);
  const [find, setFind] = useState('');
  const all = useLoad(() => (tenant ? client.organisations.list({ tenant }).then((page) => page.items) : Promise.resolve([])), [tenant]);
  const [open, setOpen] = useState<Organisation | 'new' | null>(null);
  const q = find.trim().toLowerCase();
  const record = open === 'new' ? null : open;
  return (
    <>
      <Bar>
        <Choice label={t('word.client')} value={tenant} onChange={setTenant} options={me.tenants.map((one) => ({ value: one.id, label: one.name }))} />
        <TextField label={t('field.name')} value={find} onChange={setFind} />
        <Button look="primary" icon="plus" disabled={!tenant} onClick={() => setOpen('new')}>{t('organisations.new')}</Button>
      </Bar>
      <Loaded of={all}>{(rows) => (
        <Table rows={rows.filter((row) => !q || row.name.toLowerCase().includes(q))} label={t('page.organisations')} idOf={(row) => row.id} onOpen={setOpen} empty={<Empty icon="people" title={t('organisations.empty')} text={t('organisations.empty_hint')} />} columns={[
          { key: 'name', title: t('field.name'), render: (row) => row.name },
        ]} />
      )}</Loaded>
      {open ? <RecordForm key={record?.id ?? 'new'} title={record?.name ?? t('organisations.new')} record={record} fields={[{ key: 'name', label: 'field.name', kind: 'text', required: true, max: 120 }]} first={{ name: record?.name ?? '' }}
        save={async (body) => { await (record ? client.organisations.change(record.id, body) : client.organisations.create({ tenant, ...body })); all.reload(); }} onClose={() => setOpen(null)} /> : null}
    </>
  );
}
