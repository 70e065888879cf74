/** Export: whom, which columns, for what purpose; and the files that are still there. */
import { useEffect, useState } from 'react';
import type { ExportInput, ExportView } from '@hark/api';
import type { Key } from '@hark/i18n';
import { Button, Chip, Choice, Choices, Empty, Table, TextField, Toggle, useT, type Tone } from '@hark/ui';
import { Loaded, useLoad } from '../admin/forms';
import { useDesk } from '../app/context';
import { now } from '../state/clock';
import { tell } from '../state/faults';
import { concerns } from '../state/rights';
import { client } from '../state/session';
import { useDefinitions } from './definitions';
import { PageHead } from './Pages';

const LOOK_EVERY_MS = 1000;
const tones: Record<ExportView['state'], Tone> = { running: 'amber', done: 'green', failed: 'red', expired: 'plain' };
const usual = ['name', 'phone', 'email', 'tier', 'organisation', 'tags', 'last_seen'];
const own = ['first_seen', 'last_seen', 'conversations'] as const;
const shared = ['name', 'phone', 'email', 'external', 'salutation', 'language', 'tier', 'organisation', 'tags', 'note'] as const;

export default function Exports() {
  const { t, language, ago, exact, when } = useT();
  const { me } = useDesk();
  const [tenant, setTenant] = useState<string>(me.tenants[0]?.id ?? '');
  const attributes = useDefinitions(tenant);
  const segments = useLoad(() => client.crm.segments(tenant).then((page) => page.items), [tenant]);
  const all = useLoad(() => client.crm.exports(tenant).then((page) => page.items), [tenant]);
  const [form, setForm] = useState<{ segment: string | null; columns: string[]; format: 'csv' | 'xlsx'; charset: string; clear: boolean; purpose: string }>({ segment: null, columns: usual, format: 'xlsx', charset: 'utf8', clear: false, purpose: '' });
  const [busy, setBusy] = useState(false);
  const set = (part: Partial<typeof form>) => setForm((before) => ({ ...before, ...part }));
  const running = (all.data ?? []).some((one) => one.state === 'running');
  const { reload } = all;
  useEffect(() => {
    if (!running) return undefined;
    const timer = setInterval(reload, LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [running, reload]);
  const ready = form.columns.length > 0 && form.purpose.trim().length >= 2;
  const start = async () => {
    if (!ready || busy) return;
    setBusy(true);
    try {
      const asked: ExportInput = { tenant, columns: form.columns, format: form.format, clear: form.clear, purpose: form.purpose.trim(), ...(form.segment ? { segment: form.segment } : {}), ...(form.format === 'csv' ? { charset: form.charset as NonNullable<ExportInput['charset']> } : {}) };
      await client.crm.startExport(asked);
      set({ purpose: '' });
      reload();
    } catch (error) { tell(error, t); } finally { setBusy(false); }
  };
  const save = async (row: ExportView) => {
    try {
      const fresh = await client.crm.export(row.id);
      if (fresh.url) window.open(fresh.url, '_blank', 'noopener');
    } catch (error) { tell(error, t); }
  };
  const options = [...shared.map((one) => ({ value: one as string, label: t(`imp.t.${one}`) })), ...own.map((one) => ({ value: one as string, label: t(`exp.${one}`) })), ...attributes.map((one) => ({ value: `attribute:${one.key}`, label: language === 'en' ? one.label_en : one.label_zh }))];
  return (
    <>
      <PageHead title={t('exp.title')} about={t('exp.about')} tenant={tenant} onTenant={setTenant} />
      {all.fault?.refused ? null : <section className="part">
        <div className="form-three">
          <Choice clear label={t('exp.who')} placeholder={t('exp.everybody')} value={form.segment} onChange={(segment) => set({ segment })} options={(segments.data ?? []).map((one) => ({ value: one.id, label: one.name }))} />
          <Choice label={t('exp.format')} value={form.format} onChange={(format) => set({ format: format === 'csv' ? 'csv' : 'xlsx' })} options={[{ value: 'xlsx', label: t('exp.xlsx') }, { value: 'csv', label: t('exp.csv') }]} />
          {form.format === 'csv' ? <Choice label={t('exp.charset')} value={form.charset} onChange={(charset) => set({ charset: charset ?? 'utf8' })} options={(['utf8', 'gb18030', 'big5', 'utf16_le'] as const).map((one) => ({ value: one, label: t(`imp.c.${one}`) }))} /> : null}
        </div>
        <Choices label={t('exp.columns')} value={form.columns} onChange={(columns) => set({ columns })} options={options} />
        <TextField label={t('exp.purpose')} hint={t('exp.purpose_hint')} value={form.purpose} onChange={(purpose) => set({ purpose })} max={300} onEnter={() => void start()} />
        {concerns(me, ['unmask']) ? <Toggle label={t('exp.clear')} hint={t('exp.clear_hint')} value={form.clear} onChange={(clear) => set({ clear })} /> : null}
        <Button look="primary" busy={busy} disabled={!ready} onClick={() => void start()}>{t('exp.do')}</Button>
      </section>}
      <h2 className="form-part">{t('exp.earlier')}</h2>
      <Loaded of={all}>{(rows) => (
        <Table rows={rows} label={t('exp.earlier')} idOf={(row) => row.id} empty={<Empty icon="download" title={t('exp.none')} />} columns={[
          { key: 'purpose', title: t('exp.purpose'), render: (row) => row.purpose },
          { key: 'state', title: t('blk.state'), render: (row) => <Chip tone={tones[row.state]}>{t(`exp.s.${row.state}` as Key)}</Chip> },
          { key: 'rows', title: t('exp.rows'), numeric: true, render: (row) => row.rows },
          { key: 'at', title: t('field.when'), render: (row) => ago(row.created_at, now()) },
          { key: 'until', title: t('exp.until'), render: (row) => <time title={exact(row.expires_at)}>{when(row.expires_at, now())}</time> },
          { key: 'act', title: '', render: (row) => (row.state !== 'done' ? null : row.url ? <Button small icon="download" onClick={() => void save(row)}>{t('exp.save')}</Button> : <span className="hint">{t('exp.not_yours')}</span>) },
        ]} />
      )}</Loaded>
    </>
  );
}
