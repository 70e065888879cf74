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
import { LineChoice, lineOptions, useLine } from './LineChoice';
import { useOwnWork, type OfLine } from './ownWork';

export default function Handovers({ id }: { id: string | null }) {
  const { t, ago } = useT();
  const turn = useStore(floorTurn);
  const waiting = useStore(myFloor)?.handovers.find((one) => one.id === id) ?? null;
  const [line, setLine] = useLine();
  const [creating, setCreating] = useState(false);
  const [next, setNext] = useState<{ line: string; to: string } | null>(null);
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
      {creating || next ? <New key={next?.line ?? 'new'} first={next?.line ?? line} receiver={next?.to ?? null} onClose={() => { setCreating(false); setNext(null); }} onMade={(made) => { setCreating(false); setNext(null); setLine(made.line); all.reload(); go(`/floor/handovers/${made.id}`); }} /> : null}
      {open ? <Sheet key={`${open.id}.${open.state}`} sheet={open} onClose={() => go('/floor/handovers')} onChanged={all.reload} onNext={(of) => { go('/floor/handovers'); setNext({ line: of, to: open.to }); }} /> : null}
      {id && all.fault && !open ? <ErrorBlock fault={all.fault} /> : null}
    </>
  );
}

function State({ of }: { of: Handover }) {
  const { t } = useT();
  if (of.state === 'countersigned') return <Chip tone="green">{t('handovers.countersigned')}</Chip>;
  return of.state === 'signed' ? <Chip tone="amber">{t('handovers.waits')}</Chip> : <Chip>{t('sheet.draft')}</Chip>;
}

/** "Merchants 2, Wallets 2", of what is held in other lines than this. */
function useElsewhere(line: string | null, own: OfLine[] | null): { rest: OfLine[]; said: string; n: number } {
  const { several, number } = useT();
  const { me } = useDesk();
  const rest = (own ?? []).filter((one) => one.line !== line);
  const name = (id: string) => me.lines.find((one) => one.id === id)?.name ?? '';
  return { rest, n: rest.reduce((sum, one) => sum + one.n, 0), said: several(rest.map((one) => `${name(one.line)} ${number(one.n)}`)) };
}

function New({ first, receiver, onClose, onMade }: { first: string | null; receiver: string | null; onClose: () => void; onMade: (made: Handover) => void }) {
  const { t } = useT();
  const { me } = useDesk();
  const [chosen, setChosen] = useState<string | null>(receiver ? first : null);
  const own = useOwnWork(0);
  // Whoever holds nothing in the line that is shown begins with the one in which they hold most.
  const line = chosen ?? (own && own.length > 0 && !own.some((one) => one.line === first) ? (own[0]?.line ?? first) : first);
  const { said, n } = useElsewhere(line, own);
  const tenant = me.lines.find((one) => one.id === line)?.tenant ?? '';
  const [people, setPeople] = useState<Colleague[]>([]);
  const [from, setFrom] = useState<string>(me.user.id);
  const [to, setTo] = useState<string | null>(receiver);
  const [note, setNote] = useState('');
  useEffect(() => { if (tenant) void client.conversations.colleagues(tenant).then((all) => setPeople(items(all))).catch(() => undefined); }, [tenant]);
  const options = people.map((one) => ({ value: one.id as string, label: `${one.alias} ${one.number}` }));
  const make = async () => {
    if (!to || !line) return;
    try { onMade(await client.floor.createHandover({ line, to, note: note.trim(), ...(from === me.user.id ? {} : { from }) })); } catch (error) { tell(error, t); }
  };
  return (
    <Dialog open title={t('handovers.new')} onClose={onClose} confirm={{ label: t('handovers.collect'), run: () => void make(), disabled: !to || !line }}>
      <p className="hint">{t('handovers.new_hint')}</p>
      <Choice label={t('word.line')} value={line} onChange={setChosen} options={lineOptions(me)} />
      {from === me.user.id && own ? <p className="hint" role="status">{t('handovers.collects', { n: own.find((one) => one.line === line)?.n ?? 0 })}{n > 0 ? ` ${t('handovers.elsewhere', { n, lines: said })}` : ''}</p> : null}
      {concerns(me, ['briefings']) ? <Choice label={t('handovers.from')} value={from} onChange={(next) => setFrom(next ?? me.user.id)} options={[...(options.some((one) => one.value === me.user.id) ? [] : [{ value: me.user.id as string, label: me.user.alias }]), ...options]} /> : null}
      <Choice label={t('handovers.to')} value={to} onChange={setTo} options={options.filter((one) => one.value !== from)} autoFocus />
      <AreaField label={t('handovers.note')} value={note} onChange={setNote} rows={4} max={4000} hint={t('handovers.note_hint')} />
    </Dialog>
  );
}

function Sheet({ sheet, onClose, onChanged, onNext }: { sheet: Handover; onClose: () => void; onChanged: () => void; onNext: (line: string) => void }) {
  const { t, when } = useT();
  const { me } = useDesk();
  const { rest, said, n } = useElsewhere(sheet.line, useOwnWork(sheet.state));
  const line = me.lines.find((one) => one.id === sheet.line)?.name;
  const mine = sheet.from === me.user.id;
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
      <p className="hint">{[line, t('handovers.drawn', { when: when(sheet.created_at, now()) }), sheet.signed_at ? t('handovers.signed', { when: when(sheet.signed_at, now()) }) : null, sheet.countersigned_at ? t('handovers.countersigned_at', { when: when(sheet.countersigned_at, now()) }) : null].filter(Boolean).join(' · ')}</p>
      {draft ? <AreaField label={t('handovers.note')} value={note} onChange={setNote} rows={4} max={4000} hint={t('handovers.note_hint')} /> : sheet.note ? <div className="sheet-text">{sheet.note}</div> : null}
      <h3 className="form-part">{t('handovers.open', { n: rows.length })}</h3>
      {rows.length === 0 ? <p className="hint">{t('handovers.nothing')}</p> : null}
      <ul className="handover-items">
        {rows.map((item, at) => <Item key={item.conversation} item={item} draft={draft} onChange={(part) => put(at, part)} />)}
      </ul>
      {mine && n > 0 && rest[0] ? <p className="handover-rest" role="status"><span>{t('handovers.elsewhere', { n, lines: said })}</span>{draft ? null : <Button small onClick={() => onNext(rest[0]!.line)}>{t('handovers.next', { line: me.lines.find((one) => one.id === rest[0]!.line)?.name ?? '' })}</Button>}</p> : null}
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
