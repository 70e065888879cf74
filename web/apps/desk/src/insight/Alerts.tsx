/** Alerts: the bell in the top line, the band over every screen, the list with its history, and the confirmation by name. */
import { useEffect, useState } from 'react';
import type { Alert } from '@hark/api';
import { Button, Chip, Empty, ErrorBlock, Icon, notify, SidePanel, Skeleton, Tabs, TextField, useT, type Fault } from '@hark/ui';
import { useDesk } from '../app/context';
import { faultOf, tell } from '../state/faults';
import { concerns } from '../state/rights';
import { client } from '../state/session';
import { createStore, useStore } from '../state/store';
import { alertNews } from './moved';
import { limit } from './values';

const open = createStore<readonly Alert[]>([]);
const panel = createStore(false);

/** Keeps the open alerts true: read at the start and at each piece of news. */
function useOpenAlerts(): readonly Alert[] {
  const { me } = useDesk();
  const news = useStore(alertNews);
  const watches = concerns(me, ['monitor']);
  useEffect(() => {
    if (!watches) return;
    let current = true;
    client.insight.alerts({ open: true, limit: 100 }).then((page) => { if (current) open.set(page.items); }).catch(() => undefined);
    return () => { current = false; };
  }, [news.turn, watches]);
  return useStore(open);
}

export function useAlerts(): readonly Alert[] { return useStore(open); }
export function showAlerts(): void { panel.set(true); }

export function AlertBell() {
  const { t } = useT();
  const { me } = useDesk();
  const alerts = useOpenAlerts();
  const shown = useStore(panel);
  if (!concerns(me, ['monitor'])) return null;
  const unseen = alerts.filter((one) => one.acknowledged_at === null).length;
  return (
    <>
      <button type="button" className={`icon-btn alert-bell${unseen > 0 ? ' ringing' : ''}`} aria-label={alerts.length > 0 ? t('alert.bell', { n: alerts.length }) : t('alert.bell_none')} onClick={() => panel.set(true)}>
        <Icon name="alert" size={17} />
        {alerts.length > 0 ? <span className="rail-n num">{alerts.length}</span> : null}
      </button>
      {shown ? <AlertPanel onClose={() => panel.set(false)} /> : null}
    </>
  );
}

/** The words of an alert: whose, which figure, what it was, what it should not be. */
export function useAlertText(): (alert: Alert) => string {
  const words = useT();
  return (alert) => words.t('alert.text', {
    line: alert.line_name, metric: words.t(`metric.${alert.metric}`), seen: limit(alert.metric, alert.seen, words),
    operator: words.t(`alert.${alert.operator}`), value: limit(alert.metric, alert.value, words),
  });
}

/** The first alert that nobody has confirmed, over whatever is on the screen. */
export function AlertBanner() {
  const { t } = useT();
  const { me } = useDesk();
  const text = useAlertText();
  const waiting = useAlerts().filter((one) => one.acknowledged_at === null);
  const first = waiting.find((one) => one.escalated_at !== null) ?? waiting[0];
  if (!first) return null;
  return (
    <div className={`banner alert-banner${first.escalated_at !== null ? ' escalated' : ''}`} role="alert">
      <Icon name="alert" size={17} />
      <span><b>{text(first)}</b> {waiting.length > 1 ? t('alert.banner_more', { n: waiting.length - 1 }) : ''}</span>
      <Button small onClick={showAlerts}>{t('alert.see')}</Button>
      {concerns(me, ['acknowledge']) ? <Button small look="primary" onClick={() => void acknowledge(first, '', t)}>{t('alert.confirm')}</Button> : null}
    </div>
  );
}

async function acknowledge(alert: Alert, note: string, t: ReturnType<typeof useT>['t']): Promise<void> {
  try {
    const after = await client.insight.acknowledge(alert.id, note);
    open.set((all) => all.map((one) => (one.id === after.id ? after : one)));
    notify(t('alert.confirmed'));
  } catch (error) { tell(error, t); }
}

function AlertPanel({ onClose }: { onClose: () => void }) {
  const { t } = useT();
  const [tab, setTab] = useState<'open' | 'all'>('open');
  const alerts = useAlerts();
  return (
    <SidePanel open title={t('alert.title')} onClose={onClose} width={480}>
      <Tabs label={t('alert.title')} value={tab} onChange={setTab} items={[{ key: 'open', label: t('alert.open'), count: alerts.length }, { key: 'all', label: t('alert.history') }]} />
      {tab === 'open' ? <AlertList alerts={alerts} /> : <History />}
    </SidePanel>
  );
}

function History() {
  const { t } = useT();
  const news = useStore(alertNews);
  const [list, setList] = useState<{ items: Alert[]; next: string | null } | null>(null);
  const [fault, setFault] = useState<Fault | null>(null);
  const load = (cursor: string | null) => client.insight.alerts({ cursor, limit: 30 })
    .then((page) => setList((before) => ({ items: [...(cursor && before ? before.items : []), ...page.items], next: page.next })))
    .catch((error) => setFault(faultOf(error, t)));
  useEffect(() => { void load(null); }, [news.turn]);
  if (!list) return fault ? <ErrorBlock fault={fault} onRetry={() => void load(null)} /> : <Skeleton lines={4} />;
  return <><AlertList alerts={list.items} />{list.next ? <div className="more"><Button onClick={() => void load(list.next)}>{t('action.more')}</Button></div> : null}</>;
}

export function AlertList({ alerts }: { alerts: readonly Alert[] }) {
  const { t } = useT();
  if (alerts.length === 0) return <Empty icon="bell" title={t('alert.none')} text={t('alert.none_hint')} />;
  return <ul className="alert-list">{alerts.map((one) => <AlertItem key={one.id} alert={one} />)}</ul>;
}

function AlertItem({ alert }: { alert: Alert }) {
  const { t, brief, clock, exact } = useT();
  const { me } = useDesk();
  const text = useAlertText();
  const [note, setNote] = useState('');
  const at = (time: number) => brief(time, Date.now()) === clock(time) ? clock(time) : `${brief(time, Date.now())} ${clock(time)}`;
  const over = alert.over_at !== null;
  return (
    <li className={over ? 'over' : alert.acknowledged_at !== null ? 'seen' : 'fresh'}>
      <p><b>{text(alert)}</b></p>
      <p className="alert-times" title={exact(alert.raised_at)}>
        <span>{t('alert.raised', { time: at(alert.raised_at) })}</span>
        {alert.escalated_at !== null ? <Chip tone="red">{t('alert.escalated', { time: at(alert.escalated_at) })}</Chip> : null}
        {alert.acknowledged_at !== null ? <span>{t('alert.acknowledged', { name: alert.acknowledged_name ?? '', time: at(alert.acknowledged_at) })}</span> : null}
        {alert.over_at !== null ? <Chip tone="green">{t('alert.over', { time: at(alert.over_at) })}</Chip> : null}
      </p>
      {alert.note ? <p className="alert-note">{alert.note}</p> : null}
      {!over && alert.acknowledged_at === null && concerns(me, ['acknowledge']) ? (
        <div className="alert-confirm">
          <TextField label={t('alert.note')} value={note} onChange={setNote} max={500} onEnter={() => void acknowledge(alert, note, t)} />
          <Button look="primary" onClick={() => void acknowledge(alert, note, t)}>{t('alert.confirm')}</Button>
        </div>
      ) : null}
    </li>
  );
}
