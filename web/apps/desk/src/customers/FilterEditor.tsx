/** Builds a filter of conditions with AND and OR, and says as a sentence whom it means. */
import { useEffect, useRef, useState } from 'react';
import type { AttributeDefinition, ContactCondition, ContactField, ContactFilter, ContactOp, ContactsCounted } from '@hark/api';
import type { Key } from '@hark/i18n';
import { Button, Choice, IconButton, useT } from '@hark/ui';
import { client } from '../state/session';
import { dayOf, fields, isMoment, opsOf, sentence, takesValue, topics } from './sentence';

const COUNT_AFTER_MS = 400;

export const everybody: ContactFilter = { join: 'all', groups: [] };
const fresh = (): ContactCondition => ({ field: 'tag', op: 'is', value: '' });

/** Is every condition answered? */
export function isWhole(filter: ContactFilter): boolean {
  return filter.groups.every((group) => group.conditions.every((one) => !takesValue(one.op) || Boolean(one.value?.trim())));
}

export function FilterEditor({ tenant, attributes, value, onChange }: { tenant: string; attributes: AttributeDefinition[]; value: ContactFilter; onChange: (filter: ContactFilter) => void }) {
  const { t, language } = useT();
  const organisations = useOrganisations(tenant);
  const counted = useCount(tenant, value);
  const setGroup = (at: number, part: Partial<ContactFilter['groups'][number]>) => onChange({ ...value, groups: value.groups.map((one, index) => (index === at ? { ...one, ...part } : one)) });
  const setCondition = (g: number, c: number, next: ContactCondition | null) => {
    const conditions = (value.groups[g]?.conditions ?? []).flatMap((one, index) => (index === c ? (next ? [next] : []) : [one]));
    if (conditions.length === 0) onChange({ ...value, groups: value.groups.filter((_, index) => index !== g) });
    else setGroup(g, { conditions });
  };
  const joins = [{ value: 'all', label: t('flt.all') }, { value: 'any', label: t('flt.any') }];
  return (
    <div className="filter">
      {value.groups.length > 1 ? <div className="filter-join"><span>{t('flt.groups')}</span><Choice hidden width={130} label={t('flt.groups')} value={value.join} onChange={(join) => onChange({ ...value, join: join === 'any' ? 'any' : 'all' })} options={joins} /></div> : null}
      {value.groups.map((group, g) => (
        <fieldset key={g} className={`filter-group${group.not ? ' not' : ''}`}>
          <legend>
            <Choice hidden width={150} label={t('flt.join')} value={group.not ? `not_${group.join}` : group.join} onChange={(next) => setGroup(g, { not: Boolean(next?.startsWith('not_')), join: next?.endsWith('any') ? 'any' : 'all' })}
              options={[...joins, { value: 'not_all', label: `${t('flt.not')} · ${t('flt.all')}` }, { value: 'not_any', label: `${t('flt.not')} · ${t('flt.any')}` }]} />
          </legend>
          {group.conditions.map((condition, c) => <Row key={c} condition={condition} attributes={attributes} organisations={organisations} onChange={(next) => setCondition(g, c, next)} />)}
          <button type="button" className="text-btn" onClick={() => setGroup(g, { conditions: [...group.conditions, fresh()] })}>+ {t('flt.add')}</button>
        </fieldset>
      ))}
      <Button small icon="plus" onClick={() => onChange({ ...value, groups: [...value.groups, { join: 'all', not: false, conditions: [fresh()] }] })}>{value.groups.length === 0 ? t('flt.add') : t('flt.add_group')}</Button>
      <p className="filter-sentence" role="status"><b>{t('seg.sentence')}</b>{language === 'en' ? ': ' : '：'}{sentence(value, { t, language, attributes, organisations })}{counted ? <span className="num"> · {t(counted.exact ? 'seg.preview' : 'seg.preview_more', { n: counted.count })}</span> : null}</p>
    </div>
  );
}

function Row({ condition, attributes, organisations, onChange }: { condition: ContactCondition; attributes: AttributeDefinition[]; organisations: Map<string, string>; onChange: (next: ContactCondition | null) => void }) {
  const { t, language } = useT();
  const keys: { value: string; label: string }[] = condition.field === 'attribute' ? attributes.map((one) => ({ value: one.key, label: language === 'en' ? one.label_en : one.label_zh }))
    : condition.field === 'handle' ? (['phone', 'email', 'external'] as const).map((kind) => ({ value: kind, label: t(`handle.${kind}`) }))
    : condition.field === 'consent' ? topics.map((topic) => ({ value: topic, label: t(`consent.${topic}`) })) : [];
  const choose = (field: ContactField) => {
    const key = field === 'attribute' ? attributes[0]?.key : field === 'handle' ? 'phone' : field === 'consent' ? 'marketing' : undefined;
    const next: ContactCondition = { field, op: 'is', ...(key ? { key } : {}) };
    const op = opsOf(next, attributes)[0] ?? 'is';
    onChange({ ...next, op, ...(takesValue(op) ? { value: field === 'consent' ? 'given' : '' } : {}) });
  };
  const compare = (op: ContactOp) => {
    const { value, ...rest } = condition;
    onChange({ ...rest, op, ...(takesValue(op) ? { value: isMoment({ ...condition, op }) === isMoment(condition) ? value ?? '' : '' } : {}) });
  };
  const turnKey = (key: string) => {
    const next = { ...condition, key };
    const allowed = opsOf(next, attributes);
    onChange(allowed.includes(condition.op) ? next : { ...next, op: allowed[0] ?? 'is', value: '' });
  };
  const usable = fields.filter((field) => field !== 'attribute' || attributes.length > 0);
  return (
    <div className="filter-row">
      <Choice hidden width={130} label={t('flt.field')} value={condition.field} onChange={(field) => choose((field ?? 'tag') as ContactField)} options={usable.map((field) => ({ value: field, label: t(`flt.f.${field}` as Key) }))} />
      {keys.length > 0 ? <Choice hidden width={130} label={t('flt.key')} value={condition.key ?? null} onChange={(key) => turnKey(key ?? '')} options={keys} /> : null}
      <Choice hidden width={140} label={t('flt.op')} value={condition.op} onChange={(op) => compare((op ?? 'is') as ContactOp)} options={opsOf(condition, attributes).map((op) => ({ value: op, label: t(`flt.o.${op}` as Key) }))} />
      {takesValue(condition.op) ? <Value condition={condition} attributes={attributes} organisations={organisations} onChange={(value) => onChange({ ...condition, value })} /> : <span />}
      <IconButton icon="close" size={14} label={t('flt.remove')} onClick={() => onChange(null)} />
    </div>
  );
}

function Value({ condition, attributes, organisations, onChange }: { condition: ContactCondition; attributes: AttributeDefinition[]; organisations: Map<string, string>; onChange: (value: string) => void }) {
  const { t } = useT();
  const attribute = condition.field === 'attribute' ? attributes.find((one) => one.key === condition.key) : undefined;
  const options = condition.field === 'consent' ? [{ value: 'given', label: t('flt.given') }, { value: 'refused', label: t('flt.refused') }]
    : condition.field === 'language' ? [{ value: 'zh-CN', label: '中文' }, { value: 'en', label: 'English' }]
    : condition.field === 'organisation' ? [...organisations].map(([value, label]) => ({ value, label }))
    : attribute?.kind === 'choice' ? (attribute.choices ?? []).map((one) => ({ value: one, label: one })) : null;
  if (options) return <Choice hidden width="100%" label={t('flt.value')} value={condition.value || null} onChange={(value) => onChange(value ?? '')} options={options} />;
  const moment = isMoment(condition);
  const days = condition.op === 'within' || condition.op === 'older';
  const number = days || attribute?.kind === 'number' || condition.field === 'conversations' || condition.field === 'open_conversations';
  const type = moment || attribute?.kind === 'date' ? 'date' : number ? 'number' : 'text';
  const placeholder = condition.field === 'handle' ? (condition.key === 'email' ? '@example.com' : '138') : undefined;
  return <input className="plain-input" type={type} aria-label={t('flt.value')} placeholder={placeholder} value={moment ? dayOf(condition.value) : condition.value ?? ''} maxLength={200}
    onChange={(event) => onChange(moment ? (event.target.value ? String(new Date(`${event.target.value}T00:00:00`).getTime()) : '') : event.target.value)} />;
}

function useCount(tenant: string, filter: ContactFilter): ContactsCounted | null {
  const [counted, setCounted] = useState<ContactsCounted | null>(null);
  const asked = JSON.stringify(filter);
  const newest = useRef(asked);
  useEffect(() => {
    newest.current = asked;
    const whole = JSON.parse(asked) as ContactFilter;
    if (!isWhole(whole)) { setCounted(null); return; }
    const stop = new AbortController();
    const timer = setTimeout(() => {
      client.crm.count({ tenant, filter: whole }, stop.signal).then((next) => { if (newest.current === asked) setCounted(next); }).catch(() => { if (!stop.signal.aborted) setCounted(null); });
    }, COUNT_AFTER_MS);
    return () => { clearTimeout(timer); stop.abort(); };
  }, [tenant, asked]);
  return counted;
}

function useOrganisations(tenant: string): Map<string, string> {
  const [all, setAll] = useState(() => new Map<string, string>());
  useEffect(() => {
    let current = true;
    client.organisations.list({ tenant }).then((page) => { if (current) setAll(new Map(page.items.map((one) => [one.id as string, one.name]))); }).catch(() => undefined);
    return () => { current = false; };
  }, [tenant]);
  return all;
}
