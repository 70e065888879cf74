/** A new line in a quarter of an hour: what is there, what is missing, and taking it from a pack or another line. */
import { useEffect, useState } from 'react';
import type { Brought, Me } from '@hark/api';
import { Button, Chip, Choice, Choices, Dialog, Empty, Icon, notify, Skeleton, useT } from '@hark/ui';
import { useDesk } from '../app/context';
import { go, link } from '../app/router';
import { tell } from '../state/faults';
import { client } from '../state/session';
import { holdsWhole } from '../state/rights';
import { Loaded, RecordForm, useLoad } from './forms';
import { keepLine, settingUp } from './lineInMind';

export default function Start({ id }: { id: string | null }) {
  const { t } = useT();
  const { me } = useDesk();
  const tenantName = (tenant: string) => me.tenants.find((one) => one.id === tenant)?.name ?? '';
  const options = me.lines.map((one) => ({ value: one.id, label: one.name, client: tenantName(one.tenant) }));
  const line = id ?? null;
  const [making, setMaking] = useState(false);
  useEffect(() => { keepLine(line); settingUp.set(null); }, [line]);
  const mine = me.tenants.filter((one) => holdsWhole(me, 'lines.manage', one.id));
  const form = making ? <NewLine tenants={mine} onClose={() => setMaking(false)} /> : null;
  const make = mine.length > 0 ? () => setMaking(true) : null;
  if (options.length === 0) return <Empty icon="flag" title={t('start.new_line')}>{make ? <Button look="primary" onClick={make}>{t('lines.new')}</Button> : null}{form}</Empty>;
  return (
    <>
      <div className="settings-bar">
        <Choice label={t('start.line')} placeholder={t('start.choose')} value={line} onChange={(next) => go(next ? `/settings/start/${next}` : '/settings/start')} options={options} />
        {make ? <Button icon="plus" onClick={make}>{t('lines.new')}</Button> : null}
      </div>
      {form}
      {line ? <OfLine key={line} line={line} /> : <Empty icon="flag" title={t('start.choose')} text={t('start.choose_hint')} />}
    </>
  );
}

/** A new line, chosen as soon as it is there. */
function NewLine({ tenants, onClose }: { tenants: Me['tenants']; onClose: () => void }) {
  const { t } = useT();
  const { desk } = useDesk();
  return (
    <RecordForm title={t('lines.new')} record={null} first={{ tenant: tenants[0]?.id ?? null, name: '' }} onClose={onClose}
      fields={[
        { key: 'tenant', label: 'word.client', kind: 'choice', required: true, options: tenants.map((one) => ({ value: one.id, label: one.name })) },
        { key: 'name', label: 'field.name', kind: 'text', required: true, max: 100 },
      ]}
      save={async (body) => {
        const made = await client.lines.create({ tenant: body['tenant'] as Me['tenants'][number]['id'], name: body['name'] });
        await desk.refreshMe().catch(() => undefined);
        go(`/settings/start/${made.id}`);
      }} />
  );
}

/** Pages of one line that take it from their address. */
const ADDRESSED = ['/settings/records', '/settings/surveys'];
const pathOf = (path: string, line: string) => (ADDRESSED.includes(path) ? `${path}/${line}` : path);

function OfLine({ line }: { line: string }) {
  const { t, language } = useT();
  const { me } = useDesk();
  const parts = useLoad(() => client.start.parts(line).then((page) => page.items), [line]);
  const packs = useLoad(() => client.start.packs().then((page) => page.items));
  const [brought, setBrought] = useState<Brought[] | null>(null);
  const took = (deed: Promise<{ items: Brought[] }>) => deed.then((answer) => { setBrought(answer.items); parts.reload(); }).catch((error) => tell(error, t));
  const done = parts.data?.filter((one) => one.ready).length ?? 0;
  return (
    <>
      <section className="part">
        <Loaded of={parts}>{(rows) => (
          <>
            <p className="start-progress" role="status"><meter min={0} max={rows.length} value={done} aria-label={t('start.progress', { done, all: rows.length })} />{done === rows.length ? t('start.all_done') : t('start.progress', { done, all: rows.length })}</p>
            <ul className="plain-list start-parts">{rows.map((one) => (
              <li key={one.key}>
                <Icon name={one.ready ? 'check' : 'clock'} size={16} /><b>{one.title}</b>
                <span>{one.missing ? t('start.missing', { what: one.missing }) : t('start.count', { n: one.count })}</span>
                {one.ready ? <Chip tone="green">{t('start.ready')}</Chip> : null}
                <a {...link(pathOf(one.path, line), () => { keepLine(line); settingUp.set(line); })}>{t('start.open')}</a>
              </li>
            ))}</ul>
          </>
        )}</Loaded>
      </section>
      {brought ? <Result line={line} brought={brought} undone={() => { setBrought(null); parts.reload(); }} /> : null}
      {packs.data && parts.data ? <Pack packs={packs.data} language={language} titles={Object.fromEntries(parts.data.map((one) => [one.key, one.title]))} take={(body) => took(client.start.unpack(line, body))} /> : <Skeleton lines={3} />}
      {parts.data && me.lines.length > 1 ? <Copy line={line} titles={parts.data.map((one) => ({ value: one.key, label: one.title }))} take={(body) => took(client.start.copy(line, body))} /> : null}
    </>
  );
}

/** What taking over came to, line by line; and taking it back as a whole. */
function Result({ line, brought, undone }: { line: string; brought: Brought[]; undone: () => void }) {
  const { t, language } = useT();
  const [sure, setSure] = useState(false);
  const comma = language === 'en' ? ', ' : '、';
  const made = brought.reduce((sum, one) => sum + one.made, 0);
  const undo = async () => {
    setSure(false);
    try {
      const record = await client.audit({ action: 'line.filled', subject: `line:${line}` });
      const entry = record.items[0];
      if (!entry?.undoable) return notify(t('start.undo_none'));
      await client.undo(entry.id);
      const left = (await client.audit({ action: 'line.emptied', subject: `line:${line}` })).items[0]?.after as { stayed?: Record<string, number> } | undefined;
      const stayed = Object.values(left?.stayed ?? {}).reduce((sum, n) => sum + n, 0);
      notify(stayed ? t('start.undone_but', { n: stayed }) : t('start.undone'));
      undone();
    } catch (error) { tell(error, t); }
  };
  return (
    <section className="part" role="status">
      <h2>{t('start.result')}</h2>
      <ul className="plain-list start-result">{brought.map((one) => (
        <li key={one.key}>
          <b>{one.title}</b>
          {one.failure ? <span className="bad"><Icon name="alert" size={14} />{one.failure}</span> : <span>{t('start.made', { made: one.made, left: one.left })}</span>}
          {one.names.length > 0 ? <p className="hint">{one.names.join(comma)}{one.made > one.names.length ? '…' : ''}</p> : null}
          {one.remarks.map((remark) => <p key={remark} className="start-remark"><Icon name="alert" size={14} />{remark}</p>)}
        </li>
      ))}</ul>
      {made > 0 ? <div className="form-row"><Button onClick={() => setSure(true)}>{t('start.undo')}</Button></div> : null}
      {sure ? <Dialog open title={t('start.undo')} onClose={() => setSure(false)} confirm={{ label: t('start.undo'), run: () => void undo() }}><p>{t('start.undo_sure')}</p></Dialog> : null}
    </section>
  );
}

function Pack({ packs, language, titles, take }: { packs: { key: string; title: string; about: string; parts: string[] }[]; language: string; titles: Record<string, string>; take: (body: object) => Promise<void> }) {
  const { t } = useT();
  const [pack, setPack] = useState(packs[0]?.key ?? null);
  const [texts, setTexts] = useState<string | null>(language);
  const [chosen, setChosen] = useState<string[]>([]);
  const [busy, setBusy] = useState(false);
  const current = packs.find((one) => one.key === pack);
  return (
    <section className="part">
      <h2>{t('start.pack')}</h2>
      <p className="hint">{t('start.pack_hint')}</p>
      <div className="start-packs" role="radiogroup" aria-label={t('start.pack')}>{packs.map((one) => (
        <label key={one.key} className={one.key === pack ? 'on' : ''}><input type="radio" name="pack" checked={one.key === pack} onChange={() => { setPack(one.key); setChosen([]); }} /><b>{one.title}</b><span>{one.about}</span></label>
      ))}</div>
      <div className="form-row">
        <Choices label={t('start.parts')} placeholder={t('letters.all')} value={chosen} onChange={setChosen} options={(current?.parts ?? []).map((key) => ({ value: key, label: titles[key] ?? key }))} />
        <Choice label={t('start.language')} value={texts} onChange={setTexts} options={[{ value: 'zh-CN', label: '简体中文' }, { value: 'en', label: 'English' }]} />
        <Button look="primary" busy={busy} disabled={!pack} onClick={() => { setBusy(true); void take({ pack, language: texts, parts: chosen }).finally(() => setBusy(false)); }}>{t('start.take')}</Button>
      </div>
    </section>
  );
}

function Copy({ line, titles, take }: { line: string; titles: { value: string; label: string }[]; take: (body: object) => Promise<void> }) {
  const { t } = useT();
  const { me } = useDesk();
  const [from, setFrom] = useState<string | null>(null);
  const [chosen, setChosen] = useState<string[]>([]);
  const [busy, setBusy] = useState(false);
  const others = me.lines.filter((one) => one.id !== line).map((one) => ({ value: one.id, label: one.name, client: me.tenants.find((tenant) => tenant.id === one.tenant)?.name }));
  return (
    <section className="part">
      <h2>{t('start.copy')}</h2>
      <div className="form-row">
        <Choice label={t('start.from')} value={from} onChange={setFrom} options={others} />
        <Choices label={t('start.parts')} placeholder={t('letters.all')} value={chosen} onChange={setChosen} options={titles} />
        <Button busy={busy} disabled={!from} onClick={() => { setBusy(true); void take({ from, parts: chosen }).finally(() => setBusy(false)); }}>{t('start.take')}</Button>
      </div>
    </section>
  );
}
