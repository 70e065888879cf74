/** Everybody on the floor: state, since when, load, breaks, raised hand; and what a lead does about it. */
import { useMemo, useState } from 'react';
import type { BreakKind, FloorPerson, ForcedState, Team } from '@hark/api';
import { Button, Choice, Dialog, Empty, Icon, Menu, notify, TextField, useT, type MenuEntry } from '@hark/ui';
import { presenceKey } from '../app/TopLine';
import { useDesk } from '../app/context';
import { go, link } from '../app/router';
import { Loaded, useLoad } from '../admin/forms';
import { useNow } from '../state/clock';
import { tell } from '../state/faults';
import { concerns } from '../state/rights';
import { client } from '../state/session';
import { useStore } from '../state/store';
import { floorTurn, raised, refreshFloor } from './live';
import { kindName } from './StateMenu';

/** Pages of a hundred that are read; beyond that one narrows by line or team. */
const PAGES_MAX = 5;
/** How long a state may hold, in minutes. */
const holds = [0, 15, 30, 60, 120, 240] as const;
/** What wants a lead stands first, who is away last. */
const order = ['over', 'asked', 'hand', 'at_work', 'offline'] as const;

async function everybody(query: { line?: string; team?: string }): Promise<FloorPerson[]> {
  const all: FloorPerson[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const part: { items: FloorPerson[]; next: string | null } = await client.floor.people({ ...query, cursor, limit: 100 });
    all.push(...part.items);
    cursor = part.next;
    if (!cursor) break;
  }
  return all;
}

export default function People() {
  const { t, language } = useT();
  const { me } = useDesk();
  const turn = useStore(floorTurn);
  const hands = useStore(raised);
  const [line, setLine] = useState<string | null>(null);
  const [team, setTeam] = useState<string | null>(null);
  const [byOpen, setByOpen] = useState(false);
  const [onlyLeft, setOnlyLeft] = useState(false);
  const [forcing, setForcing] = useState<FloorPerson | null>(null);
  const [refusing, setRefusing] = useState<string | null>(null);
  const known = useLoad(async () => {
    const [kinds, teams] = await Promise.all([client.floor.breakKinds(), client.teams.list().catch(() => ({ items: [] as Team[], next: null }))]);
    return { kinds: kinds.items, teams: teams.items };
  });
  const people = useLoad(() => everybody({ line: line ?? undefined, team: team ?? undefined }), [line, team, turn]);
  const mayForce = concerns(me, ['force']);
  const handOf = useMemo(() => new Map(hands.map((one) => [one.user as string, one])), [hands]);
  const rank = (one: FloorPerson) => order.indexOf(one.on_break?.over ? 'over' : one.on_break?.state === 'asked' ? 'asked' : handOf.has(one.id) ? 'hand' : one.presence.state === 'offline' ? 'offline' : 'at_work');
  const decide = async (deed: () => Promise<unknown>, done: string) => {
    try {
      await deed();
      notify(done);
    } catch (error) { tell(error, t); }
    refreshFloor();
  };
  return (
    <>
      <div className="floor-bar">
        <Choice hidden clear width={190} label={t('word.line')} placeholder={t('floor.every_line')} value={line} onChange={setLine} options={me.lines.map((one) => ({ value: one.id, label: one.name, client: me.tenants.find((tenant) => tenant.id === one.tenant)?.name }))} />
        {known.data && known.data.teams.length > 0 ? <Choice hidden clear width={170} label={t('floor.team')} placeholder={t('floor.every_team')} value={team} onChange={setTeam} options={known.data.teams.map((one) => ({ value: one.id, label: one.name }))} /> : null}
        {people.data && (onlyLeft || leftOpen(people.data).length > 0) ? <Button aria-pressed={onlyLeft} className={onlyLeft ? 'pressed' : ''} onClick={() => setOnlyLeft(!onlyLeft)}>{t('people.left', { n: openOf(leftOpen(people.data)) })}</Button> : null}
        {people.data ? <Totals people={people.data} hands={hands.length} /> : null}
      </div>
      <Loaded of={people}>{(all) => all.length === 0 ? <Empty icon="people" title={t('people.empty')} text={t('people.empty_hint')} /> : (
        <div className="table-scroll"><table className="table floor-table" aria-label={t('floor.people')}>
          <thead><tr><th scope="col">{t('people.agent')}</th><th scope="col">{t('people.state')}</th><th scope="col" className="numeric">{t('people.since')}</th><th scope="col" className="numeric">{t('people.load')}</th><th scope="col" className="numeric" aria-sort={byOpen ? 'descending' : undefined}><button type="button" className="sort-btn" aria-pressed={byOpen} title={t(byOpen ? 'people.sort_usual' : 'people.sort_open')} onClick={() => setByOpen(!byOpen)}>{t('people.holds')}{byOpen ? <Icon name="down" size={12} /> : null}</button></th><th scope="col">{t('people.breaks')}</th><th scope="col">{t('people.hand')}</th><th scope="col"><span className="sr-only">{t('people.acts')}</span></th></tr></thead>
          <tbody>
            {(onlyLeft ? leftOpen(all) : [...all]).sort((a, b) => (byOpen ? b.serving.length - a.serving.length : 0) || rank(a) - rank(b) || a.presence.since - b.presence.since).map((one) => (
              <Line key={one.id} person={one} kinds={known.data?.kinds ?? []} hand={handOf.get(one.id)?.reason ?? null} handAt={handOf.get(one.id)?.conversation ?? null}
                onForce={mayForce && one.presence.state !== 'offline' ? () => setForcing(one) : null}
                onRelease={mayForce && one.forced_held ? () => void decide(() => client.floor.release(one.id), t('forced.released')) : null}
                onApprove={(id) => void decide(() => client.floor.approve(id), t('breaks.approved'))} onRefuse={setRefusing} />
            ))}
            {onlyLeft && leftOpen(all).length === 0 ? <tr><td colSpan={8} className="table-empty">{t('people.left_none')}</td></tr> : null}
          </tbody>
        </table></div>
      )}</Loaded>
      {forcing ? <Force person={forcing} language={language} onClose={() => setForcing(null)} onForce={(state, reason, minutes) => void decide(() => client.floor.force(forcing.id, state, reason, minutes), t('forced.done')).then(() => setForcing(null))} /> : null}
      {refusing ? <Refuse onClose={() => setRefusing(null)} onRefuse={(reason) => void decide(() => client.floor.refuse(refusing, reason), t('breaks.refused_done')).then(() => setRefusing(null))} /> : null}
    </>
  );
}

/** Who signed out and still holds conversations: nobody answers these people meanwhile. */
export const leftOpen = (people: FloorPerson[]) => people.filter((one) => one.presence.state === 'offline' && one.serving.length > 0);
const openOf = (people: FloorPerson[]) => people.reduce((sum, one) => sum + one.serving.length, 0);

function Totals({ people, hands }: { people: FloorPerson[]; hands: number }) {
  const { t } = useT();
  const count = (states: string[]) => people.filter((one) => states.includes(one.presence.state)).length;
  const over = people.filter((one) => one.on_break?.over).length;
  const shown: [string, number, string][] = [
    [t('presence.ready'), count(['ready']), ''], [t('presence.serving'), count(['serving']), ''], [t('presence.wrap_up'), count(['wrap_up']), ''],
    [t('presence.break'), count(['break']), ''], [t('presence.busy'), count(['busy']), ''], [t('presence.training'), count(['training']), ''], [t('people.over'), over, over > 0 ? 'bad' : ''], [t('people.hand'), hands, hands > 0 ? 'warn' : ''],
  ];
  return <dl className="floor-totals">{shown.map(([label, n, tone]) => <div key={label} className={tone}><dt>{label}</dt><dd className="num">{n}</dd></div>)}</dl>;
}

function Line({ person, kinds, hand, handAt, onForce, onRelease, onApprove, onRefuse }: { person: FloorPerson; kinds: BreakKind[]; hand: string | null; handAt: string | null; onForce: (() => void) | null; onRelease: (() => void) | null; onApprove: (id: string) => void; onRefuse: (id: string) => void }) {
  const { t, timer, language, clock } = useT();
  const at = useNow();
  const { presence, on_break: pause } = person;
  const kind = kinds.find((one) => one.key === presence.kind);
  const receiving = presence.state === 'ready' || presence.state === 'serving' || presence.state === 'wrap_up';
  const tone = receiving ? 'green' : presence.state === 'offline' ? 'grey' : 'amber';
  const taken = person.taken.map((one) => {
    const of = kinds.find((other) => other.id === one.kind);
    return of ? `${kindName(of, language)} ${t('people.taken', { n: one.times, minutes: Math.round(one.ms / 60_000) })}` : null;
  }).filter(Boolean).join(' · ');
  const entries: MenuEntry[] = [
    ...person.serving.map((one, index) => ({ key: one.conversation, icon: 'chat' as const, label: t('people.open', { n: index + 1, since: one.since ? timer(at - one.since) : '' }), run: () => go(`/c/${one.conversation}`) })),
    ...(onForce ? [{ key: 'd', divider: true as const }, { key: 'force', icon: 'user' as const, label: t('forced.open'), run: onForce }] : []),
    ...(onRelease ? [{ key: 'release', icon: 'check' as const, label: t('forced.release'), run: onRelease }] : []),
  ];
  return (
    <tr className={pause?.over ? 'row-bad' : hand ? 'row-warn' : undefined}>
      <td><b>{person.alias}</b> <span className="num meta">{person.number}</span></td>
      <td>
        <span className="floor-state"><i className={`dot dot-${tone}`} /> {t(presenceKey(presence.state))}{kind ? ` · ${kindName(kind, language)}` : ''}</span>
        {person.forced_by ? <small className="meta" title={person.forced_reason ?? ''}> {t('forced.by', { by: person.forced_by })}{person.forced_held ? (person.forced_until ? t('forced.until', { at: clock(person.forced_until) }) : t('forced.until_lead')) : ''}</small> : null}
      </td>
      <td className="numeric num">{presence.state === 'offline' ? '' : timer(at - presence.since)}</td>
      <td className="numeric num">{presence.state === 'offline' ? '' : `${presence.load}/${presence.capacity}`}</td>
      <td className="numeric num">{person.serving.length === 0 ? '' : presence.state === 'offline' ? <b className="holds-left" title={t('people.left_of', { name: person.alias, n: person.serving.length })}>{person.serving.length}</b> : person.serving.length}</td>
      <td>
        {pause?.state === 'active' && pause.due_at ? (pause.due_at <= at
          ? <b className="bad num">{t('breaks.over', { timer: timer(at - pause.due_at) })}</b>
          : <span className="num">{t('breaks.left_timer', { timer: timer(pause.due_at - at) })}</span>) : null}
        {pause?.state === 'asked' ? <span className="asks">{t('people.asks', { kind: nameOf(kinds, pause.kind, language) })} <Button small look="primary" onClick={() => onApprove(pause.id)}>{t('breaks.approve')}</Button> <Button small onClick={() => onRefuse(pause.id)}>{t('breaks.refuse')}</Button></span> : null}
        {pause?.state === 'granted' ? <span>{t('breaks.after_last')}</span> : null}
        {pause?.state === 'queued' ? <span>{t('breaks.waits_place', { n: pause.place ?? 1 })}</span> : null}
        {taken ? <small className="meta">{taken}</small> : null}
      </td>
      <td>{hand ? <a {...link(`/c/${handAt}`)} className="hand-link"><Icon name="hand" size={14} />{hand}</a> : null}</td>
      <td className="acts">{entries.length > 0 ? <Menu entries={entries} placement="bottomRight"><button type="button" className="icon-btn" aria-label={t('people.acts_of', { name: person.alias })}><Icon name="more" size={17} /></button></Menu> : null}</td>
    </tr>
  );
}

function nameOf(kinds: BreakKind[], id: string, language: ReturnType<typeof useT>['language']): string {
  const kind = kinds.find((one) => one.id === id);
  return kind ? kindName(kind, language) : '';
}

function Force({ person, onClose, onForce }: { person: FloorPerson; language: string; onClose: () => void; onForce: (state: ForcedState, reason: string, minutes: number | null) => void }) {
  const { t } = useT();
  const [state, setState] = useState<ForcedState>('busy');
  const [reason, setReason] = useState('');
  const [hold, setHold] = useState<string>('30');
  const states: ForcedState[] = ['ready', 'busy', 'training', 'meeting', 'offline'];
  const say = () => { if (reason.trim()) onForce(state, reason.trim(), hold === 'lead' ? null : Number(hold)); };
  return (
    <Dialog open title={t('forced.title', { name: person.alias })} onClose={onClose} confirm={{ label: t('forced.confirm'), run: say, disabled: !reason.trim(), danger: state === 'offline' }}>
      <Choice label={t('people.state')} value={state} onChange={(next) => setState((next ?? 'busy') as ForcedState)} options={states.map((one) => ({ value: one, label: one === 'offline' ? t('presence.sign_off') : t(presenceKey(one)) }))} />
      <TextField label={t('forced.reason')} value={reason} onChange={setReason} max={200} onEnter={say} hint={t('forced.reason_hint')} autoFocus />
      {state === 'offline' ? null : <Choice label={t('forced.hold')} hint={t('forced.hold_hint')} value={hold} onChange={(next) => setHold(next ?? '30')} options={[...holds.map((n) => ({ value: String(n), label: n === 0 ? t('forced.hold_none') : t('forced.hold_minutes', { n }) })), { value: 'lead', label: t('forced.hold_lead') }]} />}
      {state === 'offline' ? <p className="hint">{t('forced.offline_hint')}</p> : null}
    </Dialog>
  );
}

function Refuse({ onClose, onRefuse }: { onClose: () => void; onRefuse: (reason: string) => void }) {
  const { t } = useT();
  const [reason, setReason] = useState('');
  const say = () => { if (reason.trim()) onRefuse(reason.trim()); };
  return (
    <Dialog open title={t('breaks.refuse_title')} onClose={onClose} confirm={{ label: t('breaks.refuse'), run: say, disabled: !reason.trim() }}>
      <TextField label={t('forced.reason')} value={reason} onChange={setReason} max={200} onEnter={say} autoFocus />
    </Dialog>
  );
}
