/** Must-read notices: publish, see who has read, withdraw. */
import { useState } from 'react';
import type { Announcement, AnnouncementReader, Role, Team } from '@hark/api';
import { Button, Chip, Choice, Empty, notify, SidePanel, Table, useT, sure } from '@hark/ui';
import { useDesk } from '../app/context';
import { Loaded, RecordForm, useLoad } from '../admin/forms';
import { now } from '../state/clock';
import { tell } from '../state/faults';
import { client } from '../state/session';
import { useStore } from '../state/store';
import { floorTurn } from './live';

/** Pages of a hundred readers that are read. */
const PAGES_MAX = 10;

function state(one: Announcement): 'withdrawn' | 'over' | 'coming' | 'valid' {
  if (one.withdrawn_at) return 'withdrawn';
  if (one.until_at && one.until_at <= now()) return 'over';
  return one.from_at > now() ? 'coming' : 'valid';
}

export default function Announcements() {
  const { t, exact, when, language } = useT();
  const { me } = useDesk();
  const turn = useStore(floorTurn);
  const [tenant, setTenant] = useState<string | null>(me.tenants[0]?.id ?? null);
  const [creating, setCreating] = useState(false);
  const [open, setOpen] = useState<Announcement | null>(null);
  const all = useLoad(async () => (tenant ? (await client.floor.announcements(tenant)).items : []), [tenant, turn]);
  const known = useLoad(async () => {
    const [teams, roles] = await Promise.all([client.teams.list().then((page) => page.items).catch(() => [] as Team[]), client.roles.list().then((page) => page.items).catch(() => [] as Role[])]);
    return { teams, roles };
  });
  const lines = me.lines.filter((one) => one.tenant === tenant);
  const roleName = (role: Role | undefined) => (language === 'en' ? role?.name_en : role?.name_zh);
  const whom = (one: Announcement) => [lines.find((line) => line.id === one.line)?.name, known.data?.teams.find((team) => team.id === one.team)?.name, roleName(known.data?.roles.find((role) => role.id === one.role))].filter(Boolean).join(' · ') || t('announcements.everybody');
  const day = (text: unknown, end: boolean) => (typeof text === 'string' && text ? new Date(`${text}T${end ? '23:59:59' : '00:00:00'}`).getTime() : null);
  return (
    <>
      <div className="floor-bar">
        {me.tenants.length > 1 ? <Choice hidden width={200} label={t('word.client')} value={tenant} onChange={setTenant} options={me.tenants.map((one) => ({ value: one.id, label: one.name }))} /> : null}
        <span className="gap" />
        <Button look="primary" icon="plus" disabled={!tenant} onClick={() => setCreating(true)}>{t('announcements.new')}</Button>
      </div>
      <Loaded of={all}>{(rows) => (
        <Table rows={rows} label={t('floor.announcements')} idOf={(row) => row.id} onOpen={setOpen} empty={<Empty icon="file" title={t('announcements.empty')} text={t('announcements.empty_hint')} />} columns={[
          { key: 'title', title: t('sheet.title'), render: (row) => row.title },
          { key: 'whom', title: t('announcements.whom'), render: whom },
          { key: 'must', title: t('announcements.duty'), render: (row) => (row.bars_ready ? <Chip tone="amber">{t('announcements.bars')}</Chip> : row.must_read ? <Chip>{t('announcements.must')}</Chip> : t('announcements.may')) },
          { key: 'until', title: t('announcements.until'), render: (row) => (row.until_at ? <time title={exact(row.until_at)}>{when(row.until_at, now())}</time> : t('announcements.no_end')) },
          { key: 'state', title: t('people.state'), render: (row) => <Chip tone={state(row) === 'valid' ? 'green' : 'plain'}>{t(`announcements.${state(row)}`)}</Chip> },
        ]} />
      )}</Loaded>
      {creating && tenant ? <RecordForm title={t('announcements.new')} record={null} width={560} onClose={() => setCreating(false)}
        first={{ title: '', body: '', line: lines[0]?.id ?? null, team: null, role: null, must_read: true, bars_ready: false, from: '', until: '' }}
        fields={[
          { key: 'title', label: 'sheet.title', kind: 'text', required: true, max: 120 },
          { key: 'body', label: 'announcements.body', kind: 'area', required: true, max: 10_000 },
          { key: 'line', label: 'word.line', kind: 'choice', hint: 'announcements.line_hint', options: lines.map((one) => ({ value: one.id, label: one.name })) },
          { key: 'team', label: 'floor.team', kind: 'choice', options: (known.data?.teams ?? []).map((one) => ({ value: one.id, label: one.name })), show: () => (known.data?.teams.length ?? 0) > 0 },
          { key: 'role', label: 'announcements.role', kind: 'choice', options: (known.data?.roles ?? []).map((one) => ({ value: one.id, label: roleName(one) ?? '' })), show: () => (known.data?.roles.length ?? 0) > 0 },
          { key: 'must_read', label: 'announcements.must', kind: 'toggle', hint: 'announcements.must_hint' },
          { key: 'bars_ready', label: 'announcements.bars', kind: 'toggle', hint: 'announcements.bars_hint', show: (form) => Boolean(form['must_read']) },
          { key: 'from', label: 'announcements.from', kind: 'date', hint: 'announcements.from_hint' },
          { key: 'until', label: 'announcements.until', kind: 'date' },
        ]}
        save={async (_, form) => {
          await client.floor.publish({ tenant, line: form['line'] || null, team: form['team'] || null, role: form['role'] || null, title: form['title'], body: form['body'], must_read: Boolean(form['must_read']), bars_ready: Boolean(form['must_read'] && form['bars_ready']), from_at: day(form['from'], false), until_at: day(form['until'], true) });
          all.reload();
        }} /> : null}
      {open ? <Readers notice={open} onClose={() => setOpen(null)} onChanged={() => { setOpen(null); all.reload(); }} /> : null}
    </>
  );
}

async function everyReader(id: string): Promise<AnnouncementReader[]> {
  const all: AnnouncementReader[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const part: { items: AnnouncementReader[]; next: string | null } = await client.floor.readers(id, cursor);
    all.push(...part.items);
    cursor = part.next;
    if (!cursor) break;
  }
  return all;
}

function Readers({ notice, onClose, onChanged }: { notice: Announcement; onClose: () => void; onChanged: () => void }) {
  const { t, exact, when } = useT();
  const turn = useStore(floorTurn);
  const readers = useLoad(() => everyReader(notice.id), [notice.id, turn]);
  const withdraw = async () => {
    if (!await sure(t('announcements.withdraw_lost'), t('announcements.withdraw'))) return;
    try {
      await client.floor.withdraw(notice.id);
      notify(t('announcements.withdrawn_done'));
      onChanged();
    } catch (error) { tell(error, t); }
  };
  return (
    <SidePanel open title={notice.title} onClose={onClose} width={560}>
      <p className="hint">{t('sheet.draft_by', { by: notice.by })} · <time title={exact(notice.created_at)}>{when(notice.created_at, now())}</time></p>
      <div className="sheet-text">{notice.body}</div>
      {notice.must_read ? (
        <Loaded of={readers}>{(all) => {
          const open = all.filter((one) => one.read_at === null);
          return (
            <>
              <h3 className="form-part">{t('announcements.readers', { done: all.length - open.length, all: all.length })}</h3>
              <ul className="plain-list scroll">
                {[...open, ...all.filter((one) => one.read_at !== null)].map((one) => (
                  <li key={one.user}><b>{one.alias}</b><span className="num">{one.number}</span>{one.read_at ? <Chip tone="green"><time title={exact(one.read_at)}>{when(one.read_at, now())}</time></Chip> : <Chip tone="amber">{t('briefings.unread')}</Chip>}</li>
                ))}
              </ul>
            </>
          );
        }}</Loaded>
      ) : null}
      <div className="dialog-foot">{notice.withdrawn_at ? null : <Button look="danger" onClick={() => void withdraw()}>{t('announcements.withdraw')}</Button>}</div>
    </SidePanel>
  );
}
