/**
 * One conversation in the list: who, for which client, the last words, how long they wait, and what is due.
 *
 * A plain memoised component of plain elements: it watches nothing by itself and has no parts of its own that do, for thousands
 * of them go by in a few seconds. What changes comes as a property; what is pointed at is worked out when it is pointed at.
 */
import { memo, type ReactNode } from 'react';
import type { ConversationRow, Person, TenantMark, UserId } from '@hark/api';
import type { Translator } from '@hark/i18n';
import { Icon, useT } from '@hark/ui';
import { urgency } from '../state/order';
import { Extra, type Extras } from './RowExtra';

interface Props { row: ConversationRow; top: number; on: boolean; picked: boolean; picking: boolean; extras: Extras | null; tenant: TenantMark | undefined; lookers: readonly Person[] | undefined; me: UserId; second: number; at: number; of: number }

/** The mark of each channel, by its class. */
const marks = { webchat: 'row-channel', api: 'row-channel row-channel-api', email: 'row-channel row-channel-email' } as const;

export const Row = memo(function Row({ row, top, on, picked, picking, extras, tenant, lookers, me, second, at, of }: Props) {
  const words = useT();
  const { t } = words;
  const other = row.assignee && row.assignee.id !== me ? row.assignee.alias : null;
  const looking = lookers && lookers.length > 0 ? t('head.looking', { names: words.several(lookers.map((one) => one.alias)) }) : null;
  return (
    <div id={`row-${row.id}`} role="option" aria-selected={picked || on} aria-posinset={at} aria-setsize={of} className={`row${on ? ' on' : ''}${picked ? ' picked' : ''}${picking ? ' picking' : ''}${(row.unread ?? 0) > 0 ? ' unread' : ''}`} style={{ top }} data-row={row.id}>
      <span className="row-pick" aria-hidden="true" />
      <span className="row-face" style={{ background: row.contact.color }} aria-hidden="true">{row.contact.initial}</span>
      <i className={marks[row.channel]} aria-hidden="true" />
      <div className="row-name">
        {row.priority === 'urgent' || row.priority === 'high' ? <span className={`row-flag row-flag-${row.priority}`} title={t(`priority.${row.priority}`)} /> : null}
        {row.contact.name}
        {looking ? <span className="row-lookers" title={looking}><Icon name="eye" size={12} /><span className="sr-only">{looking}</span></span> : null}
        {tenant ? <em><i className="mark" style={{ background: tenant.mark_color }} />{other ? `${tenant.name} · ${other}` : tenant.name}</em> : null}
        {extras ? <Extra row={row} extras={extras} /> : null}
      </div>
      {when(row, second, words)}
      <div className="row-text">
        {row.subject && !row.draft ? <b className="row-subject">{row.subject}</b> : null}
        {row.draft ? <span className="row-draft">{t('row.draft')}</span> : row.mentioned ? <span className="row-draft">{t('row.mentioned')}</span> : row.last?.note ? <span className="row-note">{t('row.note')}</span> : row.last?.by === 'user' ? <span className="row-mine">{t('row.us')}</span> : null}
        {row.draft ?? row.last?.text ?? ''}
      </div>
      {badge(row, second, words)}
    </div>
  );
});

/** Since when somebody waits for us here; null where nobody does. */
const waitsSince = (row: ConversationRow) => (row.waiting === 'agent' ? row.waiting_since : row.queued_at && !row.assignee ? row.queued_at : null);
/** The time that stands in a row: since when they wait, else when the last word was said. */
export const timeOf = (row: ConversationRow): number | null => waitsSince(row) ?? row.last?.at ?? null;

function when(row: ConversationRow, now: number, { timer, brief }: Translator): ReactNode {
  const since = waitsSince(row);
  if (since !== null && row.status === 'open' && now - since < 24 * 3600_000) return <div className="row-time waits num">{timer(now - since)}</div>;
  const at = timeOf(row);
  return <div className={since ? 'row-time num waits' : 'row-time num'}>{at ? brief(at, now) : ''}</div>;
}

function badge(row: ConversationRow, now: number, { t, length, timer, moment }: Translator): ReactNode {
  const state = urgency(row, now);
  if (state === 'overdue') return <span className="badge badge-red">{t('due.over', { length: length(now - (row.due_at ?? now)) })}</span>;
  if (state === 'soon') return <span className="badge badge-amber num">{t('due.left', { timer: timer((row.due_at ?? now) - now) })}</span>;
  const unread = row.unread ?? 0;
  if (row.woke_at !== null && row.status === 'open') return <span className="badge badge-amber">{t('row.woke')}</span>;
  if (unread > 0) return <span className="badge badge-unread num" aria-label={t('row.unread', { n: unread })}>{unread > 99 ? '99+' : unread}</span>;
  if (row.status === 'snoozed' && row.snoozed_until) return <span className="badge">{t('row.snoozed', { when: moment(row.snoozed_until, now) })}</span>;
  if (row.status === 'resolved') return <span className="badge badge-green">{t('status.resolved')}</span>;
  if (row.place !== null && !row.assignee) return <span className="badge num">{t('row.place', { n: row.place })}</span>;
  if (row.waiting === 'customer') return <span className="badge">{t('waiting.customer')}</span>;
  return null;
}
