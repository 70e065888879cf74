/** Skills: what work can ask for and people can be granted; a whole team is given one from here. */
import { useState } from 'react';
import type { Skill, SkillHolder } from '@hark/api';
import { Button, Choice, Choices, Empty, IconButton, notify, Table, useT } from '@hark/ui';
import { useDesk } from '../app/context';
import { tell } from '../state/faults';
import { holdsEverywhere } from '../state/rights';
import { client } from '../state/session';
import { Bar, Loaded, RecordForm, useLoad } from './forms';

/** Levels there are, the best last. */
const LEVELS = [1, 2, 3, 4, 5];
/** What stands before a team among those who can be given a skill. */
const TEAM = 'team:';

export default function Skills() {
  const { t } = useT();
  const { me } = useDesk();
  // A skill is the provider's: all clients' work may ask for it.
  const makes = holdsEverywhere(me, 'skills.manage');
  const all = useLoad(() => client.skills.list().then((page) => page.items));
  const [open, setOpen] = useState<Skill | 'new' | null>(null);
  return (
    <>
      {makes ? <Bar><Button look="primary" icon="plus" onClick={() => setOpen('new')}>{t('skills.new')}</Button></Bar> : <p className="hint">{t('skills.by_admin')}</p>}
      <Loaded of={all}>{(rows) => <Table rows={rows} label={t('page.skills')} idOf={(row) => row.id} onOpen={setOpen} empty={<Empty title={t('skills.empty')} text={t('skills.empty_hint')} />} columns={[{ key: 'name', title: t('field.name'), render: (row) => row.name }]} />}</Loaded>
      {open ? <RecordForm key={open === 'new' ? 'new' : open.id} title={open === 'new' ? t('skills.new') : open.name} record={open === 'new' ? null : open} fields={[{ key: 'name', label: 'field.name', kind: 'text', required: true, max: 60 }]} first={{ name: open === 'new' ? '' : open.name }}
        save={async (body) => { await (open === 'new' ? client.skills.create(body) : client.skills.change(open.id, body)); all.reload(); }} onClose={() => setOpen(null)}
        locked={makes ? undefined : t('skills.by_admin')}
        remove={open === 'new' || !makes ? undefined : { label: t('action.remove'), lost: t('skills.remove_sure', { name: open.name }), run: async () => { await client.skills.remove(open.id); all.reload(); } }}
        extra={open === 'new' ? null : <Holders skill={open} />} /> : null}
    </>
  );
}

/** Who holds a skill; people and whole teams are given it at one level, and lose it with one press. */
function Holders({ skill }: { skill: Skill }) {
  const { t } = useT();
  const { me } = useDesk();
  const nobody = holdsEverywhere(me, 'users.read') || holdsEverywhere(me, 'skills.manage') ? t('skills.nobody') : t('skills.nobody_seen');
  const held = useLoad(() => client.skills.holders(skill.id).then((page) => page.items), [skill.id]);
  const people = useLoad(async () => {
    const [users, teams] = await Promise.all([client.users.all(), client.teams.list().catch(() => null)]);
    return { users: users.filter((one) => !one.disabled), teams: teams?.items ?? [] };
  });
  const [who, setWho] = useState<string[]>([]);
  const [level, setLevel] = useState('3');
  const [busy, setBusy] = useState(false);
  const change = async (body: Parameters<typeof client.skills.changeHolders>[1], done: string, back?: Parameters<typeof client.skills.changeHolders>[1]) => {
    setBusy(true);
    try {
      await client.skills.changeHolders(skill.id, body);
      notify(done, back ? { action: { label: t('bulk.undo'), run: () => void change(back, t('done.saved')) } } : {});
      setWho([]);
      held.reload();
    } catch (error) { tell(error, t); }
    setBusy(false);
  };
  const give = () => {
    const teams = people.data?.teams ?? [];
    const named = who.flatMap((one) => (one.startsWith(TEAM) ? teams.find((team) => team.id === one.slice(TEAM.length))?.members ?? [] : [one]));
    const known = new Set(people.data?.users.map((one) => one.id));
    const chosen = [...new Set(named)].filter((one) => known.has(one));
    void change({ give: chosen, level: Number(level) }, t('skills.given', { n: chosen.length }));
  };
  const options = [
    ...(people.data?.teams ?? []).map((team) => ({ value: `${TEAM}${team.id}`, label: t('skills.team', { name: team.name, n: team.members.length }), group: t('page.teams') })),
    ...(people.data?.users ?? []).map((one) => ({ value: one.id, label: `${one.alias} ${one.number}`, group: t('page.users') })),
  ];
  const rows = (holders: SkillHolder[]) => (
    <Table rows={holders} label={t('skills.holders')} idOf={(row) => row.user} empty={<span className="hint">{nobody}</span>} columns={[
      { key: 'alias', title: t('user.alias'), render: (row) => row.alias },
      { key: 'number', title: t('user.number'), render: (row) => <span className="num">{row.number}</span> },
      { key: 'level', title: t('skills.level_title'), render: (row) => t('skills.level', { n: row.level }) },
      { key: 'act', title: '', render: (row) => <IconButton icon="close" size={14} label={t('skills.take', { name: row.alias })}
        onClick={() => void change({ take: [row.user] }, t('skills.taken', { name: row.alias }), { give: [row.user], level: row.level })} /> },
    ]} />
  );
  return (
    <section className="part">
      <h2>{t('skills.holders')}</h2>
      <div className="form-row">
        <Choices label={t('skills.give_to')} value={who} onChange={setWho} options={options} placeholder={t('skills.give_hint')} />
        <Choice label={t('skills.level_title')} value={level} onChange={(next) => setLevel(next ?? '3')} options={LEVELS.map((n) => ({ value: String(n), label: t('skills.level', { n }) }))} />
        <Button busy={busy} disabled={who.length === 0} onClick={give}>{t('skills.give')}</Button>
      </div>
      <Loaded of={held}>{rows}</Loaded>
    </section>
  );
}
