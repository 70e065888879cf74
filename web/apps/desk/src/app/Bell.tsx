/** What I am told: the bell with its number, the list under it, and what rings or stands on the desktop besides. */
import { useEffect, useRef, useState } from 'react';
import type { Notice } from '@hark/api';
import type { Key } from '@hark/i18n';
import { Button, Empty, Icon, LiveRegion, Popup, useT } from '@hark/ui';
import { now } from '../state/clock';
import { howTold, noticeKinds } from '../state/notices';
import { useStore } from '../state/store';
import { heldKey } from '../conversations/Scheduled';
import { useDesk } from './context';
import { go } from './router';
import { ring } from './sound';

const words: Record<string, Key> = Object.fromEntries(noticeKinds.map((kind) => [kind, `bell.${kind}` as Key]));

/** What a notice says. */
export function noticeText(notice: Notice, t: ReturnType<typeof useT>['t']): string {
  const text = t(words[notice.kind] ?? 'bell.other', { name: notice.by?.alias ?? '' });
  return notice.kind === 'scheduled_held' ? `${text}：${t(heldKey(String(notice.data['reason'] ?? '')))}` : text;
}

export function Bell() {
  const { t } = useT();
  const { desk } = useDesk();
  const unread = useStore(desk.notices.unread);
  const [open, setOpen] = useState(false);
  const label = t('bell.bell', { n: unread });
  return (
    <>
      <Popup open={open} onOpen={setOpen} label={t('bell.title')} placement="bottomRight" content={<List onClose={() => setOpen(false)} />}>
        <button type="button" className="icon-btn bell" aria-label={label} title={label}><Icon name="bell" size={18} />{unread > 0 ? <span className="bell-n num">{unread > 99 ? '99+' : unread}</span> : null}</button>
      </Popup>
      <Told />
    </>
  );
}

function List({ onClose }: { onClose: () => void }) {
  const { t } = useT();
  const { desk } = useDesk();
  const items = useStore(desk.notices.items);
  return (
    <div className="notices-list">
      <div className="notices-head"><h2>{t('bell.title')}</h2><Button small look="quiet" onClick={() => { onClose(); go('/day'); }}>{t('bell.day')}</Button><Button small look="quiet" onClick={() => desk.notices.read()}>{t('bell.read_all')}</Button></div>
      {items.length === 0 ? <Empty icon="bell" title={t('bell.none')} text={t('bell.none_hint')} /> : <NoticeRows items={items} onChoose={onClose} />}
    </div>
  );
}

/** Notices one under the other; choosing one opens what it is about. */
export function NoticeRows({ items, onChoose }: { items: readonly Notice[]; onChoose?: () => void }) {
  const { t, ago, exact } = useT();
  const { desk } = useDesk();
  const open = (one: Notice) => {
    if (one.conversation) { desk.notices.read(one.conversation); go(`/c/${one.conversation}`); }
    onChoose?.();
  };
  return (
    <ul className="notice-rows">
      {items.map((one) => (
        <li key={`${one.kind}.${one.subject}`} className={one.read_at === null ? 'unread' : ''}>
          <button type="button" onClick={() => open(one)}>
            <span>{noticeText(one, t)}</span>
            <small>{one.contact ? `${t('bell.where', { contact: one.contact, number: one.number ?? '' })} · ` : ''}<time title={exact(one.at)}>{ago(one.at, now())}</time></small>
          </button>
        </li>
      ))}
    </ul>
  );
}

/** Rings and shows on the desktop what came just now, as its kind is set; nothing during a break. */
function Told() {
  const { t } = useT();
  const { desk, me } = useDesk();
  const fresh = useStore(desk.notices.fresh);
  const presence = useStore(desk.presence);
  const done = useRef<Notice | null>(null);
  const text = fresh ? noticeText(fresh, t) : '';
  useEffect(() => {
    if (!fresh || fresh === done.current) return;
    done.current = fresh;
    if (presence.state === 'break' || presence.state === 'offline') return;
    const how = howTold(me, fresh.kind);
    if (how.sound && me.settings.layout.sound !== false) ring();
    if (how.desktop && document.hidden && typeof Notification !== 'undefined' && Notification.permission === 'granted') {
      const shown = new Notification(text, { body: fresh.contact ?? '', tag: `${fresh.kind}.${fresh.subject}` });
      shown.onclick = () => { window.focus(); if (fresh.conversation) go(`/c/${fresh.conversation}`); shown.close(); };
    }
  }, [fresh, presence.state, me, text]);
  return <LiveRegion text={text} />;
}
