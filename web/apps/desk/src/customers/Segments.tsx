/** Saved filters: who is in each, how many, and an editor that says it as a sentence. */
import { useState } from 'react';
import type { ContactFilter, Segment } from '@hark/api';
import { Button, Empty, notify, SidePanel, Table, TextField, useT, useUnsaved, sure } from '@hark/ui';
import { Loaded, useLoad, useRefusal } from '../admin/forms';
import { useDesk } from '../app/context';
import { go } from '../app/router';
import { now } from '../state/clock';
import { tell } from '../state/faults';
import { client } from '../state/session';
import { everybody, FilterEditor, isWhole } from './FilterEditor';
import { PageHead } from './Pages';
import { sentence } from './sentence';
import { useDefinitions } from './definitions';

export default function Segments({ id }: { id: string | null }) {
  const { t, language, ago } = useT();
  const { me } = useDesk();
  const [tenant, setTenant] = useState<string>(me.tenants[0]?.id ?? '');
  const all = useLoad(() => client.crm.segments(tenant).then((page) => page.items), [tenant]);
  const attributes = useDefinitions(tenant);
  const [open, setOpen] = useState<Segment | 'new' | null>(id === 'new' ? 'new' : null);
  const recount = async (segment: Segment) => {
    try { await client.crm.countSegment(segment.id); all.reload(); } catch (error) { tell(error, t); }
  };
  return (
    <>
      <PageHead title={t('seg.title')} about={t('seg.about')} tenant={tenant} onTenant={setTenant}><Button look="primary" icon="plus" onClick={() => setOpen('new')}>{t('seg.new')}</Button></PageHead>
      <Loaded of={all}>{(rows) => (
        <Table rows={rows} label={t('seg.title')} idOf={(row) => row.id} onOpen={setOpen} empty={<Empty icon="people" title={t('seg.empty')} text={t('seg.empty_hint')} />} columns={[
          { key: 'name', title: t('seg.name'), render: (row) => row.name },
          { key: 'who', title: t('seg.sentence'), render: (row) => <span className="segment-who">{sentence(row.filter, { t, language, attributes })}</span> },
          { key: 'count', title: t('seg.count'), numeric: true, render: (row) => (row.count === null ? <span className="hint">{t('seg.never')}</span> : <span title={row.counted_at ? t('seg.counted', { time: ago(row.counted_at, now()) }) : undefined}>{row.count}</span>) },
          { key: 'act', title: '', render: (row) => <span className="row-acts"><Button small onClick={() => void recount(row)}>{t('seg.recount')}</Button><Button small onClick={() => go(`/customers/segment-${row.id}`)}>{t('seg.open')}</Button></span> },
        ]} />
      )}</Loaded>
      {open ? <SegmentPanel tenant={tenant} segment={open === 'new' ? null : open} onClose={() => setOpen(null)} onDone={() => { setOpen(null); all.reload(); }} /> : null}
    </>
  );
}

/** Makes or changes one segment; `filter` is where a new one begins. */
export function SegmentPanel({ tenant, segment, filter, onClose, onDone }: { tenant: string; segment: Segment | null; filter?: ContactFilter; onClose: () => void; onDone: (segment: Segment | null) => void }) {
  const { t } = useT();
  const attributes = useDefinitions(tenant);
  const [name, setName] = useState(segment?.name ?? '');
  const [form, setForm] = useState<ContactFilter>(segment?.filter ?? filter ?? everybody);
  const unsaved = useUnsaved([name, form]);
  const [busy, setBusy] = useState(false);
  const refusal = useRefusal({ name: t('seg.name'), filter: t('word.conditions') });
  const ready = Boolean(name.trim()) && isWhole(form);
  const save = async () => {
    if (!ready || busy) return;
    setBusy(true);
    refusal.clear();
    try {
      const kept = segment ? await client.crm.changeSegment(segment.id, { name: name.trim(), filter: form }) : await client.crm.createSegment({ tenant, name: name.trim(), filter: form });
      notify(t(segment ? 'done.saved' : 'done.created'));
      onDone(kept);
    } catch (error) { refusal.refuse(error); setBusy(false); }
  };
  const drop = async () => {
    if (!segment || !await sure(t('seg.lost'), t('action.remove'))) return;
    try { await client.crm.removeSegment(segment.id); notify(t('done.removed')); onDone(null); } catch (error) { tell(error, t); }
  };
  return (
    <SidePanel open title={segment ? t('seg.edit') : t('seg.new')} onClose={onClose} unsaved={unsaved} width={640}>
      {refusal.block}
      <TextField label={t('seg.name')} value={name} onChange={setName} max={120} autoFocus={!segment} error={refusal.of('name')} />
      <FilterEditor tenant={tenant} attributes={attributes} value={form} onChange={setForm} />
      <div className="record-foot">
        {segment ? <Button look="danger" onClick={() => void drop()}>{t('action.remove')}</Button> : null}
        <span className="record-change" />
        <Button onClick={onClose}>{t('action.cancel')}</Button>
        <Button look="primary" busy={busy} disabled={!ready} onClick={() => void save()}>{segment ? t('action.save') : t('action.create')}</Button>
      </div>
    </SidePanel>
  );
}
