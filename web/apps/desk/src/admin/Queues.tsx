/** Queues: where customers wait, and how they are served. */
import { useState } from 'react';
import { items, type Queue } from '@hark/api';
import { Button, Chip, Empty, Table, useT } from '@hark/ui';
import { useDesk } from '../app/context';
import { now } from '../state/clock';
import { client } from '../state/session';
import { Bar, Loaded, useLoad } from './forms';
import { QueueForm, type Around } from './QueueForm';

export default function Queues() {
  const { t, timer, length, by, exact } = useT();
  const { me } = useDesk();
  const all = useLoad(async (): Promise<Around> => {
    const [queues, skills, calendars, teams, users] = await Promise.all([
      client.routing.queues(), client.skills.list(), client.calendars.list().catch(() => null), client.teams.list().catch(() => null), client.users.list().catch(() => null),
    ]);
    return { queues: items(queues), skills: skills.items, calendars: calendars?.items ?? [], teams: teams?.items ?? [], users: users?.items ?? [] };
  });
  const [open, setOpen] = useState<Queue | 'new' | null>(null);
  const lineName = (id: string) => me.lines.find((line) => line.id === id)?.name ?? '';
  const tenantName = (id: string) => me.tenants.find((one) => one.id === id)?.name ?? '';
  const hours = (row: Queue) => {
    const when = row.open_changes_at ? by(row.open_changes_at, now()) : null;
    const text = row.open ? (when ? t('queues.closes', { when }) : t('queues.open_now')) : when ? t('queues.opens', { when }) : t('queues.closed_now');
    return <span title={row.open_changes_at ? exact(row.open_changes_at) : undefined}><Chip tone={row.open ? 'plain' : 'amber'}>{text}</Chip></span>;
  };
  return (
    <>
      <Bar><Button look="primary" icon="plus" onClick={() => setOpen('new')}>{t('queues.new')}</Button></Bar>
      <Loaded of={all}>{(data) => (
        <>
          <Table rows={data.queues} label={t('page.queues')} idOf={(row) => row.id} onOpen={setOpen} empty={<Empty title={t('queues.empty')} text={t('queues.empty_hint')} />} columns={[
            { key: 'name', title: t('field.name'), render: (row) => row.name },
            { key: 'line', title: t('word.line'), render: (row) => `${tenantName(row.tenant)} · ${lineName(row.line)}` },
            { key: 'skills', title: t('page.skills'), render: (row) => row.skills.map((one) => `${data.skills.find((skill) => skill.id === one.skill)?.name ?? one.skill} ${one.level}`).join(' · ') || t('state.none') },
            { key: 'hours', title: t('queues.state'), render: hours },
            { key: 'waiting', title: t('top.waiting'), numeric: true, render: (row) => row.waiting },
            { key: 'longest', title: t('top.longest'), numeric: true, render: (row) => (row.waiting > 0 ? timer(row.longest_wait_ms) : '') },
            { key: 'estimate', title: t('queues.estimate'), numeric: true, render: (row) => (row.estimate_ms === null ? '' : length(row.estimate_ms)) },
            { key: 'agents', title: t('queues.agents'), numeric: true, render: (row) => `${row.agents_ready} / ${row.agents_on}` },
          ]} />
          {open ? <QueueForm key={open === 'new' ? 'new' : open.id} queue={open === 'new' ? null : open} around={data} onClose={() => setOpen(null)} onDone={() => { setOpen(null); all.reload(); }} /> : null}
        </>
      )}</Loaded>
    </>
  );
}
