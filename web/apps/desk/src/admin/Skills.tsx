/** Skills: what work can ask for and people can be granted. */
import { useState } from 'react';
import type { Skill } from '@hark/api';
import { Button, Empty, Table, useT } from '@hark/ui';
import { client } from '../state/session';
import { Bar, Loaded, RecordForm, useLoad } from './forms';

export default function Skills() {
  const { t } = useT();
  const all = useLoad(() => client.skills.list().then((page) => page.items));
  const [open, setOpen] = useState<Skill | 'new' | null>(null);
  return (
    <>
      <Bar><Button look="primary" icon="plus" onClick={() => setOpen('new')}>{t('skills.new')}</Button></Bar>
      <Loaded of={all}>{(rows) => <Table rows={rows} label={t('page.skills')} idOf={(row) => row.id} onOpen={setOpen} empty={<Empty title={t('skills.empty')} text={t('skills.empty_hint')} />} columns={[{ key: 'name', title: t('field.name'), render: (row) => row.name }]} />}</Loaded>
      {open ? <RecordForm key={open === 'new' ? 'new' : open.id} title={open === 'new' ? t('skills.new') : open.name} record={open === 'new' ? null : open} fields={[{ key: 'name', label: 'field.name', kind: 'text', required: true, max: 60 }]} first={{ name: open === 'new' ? '' : open.name }}
        save={async (body) => { await (open === 'new' ? client.skills.create(body) : client.skills.change(open.id, body)); all.reload(); }} onClose={() => setOpen(null)}
        remove={open === 'new' ? undefined : { label: t('action.remove'), lost: t('skills.remove_sure', { name: open.name }), run: async () => { await client.skills.remove(open.id); all.reload(); } }} /> : null}
    </>
  );
}
