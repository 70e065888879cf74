/** Pairs who may be one person, worked through one after the other by keyboard. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { Contact, Duplicate, DuplicateScan } from '@hark/api';
import type { Key } from '@hark/i18n';
import { Avatar, Button, Chip, Empty, ErrorBlock, Kbd, Skeleton, useT, type Fault } from '@hark/ui';
import { useDesk } from '../app/context';
import { link } from '../app/router';
import { now } from '../state/clock';
import { faultOf, tell } from '../state/faults';
import { client } from '../state/session';
import { MergeDialog } from './Merge';
import { PageHead } from './Pages';

const LOOK_EVERY_MS = 1500;

export default function Duplicates() {
  const { t, ago } = useT();
  const { me } = useDesk();
  const [tenant, setTenant] = useState<string>(me.tenants[0]?.id ?? '');
  const [pairs, setPairs] = useState<Duplicate[] | null>(null);
  const [scan, setScan] = useState<DuplicateScan | null>(null);
  const [fault, setFault] = useState<Fault | null>(null);
  const [at, setAt] = useState(0);
  const [merging, setMerging] = useState<Duplicate | null>(null);
  const load = useCallback(() => {
    Promise.all([client.crm.duplicates(tenant), client.crm.scan(tenant)]).then(([page, newest]) => { setPairs(page.items); setScan(newest); setAt(0); setFault(null); }).catch((error) => setFault(faultOf(error, t)));
  }, [tenant, t]);
  useEffect(load, [load]);
  const running = Boolean(scan?.started_at && !scan.ended_at);
  useEffect(() => {
    if (!running) return undefined;
    const timer = setInterval(() => { client.crm.scan(tenant).then((next) => { if (next.ended_at) load(); else setScan(next); }).catch(() => undefined); }, LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [running, tenant, load]);
  const pair = pairs?.[at] ?? null;
  const gone = useCallback((id: string) => { setPairs((all) => (all ?? []).filter((one) => one.id !== id)); setScan((now) => (now ? { ...now, open: Math.max(0, now.open - 1) } : now)); setAt((place) => Math.max(0, Math.min(place, (pairs?.length ?? 1) - 2))); }, [pairs]);
  const dismiss = useCallback(async (one: Duplicate) => {
    try { await client.crm.dismiss(one.id); gone(one.id); } catch (error) { tell(error, t); load(); }
  }, [gone, load, t]);
  useKeys(merging !== null || !pair, {
    m: () => setMerging(pair),
    n: () => { if (pair) void dismiss(pair); },
    j: () => setAt((place) => Math.min(place + 1, Math.max(0, (pairs?.length ?? 1) - 1))),
    k: () => setAt((place) => Math.max(0, place - 1)),
  });
  const start = async () => { try { setScan(await client.crm.startScan(tenant)); } catch (error) { tell(error, t); } };
  return (
    <>
      <PageHead title={t('dup.title')} about={t('dup.about')} tenant={tenant} onTenant={setTenant}>
        <Button busy={running} disabled={running} icon="search" onClick={() => void start()}>{running ? t('dup.scanning') : t('dup.scan')}</Button>
      </PageHead>
      <p className="hint">{[scan ? t('dup.open', { n: scan.open }) : null, scan?.ended_at ? t('dup.scanned', { n: scan.contacts, time: ago(scan.ended_at, now()) }) : null, t('dup.keys')].filter(Boolean).join(' · ')}</p>
      {fault ? <ErrorBlock fault={fault} onRetry={load} /> : !pairs ? <Skeleton lines={6} /> : pairs.length === 0 ? <Empty icon="people" title={t('dup.none')} text={t('dup.none_hint')} /> : (
        <ul className="pairs">
          {pairs.map((one, index) => (
            <Pair key={one.id} pair={one} on={index === at} onFocus={() => setAt(index)} onMerge={() => setMerging(one)} onDismiss={() => void dismiss(one)} />
          ))}
        </ul>
      )}
      {merging?.contacts[0] && merging.contacts[1] ? <MergeDialog survivor={merging.contacts[0]} other={merging.contacts[1]} onClose={() => setMerging(null)} onDone={() => { gone(merging.id); setMerging(null); }} /> : null}
    </>
  );
}

function Pair({ pair, on, onFocus, onMerge, onDismiss }: { pair: Duplicate; on: boolean; onFocus: () => void; onMerge: () => void; onDismiss: () => void }) {
  const { t } = useT();
  const ref = useRef<HTMLLIElement>(null);
  useEffect(() => { if (on) ref.current?.scrollIntoView({ block: 'nearest' }); }, [on]);
  return (
    <li ref={ref} className={on ? 'dup-pair on' : 'dup-pair'} onClick={onFocus} aria-current={on ? 'true' : undefined}>
      {pair.contacts.map((one) => <Side key={one.id} contact={one} />)}
      <div className="pair-why"><b className="num">{t('dup.score', { n: pair.score })}</b><span>{pair.reasons.map((reason) => <Chip key={reason} tone="accent">{t(`dup.r.${reason}` as Key)}</Chip>)}</span></div>
      <div className="row-acts"><Button small look={on ? 'primary' : 'plain'} onClick={onMerge}>{t('dup.merge')} {on ? <Kbd>M</Kbd> : null}</Button><Button small onClick={onDismiss}>{t('dup.dismiss')} {on ? <Kbd>N</Kbd> : null}</Button></div>
    </li>
  );
}

function Side({ contact }: { contact: Contact }) {
  const { t, ago } = useT();
  return (
    <div className="pair-side">
      <Avatar initial={contact.initial} color={contact.color} />
      <div><a {...link(`/customers/${contact.id}`)}>{contact.name}</a>
        <small className="num">{contact.handles.filter((one) => one.kind !== 'visitor').map((one) => one.value).join(' · ')}</small>
        <small>{[contact.tier, contact.organisation?.name, t('contact.times', { n: contact.conversations.total }), ago(contact.last_seen_at, now())].filter(Boolean).join(' · ')}</small></div>
    </div>
  );
}

/** Bare letters, while no field has the focus and no input method composes. */
export function useKeys(off: boolean, keys: Record<string, () => void>): void {
  const newest = useRef(keys);
  newest.current = keys;
  useEffect(() => {
    if (off) return undefined;
    const press = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || target.closest('input,textarea,select,[contenteditable],[role="dialog"],[role="combobox"]')) return;
      const run = newest.current[event.key.toLowerCase()];
      if (run) { event.preventDefault(); run(); }
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [off]);
}
