/** Teams: who works with whom. */
import { useState } from 'react';
import type { Team } from '@hark/api';
import { Button, Empty, Table, useT } from '@hark/ui';
import { client } from '../state/session';
import { Bar, Loaded, RecordForm, useLoad } from './forms';

export default function Teams() {
  const { t } = useT();
  const all = useLoad(async () => {
    const [teams, users] = await Promise.all([client.teams.list(), client.users.list()]);
    return { teams: teams.items, users: users.items };
  });
  const [open, setOpen] = useState<Team | 'new' | null>(null);
  const name = (id: string) => all.data?.users.find((user) => user.id === id)?.alias ?? '';
  return (
    <>
      <Bar><Button look="primary" icon="plus" onClick={() => setOpen('new')}>{t('teams.new')}</Button></Bar>
      <Loaded of={all}>{(data) => (
        <Table rows={data.teams} label={t('page.teams')} idOf={(row) => row.id} onOpen={setOpen} empty={<Empty icon="people" title={t('teams.empty')} text={t('teams.empty_hint')} />} columns={[
          { key: 'name', title: t('field.name'), render: (row) => row.name },
          { key: 'members', title: t('field.members'), render: (row) => (row.members ?? []).map(name).filter(Boolean).join('、') },
        ]} />
      )}</Loaded>
      {open ? <RecordForm key={open === 'new' ? 'new' : open.id} title={open === 'new' ? t('teams.new') : open.name} record={open === 'new' ? null : open}
        fields={[{ key: 'name', label: 'field.name', kind: 'text', required: true, max: 60 }, { key: 'members', label: 'field.members', kind: 'choices', only: 'change', options: (all.data?.users ?? []).map((user) => ({ value: user.id, label: `${user.alias} ${user.number}` })) }]}
        first={open === 'new' ? { name: '' } : { name: open.name, members: open.members ?? [] }}
        save={async (body) => { await (open === 'new' ? client.teams.create(body) : client.teams.change(open.id, body)); all.reload(); }} onClose={() => setOpen(null)}
        remove={open === 'new' ? undefined : { label: t('action.remove'), lost: t('teams.remove_sure', { name: open.name }), run: async () => { await client.teams.remove(open.id); all.reload(); } }} /> : null}
    </>
  );
}
