/** Macros (快捷操作): stored actions, for whom and when they are meant. */
import { useEffect, useState } from 'react';
import { items, type Action, type ActionWord, type AudienceInput, type Category, type Macro, type MacroDefinition, type MacroMode, type Priority, type SnoozePreset } from '@hark/api';
import { AreaField, Button, Choice, Choices, Empty, ErrorBlock, IconButton, Kbd, notify, SidePanel, Table, TextField, useT, useUnsaved, sure } from '@hark/ui';
import { keysOf, shownKeys, type ActionName } from '../app/actions';
import { useDesk } from '../app/context';
import { categoryName } from '../conversations/categories';
import { tell } from '../state/faults';
import { client } from '../state/session';
import { useStore } from '../state/store';
import { AudienceField, audienceFits, AudienceName, firstAudience } from '../work/AudienceField';
import { useColleagues } from '../work/colleagues';
import { Bar, Loaded, useLoad, useRefusal } from './forms';

const words: ActionWord[] = ['reply', 'note', 'tags', 'category', 'priority', 'take', 'assign', 'queue', 'team', 'put_back', 'snooze', 'resolve', 'follow'];
const modes: MacroMode[] = ['new', 'reply', 'note'];
const priorities: Priority[] = ['low', 'normal', 'high', 'urgent'];
const presets: SnoozePreset[] = ['one_hour', 'three_hours', 'tomorrow', 'monday', 'next_working'];
const kinds = ['consult', 'query', 'handle', 'complaint', 'suggestion', 'praise', 'fault', 'report'] as const;
const outcomes = ['solved', 'follow_up', 'unsolved'] as const;
const STEPS_MAX = 12;

function fresh(word: ActionWord): Action {
  switch (word) {
    case 'reply': return { do: 'reply', zh: '', en: '' };
    case 'note': return { do: 'note', text: '' };
    case 'tags': return { do: 'tags', add: [], remove: [] };
    case 'category': return { do: 'category', category: null };
    case 'priority': return { do: 'priority', priority: 'high' };
    case 'assign': return { do: 'assign', user: '' };
    case 'queue': return { do: 'queue', queue: '' };
    case 'team': return { do: 'team', team: '' };
    case 'snooze': return { do: 'snooze', preset: 'tomorrow' };
    case 'resolve': return { do: 'resolve', disposition: { kind: 'consult', category: null, cause: '', outcome: 'solved', note: '' } };
    default: return { do: word } as Action;
  }
}

function isWhole(action: Action): boolean {
  switch (action.do) {
    case 'reply': return (action.zh + action.en).trim() !== '';
    case 'note': return action.text.trim() !== '';
    case 'tags': return (action.add?.length ?? 0) + (action.remove?.length ?? 0) > 0;
    case 'assign': return action.user !== '';
    case 'queue': return action.queue !== '';
    case 'team': return action.team !== '';
    default: return true;
  }
}

export default function Macros() {
  const { t } = useT();
  const all = useLoad(() => client.macros.all().then((page) => page.items));
  const [open, setOpen] = useState<Macro | 'new' | null>(null);
  return (
    <>
      <Bar><span className="head-gap" /><Button look="primary" icon="plus" onClick={() => setOpen('new')}>{t('macro.new')}</Button></Bar>
      <Loaded of={all}>{(rows) => (
        <Table rows={rows} label={t('page.macros')} idOf={(row) => row.id} onOpen={(row) => { if (row.editable) setOpen(row); }} empty={<Empty icon="command" title={t('macro.empty')} text={t('macro.empty_hint')} />} columns={[
          { key: 'name', title: t('macro.name'), render: (row) => row.name },
          { key: 'actions', title: t('macro.actions'), render: (row) => <span className="cut">{row.actions.map((one) => t(`do.${one.do}`)).join(' → ')}</span> },
          { key: 'slot', title: t('macro.slot'), render: (row) => (row.slot ? <Kbd>{shownKeys(keysOf(`macro_${row.slot}` as ActionName))}</Kbd> : '') },
          { key: 'audience', title: t('phrase.audience'), render: (row) => <AudienceName of={row.audience} /> },
          { key: 'used', title: t('macro.used'), numeric: true, render: (row) => row.used },
        ]} />
      )}</Loaded>
      {open ? <MacroForm key={open === 'new' ? 'new' : open.id} macro={open === 'new' ? null : open} onClose={() => setOpen(null)} onDone={all.reload} /> : null}
    </>
  );
}

function MacroForm({ macro, onClose, onDone }: { macro: Macro | null; onClose: () => void; onDone: () => void }) {
  const { t } = useT();
  const { me } = useDesk();
  const [audience, setAudience] = useState<AudienceInput>(() => firstAudience(me));
  const [form, setForm] = useState<MacroDefinition>(() => ({ name: macro?.name ?? '', actions: (macro?.actions as Action[] | undefined) ?? [fresh('reply')], when: macro?.when ?? { modes: [], channels: [] }, slot: macro?.slot ?? null }));
  const unsaved = useUnsaved([form, audience]);
  const refusal = useRefusal({ name: t('macro.name'), 'actions/*': t('macro.actions'), actions: t('macro.actions') });
  const [busy, setBusy] = useState(false);
  const tenant = macro?.audience.tenant ?? audience.tenant;
  const line = macro ? macro.audience.line : audience.line || null;
  const set = (part: Partial<MacroDefinition>) => setForm((before) => ({ ...before, ...part }));
  const whole = form.name.trim() !== '' && form.actions.length > 0 && form.actions.every(isWhole) && (macro !== null || audienceFits(audience));
  const save = async () => {
    if (busy || !whole) return;
    setBusy(true);
    refusal.clear();
    try {
      if (macro) await client.macros.change(macro.id, form);
      else await client.macros.create(audience, form);
      notify(macro ? t('done.saved') : t('done.created'));
      onDone();
      onClose();
    } catch (error) {
      refusal.refuse(error);
      setBusy(false);
    }
  };
  const drop = async () => {
    if (!macro || !await sure(t('macro.remove_lost'), t('action.remove'))) return;
    try {
      await client.macros.remove(macro.id);
      notify(t('done.removed'));
      onDone();
      onClose();
    } catch (error) { tell(error, t); }
  };
  const step = (index: number, next: Action | null) => set({ actions: next ? form.actions.map((one, at) => (at === index ? next : one)) : form.actions.filter((_, at) => at !== index) });
  const up = (index: number) => set({ actions: form.actions.map((one, at) => (at === index - 1 ? form.actions[index] ?? one : at === index ? form.actions[index - 1] ?? one : one)) });
  return (
    <SidePanel open title={macro ? t('macro.edit') : t('macro.new')} onClose={onClose} unsaved={unsaved} width={580}>
      <form className="record-form" onSubmit={(event) => { event.preventDefault(); void save(); }}>
        {refusal.block}
        <TextField label={t('macro.name')} value={form.name} onChange={(name) => set({ name })} max={80} autoFocus error={refusal.of('name')} />
        {macro ? null : <AudienceField value={audience} onChange={setAudience} permission="macros.manage" />}
        <fieldset className="macro-steps">
          <legend>{t('macro.actions')}</legend>
          {form.actions.map((action, index) => (
            <div key={index} className="macro-step">
              <div className="macro-step-head"><b className="num">{index + 1}</b>
                <Choice hidden label={t('macro.actions')} value={action.do} onChange={(word) => { if (word) step(index, fresh(word as ActionWord)); }} options={words.map((value) => ({ value, label: t(`do.${value}`) }))} width={200} />
                <span className="head-gap" />
                {index > 0 ? <Button small look="quiet" onClick={() => up(index)}>{t('macro.up')}</Button> : null}
                <IconButton icon="close" size={14} label={t('macro.remove_action')} onClick={() => step(index, null)} /></div>
              <Step action={action} tenant={tenant} line={line} onChange={(next) => step(index, next)} />
            </div>
          ))}
          {form.actions.length < STEPS_MAX ? <Button small look="quiet" icon="plus" onClick={() => set({ actions: [...form.actions, fresh('tags')] })}>{t('macro.add_action')}</Button> : null}
        </fieldset>
        <Choices label={t('macro.when')} hint={t('macro.when_hint')} value={form.when?.modes ?? []} onChange={(next) => set({ when: { ...form.when, modes: next as MacroMode[] } })} options={modes.map((value) => ({ value, label: t(`macro.mode.${value}`) }))} />
        <Choices label={t('macro.channels')} hint={t('macro.when_hint')} value={form.when?.channels ?? []} onChange={(next) => set({ when: { ...form.when, channels: next as never } })} options={(['webchat', 'email', 'api'] as const).map((value) => ({ value, label: t(`view.channel.${value}`) }))} />
        <Choice clear label={t('macro.slot')} placeholder={t('macro.slot_none')} value={form.slot ? String(form.slot) : null} onChange={(slot) => set({ slot: slot ? Number(slot) : null })} options={[1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => ({ value: String(n), label: shownKeys(keysOf(`macro_${n}` as ActionName)) || String(n) }))} />
        <div className="record-foot">
          {macro ? <Button look="danger" onClick={() => void drop()}>{t('macro.remove')}</Button> : null}
          <span className="record-change" />
          <Button onClick={onClose}>{t('action.cancel')}</Button>
          <Button look="primary" type="submit" busy={busy} disabled={!whole}>{macro ? t('action.save') : t('action.create')}</Button>
        </div>
      </form>
    </SidePanel>
  );
}

function Step({ action, tenant, line, onChange }: { action: Action; tenant: string; line: string | null; onChange: (next: Action) => void }) {
  const { t, language } = useT();
  const { desk, me } = useDesk();
  const queues = [...useStore(desk.queues).values()].filter((one) => one.tenant === tenant);
  const [categories, setCategories] = useState<Category[]>([]);
  const asks = action.do;
  const { people, teams, fault, reload } = useColleagues(tenant, asks === 'assign' ? 'people' : asks === 'team' ? 'teams' : null);
  useEffect(() => {
    if (asks !== 'category' && asks !== 'resolve') return;
    const lines = line ? [line] : me.lines.filter((one) => one.tenant === tenant).map((one) => one.id as string);
    void Promise.all(lines.map((one) => client.conversations.categories(one).then((all) => items(all)).catch(() => []))).then((all) => setCategories(all.flat()));
  }, [asks, tenant, line, me.lines]);
  const options = categories.map((one) => ({ value: one.id, label: categoryName(categories, one.id, language) ?? '' }));
  if (fault) return <ErrorBlock fault={fault} onRetry={reload} />;
  switch (action.do) {
    case 'reply': return <><AreaField label={t('phrase.text_zh')} value={action.zh} onChange={(zh) => onChange({ ...action, zh })} rows={3} max={4000} /><AreaField label={t('phrase.text_en')} value={action.en} onChange={(en) => onChange({ ...action, en })} rows={2} max={4000} /></>;
    case 'note': return <AreaField label={t('do.note')} value={action.text} onChange={(text) => onChange({ ...action, text })} rows={2} max={4000} />;
    case 'tags': return <><Choices free label={t('do.tags_add')} value={action.add ?? []} onChange={(add) => onChange({ ...action, add })} options={[]} /><Choices free label={t('do.tags_remove')} value={action.remove ?? []} onChange={(remove) => onChange({ ...action, remove })} options={[]} /></>;
    case 'category': return <Choice clear label={t('do.category')} value={action.category ?? null} onChange={(category) => onChange({ ...action, category })} options={options} />;
    case 'priority': return <Choice label={t('do.priority')} value={action.priority} onChange={(priority) => { if (priority) onChange({ ...action, priority: priority as Priority }); }} options={priorities.map((value) => ({ value, label: t(`priority.${value}`) }))} />;
    case 'assign': return <Choice label={t('do.assign')} value={action.user || null} onChange={(user) => onChange({ ...action, user: user ?? '' })} options={people.map((one) => ({ value: one.id, label: `${one.alias} ${one.number}` }))} />;
    case 'queue': return <Choice label={t('do.queue')} value={action.queue || null} onChange={(queue) => onChange({ ...action, queue: queue ?? '' })} options={queues.map((one) => ({ value: one.id, label: one.name }))} />;
    case 'team': return <Choice label={t('do.team')} hint={t('transfer.rings')} value={action.team || null} onChange={(team) => onChange({ ...action, team: team ?? '' })} options={teams.map((one) => ({ value: one.id, label: one.name }))} />;
    case 'snooze': return <Choice label={t('do.snooze')} value={action.preset} onChange={(preset) => { if (preset) onChange({ ...action, preset: preset as SnoozePreset }); }} options={presets.map((value) => ({ value, label: t(`preset.${value}`) }))} />;
    case 'resolve': {
      const form = action.disposition ?? { kind: 'consult' as const, category: null, cause: '', outcome: 'solved' as const, note: '' };
      const set = (part: Partial<typeof form>) => onChange({ do: 'resolve', disposition: { ...form, ...part } });
      return (
        <>
          <Choice label={t('disposition.kind')} value={form.kind} onChange={(kind) => { if (kind) set({ kind: kind as typeof form.kind }); }} options={kinds.map((value) => ({ value, label: t(`kind.${value}`) }))} />
          <Choice clear label={t('disposition.category')} value={form.category ?? null} onChange={(category) => set({ category })} options={options} />
          <Choice label={t('disposition.outcome')} value={form.outcome} onChange={(outcome) => { if (outcome) set({ outcome: outcome as typeof form.outcome }); }} options={outcomes.map((value) => ({ value, label: t(`outcome.${value}`) }))} />
        </>
      );
    }
    default: return null;
  }
}
