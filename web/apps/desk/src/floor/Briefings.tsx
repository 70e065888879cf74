/** Briefings before a shift: draw up, sign with who was there, and see who has acknowledged. */
import { useState } from 'react';
import type { Briefing, BriefingPoint, Team } from '@hark/api';
import { AreaField, Button, Chip, Choice, Empty, IconButton, notify, SidePanel, Table, TextField, Tick, useT, useUnsaved } from '@hark/ui';
import { useDesk } from '../app/context';
import { go } from '../app/router';
import { Loaded, useLoad, useRefusal } from '../admin/forms';
import { now } from '../state/clock';
import { tell } from '../state/faults';
import { concerns } from '../state/rights';
import { client } from '../state/session';
import { useStore } from '../state/store';
import { floorTurn, refreshFloor } from './live';
import { LineChoice, useLine } from './LineChoice';
import { Points } from './Points';

const POINTS_MAX = 30;

/** How a link begins: the server names the points as a whole, this finds the one that is meant. */
const LINK = /^https:\/\/\S+$/;

function today(): string {
  const at = new Date(now());
  const two = (value: number) => String(value).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

export default function Briefings({ id }: { id: string | null }) {
  const { t } = useT();
  const { me } = useDesk();
  const turn = useStore(floorTurn);
  const [line, setLine] = useLine();
  const [creating, setCreating] = useState(false);
  const all = useLoad(async () => (line ? (await client.floor.briefings(line)).items : []), [line, turn]);
  const open = all.data?.find((one) => one.id === id) ?? null;
  const read = (one: Briefing) => `${one.attendance.filter((who) => who.acknowledged_at !== null).length} / ${one.attendance.length}`;
  return (
    <>
      <div className="floor-bar">
        <LineChoice value={line} onChange={setLine} />
        <span className="gap" />
        {concerns(me, ['briefings']) ? <Button look="primary" icon="plus" onClick={() => setCreating(true)}>{t('briefings.new')}</Button> : null}
      </div>
      <Loaded of={all}>{(rows) => (
        <Table rows={rows} label={t('floor.briefings')} idOf={(row) => row.id} onOpen={(row) => go(`/floor/briefings/${row.id}`)} empty={<Empty icon="file" title={t('briefings.empty')} text={t('briefings.empty_hint')} />} columns={[
          { key: 'title', title: t('sheet.title'), render: (row) => row.title },
          { key: 'day', title: t('sheet.day'), render: (row) => row.day },
          { key: 'by', title: t('sheet.by'), render: (row) => row.signed_by ?? row.by },
          { key: 'state', title: t('people.state'), render: (row) => <Chip tone={row.signed ? 'green' : 'amber'}>{row.signed ? t('sheet.signed') : t('sheet.draft')}</Chip> },
          { key: 'read', title: t('briefings.acknowledged'), numeric: true, render: (row) => (row.signed && row.may_manage ? read(row) : '') },
        ]} />
      )}</Loaded>
      {creating && line ? <Editor line={line} sheet={null} onClose={() => setCreating(false)} onSaved={(made) => { setCreating(false); all.reload(); go(`/floor/briefings/${made.id}`); }} /> : null}
      {open ? <Sheet key={open.id} sheet={open} onClose={() => go('/floor/briefings')} onChanged={all.reload} /> : null}
    </>
  );
}

function Editor({ line, sheet, onClose, onSaved }: { line: string; sheet: Briefing | null; onClose: () => void; onSaved: (made: Briefing) => void }) {
  const { t } = useT();
  const [title, setTitle] = useState(sheet?.title ?? '');
  const [day, setDay] = useState(sheet?.day ?? today());
  const [team, setTeam] = useState<string | null>(sheet?.team ?? null);
  const [points, setPoints] = useState<BriefingPoint[]>(sheet?.points.length ? sheet.points : [{ text: '' }]);
  const unsaved = useUnsaved([title, day, team, points]);
  const [busy, setBusy] = useState(false);
  const teams = useLoad(() => client.teams.list().then((all) => all.items).catch(() => [] as Team[]));
  const refusal = useRefusal({ title: t('sheet.title'), day: t('sheet.day'), team: t('floor.team'), points: t('briefings.points'), 'points/*/text': t('briefings.points'), 'points/*/link': t('briefings.link') });
  // Points without words are not sent: the server counts those that are.
  const sent = points.map((one, at) => (one.text.trim() ? at : -1)).filter((at) => at >= 0);
  const said = points.map((one) => ({ text: one.text.trim(), ...(one.link?.trim() ? { link: one.link.trim() } : {}) })).filter((one) => one.text);
  const save = async () => {
    setBusy(true);
    refusal.clear();
    try {
      onSaved(sheet ? await client.floor.changeBriefing(sheet.id, { title: title.trim(), day, points: said }) : await client.floor.createBriefing({ line, team, title: title.trim(), day, points: said }));
    } catch (error) { refusal.refuse(error); }
    setBusy(false);
  };
  const put = (at: number, part: Partial<BriefingPoint>) => setPoints((all) => all.map((one, index) => (index === at ? { ...one, ...part } : one)));
  return (
    <SidePanel open title={sheet ? sheet.title : t('briefings.new')} onClose={onClose} unsaved={unsaved} width={600}>
      {refusal.block}
      <div className="form-two">
        <TextField label={t('sheet.title')} value={title} onChange={setTitle} max={120} autoFocus error={refusal.of('title')} />
        <TextField label={t('sheet.day')} type="date" value={day} onChange={setDay} error={refusal.of('day')} />
        {!sheet && teams.data && teams.data.length > 0 ? <Choice clear label={t('floor.team')} placeholder={t('floor.every_team')} value={team} onChange={setTeam} options={teams.data.map((one) => ({ value: one.id, label: one.name }))} /> : null}
      </div>
      <h3 className="form-part">{t('briefings.points')}</h3>
      {points.map((point, at) => (
        <div key={at} className="point-row">
          <AreaField label={t('briefings.point', { n: at + 1 })} value={point.text} onChange={(text) => put(at, { text })} rows={2} max={500} error={refusal.of(`points/${sent.indexOf(at)}/text`)} />
          <TextField label={t('briefings.link')} value={point.link ?? ''} onChange={(link) => put(at, { link })} max={500} placeholder="https://" error={refusal.of(`points/${sent.indexOf(at)}/link`) ?? (point.link?.trim() && !LINK.test(point.link.trim()) ? refusal.of('points') : undefined)} />
          <IconButton icon="close" size={14} label={t('briefings.remove_point', { n: at + 1 })} onClick={() => setPoints((all) => all.filter((_, index) => index !== at))} />
        </div>
      ))}
      {points.length < POINTS_MAX ? <Button small icon="plus" onClick={() => setPoints((all) => [...all, { text: '' }])}>{t('briefings.add_point')}</Button> : null}
      <div className="dialog-foot"><Button onClick={onClose}>{t('action.cancel')}</Button><Button look="primary" busy={busy} disabled={!title.trim() || !day} onClick={() => void save()}>{t('action.save')}</Button></div>
    </SidePanel>
  );
}

function Sheet({ sheet, onClose, onChanged }: { sheet: Briefing; onClose: () => void; onChanged: () => void }) {
  const { t, when } = useT();
  const { me } = useDesk();
  const [editing, setEditing] = useState(false);
  const [present, setPresent] = useState<Set<string>>(() => new Set(sheet.attendance.map((one) => one.user)));
  const own = sheet.attendance.find((one) => one.user === me.user.id);
  const run = async (deed: () => Promise<unknown>, done: string) => {
    try {
      await deed();
      notify(done);
      onChanged();
    } catch (error) { tell(error, t); }
    refreshFloor();
  };
  if (editing) return <Editor line={sheet.line} sheet={sheet} onClose={() => setEditing(false)} onSaved={() => { setEditing(false); onChanged(); }} />;
  const toggle = (user: string, on: boolean) => setPresent((all) => { const next = new Set(all); if (on) next.add(user); else next.delete(user); return next; });
  return (
    <SidePanel open title={sheet.title} onClose={onClose} width={600}>
      <p className="hint">{[sheet.day, sheet.signed_at ? t('sheet.signed_by', { by: sheet.signed_by ?? '', when: when(sheet.signed_at, now()) }) : t('sheet.draft_by', { by: sheet.by })].join(' · ')}</p>
      <Points points={sheet.points} />
      {sheet.may_manage ? <h3 className="form-part">{sheet.signed ? t('briefings.who') : t('briefings.there')}</h3> : null}
      {sheet.may_manage ? (
        <ul className="plain-list scroll">
          {sheet.attendance.map((one) => (
            <li key={one.user}>
              {sheet.signed ? <><b>{one.alias}</b><span className="num">{one.number}</span><Chip tone={one.present ? 'green' : 'plain'}>{one.present ? t('briefings.present') : t('briefings.absent')}</Chip><Chip tone={one.acknowledged_at ? 'green' : 'amber'}>{one.acknowledged_at ? t('briefings.read') : t('briefings.unread')}</Chip></>
                : <Tick label={`${one.alias} ${one.number}`} value={present.has(one.user)} onChange={(on) => toggle(one.user, on)} />}
            </li>
          ))}
        </ul>
      ) : null}
      {sheet.hash ? <p className={sheet.intact ? 'hint' : 'hint bad'} title={sheet.hash}>{sheet.intact ? t('sheet.intact', { hash: sheet.hash.slice(0, 12) }) : t('sheet.broken')}</p> : null}
      <div className="dialog-foot">
        {!sheet.signed && sheet.may_manage ? <Button onClick={() => setEditing(true)}>{t('action.edit')}</Button> : null}
        {!sheet.signed && sheet.may_manage ? <Button look="primary" disabled={sheet.points.length === 0} onClick={() => void run(() => client.floor.signBriefing(sheet.id, [...present]), t('sheet.signed_done'))}>{t('sheet.sign')}</Button> : null}
        {sheet.signed && own && own.acknowledged_at === null ? <Button look="primary" onClick={() => void run(() => client.floor.acknowledge(sheet.id), t('must.signed'))}>{t('must.sign')}</Button> : null}
      </div>
    </SidePanel>
  );
}
