/** One conversation in the list: who, for which client, the last words, how long they wait, and what is due. */
import { memo, type MouseEvent } from 'react';
import type { ConversationRow, TenantMark, UserId } from '@hark/api';
import { Avatar, Icon, useT } from '@hark/ui';
import { useDesk } from '../app/context';
import { useNow } from '../state/clock';
import { useStore } from '../state/store';
import { urgency } from '../state/order';
import { steppedTo } from '../app/focus';
import { go } from '../app/router';
import { Extra, type Extras } from './RowExtra';

interface Props { row: ConversationRow; top: number; on: boolean; picked: boolean; picking: boolean; extras: Extras | null; onPick: (id: string, how: 'toggle' | 'extend') => void; tenant: TenantMark | undefined; me: UserId; at: number; of: number }

export const Row = memo(function Row({ row, top, on, picked, picking, extras, onPick, tenant, me, at, of }: Props) {
  const { t } = useT();
  const other = row.assignee && row.assignee.id !== me ? row.assignee.alias : null;
  const click = (event: MouseEvent) => {
    if (event.shiftKey) onPick(row.id, 'extend');
    else if (event.ctrlKey || event.metaKey || picking) onPick(row.id, 'toggle');
    else {
      steppedTo(null);
      go(`/c/${row.id}`);
    }
  };
  return (
    <div id={`row-${row.id}`} role="option" aria-selected={picked || on} aria-posinset={at} aria-setsize={of} className={`row${on ? ' on' : ''}${picked ? ' picked' : ''}${picking ? ' picking' : ''}${(row.unread ?? 0) > 0 ? ' unread' : ''}`} style={{ top }} onMouseDown={(event) => { if (event.shiftKey) event.preventDefault(); }} onClick={click}>
      <span className="row-pick" aria-hidden="true" title={t('bulk.select', { name: row.contact.name })} onClick={(event) => { event.stopPropagation(); onPick(row.id, event.shiftKey ? 'extend' : 'toggle'); }} />
      <Avatar initial={row.contact.initial} color={row.contact.color} channel={row.channel} />
      <div className="row-name">
        {row.priority === 'urgent' || row.priority === 'high' ? <span className={`row-flag row-flag-${row.priority}`} title={t(`priority.${row.priority}`)}><Icon name="flag" size={12} /></span> : null}
        {row.contact.name}
        <Lookers id={row.id} />
        {tenant ? <em><i className="mark" style={{ background: tenant.mark_color }} />{tenant.name}{other ? ` · ${other}` : ''}</em> : null}
        {extras ? <Extra row={row} extras={extras} /> : null}
      </div>
      <When row={row} />
      <div className="row-text">
        {row.draft ? <span className="row-draft">{t('row.draft')}</span> : row.mentioned ? <span className="row-draft">{t('row.mentioned')}</span> : row.last?.note ? <span className="row-note">{t('row.note')}</span> : row.last?.by === 'user' ? <span className="row-mine">{t('row.us')}</span> : null}
        {row.draft ?? row.last?.text ?? ''}
      </div>
      <Badge row={row} />
    </div>
  );
});

/** Who else has it open. */
function Lookers({ id }: { id: string }) {
  const { t, several } = useT();
  const { desk } = useDesk();
  const names = several((useStore(desk.lookers).get(id) ?? []).map((one) => one.alias));
  return names ? <span className="row-lookers" title={t('head.looking', { names })}><Icon name="eye" size={12} /><span className="sr-only">{t('head.looking', { names })}</span></span> : null;
}

function When({ row }: { row: ConversationRow }) {
  const { timer, brief, exact } = useT();
  const now = useNow();
  const since = row.waiting === 'agent' ? row.waiting_since : row.queued_at && !row.assignee ? row.queued_at : null;
  if (since !== null && row.status === 'open' && now - since < 24 * 3600_000) return <div className="row-time waits num" title={exact(since)}>{timer(now - since)}</div>;
  const at = since ?? row.last?.at;
  return <div className={`row-time num${since ? ' waits' : ''}`} title={at ? exact(at) : undefined}>{at ? brief(at, now) : ''}</div>;
}

function Badge({ row }: { row: ConversationRow }) {
  const { t, length, timer, moment } = useT();
  const now = useNow();
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
  return <span />;
}
