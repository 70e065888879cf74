/** Name, what is due, the deeds, and what changes how one answers. */
import type { Conversation, Priority } from '@hark/api';
import { Button, Chip, Icon, IconButton, Kbd, Menu, useT, type MenuEntry } from '@hark/ui';
import { useDesk } from '../app/context';
import { go, link } from '../app/router';
import { useNow } from '../state/clock';
import { holds } from '../state/rights';
import { DUE_SOON_MS, urgency } from '../state/order';
import { useStore } from '../state/store';
import type { Thread } from '../state/thread';
import { categoryName, useCategories } from './categories';
import type { ContextTab } from './Conversations';
import { MaskChip } from './ScreenGuard';
import type { HeadDialog, Run } from './ThreadPane';

const priorities: Priority[] = ['low', 'normal', 'high', 'urgent'];

interface Props {
  id: string; conversation: Conversation | null; thread: Thread; phone: boolean; contextShown: boolean;
  onContext: () => void; onTab: (tab: ContextTab) => void; onDialog: (name: HeadDialog) => void; onSplit: () => void; run: Run;
}

export function Header({ id, conversation, thread, phone, contextShown, onContext, onTab, onDialog, onSplit, run }: Props) {
  const { t } = useT();
  const { desk, me } = useDesk();
  const row = useStore(desk.rows).get(id);
  const { client } = desk;
  const name = conversation?.contact.name ?? row?.contact.name ?? '';
  const subject = conversation?.subject ?? row?.subject ?? null;
  const closed = conversation?.status === 'resolved';
  const mine = conversation?.assignee?.id === me.user.id;
  const merged = conversation?.merged_into ?? null;
  const writes = conversation ? holds(me, 'conversations.reply', conversation) : false;
  const follows = conversation?.followers.some((one) => one.id === me.user.id) ?? false;
  const entries: MenuEntry[] = conversation ? [
    { key: 'follow', icon: 'star', label: follows ? t('act.unfollow') : t('act.follow'), run: () => void run(() => (follows ? client.conversations.unfollow(id) : client.conversations.follow(id))) },
    ...(!mine && !closed ? [{ key: 'take', icon: 'user' as const, label: t('act.take'), run: () => void run(() => client.conversations.assign(id, me.user.id), t('done.taken')) }] : []),
    ...(!mine && !closed && conversation.assignee && holds(me, 'conversations.take_over', conversation) ? [{ key: 'take_over', icon: 'user' as const, label: t('act.take_over'), run: () => onDialog('take_over') }] : []),
    { key: 'why', icon: 'people', label: t('act.why'), run: () => onDialog('why') },
    ...(mine && !closed ? [{ key: 'release', icon: 'out' as const, label: t('act.release'), run: () => void run(() => client.conversations.assign(id, null), t('done.released')) }] : []),
    { key: 'priority', icon: 'flag', label: t('act.priority'), items: priorities.map((priority) => ({ key: `p.${priority}`, label: t(`priority.${priority}`), checked: conversation.priority === priority, run: () => void run(() => client.conversations.priority(id, priority)) })) },
    ...(conversation.ways.chat && !closed ? [{ key: 'chat', icon: 'chat' as const, label: t(conversation.ways.in_chat ? 'way.take_back' : 'way.offer'), run: () => void run(() => (conversation.ways.in_chat ? client.conversations.takeBackFromChat(id) : client.conversations.offerInChat(id)), t(conversation.ways.in_chat ? 'way.taken_back' : 'way.offered')) }] : []),
    ...(!closed ? [{ key: 'snooze', icon: 'clock' as const, label: t('act.snooze'), run: () => onDialog('snooze') }] : []),
    ...(!merged && writes ? [
      { key: 'joining', divider: true as const },
      { key: 'merge', icon: 'merge' as const, label: t('act.merge'), run: () => onDialog('merge') },
      { key: 'split', icon: 'split' as const, label: t('act.split'), run: onSplit },
    ] : []),
    ...(writes ? [{ key: 'forward', icon: 'forward' as const, label: t('act.forward'), run: () => onDialog('forward') }, { key: 'joined', divider: true as const }] : []),
    { key: 'copy', icon: 'copy', label: t('act.copy_number', { number: conversation.number }), run: () => void navigator.clipboard?.writeText(String(conversation.number)) },
  ] : [];
  return (
    <header className="head">
      {phone ? <IconButton icon="back" label={t('thread.back')} onClick={() => go('/')} /> : null}
      <h1>{name}</h1>
      {subject ? <span className="head-subject" dir="auto" title={subject}>{subject}</span> : null}
      {conversation ? <Looking thread={thread} /> : null}
      <span className="head-gap" />
      {conversation ? <Due conversation={conversation} /> : null}
      {conversation ? (
        <div className="head-acts">
          {!closed ? <Button icon={phone ? 'transfer' : undefined} onClick={() => onDialog('transfer')} aria-label={t('act.transfer')} aria-keyshortcuts="Alt+T">{phone ? null : t('act.transfer')}</Button> : null}
          {!closed && !phone ? <Button className="head-wide" onClick={() => onDialog('snooze')}>{t('act.snooze')}</Button> : null}
          {merged ? null : closed
            ? <Button onClick={() => void run(() => client.conversations.reopen(id), t('done.reopened'))}>{t('act.reopen')}</Button>
            : <Button onClick={() => onTab('disposition')} aria-keyshortcuts="Alt+E">{phone ? t('act.resolve_short') : t('act.resolve')} {phone ? null : <Kbd>Alt E</Kbd>}</Button>}
          <Menu entries={entries} placement="bottomRight"><button type="button" className="icon-btn" aria-label={t('act.more')} title={t('act.more')}><Icon name="more" size={18} /></button></Menu>
          <IconButton icon="panel" label={contextShown ? t('context.hide') : t('context.show')} aria-pressed={contextShown} onClick={onContext} />
        </div>
      ) : null}
      {conversation ? <Chips conversation={conversation} run={run} /> : <div className="head-chips" />}
    </header>
  );
}

function Chips({ conversation, run }: { conversation: Conversation; run: Run }) {
  const { t, language, moment, exact } = useT();
  const { desk, me } = useDesk();
  const now = useNow();
  const categories = useCategories(conversation.line);
  const { repeat, status } = conversation;
  const last = repeat.last && (repeat.last.category || repeat.last.text) ? repeat.last : null;
  const times = repeat.within_24h > 0 ? t('chip.repeat_24h', { n: repeat.within_24h + 1 }) : repeat.within_48h > 0 ? t('chip.repeat_48h', { n: repeat.within_48h + 1 }) : null;
  const category = categoryName(categories, conversation.category, language);
  const line = me.lines.find((one) => one.id === conversation.line)?.name;
  return (
    <div className="head-chips">
      <Chip><i className="mark" style={{ background: conversation.brand.color }} />{conversation.tenant_name} · {conversation.inbox_name}</Chip>
      {category ? <Chip>{[line, category].filter(Boolean).join(' / ')}</Chip> : null}
      {conversation.merged_into ? <Chip tone="amber"><Icon name="merge" size={13} /><a {...link(`/c/${conversation.merged_into.id}`)}>{t('join.merged_into', { number: conversation.merged_into.number })}</a></Chip> : null}
      {conversation.split_from ? <Chip><Icon name="split" size={13} /><a {...link(`/c/${conversation.split_from.id}`)}>{t('join.split_from', { number: conversation.split_from.number })}</a></Chip> : null}
      {status !== 'open' && !conversation.merged_into ? <Chip tone={status === 'resolved' ? 'green' : 'amber'}>{status === 'snoozed' && conversation.snoozed_until ? t('row.snoozed', { when: moment(conversation.snoozed_until, now) }) : t(`status.${status}`)}</Chip> : null}
      {times ? <Chip tone="amber">{times}</Chip> : null}
      {last ? <Chip><a {...link(`/c/${last.id}`)} title={`${last.text} · ${exact(last.at)}`}>{t(last.open ? 'chip.last_open' : 'chip.last_time', { about: categoryName(categories, last.category, language) ?? last.text.slice(0, 24) })}</a></Chip> : null}
      {conversation.ways.in_chat ? <Chip><Icon name="chat" size={12} />{t('way.in_chat')}</Chip> : null}
      <MaskChip conversation={conversation} run={run} />
      {conversation.priority === 'urgent' || conversation.priority === 'high' ? <Chip tone="red"><Icon name="flag" size={12} />{t(`priority.${conversation.priority}`)}</Chip> : null}
      {conversation.other_open > 0 ? <Chip tone="amber">{t('chip.other_open', { n: conversation.other_open })}</Chip> : null}
      {conversation.tags.map((tag) => <Chip key={tag} onRemove={() => void run(() => desk.client.conversations.tags(conversation.id, { remove: [tag] }))} removeLabel={t('tags.remove', { tag })}>#{tag}</Chip>)}
      {conversation.assignee ? <span className="head-who">{t('head.assignee', { name: conversation.assignee.alias })}</span> : <span className="head-who warn">{t('head.nobody')}</span>}
    </div>
  );
}

function Due({ conversation }: { conversation: Conversation }) {
  const { t, timer, length, by, exact } = useT();
  const now = useNow();
  const state = urgency(conversation, now);
  const due = conversation.due_at;
  if (state === 'none' || due === null) return null;
  const left = due - now;
  // The ring empties over the last five minutes, the time in which it matters.
  const share = state === 'overdue' ? 100 : Math.min(100, (left / DUE_SOON_MS) * 100);
  return (
    <span className={`due due-${state}`} title={exact(due)}>
      {state === 'later' ? <Icon name="clock" size={15} /> : <i className="ring" style={{ '--share': `${share}%` } as never} />}
      {state === 'overdue' ? t('due.over', { length: length(-left) }) : state === 'soon' ? <span className="num">{t('due.left', { timer: timer(left) })}</span> : by(due, now)}
    </span>
  );
}

function Looking({ thread }: { thread: Thread }) {
  const { t, several } = useT();
  if (thread.lookers.length === 0) return null;
  const names = several(thread.lookers.map((one) => one.alias));
  return <span className="looking" title={t('head.looking', { names })}><Icon name="eye" size={14} />{t('head.looking', { names })}</span>;
}
