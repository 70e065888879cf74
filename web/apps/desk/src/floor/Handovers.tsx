/** Handovers: what is open is collected, commented, signed, and countersigned by who receives it. */
import { useEffect, useState } from 'react';
import { items, type Colleague, type Handover, type HandoverItem } from '@hark/api';
import { AreaField, Button, Chip, Choice, Dialog, Empty, ErrorBlock, notify, SidePanel, Skeleton, Table, TextField, Tick, useT } from '@hark/ui';
import { useDesk } from '../app/context';
import { go, link } from '../app/router';
import { Loaded, useLoad } from '../admin/forms';
import { now } from '../state/clock';
import { tell } from '../state/faults';
import { concerns } from '../state/rights';
import { client } from '../state/session';
import { useStore } from '../state/store';
import { floorTurn, myFloor, refreshFloor } from './live';
import { LineChoice, useLine } from './LineChoice';

export default function Handovers({ id }: { id: string | null }) {
  const { t, ago } = useT();
  const turn = useStore(floorTurn);
  const waiting = useStore(myFloor)?.handovers.find((one) => one.id === id) ?? null;
  const [line, setLine] = useLine();
  const [creating, setCreating] = useState(false);
  const all = useLoad(async () => (line ? (await client.floor.handovers(line)).items : []), [line, turn]);
  const open = all.data?.find((one) => one.id === id) ?? waiting;
  return (
    <>
      <div className="floor-bar">
        <LineChoice value={line} onChange={setLine} />
        <span className="gap" />
        <Button look="primary" icon="plus" disabled={!line} onClick={() => setCreating(true)}>{t('handovers.new')}</Button>
      </div>
      <Loaded of={all}>{(rows) => (
        <Table rows={rows} label={t('floor.handovers')} idOf={(row) => row.id} onOpen={(row) => go(`/floor/handovers/${row.id}`)} empty={<Empty icon="transfer" title={t('handovers.empty')} text={t('handovers.empty_hint')} />} columns={[
          { key: 'who', title: t('handovers.who'), render: (row) => t('handovers.from_to', { from: row.from_alias, to: row.to_alias }) },
          { key: 'at', title: t('handovers.at'), render: (row) => ago(row.created_at, now()) },
          { key: 'items', title: t('handovers.items'), numeric: true, render: (row) => row.items.length },
          { key: 'state', title: t('people.state'), render: (row) => <State of={row} /> },
        ]} />
      )}</Loaded>
      {creating && line ? <New line={line} onClose={() => setCreating(false)} onMade={(made) => { setCreating(false); all.reload(); go(`/floor/handovers/${made.id}`); }} /> : null}
      {open ? <Sheet key={`${open.id}.${open.state}`} sheet={open} onClose={() => go('/floor/handovers')} onChanged={all.reload} /> : null}
      {id && all.fault && !open ? <ErrorBlock fault={all.fault} /> : null}
    </>
  );
}

function State({ of }: { of: Handover }) {
  const { t } = useT();
  if (of.state === 'countersigned') return <Chip tone="green">{t('handovers.countersigned')}</Chip>;
  return of.state === 'signed' ? <Chip tone="amber">{t('handovers.waits')}</Chip> : <Chip>{t('sheet.draft')}</Chip>;
}

function New({ line, onClose, onMade }: { line: string; onClose: () => void; onMade: (made: Handover) => void }) {
  const { t } = useT();
  const { me } = useDesk();
  const tenant = me.lines.find((one) => one.id === line)?.tenant ?? '';
  const [people, setPeople] = useState<Colleague[]>([]);
  const [from, setFrom] = useState<string>(me.user.id);
  const [to, setTo] = useState<string | null>(null);
  const [note, setNote] = useState('');
  useEffect(() => { if (tenant) void client.conversations.colleagues(tenant).then((all) => setPeople(items(all))).catch(() => undefined); }, [tenant]);
  const options = people.map((one) => ({ value: one.id as string, label: `${one.alias} ${one.number}` }));
  const make = async () => {
    if (!to) return;
    try { onMade(await client.floor.createHandover({ line, to, note: note.trim(), ...(from === me.user.id ? {} : { from }) })); } catch (error) { tell(error, t); }
  };
  return (
    <Dialog open title={t('handovers.new')} onClose={onClose} confirm={{ label: t('handovers.collect'), run: () => void make(), disabled: !to }}>
      <p className="hint">{t('handovers.new_hint')}</p>
      {concerns(me, ['briefings']) ? <Choice label={t('handovers.from')} value={from} onChange={(next) => setFrom(next ?? me.user.id)} options={[...(options.some((one) => one.value === me.user.id) ? [] : [{ value: me.user.id as string, label: me.user.alias }]), ...options]} /> : null}
      <Choice label={t('handovers.to')} value={to} onChange={setTo} options={options.filter((one) => one.value !== from)} autoFocus />
      <AreaField label={t('handovers.note')} value={note} onChange={setNote} rows={4} max={4000} hint={t('handovers.note_hint')} />
    </Dialog>
  );
}

function Sheet({ sheet, onClose, onChanged }: { sheet: Handover; onClose: () => void; onChanged: () => void }) {
  const { t, when } = useT();
  const [note, setNote] = useState(sheet.note);
  const [rows, setRows] = useState<HandoverItem[]>(sheet.items);
  const [busy, setBusy] = useState(false);
  const draft = sheet.may_sign;
  const changed = () => ({ note, items: rows.map(({ conversation, comment, reassign }) => ({ conversation, comment, reassign })) });
  const run = async (deed: () => Promise<unknown>, done: string) => {
    setBusy(true);
    try {
      await deed();
      notify(done);
      onChanged();
    } catch (error) { tell(error, t); }
    setBusy(false);
    refreshFloor();
  };
  const put = (at: number, part: Partial<HandoverItem>) => setRows((all) => all.map((one, index) => (index === at ? { ...one, ...part } : one)));
  return (
    <SidePanel open title={t('handovers.from_to', { from: sheet.from_alias, to: sheet.to_alias })} onClose={onClose} width={680}>
      <p className="hint">{[t('handovers.drawn', { when: when(sheet.created_at, now()) }), sheet.signed_at ? t('handovers.signed', { when: when(sheet.signed_at, now()) }) : null, sheet.countersigned_at ? t('handovers.countersigned_at', { when: when(sheet.countersigned_at, now()) }) : null].filter(Boolean).join(' · ')}</p>
      {draft ? <AreaField label={t('handovers.note')} value={note} onChange={setNote} rows={4} max={4000} hint={t('handovers.note_hint')} /> : sheet.note ? <div className="sheet-text">{sheet.note}</div> : null}
      <h3 className="form-part">{t('handovers.open', { n: rows.length })}</h3>
      {rows.length === 0 ? <p className="hint">{t('handovers.nothing')}</p> : null}
      <ul className="handover-items">
        {rows.map((item, at) => <Item key={item.conversation} item={item} draft={draft} onChange={(part) => put(at, part)} />)}
      </ul>
      {sheet.hash ? <p className={sheet.intact ? 'hint' : 'hint bad'} title={sheet.hash}>{sheet.intact ? t('sheet.intact', { hash: sheet.hash.slice(0, 12) }) : t('sheet.broken')}</p> : null}
      <div className="dialog-foot">
        {draft ? <Button busy={busy} onClick={() => void run(() => client.floor.changeHandover(sheet.id, changed()), t('done.saved'))}>{t('action.save')}</Button> : null}
        {draft ? <Button look="primary" busy={busy} onClick={() => void run(async () => { await client.floor.changeHandover(sheet.id, changed()); await client.floor.signHandover(sheet.id); }, t('sheet.signed_done'))}>{t('sheet.sign')}</Button> : null}
        {sheet.may_countersign ? <Button look="primary" busy={busy} onClick={() => void run(() => client.floor.countersign(sheet.id), t('handovers.done'))}>{t('handovers.countersign')}</Button> : null}
      </div>
    </SidePanel>
  );
}

function Item({ item, draft, onChange }: { item: HandoverItem; draft: boolean; onChange: (part: Partial<HandoverItem>) => void }) {
  const { t, by } = useT();
  const [who, setWho] = useState<string | null | undefined>(undefined);
  useEffect(() => {
    let current = true;
    client.conversations.open(item.conversation).then((one) => { if (current) setWho(`${one.contact.name} · #${one.number}`); }).catch(() => { if (current) setWho(null); });
    return () => { current = false; };
  }, [item.conversation]);
  return (
    <li>
      <div className="handover-line">
        {who === undefined ? <Skeleton lines={1} /> : <a {...link(`/c/${item.conversation}`)}>{who ?? t('handovers.one')}</a>}
        <Chip>{item.kind === 'snoozed' ? t('handovers.snoozed') : t('handovers.kind_open')}</Chip>
        {item.due_at ? <small className="meta">{by(item.due_at, now())}</small> : null}
        <span className="gap" />
        {draft ? <Tick label={t('handovers.reassign')} value={item.reassign} onChange={(reassign) => onChange({ reassign })} />
          : <Chip tone={item.outcome === 'given' ? 'green' : 'plain'}>{item.outcome === 'given' ? t('handovers.given') : item.outcome === 'kept' ? t('handovers.kept') : item.reassign ? t('handovers.will_move') : t('handovers.stays')}</Chip>}
      </div>
      {draft ? <TextField label={t('handovers.comment')} value={item.comment} onChange={(comment) => onChange({ comment })} max={500} /> : item.comment ? <p>{item.comment}</p> : null}
    </li>
  );
}
