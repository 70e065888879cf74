/** Targets of lines, and the thresholds that raise alerts. */
import { useState } from 'react';
import type { LineTarget, Threshold, ThresholdInput, ThresholdMetric, ThresholdOperator } from '@hark/api';
import type { Key } from '@hark/i18n';
import { Button, Chip, Choice, Empty, NumberField, notify, Table, useT } from '@hark/ui';
import { Bar, Loaded, RecordForm, useLoad, type Form } from '../admin/forms';
import { useDesk } from '../app/context';
import { useLine } from '../floor/LineChoice';
import { tell } from '../state/faults';
import { client } from '../state/session';
import { clockOf, limit, minuteOf, toSent, toTyped, unfitQuiet } from './values';

const metrics: ThresholdMetric[] = ['waiting', 'longest_wait', 'longest_unanswered', 'agents_free', 'service_level', 'abandon_rate', 'answer_speed', 'first_reply', 'within_3min'];
const operators: ThresholdOperator[] = ['at_least', 'below'];

function bodyOf(form: Form): ThresholdInput {
  const metric = form['metric'] as ThresholdMetric;
  const number = (key: string) => (typeof form[key] === 'number' ? (form[key] as number) : null);
  const escalate = number('escalate');
  return {
    metric, operator: form['operator'] as ThresholdOperator, value: toSent(metric, number('value') ?? 0), for_ms: Math.round((number('for') ?? 0) * 1000),
    quiet_from: minuteOf(String(form['quiet_from'] ?? '')), quiet_to: minuteOf(String(form['quiet_to'] ?? '')),
    escalate_ms: escalate === null ? null : Math.round(escalate * 60_000), enabled: Boolean(form['enabled']),
  };
}

export default function Thresholds({ id }: { id: string | null }) {
  const words = useT();
  const { t, length } = words;
  const { me } = useDesk();
  const [line, setLine] = useLine(id);
  const all = useLoad(async () => (line ? (await client.insight.thresholds({ line })).items : []), [line]);
  const [open, setOpen] = useState<Threshold | 'new' | null>(null);
  const tenantName = (id: string) => me.tenants.find((one) => one.id === id)?.name ?? '';
  if (!line) return <Empty icon="pulse" title={t('monitor.empty')} text={t('monitor.empty_hint')} />;
  const change = open !== null && open !== 'new' ? open : null;
  const first: Form = change ? {
    metric: change.metric, operator: change.operator, value: toTyped(change.metric, change.value), for: change.for_ms / 1000, quiet_from: clockOf(change.quiet_from),
    quiet_to: clockOf(change.quiet_to), escalate: change.escalate_ms === null ? null : change.escalate_ms / 60_000, enabled: change.enabled,
  } : { metric: 'waiting', operator: 'at_least', value: 10, for: 60, quiet_from: '', quiet_to: '', escalate: null, enabled: true };
  return (
    <>
      <Bar>
        <Choice label={t('word.line')} value={line} onChange={(next) => { if (next) setLine(next); }} width={260}
          options={me.lines.map((one) => ({ value: one.id, label: one.name, client: tenantName(one.tenant) }))} />
      </Bar>
      <Targets key={line} line={line} />
      <section className="part">
        <h2>{t('threshold.limits')}</h2>
        <Bar><Button look="primary" icon="plus" onClick={() => setOpen('new')}>{t('threshold.new')}</Button></Bar>
        <Loaded of={all}>{(rows) => (
          <Table rows={rows} label={t('threshold.limits')} idOf={(row) => row.id} onOpen={setOpen} empty={<Empty icon="bell" title={t('threshold.empty')} text={t('threshold.empty_hint')} />} columns={[
            { key: 'metric', title: t('threshold.metric'), render: (row) => t(`metric.${row.metric}`) },
            { key: 'value', title: t('threshold.operator'), render: (row) => `${t(`alert.${row.operator}`)} ${limit(row.metric, row.value, words)}` },
            { key: 'for', title: t('threshold.for'), render: (row) => (row.for_ms > 0 ? length(row.for_ms) : t('state.none')) },
            { key: 'quiet', title: t('threshold.quiet'), render: (row) => (row.quiet_from === null ? t('state.none') : `${clockOf(row.quiet_from)}–${clockOf(row.quiet_to)}`) },
            { key: 'state', title: t('monitor.state'), render: (row) => (!row.enabled ? <Chip>{t('threshold.off')}</Chip> : row.crossed_at !== null ? <Chip tone="amber">{t('threshold.crossing')}</Chip> : t('threshold.enabled')) },
          ]} />
        )}</Loaded>
      </section>
      {open ? <RecordForm key={change?.id ?? 'new'} title={change ? t(`metric.${change.metric}`) : t('threshold.new')} record={change} first={first}
        fields={[
          { key: 'metric', label: 'threshold.metric', kind: 'choice', required: true, options: metrics.map((one) => ({ value: one, label: t(`metric.${one}` as Key) })) },
          { key: 'operator', label: 'threshold.operator', kind: 'choice', required: true, options: operators.map((one) => ({ value: one, label: t(`alert.${one}`) })) },
          { key: 'value', label: 'threshold.value', kind: 'number', required: true, hint: 'threshold.value_hint' },
          { key: 'for', label: 'threshold.for', kind: 'number', hint: 'threshold.for_hint' },
          { key: 'quiet_from', label: 'threshold.quiet_from', kind: 'text', hint: 'threshold.quiet_hint', max: 5 },
          { key: 'quiet_to', label: 'threshold.quiet_to', kind: 'text', max: 5 },
          { key: 'escalate', label: 'threshold.escalate', kind: 'number', min: 1, max: 1440, hint: 'threshold.escalate_hint' },
          { key: 'enabled', label: 'threshold.enabled', kind: 'toggle' },
        ]}
        check={(form) => unfitQuiet(form, t)}
        save={async (_, whole) => {
          if (change) await client.insight.changeThreshold(change.id, bodyOf(whole));
          else await client.insight.createThreshold({ ...bodyOf(whole), line });
          all.reload();
        }}
        remove={change ? { label: t('threshold.remove'), lost: t('threshold.remove_lost'), run: async () => { await client.insight.removeThreshold(change.id); all.reload(); } } : undefined}
        onClose={() => setOpen(null)} /> : null}
    </>
  );
}

function Targets({ line }: { line: string }) {
  const { t } = useT();
  const loaded = useLoad(() => client.insight.target(line), [line]);
  return <Loaded of={loaded}>{(target) => <TargetForm line={line} first={target} saved={loaded.reload} title={t('threshold.targets')} />}</Loaded>;
}

function TargetForm({ line, first, saved, title }: { line: string; first: LineTarget; saved: () => void; title: string }) {
  const { t } = useT();
  const [form, setForm] = useState(first);
  const [busy, setBusy] = useState(false);
  const changed = JSON.stringify(form) !== JSON.stringify(first);
  const set = (key: keyof LineTarget, factor: number) => (value: number | null) => setForm((now) => ({ ...now, [key]: Math.round((value ?? 0) * factor) }));
  const save = async () => {
    setBusy(true);
    try {
      await client.insight.setTarget(line, form);
      notify(t('done.saved'));
      saved();
    } catch (error) { tell(error, t); }
    setBusy(false);
  };
  return (
    <section className="part">
      <h2>{title}</h2>
      <p className="hint">{t('threshold.targets_hint')}</p>
      <form className="form-three" onSubmit={(event) => { event.preventDefault(); void save(); }}>
        <NumberField label={t('threshold.within')} value={form.answer_within_ms / 1000} min={1} max={86_400} onChange={set('answer_within_ms', 1000)} />
        <NumberField label={t('threshold.share')} value={form.answer_share / 100} min={0} max={100} onChange={set('answer_share', 100)} />
        <NumberField label={t('threshold.short')} value={form.short_abandon_ms / 1000} min={0} max={300} onChange={set('short_abandon_ms', 1000)} />
        <Button look="primary" type="submit" busy={busy} disabled={!changed}>{t('action.save')}</Button>
      </form>
    </section>
  );
}
