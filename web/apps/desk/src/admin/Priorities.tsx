/** What counts for a place: waiting, tiers and marks; for everybody, and for each client's customers. */
import { useEffect, useState } from 'react';
import type { AttributeDefinition, ClientRules, RoutingSettings } from '@hark/api';
import type { Key } from '@hark/i18n';
import { Button, Choice, Choices, IconButton, notify, NumberField, TextField, useT } from '@hark/ui';
import { useDesk } from '../app/context';
import { client } from '../state/session';
import { Loaded, useLoad, useRefusal } from './forms';

interface NumberSpec { key: keyof RoutingSettings; label: Key; hint?: Key; by?: number; max: number; min?: number }
const numbers: NumberSpec[] = [
  { key: 'aging_ms', label: 'priorities.aging_s', hint: 'priorities.aging_hint', by: 1000, max: 3600 },
  { key: 'contact_tier_points', label: 'priorities.contact_tier', max: 1_000_000 },
  { key: 'client_tier_points', label: 'priorities.client_tier', max: 1_000_000 },
  { key: 'repeat_points', label: 'priorities.repeat', max: 1_000_000 },
  { key: 'straight_points', label: 'priorities.straight', max: 1_000_000 },
  { key: 'cool_down_ms', label: 'priorities.cool_s', by: 1000, max: 3600 },
  { key: 'missed_max', label: 'priorities.missed', hint: 'priorities.missed_hint', max: 20 },
  { key: 'vanish_grace_ms', label: 'priorities.grace_s', hint: 'priorities.grace_hint', by: 1000, min: 1, max: 3600 },
  { key: 'decisions_days', label: 'priorities.days', min: 1, max: 730 },
];
const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

export default function Priorities() {
  return <><Everybody /><OneClient /></>;
}

/** The foot of a form that saves as a whole: what will change, and the button. */
function Foot({ names, busy, onSave }: { names: string[]; busy: boolean; onSave: () => void }) {
  const { t } = useT();
  return (
    <div className="record-foot">
      <span className="record-change">{names.length > 0 ? t('form.will_change', { fields: names.join('、') }) : t('form.no_change')}</span>
      <Button look="primary" busy={busy} disabled={names.length === 0} onClick={onSave}>{t('action.save')}</Button>
    </div>
  );
}

function Everybody() {
  const { t } = useT();
  // Whoever sets up one client's queues does not see what holds for all.
  const all = useLoad(() => client.routing.settings().catch(() => null));
  if (all.data === null && !all.fault) return null;
  return (
    <section className="part">
      <h2>{t('priorities.all')}</h2>
      <p className="hint">{t('priorities.all_hint')}</p>
      <Loaded of={all}>{(data) => (data ? <Numbers first={data} onDone={all.reload} /> : null)}</Loaded>
    </section>
  );
}

function Numbers({ first, onDone }: { first: RoutingSettings; onDone: () => void }) {
  const { t } = useT();
  const [form, setForm] = useState(first);
  const refusal = useRefusal(Object.fromEntries(numbers.map((one) => [one.key, t(one.label)])));
  const [busy, setBusy] = useState(false);
  useEffect(() => setForm(first), [first]);
  const changed = numbers.filter((one) => form[one.key] !== first[one.key]);
  const save = async () => {
    setBusy(true);
    refusal.clear();
    try { await client.routing.setSettings(form); notify(t('done.saved')); onDone(); } catch (error) { refusal.refuse(error); } finally { setBusy(false); }
  };
  return (
    <>
      {refusal.block}
      <div className="form-three">
        {numbers.map(({ key, label, hint, by = 1, min = 0, max }) => <NumberField key={key} label={t(label)} hint={hint ? t(hint) : undefined} value={form[key] / by} min={min} max={max} error={refusal.of(key)} onChange={(value) => setForm((now) => ({ ...now, [key]: Math.round((value ?? min) * by) }))} />)}
      </div>
      <Foot names={changed.map((one) => t(one.label))} busy={busy} onSave={() => void save()} />
    </>
  );
}

function OneClient() {
  const { t } = useT();
  const { me } = useDesk();
  const [tenant, setTenant] = useState<string | null>(me.tenants[0]?.id ?? null);
  const all = useLoad(async () => {
    if (!tenant) return null;
    const [rules, attributes] = await Promise.all([client.routing.client(tenant), client.attributes.list({ tenant }).catch(() => null)]);
    return { tenant, rules, attributes: attributes?.items ?? [] };
  }, [tenant]);
  return (
    <section className="part">
      <h2>{t('priorities.client')}</h2>
      <p className="hint">{t('priorities.client_hint')}</p>
      <div className="form-two"><Choice label={t('word.client')} value={tenant} onChange={setTenant} options={me.tenants.map((one) => ({ value: one.id, label: one.name }))} /></div>
      <Loaded of={all}>{(data) => (data && data.tenant === tenant ? <Rules key={data.tenant} tenant={data.tenant} first={data.rules} attributes={data.attributes} onDone={all.reload} /> : null)}</Loaded>
    </section>
  );
}

const ruleNames: Record<keyof ClientRules, Key> = { tier: 'priorities.tier', contact_tiers: 'priorities.tiers', straight_tags: 'priorities.tags', age_attribute: 'priorities.age', age_from: 'priorities.age_from' };

function Rules({ tenant, first, attributes, onDone }: { tenant: string; first: ClientRules; attributes: AttributeDefinition[]; onDone: () => void }) {
  const { t, language } = useT();
  const [form, setForm] = useState(first);
  const [name, setName] = useState('');
  const refusal = useRefusal(Object.fromEntries(Object.entries(ruleNames).map(([key, word]) => [key, t(word)])));
  const [busy, setBusy] = useState(false);
  const set = (part: Partial<ClientRules>) => setForm((now) => ({ ...now, ...part }));
  const changed = (Object.keys(ruleNames) as (keyof ClientRules)[]).filter((key) => !same(form[key], first[key]));
  const save = async () => {
    setBusy(true);
    refusal.clear();
    try { await client.routing.setClient(tenant, form); notify(t('done.saved')); onDone(); } catch (error) { refusal.refuse(error); } finally { setBusy(false); }
  };
  const add = () => {
    const word = name.trim();
    if (!word || form.contact_tiers.some((one) => one.name === word)) return;
    set({ contact_tiers: [...form.contact_tiers, { name: word, tier: 1 }] });
    setName('');
  };
  const fields = attributes.filter((one) => one.kind === 'date' || one.kind === 'number');
  return (
    <>
      {refusal.block}
      <div className="form-two"><NumberField label={t('priorities.tier')} error={refusal.of('tier')} value={form.tier} min={0} max={10} onChange={(tier) => set({ tier: tier ?? 0 })} /></div>
      <h3 className="form-part">{t('priorities.tiers')}</h3>
      <p className="hint">{t('priorities.tiers_hint')}</p>
      <ul className="plain-list">{form.contact_tiers.map((one) => (
        <li key={one.name}><b>{one.name}</b><Choice hidden width={92} label={`${t('priorities.tier_value')} ${one.name}`} value={String(one.tier)} onChange={(tier) => set({ contact_tiers: form.contact_tiers.map((other) => (other.name === one.name ? { ...other, tier: Number(tier) } : other)) })} options={Array.from({ length: 10 }, (_, at) => ({ value: String(at + 1), label: String(at + 1) }))} /><IconButton icon="close" size={14} label={t('priorities.tier_remove', { name: one.name })} onClick={() => set({ contact_tiers: form.contact_tiers.filter((other) => other !== one) })} /></li>
      ))}</ul>
      <div className="form-row"><TextField label={t('priorities.tier_name')} value={name} max={40} onChange={setName} onEnter={add} /><Button disabled={!name.trim()} onClick={add}>{t('action.add')}</Button></div>
      <Choices free label={t('priorities.tags')} hint={t('priorities.tags_hint')} error={refusal.of('straight_tags')} value={form.straight_tags} onChange={(straight_tags) => set({ straight_tags })} options={[]} />
      <div className="form-two">
        <Choice clear label={t('priorities.age')} hint={t('priorities.age_hint')} error={refusal.of('age_attribute')} value={form.age_attribute} onChange={(age_attribute) => set({ age_attribute, age_from: age_attribute ? form.age_from ?? 65 : null })} options={fields.map((one) => ({ value: one.key, label: language === 'en' ? one.label_en : one.label_zh }))} />
        {form.age_attribute ? <NumberField label={t('priorities.age_from')} error={refusal.of('age_from')} value={form.age_from} min={1} max={120} onChange={(age) => set({ age_from: age ?? 65 })} /> : null}
      </div>
      <Foot names={changed.map((key) => t(ruleNames[key]))} busy={busy} onSave={() => void save()} />
    </>
  );
}
