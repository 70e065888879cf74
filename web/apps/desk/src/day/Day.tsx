/** My day: today's figures, who waits for me, and what I still have to do. A part without a source, or with nothing in it, is absent. */
import { useEffect, type ReactNode } from 'react';
import type { ConversationRow } from '@hark/api';
import { Avatar, Empty, Icon, useT, type IconName } from '@hark/ui';
import { NoticeRows } from '../app/Bell';
import { useDesk } from '../app/context';
import { link } from '../app/router';
import { Loaded, useLoad } from '../admin/forms';
import { heldKey, plainly } from '../conversations/Scheduled';
import { now, useNow } from '../state/clock';
import { useStore } from '../state/store';

export default function Day() {
  const { t } = useT();
  const { desk } = useDesk();
  const rows = useStore(desk.rows);
  const notices = useStore(desk.notices.items);
  const all = useLoad(() => desk.client.me.toDos());
  const unread = notices.filter((one) => one.read_at === null);
  // Whatever changes in what I hold may be something done.
  useEffect(() => {
    const timer = setTimeout(all.reload, 1_500);
    return () => clearTimeout(timer);
  }, [rows, unread.length]);
  return (
    <main className="page day-page" id="main">
      <header className="page-head"><div><h1>{t('myday.title')}</h1><p>{t('myday.about')}</p></div></header>
      <Loaded of={all}>{(day) => {
        const empty = day.waiting.length + day.snoozed.length + day.mentions.length + day.scheduled.length + unread.length === 0;
        return (
          <div className="day-grid">
            {empty ? <Empty icon="check" title={t('myday.all_done')} text={t('myday.all_done_hint')} /> : null}
            <Part icon="chat" title={t('myday.waiting')} count={day.waiting.length}>{day.waiting.map((row) => <Line key={row.id} row={row} tail={<Waits since={row.waiting_since} />} />)}</Part>
            <Part icon="clock" title={t('myday.snoozed')} count={day.snoozed.length}>{day.snoozed.map((row) => <Line key={row.id} row={row} tail={<When at={row.snoozed_until} plain />} />)}</Part>
            <Part icon="at" title={t('myday.mentions')} count={day.mentions.length}>{day.mentions.map((row) => <Line key={row.id} row={row} tail={<When at={row.last?.at ?? row.created_at} past />} />)}</Part>
            <Part icon="transfer" title={t('myday.scheduled')} count={day.scheduled.length}>{day.scheduled.map(({ scheduled, contact, number }) => (
              <li key={scheduled.id}><a {...link(`/c/${scheduled.conversation}`)}><Icon name={scheduled.state === 'held' ? 'alert' : 'clock'} size={16} /><span><b>{t('bell.where', { contact, number })}</b><small>{scheduled.body}</small></span>{scheduled.state === 'held' ? <em className="warn">{t(heldKey(scheduled.reason))}</em> : <When at={scheduled.due_at} plain />}</a></li>
            ))}</Part>
            {unread.length > 0 ? <section className="day-part"><h2><Icon name="bell" size={16} />{t('myday.notices')} <span className="num">{unread.length}</span></h2><NoticeRows items={unread} /></section> : null}
          </div>
        );
      }}</Loaded>
    </main>
  );
}

function Part({ icon, title, count, children }: { icon: IconName; title: string; count: number; children: ReactNode }) {
  if (count === 0) return null;
  return <section className="day-part"><h2><Icon name={icon} size={16} />{title} <span className="num">{count}</span></h2><ul>{children}</ul></section>;
}

function Line({ row, tail }: { row: ConversationRow; tail: ReactNode }) {
  return <li><a {...link(`/c/${row.id}`)}><Avatar initial={row.contact.initial} color={row.contact.color} channel={row.channel} /><span><b>{row.contact.name}</b><small>{row.last?.text ?? ''}</small></span>{tail}</a></li>;
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
