/** The block list: asked by one, agreed to by another, ended by time. */
import { useState } from 'react';
import type { Block, Contact } from '@hark/api';
import type { Key } from '@hark/i18n';
import { Button, Chip, Choice, Dialog, Empty, notify, Table, TextField, Toggle, useT, useUnsaved, type Tone } from '@hark/ui';
import { Loaded, useLoad, useRefusal } from '../admin/forms';
import { useDesk } from '../app/context';
import { link } from '../app/router';
import { now } from '../state/clock';
import { tell } from '../state/faults';
import { concerns } from '../state/rights';
import { client } from '../state/session';
import { useLines } from './definitions';
import { PageHead } from './Pages';

const tones: Record<Block['state'], Tone> = { asked: 'amber', active: 'red', refused: 'plain', lifted: 'plain', expired: 'plain' };
const DAY_MS = 86_400_000;

export function BlockState({ block }: { block: Block }) {
  const { t } = useT();
  return <Chip tone={tones[block.state]}>{t(`blk.s.${block.state}` as Key)}</Chip>;
}

export default function Blocks() {
  const { t, ago, day, exact } = useT();
  const { me } = useDesk();
  const [tenant, setTenant] = useState<string>(me.tenants[0]?.id ?? '');
  const [state, setState] = useState<string | null>(null);
  const all = useLoad(() => client.crm.blocks({ tenant, state: state ?? undefined }).then((page) => page.items), [tenant, state]);
  const policy = useLoad(() => client.crm.blockPolicy(tenant), [tenant]);
  const lines = useLines(tenant);
  const [asking, setAsking] = useState(false);
  const [lifting, setLifting] = useState<Block | null>(null);
  const decider = concerns(me, ['block_decide', 'decide']);
  const decide = async (block: Block, agree: boolean) => {
    try { await client.crm.decideBlock(block.id, { agree }); all.reload(); } catch (error) { tell(error, t); all.reload(); }
  };
  const silent = async (on: boolean) => { try { await client.crm.setBlockPolicy(tenant, on); policy.reload(); } catch (error) { tell(error, t); } };
  return (
    <>
      <PageHead title={t('blk.title')} about={t('blk.about')} tenant={tenant} onTenant={setTenant}><Button look="primary" icon="plus" onClick={() => setAsking(true)}>{t('blk.new')}</Button></PageHead>
      <div className="settings-bar">
        <Choice hidden width={140} clear label={t('blk.state')} placeholder={t('blk.every_state')} value={state} onChange={setState} options={(['asked', 'active', 'refused', 'lifted', 'expired'] as const).map((one) => ({ value: one, label: t(`blk.s.${one}`) }))} />
        {decider && policy.data ? <Toggle label={t('blk.silent')} hint={t('blk.silent_hint')} value={policy.data.silent} onChange={(on) => void silent(on)} /> : null}
      </div>
      <Loaded of={all}>{(rows) => (
        <Table rows={rows} label={t('blk.title')} idOf={(row) => row.id} empty={<Empty icon="lock" title={t('blk.empty')} />} columns={[
          { key: 'who', title: t('blk.who'), render: (row) => (row.contact ? <a {...link(`/customers/${row.contact}`)}>{row.contact_name}</a> : <span className="num">{row.value}</span>) },
          { key: 'state', title: t('blk.state'), render: (row) => <BlockState block={row} /> },
          { key: 'reason', title: t('blk.reason'), render: (row) => <span title={row.answer ?? undefined}>{row.reason}</span> },
          { key: 'line', title: t('blk.line'), render: (row) => (row.line ? lines.find((line) => line.id === row.line)?.name ?? '' : t('blk.everywhere')) },
          { key: 'until', title: t('blk.until'), render: (row) => (row.expires_at ? <time title={exact(row.expires_at)}>{day(row.expires_at, now())}</time> : t('blk.d.0')) },
          { key: 'hits', title: t('blk.hits'), numeric: true, render: (row) => <span title={row.hit_at ? ago(row.hit_at, now()) : undefined}>{row.hits}</span> },
          { key: 'act', title: '', render: (row) => (
            <span className="row-acts">
              {row.state === 'asked' && row.own ? <><Button small onClick={() => void decide(row, false)} title={t('blk.own_hint')}>{t('blk.withdraw')}</Button></> : null}
              {row.state === 'asked' && !row.own && decider ? <><Button small look="primary" onClick={() => void decide(row, true)}>{t('blk.agree')}</Button><Button small onClick={() => void decide(row, false)}>{t('blk.refuse')}</Button></> : null}
              {row.state === 'active' && decider ? <Button small onClick={() => setLifting(row)}>{t('blk.lift')}</Button> : null}
            </span>
          ) },
        ]} />
      )}</Loaded>
      {asking ? <AskBlock tenant={tenant} contact={null} onClose={() => setAsking(false)} onDone={() => { setAsking(false); all.reload(); }} /> : null}
      {lifting ? <Lift block={lifting} onClose={() => setLifting(null)} onDone={() => { setLifting(null); all.reload(); }} /> : null}
    </>
  );
}

/** Asks for a contact, or for a number or address, to be blocked. */
export function AskBlock({ tenant, contact, onClose, onDone }: { tenant: string; contact: Contact | null; onClose: () => void; onDone: () => void }) {
  const { t } = useT();
  const lines = useLines(tenant);
  const [form, setForm] = useState<{ kind: string; value: string; reason: string; days: string; line: string | null }>({ kind: 'phone', value: '', reason: '', days: '30', line: null });
  const unsaved = useUnsaved(form);
  const [busy, setBusy] = useState(false);
  const set = (part: Partial<typeof form>) => setForm((now) => ({ ...now, ...part }));
  const refusal = useRefusal({ kind: t('blk.kind'), value: t('blk.value'), reason: t('blk.reason'), expires_at: t('blk.days'), line: t('blk.line') });
  const ready = form.reason.trim().length >= 2 && (contact !== null || form.value.trim().length > 0);
  const ask = async () => {
    if (!ready || busy) return;
    setBusy(true);
    refusal.clear();
    const days = Number(form.days);
    try {
      await client.crm.askBlock({ tenant, reason: form.reason.trim(), ...(contact ? { contact: contact.id } : { kind: form.kind, value: form.value.trim() }), ...(form.line ? { line: form.line } : {}), ...(days > 0 ? { expires_at: Math.round(now() + days * DAY_MS) } : {}) });
      notify(t('blk.asked'));
      onDone();
    } catch (error) { refusal.refuse(error); setBusy(false); }
  };
  return (
    <Dialog open title={contact ? t('blk.of', { name: contact.name }) : t('blk.new')} onClose={onClose} unsaved={unsaved} confirm={{ label: t('blk.ask'), run: () => void ask(), busy, disabled: !ready }}>
      {refusal.block}
      {contact ? null : (
        <div className="form-two">
          <Choice label={t('blk.kind')} value={form.kind} onChange={(kind) => set({ kind: kind ?? 'phone' })} options={(['phone', 'email', 'external'] as const).map((kind) => ({ value: kind, label: t(`handle.${kind}`) }))} />
          <TextField label={t('blk.value')} value={form.value} onChange={(value) => set({ value })} max={200} autoFocus error={refusal.of('value')} />
        </div>
      )}
      <TextField label={t('blk.reason')} value={form.reason} onChange={(reason) => set({ reason })} max={300} error={refusal.of('reason')} autoFocus={contact !== null} onEnter={() => void ask()} />
      <div className="form-two">
        <Choice label={t('blk.days')} value={form.days} onChange={(days) => set({ days: days ?? '30' })} options={(['7', '30', '180', '0'] as const).map((days) => ({ value: days, label: t(`blk.d.${days}`) }))} />
        {lines.length > 0 ? <Choice clear label={t('blk.line')} placeholder={t('blk.everywhere')} value={form.line} onChange={(line) => set({ line })} options={lines.map((line) => ({ value: line.id, label: line.name }))} /> : null}
      </div>
    </Dialog>
  );
}

function Lift({ block, onClose, onDone }: { block: Block; onClose: () => void; onDone: () => void }) {
  const { t } = useT();
  const [reason, setReason] = useState('');
  const [busy, setBusy] = useState(false);
  const lift = async () => {
    if (reason.trim().length < 2 || busy) return;
    setBusy(true);
    try { await client.crm.liftBlock(block.id, reason.trim()); onDone(); } catch (error) { tell(error, t); setBusy(false); }
  };
  return <Dialog open title={t('blk.lift')} onClose={onClose} confirm={{ label: t('blk.lift'), run: () => void lift(), busy, disabled: reason.trim().length < 2 }}><TextField label={t('blk.lift_reason')} value={reason} onChange={setReason} max={300} autoFocus onEnter={() => void lift()} /></Dialog>;
}
