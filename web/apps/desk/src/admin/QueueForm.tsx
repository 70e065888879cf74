/** One queue, whole: what its work needs, how it is given, its hours, who serves it after what wait, and for whom it is kept. */
import { useState, type ReactNode } from 'react';
import type { Calendar, Queue, QueueRules, Skill, SkillAsk, StageRule, Team, UserView } from '@hark/api';
import type { Key } from '@hark/i18n';
import { Button, Choice, Choices, IconButton, notify, NumberField, SidePanel, TextField, Toggle, useT } from '@hark/ui';
import { useDesk } from '../app/context';
import { lineInMind } from './lineInMind';
import { client } from '../state/session';
import { SkillLevels } from './SkillLevels';
import { useRefusal } from './forms';

export interface Around { queues: Queue[]; skills: Skill[]; calendars: Calendar[]; teams: Team[]; users: UserView[] }
type Asked = { skill: string; level: number }[];
interface Form { line: string | null; name: string; skills: Asked; priority: number; fit: Queue['fit']; offer_ms: number; auto_accept: boolean; wrap_up_ms: number; on_absence: Queue['on_absence']; rules: QueueRules }

const DAY = 86_400_000;
const HOUR = 3_600_000;
const usual: QueueRules = { hours: 'always', calendar: null, stages: [], seats: [], work: 'chat', last_agent_keep_ms: 20_000, last_agent_within_ms: 7 * DAY, repeat_keep_ms: 60_000, repeat_within_ms: 2 * DAY, passed_keep_ms: 120_000 };
/** What each part of the form is called when it is said what will change. */
const named: Record<keyof Form, Key> = { line: 'word.line', name: 'field.name', skills: 'queues.needs', priority: 'queues.priority', fit: 'queues.fit', offer_ms: 'queues.offer_s', auto_accept: 'queues.auto', wrap_up_ms: 'queues.wrap_s', on_absence: 'queues.absence', rules: 'queues.part_serve' };
const ruleNames: Record<keyof QueueRules, Key> = { hours: 'queues.hours', calendar: 'queues.calendar', stages: 'queues.part_serve', seats: 'queues.seats', work: 'queues.work', last_agent_keep_ms: 'queues.last_keep_s', last_agent_within_ms: 'queues.last_within_d', repeat_keep_ms: 'queues.repeat_keep_s', repeat_within_ms: 'queues.repeat_within_h', passed_keep_ms: 'queues.passed_keep_s' };
const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

export function QueueForm({ queue, around, onClose, onDone }: { queue: Queue | null; around: Around; onClose: () => void; onDone: () => void }) {
  const { t } = useT();
  const { me } = useDesk();
  const [first] = useState<Form>(() => (queue
    ? { line: queue.line, name: queue.name, skills: queue.skills, priority: queue.priority, fit: queue.fit, offer_ms: queue.offer_ms, auto_accept: queue.auto_accept, wrap_up_ms: queue.wrap_up_ms, on_absence: queue.on_absence, rules: queue.rules }
    : { line: lineInMind(me), name: '', skills: [], priority: 0, fit: 'best', offer_ms: 20_000, auto_accept: false, wrap_up_ms: 0, on_absence: 'requeue', rules: usual }));
  const [form, setForm] = useState<Form>(first);
  const refusal = useRefusal({ ...Object.fromEntries(Object.entries(named).map(([key, word]) => [key, t(word)])), ...Object.fromEntries(Object.entries(ruleNames).map(([key, word]) => [`rules/${key}`, t(word)])) });
  const [busy, setBusy] = useState(false);
  const set = (part: Partial<Form>) => setForm((now) => ({ ...now, ...part }));
  const rule = (part: Partial<QueueRules>) => setForm((now) => ({ ...now, rules: { ...now.rules, ...part } }));
  const { rules } = form;
  const changed = (Object.keys(named) as (keyof Form)[]).filter((key) => !same(form[key], first[key]));
  const says = [...new Set(changed.flatMap((key) => (key === 'rules' ? (Object.keys(ruleNames) as (keyof QueueRules)[]).filter((one) => !same(rules[one], first.rules[one])).map((one) => t(ruleNames[one])) : [t(named[key])])))];
  const tenant = me.lines.find((line) => line.id === form.line)?.tenant;
  const tenantName = (id: string) => me.tenants.find((one) => one.id === id)?.name ?? '';
  const missing = !form.name.trim() || !form.line || (rules.hours === 'calendar' && !rules.calendar);
  const save = async () => {
    if (busy || missing || (queue && changed.length === 0)) return;
    setBusy(true);
    refusal.clear();
    const body = Object.fromEntries((queue ? changed : (Object.keys(named) as (keyof Form)[])).map((key) => [key, form[key]]));
    try {
      await (queue ? client.routing.changeQueue(queue.id, body) : client.routing.createQueue({ ...body, tenant }));
      notify(queue ? t('done.saved') : t('done.created'));
      onDone();
    } catch (error) {
      refusal.refuse(error);
      setBusy(false);
    }
  };
  const seconds = (label: Key, ms: number, change: (ms: number) => void, more: { hint?: Key; min?: number; max?: number; field?: string } = {}) => (
    <NumberField label={t(label)} hint={more.hint ? t(more.hint) : undefined} value={ms / 1000} min={more.min ?? 0} max={more.max ?? 3600} error={more.field ? refusal.of(more.field) : undefined} onChange={(value) => change(Math.round((value ?? more.min ?? 0) * 1000))} />
  );
  const people = around.users.filter((user) => !user.disabled).map((user) => ({ value: user.id, label: `${user.alias} ${user.number}` }));
  return (
    <SidePanel open title={queue?.name ?? t('queues.new')} onClose={onClose} width={640} unsaved={changed.length > 0}>
      <form className="record-form" onSubmit={(event) => { event.preventDefault(); void save(); }}>
        {refusal.block}
        <div className="form-two">
          <Choice label={t('word.line')} disabled={queue !== null} value={form.line} onChange={(line) => set({ line })} options={me.lines.map((line) => ({ value: line.id, label: line.name, client: tenantName(line.tenant) }))} />
          <TextField label={t('field.name')} value={form.name} max={100} error={refusal.of('name')} onChange={(name) => set({ name })} />
        </div>
        <SkillLevels title={t('queues.needs')} hint={t('queues.needs_hint')} skills={around.skills} value={form.skills} onChange={(next: SkillAsk[]) => set({ skills: next.map(({ skill, level }) => ({ skill, level })) })} />
        <Part title={t('queues.part_offer')}>
          <div className="form-three">
            {seconds('queues.offer_s', form.offer_ms, (offer_ms) => set({ offer_ms }), { min: 5, max: 600, field: 'offer_ms' })}
            {seconds('queues.wrap_s', form.wrap_up_ms, (wrap_up_ms) => set({ wrap_up_ms }), { hint: 'queues.wrap_hint', field: 'wrap_up_ms' })}
            <NumberField label={t('queues.priority')} hint={t('queues.priority_hint')} value={form.priority} min={-100} max={100} error={refusal.of('priority')} onChange={(value) => set({ priority: value ?? 0 })} />
          </div>
          <div className="form-two">
            <Choice label={t('queues.fit')} value={form.fit} onChange={(fit) => set({ fit: (fit ?? 'best') as Form['fit'] })} options={[{ value: 'best', label: t('queues.fit_best') }, { value: 'closest', label: t('queues.fit_closest') }]} />
            <Choice label={t('queues.work')} hint={t('queues.work_hint')} value={rules.work} onChange={(work) => rule({ work: (work ?? 'chat') as QueueRules['work'] })} options={(['chat', 'mail', 'task'] as const).map((value) => ({ value, label: t(`queues.work_${value}`) }))} />
            <Choice label={t('queues.absence')} value={form.on_absence} onChange={(on_absence) => set({ on_absence: (on_absence ?? 'requeue') as Form['on_absence'] })} options={[{ value: 'requeue', label: t('queues.absence_requeue') }, { value: 'keep', label: t('queues.absence_keep') }]} />
          </div>
          <Toggle label={t('queues.auto')} hint={t('queues.auto_hint')} value={form.auto_accept} onChange={(auto_accept) => set({ auto_accept })} />
        </Part>
        <Part title={t('queues.part_hours')}>
          <div className="form-two">
            <Choice label={t('queues.hours')} hint={t('queues.hours_hint')} value={rules.hours} onChange={(hours) => rule({ hours: (hours ?? 'always') as QueueRules['hours'], calendar: hours === 'calendar' ? rules.calendar : null })} options={(['always', 'line', 'calendar'] as const).map((value) => ({ value, label: t(`queues.hours_${value}`) }))} />
            {rules.hours === 'calendar' ? <Choice label={t('queues.calendar')} value={rules.calendar} error={refusal.of('rules/calendar')} onChange={(calendar) => rule({ calendar: calendar as QueueRules['calendar'] })} options={around.calendars.filter((one) => !one.tenant || one.tenant === tenant).map((one) => ({ value: one.id, label: one.name }))} /> : null}
          </div>
        </Part>
        <Part title={t('queues.part_serve')}>
          <Choices label={t('queues.seats')} hint={t('queues.seats_hint')} value={rules.seats} error={refusal.of('rules/seats')} onChange={(seats) => rule({ seats: seats as QueueRules['seats'] })} options={people} />
          <Stages rules={rules} of={refusal.of} around={around} tenant={tenant} own={queue?.id} onChange={(stages) => rule({ stages })} />
        </Part>
        <Part title={t('queues.part_keep')}>
          <div className="form-two">
            {seconds('queues.last_keep_s', rules.last_agent_keep_ms, (last_agent_keep_ms) => rule({ last_agent_keep_ms }), { hint: 'queues.last_keep_hint', field: 'rules/last_agent_keep_ms' })}
            <NumberField label={t('queues.last_within_d')} value={Math.round(rules.last_agent_within_ms / DAY)} min={0} max={90} onChange={(value) => rule({ last_agent_within_ms: (value ?? 0) * DAY })} />
            {seconds('queues.repeat_keep_s', rules.repeat_keep_ms, (repeat_keep_ms) => rule({ repeat_keep_ms }), { hint: 'queues.repeat_keep_hint', field: 'rules/repeat_keep_ms' })}
            <NumberField label={t('queues.repeat_within_h')} value={Math.round(rules.repeat_within_ms / HOUR)} min={0} max={168} onChange={(value) => rule({ repeat_within_ms: (value ?? 0) * HOUR })} />
            {seconds('queues.passed_keep_s', rules.passed_keep_ms, (passed_keep_ms) => rule({ passed_keep_ms }), { hint: 'queues.passed_keep_hint', field: 'rules/passed_keep_ms' })}
          </div>
        </Part>
        <div className="record-foot">
          <span className="record-change">{queue ? (says.length > 0 ? t('form.will_change', { fields: says.join('、') }) : t('form.no_change')) : ''}</span>
          <Button onClick={onClose}>{t('action.cancel')}</Button>
          <Button look="primary" type="submit" busy={busy} disabled={missing || (queue !== null && changed.length === 0)}>{queue ? t('action.save') : t('action.create')}</Button>
        </div>
      </form>
    </SidePanel>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return <section className="part"><h2>{title}</h2>{children}</section>;
}

/** Who serves at once, and who helps after what wait. */
function Stages({ rules, of, around, tenant, own, onChange }: { rules: QueueRules; of: (path: string) => string | undefined; around: Around; tenant: string | undefined; own: string | undefined; onChange: (stages: StageRule[]) => void }) {
  const { t } = useT();
  const at = (crew: StageRule['crew'], after_ms = 0): StageRule => ({ after_ms, crew, teams: [], queue: null });
  const stages = rules.stages.length > 0 ? rules.stages : [at('members')];
  const later = stages.slice(1);
  const [start = at('members')] = stages;
  /** Only the first, and that is everybody: then nothing is said at all. */
  const tell = (next: StageRule[]) => onChange(next.length === 1 && next[0]?.crew === 'members' ? [] : next);
  const set = (index: number, part: Partial<StageRule>) => tell(stages.map((one, place) => (place === index ? { ...one, ...part } : one)));
  const last = stages[stages.length - 1]?.after_ms ?? 0;
  const queues = around.queues.filter((one) => one.tenant === tenant && one.id !== own);
  return (
    <div className="queue-stages">
      <Choice label={t('queues.first')} value={start.crew} error={of('rules/stages/0/crew')} onChange={(crew) => set(0, { crew: (crew ?? 'members') as StageRule['crew'] })} options={[{ value: 'members', label: t('queues.first_members') }, { value: 'seats', label: t('queues.first_seats') }]} />
      {later.map((stage, place) => {
        const index = place + 1;
        // Later than the one before it, by whole minutes; one that stands already may be nearer.
        const next = Math.floor((stages[place]?.after_ms ?? 0) / 60_000) + 1;
        const least = Math.min(next, stage.after_ms / 60_000 || next);
        return (
          <div key={index} className="queue-stage" role="group" aria-label={t('queues.stage_after')}>
            <NumberField label={t('queues.stage_after')} value={stage.after_ms / 60_000} min={least} max={10_080} error={of(`rules/stages/${index}/after_ms`)} onChange={(value) => set(index, { after_ms: Math.round((value ?? next) * 60_000) })} />
            <Choice label={t('queues.stage_who')} value={stage.crew} onChange={(crew) => set(index, { crew: (crew ?? 'members') as StageRule['crew'], teams: [], queue: null })} options={(['members', 'seats', 'teams', 'queue'] as const).map((value) => ({ value, label: t(`queues.stage_${value}`) }))} />
            {stage.crew === 'teams' ? <Choices label={t('queues.stage_teams_which')} value={stage.teams} error={of(`rules/stages/${index}/teams`)} onChange={(teams) => set(index, { teams: teams as StageRule['teams'] })} options={around.teams.map((team) => ({ value: team.id, label: team.name }))} /> : null}
            {stage.crew === 'queue' ? <Choice label={t('queues.stage_queue_which')} value={stage.queue} error={of(`rules/stages/${index}/queue`)} onChange={(queue) => set(index, { queue: queue as StageRule['queue'] })} options={queues.map((one) => ({ value: one.id, label: one.name }))} /> : null}
            <IconButton icon="close" size={14} label={t('queues.stage_remove')} onClick={() => tell(stages.filter((_, other) => other !== index))} />
          </div>
        );
      })}
      <div className="form-row"><Button small icon="plus" disabled={stages.length >= 8} onClick={() => onChange([...stages, at('members', last + 120_000)])}>{t('queues.stage_add')}</Button><span className="hint">{t('queues.stages_hint')}</span></div>
    </div>
  );
}
