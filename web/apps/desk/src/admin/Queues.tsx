/** Queues: where customers wait, and the skills the work needs. */
import { useState } from 'react';
import { items, type Queue } from '@hark/api';
import { Button, Empty, Table, useT } from '@hark/ui';
import { useDesk } from '../app/context';
import { client } from '../state/session';
import { Bar, Loaded, RecordForm, useLoad } from './forms';
import { SkillLevels } from './SkillLevels';

type Levels = { skill: string; level: number }[];

export default function Queues() {
  const { t, timer } = useT();
  const { me } = useDesk();
  const all = useLoad(async () => {
    const [queues, skills] = await Promise.all([client.routing.queues(), client.skills.list()]);
    return { queues: items(queues), skills: skills.items };
  });
  const [open, setOpen] = useState<Queue | 'new' | null>(null);
  const [levels, setLevels] = useState<Levels>([]);
  const show = (queue: Queue | 'new') => { setOpen(queue); setLevels(queue === 'new' ? [] : queue.skills); };
  const lineName = (id: string) => me.lines.find((line) => line.id === id)?.name ?? '';
  const tenantName = (id: string) => me.tenants.find((one) => one.id === id)?.name ?? '';
  return (
    <>
      <Bar><Button look="primary" icon="plus" onClick={() => show('new')}>{t('queues.new')}</Button></Bar>
      <Loaded of={all}>{(data) => (
        <Table rows={data.queues} label={t('page.queues')} idOf={(row) => row.id} onOpen={show} empty={<Empty title={t('queues.empty')} text={t('queues.empty_hint')} />} columns={[
          { key: 'name', title: t('field.name'), render: (row) => row.name },
          { key: 'line', title: t('word.line'), render: (row) => `${tenantName(row.tenant)} · ${lineName(row.line)}` },
          { key: 'skills', title: t('page.skills'), render: (row) => row.skills.map((one) => `${data.skills.find((skill) => skill.id === one.skill)?.name ?? one.skill} ${one.level}`).join(' · ') || t('state.none') },
          { key: 'waiting', title: t('top.waiting'), numeric: true, render: (row) => row.waiting },
          { key: 'longest', title: t('top.longest'), numeric: true, render: (row) => (row.waiting > 0 ? timer(row.longest_wait_ms) : '') },
          { key: 'agents', title: t('queues.agents'), numeric: true, render: (row) => `${row.agents_ready} / ${row.agents_on}` },
        ]} />
      )}</Loaded>
      {open ? <RecordForm key={open === 'new' ? 'new' : open.id} title={open === 'new' ? t('queues.new') : open.name} record={open === 'new' ? null : open}
        fields={[
          { key: 'line', label: 'word.line', kind: 'choice', required: true, fixed: true, options: me.lines.map((line) => ({ value: line.id, label: line.name, group: tenantName(line.tenant) })) },
          { key: 'name', label: 'field.name', kind: 'text', required: true, max: 100 },
        ]}
        first={open === 'new' ? { line: me.lines[0]?.id ?? null, name: '' } : { line: open.line, name: open.name }}
        save={async (part, whole) => {
          if (open === 'new') await client.routing.createQueue({ tenant: me.lines.find((line) => line.id === whole['line'])?.tenant, line: whole['line'], name: whole['name'], skills: [] });
          else await client.routing.changeQueue(open.id, part);
          all.reload();
        }} onClose={() => setOpen(null)}
        extra={open === 'new' ? null : <SkillLevels title={t('queues.needs')} hint={t('queues.needs_hint')} skills={all.data?.skills ?? []} value={levels} onChange={(next) => setLevels(next.map(({ skill, level }) => ({ skill, level })))} onSave={async (next) => { await client.routing.changeQueue(open.id, { skills: next.map(({ skill, level }) => ({ skill, level })) }); all.reload(); }} />} /> : null}
    </>
  );
}
