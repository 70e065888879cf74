/** Listed words of a client: what must not be written, needs a second look, or is reported. With a box to try a text. */
import { useRef, useState } from 'react';
import type { WordAction, WordDirection, WordHit, WordList } from '@hark/api';
import { AreaField, Button, Choice, Empty, notify, SidePanel, Table, TextField, Toggle, useT, useUnsaved, sure } from '@hark/ui';
import { useDesk } from '../app/context';
import { tell } from '../state/faults';
import { client } from '../state/session';
import { Bar, Loaded, useLoad, useRefusal } from './forms';

const directions = ['out', 'in', 'both'] as const;
const actions = ['warn', 'block', 'alert'] as const;
/** A file of words at the most, in bytes. */
const FILE_MAX = 1024 * 1024;

export default function Words() {
  const { t } = useT();
  const { me } = useDesk();
  const [tenant, setTenant] = useState<string | null>(me.tenants[0]?.id ?? null);
  const [open, setOpen] = useState<WordList | 'new' | null>(null);
  const all = useLoad(() => (tenant ? client.words.list({ tenant }).then((page) => page.items) : Promise.resolve([])), [tenant]);
  const line = (id: string | null) => (id ? me.lines.find((one) => one.id === id)?.name ?? '' : t('wordlist.whole'));
  return (
    <>
      <section className="part">
        <Bar>
          <Choice label={t('word.client')} value={tenant} onChange={setTenant} options={me.tenants.map((one) => ({ value: one.id, label: one.name }))} />
          <Button look="primary" icon="plus" disabled={!tenant} onClick={() => setOpen('new')}>{t('wordlist.new')}</Button>
        </Bar>
        <Loaded of={all}>{(rows) => <Table rows={rows} label={t('page.words')} idOf={(row) => row.id} onOpen={setOpen} empty={<Empty icon="alert" title={t('wordlist.empty')} text={t('wordlist.empty_hint')} />} columns={[
          { key: 'name', title: t('wordlist.name'), render: (row) => row.name },
          { key: 'category', title: t('wordlist.category'), render: (row) => row.category },
          { key: 'line', title: t('word.line'), render: (row) => line(row.line) },
          { key: 'direction', title: t('wordlist.direction'), render: (row) => t(`wordlist.direction.${row.direction}`) },
          { key: 'action', title: t('wordlist.action'), render: (row) => t(`wordlist.action.${row.action}`) },
          { key: 'count', title: t('wordlist.count'), numeric: true, render: (row) => <span className="num">{row.words.length}</span> },
          { key: 'hits', title: t('wordlist.hits'), render: (row) => <span className="num">{t('wordlist.hits_text', { sent: row.sent_30_days, refused: row.refused_30_days })}</span> },
          { key: 'enabled', title: t('wordlist.enabled'), render: (row) => t(row.enabled ? 'state.on' : 'state.off') },
        ]} />}</Loaded>
      </section>
      {tenant ? <Trial tenant={tenant} /> : null}
      {open && tenant ? <ListForm tenant={tenant} record={open === 'new' ? null : open} onClose={() => setOpen(null)} onDone={() => { setOpen(null); all.reload(); }} /> : null}
    </>
  );
}

const wordsOf = (text: string) => text.split('\n').map((word) => word.trim()).filter(Boolean);

function ListForm({ tenant, record, onClose, onDone }: { tenant: string; record: WordList | null; onClose: () => void; onDone: () => void }) {
  const { t } = useT();
  const { me } = useDesk();
  const [form, setForm] = useState({ name: record?.name ?? '', category: record?.category ?? '', line: record?.line ?? null, direction: record?.direction ?? ('out' as WordDirection), action: record?.action ?? ('warn' as WordAction), words: record?.words.join('\n') ?? '', enabled: record?.enabled ?? true });
  const unsaved = useUnsaved(form);
  const refusal = useRefusal({ name: t('wordlist.name'), category: t('wordlist.category'), line: t('word.line'), 'words/*': t('wordlist.words'), words: t('wordlist.words') });
  const [busy, setBusy] = useState(false);
  const picker = useRef<HTMLInputElement>(null);
  const set = (change: Partial<typeof form>) => setForm((now) => ({ ...now, ...change }));
  const missing = !form.name.trim() || !form.category.trim() || wordsOf(form.words).length === 0;
  const save = async () => {
    setBusy(true);
    const { line, words, enabled, ...rest } = form;
    try {
      if (record) await client.words.change(record.id, { ...rest, words: wordsOf(words), enabled });
      else await client.words.create({ tenant, ...(line ? { line } : {}), ...rest, words: wordsOf(words) });
      notify(t(record ? 'done.saved' : 'done.created'));
      onDone();
    } catch (error) { refusal.refuse(error); setBusy(false); }
  };
  const load = async (file: File | undefined) => {
    if (!file || file.size > FILE_MAX) return;
    // What a spreadsheet writes: the first column, quotes taken away.
    const fresh = (await file.text()).split(/\r?\n/).map((row) => (row.split(/[,\t;]/)[0] ?? '').replace(/^[\s"\uFEFF]+|[\s"]+$/g, '')).filter(Boolean);
    const known = new Set(wordsOf(form.words));
    const added = fresh.filter((word) => !known.has(word));
    set({ words: [...known, ...added].join('\n') });
    notify(t('wordlist.imported', { n: added.length }));
  };
  const drop = async () => {
    if (!record || !await sure(t('wordlist.lost'), t('action.remove'))) return;
    try { await client.words.remove(record.id); notify(t('done.removed')); onDone(); } catch (error) { tell(error, t); }
  };
  return (
    <SidePanel open title={record?.name ?? t('wordlist.new')} onClose={onClose} unsaved={unsaved} width={520}>
      <form className="record-form" onSubmit={(event) => { event.preventDefault(); if (!missing && !busy) void save(); }}>
        {refusal.block}
        <TextField label={t('wordlist.name')} value={form.name} max={60} error={refusal.of('name')} onChange={(name) => set({ name })} />
        <TextField label={t('wordlist.category')} value={form.category} max={60} error={refusal.of('category')} hint={t('wordlist.category_hint')} onChange={(category) => set({ category })} />
        <Choice label={t('word.line')} value={form.line} clear disabled={record !== null} placeholder={t('wordlist.whole')} onChange={(line) => set({ line })} options={me.lines.filter((one) => one.tenant === tenant).map((one) => ({ value: one.id, label: one.name }))} />
        <Choice label={t('wordlist.direction')} value={form.direction} onChange={(next) => set({ direction: (next ?? 'out') as WordDirection })} options={directions.map((one) => ({ value: one, label: t(`wordlist.direction.${one}`) }))} />
        <Choice label={t('wordlist.action')} value={form.action} hint={t('wordlist.action_hint')} onChange={(next) => set({ action: (next ?? 'warn') as WordAction })} options={actions.map((one) => ({ value: one, label: t(`wordlist.action.${one}`) }))} />
        <AreaField label={t('wordlist.words')} value={form.words} rows={10} max={400_000} error={refusal.of('words')} hint={t('wordlist.words_hint')} onChange={(words) => set({ words })} />
        <Button icon="clip" onClick={() => picker.current?.click()}>{t('wordlist.import')}</Button>
        <input ref={picker} type="file" accept=".txt,.csv,text/plain,text/csv" hidden onChange={(event) => { void load(event.target.files?.[0]); event.target.value = ''; }} />
        {record ? <Toggle label={t('wordlist.enabled')} value={form.enabled} onChange={(enabled) => set({ enabled })} /> : null}
        <div className="record-foot">
          {record ? <Button look="danger" onClick={() => void drop()}>{t('action.remove')}</Button> : null}
          <span className="record-change" />
          <Button onClick={onClose}>{t('action.cancel')}</Button>
          <Button look="primary" type="submit" busy={busy} disabled={missing}>{record ? t('action.save') : t('action.create')}</Button>
        </div>
      </form>
    </SidePanel>
  );
}

function Trial({ tenant }: { tenant: string }) {
  const { t } = useT();
  const [text, setText] = useState('');
  const [direction, setDirection] = useState<WordDirection>('out');
  const [found, setFound] = useState<{ text: string; hits: WordHit[] } | null>(null);
  const run = () => client.words.try({ tenant, direction, text }).then((answer) => setFound({ text, hits: answer.hits })).catch((error) => tell(error, t));
  return (
    <section className="part">
      <h2>{t('wordlist.try')}</h2>
      <p className="hint">{t('wordlist.try_hint')}</p>
      <AreaField label={t('wordlist.try_text')} value={text} max={16_000} onChange={setText} />
      <Bar>
        <Choice label={t('wordlist.direction')} value={direction} onChange={(next) => setDirection((next ?? 'out') as WordDirection)} options={[{ value: 'out', label: t('wordlist.direction.out') }, { value: 'in', label: t('wordlist.direction.in') }]} />
        <Button disabled={text.trim() === ''} onClick={() => void run()}>{t('wordlist.try')}</Button>
      </Bar>
      {found ? <div className="trial" role="status">{found.hits.length === 0 ? t('wordlist.try_none') : found.hits.map((hit, at) => <span key={at} className={`word-hit word-${hit.action}`}><b>{found.text.slice(hit.start, hit.end)}</b> {hit.kind === 'other_client' ? t('words.other_client') : `${hit.category ?? ''} · ${t(`words.${hit.action}`)}`}</span>)}</div> : null}
    </section>
  );
}
