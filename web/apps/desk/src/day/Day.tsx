/** My day: today's figures, who waits for me, and what I still have to do. A part without a source, or with nothing in it, is absent. */
import { useEffect, type ReactNode } from 'react';
import type { ConversationRow } from '@hark/api';
import { Avatar, Empty, Icon, useT, type IconName } from '@hark/ui';
import { NoticeRows } from '../app/Bell';
import { useDesk } from '../app/context';
import { link } from '../app/router';
import { Loaded, useLoad } from '../admin/forms';
import { BreaksLeft, MyHands, ToSign } from '../floor/MyDay';
import { myBreaks, myFloor } from '../floor/live';
import { useWaiting } from '../floor/MustRead';
import { FigureCell } from '../insight/FigureCell';
import { nameOf, useMetrics } from '../insight/figures';
import { heldKey, plainly } from '../conversations/Scheduled';
import { now, useNow } from '../state/clock';
import { useStore } from '../state/store';

/** How often the figures are read anew. */
const FIGURES_EVERY_MS = 60_000;

export default function Day() {
  const { t } = useT();
  const { desk } = useDesk();
  const rows = useStore(desk.rows);
  const notices = useStore(desk.notices.items);
  const all = useLoad(() => desk.client.me.toDos());
  const toSign = useWaiting();
  const unread = notices.filter((one) => one.read_at === null);
  // Whatever changes in what I hold may be something done.
  useEffect(() => {
    const timer = setTimeout(all.reload, 1_500);
    return () => clearTimeout(timer);
  }, [rows, unread.length]);
  return (
    <main className="page day-page" id="main">
      <header className="page-head"><div><h1>{t('myday.title')}</h1><p>{t('myday.about')}</p></div></header>
      <Figures />
      <Loaded of={all}>{(day) => {
        const empty = day.waiting.length + day.snoozed.length + day.mentions.length + day.scheduled.length + unread.length + toSign.length === 0;
        return (
          <div className="day-grid">
            {empty ? <Empty icon="check" title={t('myday.all_done')} text={t('myday.all_done_hint')} /> : null}
            <Part icon="chat" title={t('myday.waiting')} count={day.waiting.length}>{day.waiting.map((row) => <Line key={row.id} row={row} tail={<Waits since={row.waiting_since} />} />)}</Part>
            <Part icon="clock" title={t('myday.snoozed')} count={day.snoozed.length}>{day.snoozed.map((row) => <Line key={row.id} row={row} tail={<When at={row.snoozed_until} plain />} />)}</Part>
            <Part icon="at" title={t('myday.mentions')} count={day.mentions.length}>{day.mentions.map((row) => <Line key={row.id} row={row} tail={<When at={row.last?.at ?? row.created_at} past />} />)}</Part>
            <Part icon="transfer" title={t('myday.scheduled')} count={day.scheduled.length}>{day.scheduled.map(({ scheduled, contact, number }) => (
              <li key={scheduled.id}><a {...link(`/c/${scheduled.conversation}`)}><Icon name={scheduled.state === 'held' ? 'alert' : 'clock'} size={16} /><span><b>{t('bell.where', { contact, number })}</b><small>{scheduled.body}</small></span>{scheduled.state === 'held' ? <em className="warn">{t(heldKey(scheduled.reason))}</em> : <When at={scheduled.due_at} plain />}</a></li>
            ))}</Part>
            <OfFloor />
            {unread.length > 0 ? <section className="day-part"><h2><Icon name="bell" size={16} />{t('myday.notices')} <span className="num">{unread.length}</span></h2><NoticeRows items={unread} /></section> : null}
          </div>
        );
      }}</Loaded>
    </main>
  );
}

/** One's own figures of today, by the definitions of the reports; read anew every minute, as they grow slowly. */
function Figures() {
  const { t, clock, language } = useT();
  const { desk } = useDesk();
  const metrics = useMetrics();
  const day = useLoad(() => desk.client.me.day());
  useEffect(() => {
    const timer = setInterval(() => { if (!document.hidden) day.reload(); }, FIGURES_EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  if (!day.data) return null;
  return (
    <section className="day-figures" aria-label={t('myday.figures')}>
      <h2>{t('myday.figures')} <small>{t('myday.figures_hint', { at: clock(day.data.until) })}</small></h2>
      <dl>{day.data.figures.map((figure) => <div key={figure.metric}><dt>{nameOf(metrics.get(figure.metric), language, figure.metric)}</dt><dd><FigureCell figure={figure} /></dd></div>)}</dl>
    </section>
  );
}

/** What the floor wants of one, and what it allows. */
function OfFloor() {
  const { t } = useT();
  const kinds = useStore(myBreaks)?.kinds ?? [];
  const hands = useStore(myFloor)?.hands ?? [];
  const waiting = useWaiting();
  return (
    <>
      {waiting.length > 0 ? <section className="day-part"><h2><Icon name="check" size={16} />{t('myday.to_sign')} <span className="num">{waiting.length}</span></h2><ToSign /></section> : null}
      {hands.length > 0 ? <section className="day-part"><h2><Icon name="hand" size={16} />{t('myday.hands')} <span className="num">{hands.length}</span></h2><MyHands /></section> : null}
      {kinds.length > 0 ? <section className="day-part"><h2><Icon name="clock" size={16} />{t('myday.breaks')}</h2><BreaksLeft /></section> : null}
    </>
  );
}

function Part({ icon, title, count, children }: { icon: IconName; title: string; count: number; children: ReactNode }) {
  if (count === 0) return null;
  return <section className="day-part"><h2><Icon name={icon} size={16} />{title} <span className="num">{count}</span></h2><ul>{children}</ul></section>;
}

function Line({ row, tail }: { row: ConversationRow; tail: ReactNode }) {
  return <li><a {...link(`/c/${row.id}`)}><Avatar initial={row.contact.initial} color={row.contact.color} channel={row.channel} /><span><b>{row.contact.name}</b><small>{row.subject ? <b>{row.subject}</b> : null} {row.last?.text ?? ''}</small></span>{tail}</a></li>;
}

function Waits({ since }: { since: number | null }) {
  const { t, length, exact } = useT();
  const at = useNow();
  return since === null ? null : <em className="num warn" title={exact(since)}>{t('myday.since', { length: length(at - since) })}</em>;
}

function When({ at, past, plain }: { at: number | null; past?: boolean; plain?: boolean }) {
  const { by, ago, exact } = useT();
  return at === null ? null : <em className="num" title={exact(at)}>{past ? ago(at, now()) : plain ? plainly(by(at, now())) : by(at, now())}</em>;
}
