/** Work that is offered to me: who, why me, how long they wait. Heard once, seen in the title, noticed when the desk is hidden. */
import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { createPortal } from 'react-dom';
import type { Reservation } from '@hark/api';
import { Avatar, Button, Kbd, LiveRegion, Menu, useT } from '@hark/ui';
import { client } from '../state/session';
import { useNow } from '../state/clock';
import { tell } from '../state/faults';
import { createStore, useStore } from '../state/store';
import { useDesk } from './context';
import { whyText } from '../conversations/eventText';
import { goHome, steppedTo } from './focus';
import { go } from './router';
import { ring } from './sound';

const reasons = ['busy', 'skill', 'known', 'break', 'other'] as const;

/** The place at the foot of the list for what rings, while there is one: there it moves no row and covers nothing. */
export const ringingPlace = createStore<HTMLElement | null>(null);

/** Asks for leave to show desktop notices; browsers want a click first. */
export function askForNotices(): void {
  if (typeof Notification !== 'undefined' && Notification.permission === 'default') void Notification.requestPermission();
}

export function Reservations() {
  const { t } = useT();
  const { desk, me } = useDesk();
  const all = useStore(desk.reservations);
  const at = useNow();
  // An offer that lapsed is gone even if nobody came to say so.
  const offered = useMemo(() => all.filter((one) => one.expires_at > at), [all, all.filter((one) => one.expires_at > at).length]);
  const counts = useStore(desk.counts);
  const heard = useRef(new Set<string>());
  const sound = me.settings.layout.sound !== false;
  useEffect(() => {
    const fresh = offered.filter((one) => !heard.current.has(one.id));
    heard.current = new Set(offered.map((one) => one.id));
    if (fresh.length === 0) return;
    if (sound) ring();
    const first = fresh[0];
    if (first && document.hidden && typeof Notification !== 'undefined' && Notification.permission === 'granted') {
      const notice = new Notification(t('reservation.notice', { name: first.contact.name }), { body: first.inbox_name, tag: first.id });
      notice.onclick = () => { window.focus(); notice.close(); };
    }
  }, [offered, sound, t]);
  useEffect(() => {
    const waiting = counts?.waiting_for_me ?? 0;
    document.title = offered.length > 0 ? `● ${t('reservation.title')} · Hark` : waiting > 0 ? `(${waiting}) Hark` : 'Hark';
  }, [offered.length, counts, t]);
  const first = offered[0];
  const place = useStore(ringingPlace);
  const cards = offered.map((one, at) => <Card key={one.id} reservation={one} first={at === 0} />);
  return (
    <>
      <LiveRegion urgent text={first ? t('reservation.announce', { name: first.contact.name, queue: first.queue.name }) : ''} />
      {place ? createPortal(cards, place) : <div className="reservations">{cards}</div>}
    </>
  );
}

/** Enter belongs to whatever has the focus; from inside a text Alt+Enter takes the work. */
const keepsEnter = (target: Element | null) => Boolean(target?.closest('input,textarea,select,button,a,[role=menuitem],[role=dialog],[contenteditable=true]'));

/** Would Enter go elsewhere just now? */
function useEnterTaken(): boolean {
  const [taken, setTaken] = useState(() => keepsEnter(document.activeElement));
  useEffect(() => {
    const look = () => setTimeout(() => setTaken(keepsEnter(document.activeElement)), 0);
    document.addEventListener('focusin', look);
    document.addEventListener('focusout', look);
    return () => {
      document.removeEventListener('focusin', look);
      document.removeEventListener('focusout', look);
    };
  }, []);
  return taken;
}

const HANDED = /^(why\.)?transferred$/;
/** Messages read to find who handed it over. */
const LOOK_BACK = 20;

/** Who handed it over and why: what a colleague wrote is to be seen before one takes it. */
function From({ reservation }: { reservation: Reservation }) {
  const { t } = useT();
  const [from, setFrom] = useState<{ name: string; reason: string } | null>(null);
  const handed = reservation.why.some((one) => HANDED.test(one));
  useEffect(() => {
    if (!handed) return;
    let current = true;
    client.conversations.messages(reservation.conversation, { limit: LOOK_BACK }).then((page) => {
      const event = page.items.filter((one) => one.event?.kind === 'transferred').pop();
      const text = (value: unknown) => (typeof value === 'string' && !/^\d+$/.test(value) ? value : '');
      const data = event?.event?.data ?? {};
      const name = text(data['from_name']) || event?.author.name || '';
      if (current && name) setFrom({ name, reason: text(data['reason']) });
    }).catch(() => undefined);
    return () => { current = false; };
  }, [handed, reservation.conversation]);
  if (!from) return null;
  return <p className="reservation-from"><b>{t('reservation.from', { name: from.name })}</b>{from.reason ? t('event.reason', { reason: from.reason }) : ''}</p>;
}

/** One after another with dots between them; where the line breaks there is none. */
function Dotted({ parts }: { parts: ReactNode[] }) {
  return <small className="dotted"><span>{parts.filter(Boolean).map((part, at) => <span key={at}>{part}</span>)}</span></small>;
}

function Card({ reservation, first }: { reservation: Reservation; first: boolean }) {
  const { t, timer } = useT();
  const { desk, me } = useDesk();
  const [busy, setBusy] = useState(false);
  const at = useNow();
  const taken = useEnterTaken();
  const left = Math.max(0, reservation.expires_at - at);
  const whole = Math.max(1, reservation.expires_at - reservation.offered_at);
  const drop = () => desk.reservations.set((all) => all.filter((one) => one.id !== reservation.id));
  const accept = async () => {
    if (busy) return;
    setBusy(true);
    try {
      await client.routing.accept(reservation.id);
      drop();
      steppedTo(null);
      go(`/c/${reservation.conversation}`);
    } catch (error) {
      tell(error, t);
      setBusy(false);
      if (left <= 0) drop();
    }
  };
  const decline = async (reason: string) => {
    try {
      await client.routing.decline(reservation.id, reason);
      drop();
      setTimeout(goHome, 0);
    } catch (error) {
      tell(error, t);
    }
  };
  useEffect(() => {
    if (!first) return;
    const key = (event: KeyboardEvent) => {
      if (event.key === 'Enter' && !event.defaultPrevented && !event.isComposing && event.keyCode !== 229 && (event.altKey || !keepsEnter(event.target as Element))) {
        event.preventDefault();
        void accept();
      }
    };
    window.addEventListener('keydown', key);
    return () => window.removeEventListener('keydown', key);
  });
  const tenant = me.tenants.find((one) => one.id === reservation.tenant);
  return (
    <section className="reservation" aria-label={t('reservation.label', { name: reservation.contact.name })}>
      <div className="reservation-head">
        <Avatar initial={reservation.contact.initial} color={reservation.contact.color} size={40} />
        <div><b>{reservation.contact.name}</b><Dotted parts={[tenant?.name, reservation.inbox_name, reservation.contact.tier]} /></div>
        <span className="num reservation-wait" title={t('reservation.waited')}>{timer(reservation.waiting_ms + (at - reservation.offered_at))}</span>
      </div>
      <From reservation={reservation} />
      {reservation.last_text ? <p className="reservation-text">{reservation.last_text}</p> : null}
      <div className="reservation-why">
        <Dotted parts={[reservation.queue.name, reservation.why.length > 0 ? whyText(reservation.why, t) : null, reservation.repeat_24h > 1 ? <b>{t('chip.repeat_24h', { n: reservation.repeat_24h })}</b> : null]} />
      </div>
      <div className="reservation-acts">
        <Button look="primary" busy={busy} onClick={() => void accept()}>{t('reservation.accept')} {first ? <Kbd>{taken ? 'Alt Enter' : 'Enter'}</Kbd> : null}</Button>
        <Menu placement="bottomRight" entries={reasons.map((reason) => ({ key: reason, label: t(`decline.${reason}`), run: () => void decline(reason) }))}>
          <button type="button" className={`btn btn-plain${first ? ' reservation-decline' : ''}`}>{t('reservation.decline')}</button>
        </Menu>
      </div>
      <div className="reservation-left" role="timer" aria-label={t('reservation.left', { n: Math.ceil(left / 1000) })}><i style={{ width: `${(left / whole) * 100}%` }} /></div>
    </section>
  );
}
