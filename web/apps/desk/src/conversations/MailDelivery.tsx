/** How a mail of ours went out: waits, sent, tried again and when, or returned, with what to do about it. */
import { useEffect } from 'react';
import type { Message } from '@hark/api';
import type { Key } from '@hark/i18n';
import { Button, Icon, useT } from '@hark/ui';
import { useDesk } from '../app/context';
import { now } from '../state/clock';
import { tell } from '../state/faults';
import { useStore } from '../state/store';
import { loadMail, readingOf } from './mailStore';

/** While a mail waits, its state is asked for this often; nothing else tells that it was tried. */
const LOOK_MS = 10_000;
/** What waits longer than this is asked for no more until it is opened again. */
const WATCH_MS = 3 * 24 * 3600_000;

const faults: Record<string, Key> = {
  recipient_refused: 'email.fault.recipient', undeliverable: 'email.fault.returned', complained: 'email.fault.complained', no_recipient: 'email.fault.no_recipient', partly_refused: 'email.fault.partly',
  too_large: 'email.fault.large', too_long: 'email.fault.large', unfit: 'email.fault.unfit', content_refused: 'email.fault.content', sender_refused: 'email.fault.sender', login_refused: 'email.fault.login', no_login: 'email.fault.login',
  not_set_up: 'email.fault.set_up', no_secret: 'email.fault.login', gone: 'email.fault.set_up', later: 'email.fault.later', no_answer: 'email.fault.connection', no_connection: 'email.fault.connection', broke_off: 'email.fault.connection',
  share_used: 'email.fault.share', dropped: 'email.fault.dropped', name_unknown: 'email.fault.connection', tls_failed: 'email.fault.connection', no_starttls: 'email.fault.connection', no_server: 'email.fault.connection', closed_address: 'email.fault.connection',
};
/** Why a mail did not go out or came back, and what to do. */
export const mailFault = (code: string | null): Key => faults[(code ?? '').replace(/^\w+\./, '')] ?? 'email.fault.other';

/** Sending these again would do harm: they do not want it. Whom a server took already gets nothing twice. */
const NOT_AGAIN = /\.complained$/;

export function MailDelivery({ message }: { message: Message }) {
  const { t, clock, exact } = useT();
  const { desk } = useDesk();
  const { mail } = useStore(readingOf(desk, message.id));
  const waits = message.state === 'sent' && now() - message.at < WATCH_MS;
  useEffect(() => {
    if (!waits) return;
    void loadMail(desk, message, true);
    const timer = setInterval(() => { if (!document.hidden) void loadMail(desk, message, true); }, LOOK_MS);
    return () => clearInterval(timer);
  }, [desk, message, waits]);
  const delivery = mail?.delivery ?? null;
  if (message.state === 'failed') {
    const code = message.failure ?? delivery?.fault ?? null;
    const again = () => desk.client.conversations.retry(message.conversation, message.id).then((fresh) => desk.addMessage(fresh)).catch((error) => tell(error, t));
    return (
      <div className="mail-state returned" role="status">
        <Icon name="alert" size={14} /><b>{t('email.returned')}</b><span title={code ?? undefined}>{t(mailFault(code))}</span>
        {code && NOT_AGAIN.test(code) ? null : <Button small look="quiet" onClick={() => void again()}>{t('action.retry')}</Button>}
      </div>
    );
  }
  if (message.state === 'sent') {
    const next = delivery?.status === 'pending' && (delivery.attempts > 0 || delivery.fault) ? delivery.next_at : null;
    if (next) return <div className="mail-state waits" title={exact(next)}><Icon name="clock" size={13} /><span>{delivery?.attempts ? t('email.tried', { n: delivery.attempts, time: clock(next) }) : t('email.waits_until', { time: clock(next) })}</span>{delivery?.fault ? <span title={delivery.fault}>{t(mailFault(delivery.fault))}</span> : null}</div>;
    return <div className="mail-state"><Icon name="clock" size={13} /><span>{t('email.waits')}</span></div>;
  }
  return <div className="mail-state"><Icon name="check" size={13} /><span>{t('email.sent')}</span></div>;
}
