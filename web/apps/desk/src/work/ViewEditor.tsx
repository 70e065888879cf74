/** A view and its filter: conditions in plain words, a sentence that says them, and what fits just now. */
import { useEffect, useMemo, useState } from 'react';
import { items, type AudienceInput, type Category, type Colleague, type Inbox, type SavedView, type Team, type ViewColumn, type ViewCondition, type ViewDefinition, type ViewField, type ViewFilter, type ViewGroup, type ViewOp, type ViewOrder } from '@hark/api';
import { Button, Choice, Choices, IconButton, notify, SidePanel, TextField, useT, useUnsaved, type Option, sure } from '@hark/ui';
import { useDesk } from '../app/context';
import { categoryName } from '../conversations/categories';
import { tell } from '../state/faults';
import { client } from '../state/session';
import { useStore } from '../state/store';
import { AudienceField, audienceFits, firstAudience, holds } from './AudienceField';
import { fields, fresh, opsOf, sentence, settled, takes, type Sayer } from './filter';
import { loadViews } from './views';
import { useRefusal } from '../admin/forms';

const columns: ViewColumn[] = ['number', 'assignee', 'queue', 'tags', 'category', 'tier', 'created'];
const COLUMNS_MAX = 4;
const TRY_AFTER_MS = 400;

/** What can stand on the right, by field. */
function useValues(): { options: (field: ViewField) => Option[]; say: Sayer } {
  const { t, language } = useT();
  const { desk, me } = useDesk();
  const queues = useStore(desk.queues);
  const [people, setPeople] = useState<Colleague[]>([]);
  const [teams, setTeams] = useState<Team[]>([]);
  const [inboxes, setInboxes] = useState<Inbox[]>([]);
  const [categories, setCategories] = useState<Category[]>([]);
  useEffect(() => {
    void Promise.all(me.tenants.map((one) => client.conversations.colleagues(one.id).then((all) => items(all)).catch(() => []))).then((all) => setPeople([...new Map(all.flat().map((one) => [one.id, one])).values()]));
    void client.teams.list().then((page) => setTeams(items(page))).catch(() => undefined);
    void client.inboxes.list().then((page) => setInboxes(items(page))).catch(() => undefined);
    void Promise.all(me.lines.map((one) => client.conversations.categories(one.id).then((all) => items(all)).catch(() => []))).then((all) => setCategories(all.flat()));
  }, [me.tenants, me.lines]);
  return useMemo(() => {
    const none = { value: 'none', label: t('view.none') };
    const options = (field: ViewField): Option[] => {
      switch (field) {
        case 'status': return (['open', 'snoozed', 'resolved'] as const).map((value) => ({ value, label: t(`status.${value}`) }));
        case 'waiting': return [{ value: 'agent', label: t('view.waiting.agent') }, { value: 'customer', label: t('view.waiting.customer') }, none];
        case 'assignee': return [{ value: 'me', label: t('view.me') }, none, ...people.filter((one) => one.id !== me.user.id).map((one) => ({ value: one.id, label: `${one.alias} ${one.number}` }))];
        case 'team': return [{ value: 'mine', label: t('view.mine_team') }, ...teams.map((one) => ({ value: one.id, label: one.name }))];
        case 'queue': return [none, ...[...queues.values()].map((one) => ({ value: one.id, label: one.name }))];
        case 'client': return me.tenants.map((one) => ({ value: one.id, label: one.name }));
        case 'line': return me.lines.map((one) => ({ value: one.id, label: one.name, client: me.tenants.find((tenant) => tenant.id === one.tenant)?.name }));
        case 'inbox': return inboxes.map((one) => ({ value: one.id, label: one.name }));
        case 'channel': return (['webchat', 'email', 'api'] as const).map((value) => ({ value, label: t(`view.channel.${value}`) }));
        case 'priority': return (['low', 'normal', 'high', 'urgent'] as const).map((value) => ({ value, label: t(`priority.${value}`) }));
        case 'category': return [none, ...categories.map((one) => ({ value: one.id, label: categoryName(categories, one.id, language) ?? '' }))];
        case 'unread': return [{ value: 'yes', label: t('view.yes') }, { value: 'no', label: t('view.no') }];
        default: return [];
      }
    };
    const say: Sayer = (field, value) => options(field).find((one) => one.value === value)?.label ?? value;
    return { options, say };
  }, [t, language, people, teams, inboxes, categories, queues, me]);
}

interface Props { view: SavedView | null; onClose: () => void; onSaved: (id: string) => void; onRemoved: () => void }

export function ViewEditor({ view, onClose, onSaved, onRemoved }: Props) {
  const { t, language } = useT();
  const { me } = useDesk();
  const values = useValues();
  const [name, setName] = useState(view?.name ?? '');
  const [order, setOrder] = useState<ViewOrder>(view?.order ?? 'due');
  const [shown, setShown] = useState<ViewColumn[]>(view?.columns ?? []);
  const [filter, setFilter] = useState<ViewFilter>(view?.filter ?? { join: 'all', conditions: [{ field: 'status', op: 'in', values: ['open'] }], groups: [] });
  const [audience, setAudience] = useState<AudienceInput>(() => firstAudience(me, undefined, true));
  const unsaved = useUnsaved([name, order, shown, filter, audience]);
  const [found, setFound] = useState<{ n: number; more: boolean } | null>(null);
  const refusal = useRefusal({ name: t('view.name'), filter: t('view.join'), columns: t('view.columns'), order: t('view.order') });
  const [busy, setBusy] = useState(false);
  const clean = useMemo(() => settled(filter), [filter]);
  const text = JSON.stringify(clean);
  useEffect(() => {
    let current = true;
    const timer = setTimeout(() => {
      client.views.attempt({ filter: JSON.parse(text) as ViewFilter, order: 'due', limit: 100 }).then((page) => { if (current) setFound({ n: page.items.length, more: page.next !== null }); }).catch(() => { if (current) setFound(null); });
    }, TRY_AFTER_MS);
    return () => { current = false; clearTimeout(timer); };
  }, [text]);
  const save = async () => {
    if (busy || !name.trim()) return;
    setBusy(true);
    refusal.clear();
    const body: ViewDefinition = { name: name.trim(), filter: clean, order, columns: shown };
    try {
      const saved = view ? await client.views.change(view.id, body) : await client.views.create(body, audience.own ? null : audience);
      await loadViews();
      notify(view ? t('done.saved') : t('done.created'));
      onSaved(saved.id);
    } catch (error) {
      refusal.refuse(error);
      setBusy(false);
    }
  };
  const drop = async () => {
    if (!view || !await sure(t('view.remove_lost'), t('view.remove'))) return;
    try {
      await client.views.remove(view.id);
      await loadViews();
      notify(t('done.removed'));
      onRemoved();
    } catch (error) { tell(error, t); }
  };
  const shares = me.tenants.some((one) => holds(me, 'views.share', one.id)) || me.lines.some((one) => holds(me, 'views.share', one.tenant, one.id));
  return (
    <SidePanel open title={view ? t('view.edit') : t('view.new')} onClose={onClose} unsaved={unsaved} width={620}>
      <form className="record-form view-form" onSubmit={(event) => { event.preventDefault(); void save(); }}>
        {refusal.block}
        <TextField label={t('view.name')} value={name} onChange={setName} max={60} autoFocus error={refusal.of('name')} />
        {!view && shares ? <AudienceField value={audience} onChange={setAudience} permission="views.share" /> : null}
        <fieldset className="view-group">
          <legend><Choice hidden label={t('view.join')} value={filter.join ?? 'all'} onChange={(join) => setFilter({ ...filter, join: (join as 'all' | 'any' | null) ?? 'all' })} options={joins(t)} width={170} /></legend>
          <Conditions list={filter.conditions ?? []} values={values} onChange={(conditions) => setFilter({ ...filter, conditions })} />
          {(filter.groups ?? []).map((group, index) => {
            const set = (next: ViewGroup | null) => setFilter({ ...filter, groups: next ? (filter.groups ?? []).map((one, at) => (at === index ? next : one)) : (filter.groups ?? []).filter((_, at) => at !== index) });
            return (
              <fieldset key={index} className="view-group inner">
                <legend><Choice hidden label={t('view.join')} value={group.join ?? 'all'} onChange={(join) => set({ ...group, join: (join as 'all' | 'any' | null) ?? 'all' })} options={joins(t)} width={170} />
                  <IconButton icon="close" size={14} label={t('view.remove_condition')} onClick={() => set(null)} /></legend>
                <Conditions list={group.conditions} values={values} onChange={(conditions) => set({ ...group, conditions })} />
              </fieldset>
            );
          })}
          {(filter.groups ?? []).length < 6 ? <Button small look="quiet" icon="plus" onClick={() => setFilter({ ...filter, groups: [...(filter.groups ?? []), { join: filter.join === 'any' ? 'all' : 'any', conditions: [fresh('tag')] }] })}>{t('view.add_group')}</Button> : null}
        </fieldset>
        <p className="view-sentence">{t('view.sentence', { text: sentence(filter, { t, language }, values.say) })}</p>
        <p className="hint" role="status">{t('view.found')}{language === 'en' ? ': ' : '：'}{found === null ? '…' : found.more ? t('view.found_more', { n: found.n }) : t('view.found_n', { n: found.n })}</p>
        <Choice label={t('view.order')} value={order} onChange={(next) => setOrder((next as ViewOrder | null) ?? 'due')} options={[{ value: 'due', label: t('view.order_due') }, { value: 'recent', label: t('view.order_recent') }]} />
        <Choices label={t('view.columns')} value={shown} onChange={(next) => setShown(next.slice(0, COLUMNS_MAX) as ViewColumn[])} options={columns.map((value) => ({ value, label: t(`view.column.${value}`) }))} />
        <div className="record-foot">
          {view ? <Button look="danger" onClick={() => void drop()}>{t('view.remove')}</Button> : null}
          <span className="record-change" />
          <Button onClick={onClose}>{t('action.cancel')}</Button>
          <Button look="primary" type="submit" busy={busy} disabled={!name.trim() || (!view && !audienceFits(audience))}>{view ? t('action.save') : t('action.create')}</Button>
        </div>
      </form>
    </SidePanel>
  );
}

const joins = (t: ReturnType<typeof useT>['t']): Option[] => [{ value: 'all', label: t('view.join_all') }, { value: 'any', label: t('view.join_any') }];

function Conditions({ list, values, onChange }: { list: ViewCondition[]; values: ReturnType<typeof useValues>; onChange: (list: ViewCondition[]) => void }) {
  const { t } = useT();
  const set = (index: number, next: ViewCondition | null) => onChange(next ? list.map((one, at) => (at === index ? next : one)) : list.filter((_, at) => at !== index));
  return (
    <>
      {list.map((one, index) => (
        <div className="view-condition" key={index}>
          <Choice hidden label={t('view.field')} value={one.field} onChange={(field) => { if (field) set(index, fresh(field as ViewField)); }} options={fields.map((value) => ({ value, label: t(`view.field.${value}`) }))} width={136} />
          <Choice hidden label={t('view.op')} value={one.op} onChange={(op) => { if (op) set(index, { ...one, op: op as ViewOp }); }} options={opsOf(one.field).map((value) => ({ value, label: t(`view.op.${value}`) }))} width={92} />
          <div className="view-values"><Values one={one} values={values} onChange={(next) => set(index, { ...one, values: next })} /></div>
          <IconButton icon="close" size={14} label={t('view.remove_condition')} onClick={() => set(index, null)} />
        </div>
      ))}
      <Button small look="quiet" icon="plus" onClick={() => onChange([...list, fresh('tag')])}>{t('view.add_condition')}</Button>
    </>
  );
}

function Values({ one, values, onChange }: { one: ViewCondition; values: ReturnType<typeof useValues>; onChange: (values: string[]) => void }) {
  const { t } = useT();
  switch (takes(one.field)) {
    case 'list': return one.field === 'unread'
      ? <Choice hidden label={t('view.value')} value={one.values[0] ?? null} onChange={(value) => onChange(value ? [value] : [])} options={values.options(one.field)} />
      : <Choices hidden label={t('view.value')} value={one.values} onChange={onChange} options={values.options(one.field)} />;
    case 'words': return <Choices hidden free label={t('view.value')} value={one.values} onChange={onChange} options={[]} />;
    case 'minutes': return <label className="view-minutes"><input className="native" type="number" aria-label={t('view.minutes_label')} value={one.values[0] ?? ''} onChange={(event) => onChange(event.target.value === '' ? [] : [String(Math.trunc(Number(event.target.value)))])} />{t('view.minutes_label')}</label>;
    case 'text': return <input className="native" aria-label={t('view.value')} maxLength={80} value={one.values[0] ?? ''} onChange={(event) => onChange(event.target.value ? [event.target.value] : [])} />;
  }
}
