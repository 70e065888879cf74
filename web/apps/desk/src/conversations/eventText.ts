/** What happened to a conversation, in a line a person reads. */
import type { Message } from '@hark/api';
import type { Key, Translator } from '@hark/i18n';
import { now } from '../state/clock';
import type { Desk } from '../state/desk';
import { mailFault } from './MailDelivery';
import { categoryById, categoryName } from './categories';

const whyKeys: Record<string, Key> = {
  'why.last_agent': 'why.last_agent', 'why.transferred': 'why.transferred', 'why.handover': 'why.handover', transferred: 'why.transferred', 'why.manual': 'why.manual', manual: 'why.manual', 'why.skill': 'why.skill',
  'why.longest_idle': 'why.longest_idle', 'why.least_load': 'why.least_load', 'why.only_one': 'why.only_one',
  'why.taken_over': 'why.taken_over', 'why.answered': 'why.answered', 'why.own_crew': 'why.own_crew',
};
const reasonKeys: Record<string, Key> = {
  put_back: 'reason.put_back', agent_vanished: 'reason.agent_vanished', agent_signed_out: 'reason.agent_signed_out', agent_disabled: 'reason.agent_disabled', rights_lost: 'reason.rights_lost',
  agent_forced_out: 'reason.agent_forced_out',
};

/** Why this agent, in words; what is no known key is text already. */
export function whyText(why: readonly unknown[] | null | undefined, t: Translator['t']): string {
  return (why ?? []).map((one) => (typeof one === 'string' && whyKeys[one] ? t(whyKeys[one]) : textOf(one))).filter(Boolean).join(' · ');
}

export function eventText(message: Message, words: Translator, desk: Desk): string {
  const { t, by } = words;
  const data = message.event?.data ?? {};
  /** The server adds `to_name` where it knows one; a queue is known here. */
  const name = (key: string): string => {
    const told = data[`${key}_name`];
    if (typeof told === 'string' && told) return told;
    const value = data[key];
    if (value && typeof value === 'object' && 'queue' in value) return queueName(value.queue, desk);
    return /^\d+$/.test(textOf(value)) ? '' : textOf(value);
  };
  const reason = textOf(data['reason']);
  const known = reasonKeys[reason];
  const tail = reason ? t('event.reason', { reason: known ? t(known) : reason }) : '';
  switch (message.event?.kind) {
    case 'opened': return name('page') ? t('event.opened_from', { page: name('page') }) : t('event.opened');
    case 'queued': return t('event.queued', { queue: queueName(data['queue'], desk) });
    case 'offered': return t('event.offered', { to: name('to') || name('user') });
    case 'assigned': {
      const why = whyText(Array.isArray(data['why']) ? data['why'] : [], t);
      return t('event.assigned', { to: name('to') }) + (why ? t('event.why', { why }) : '');
    }
    case 'transferred': if (data['taken_over'] === true) return t('event.taken_over', { from: name('from'), to: name('to') }) + tail;
      if (data['waits'] === true) return (name('from') ? t('event.waits_for_from', { from: name('from'), to: name('to') }) : t('event.waits_for', { to: name('to') })) + tail;
      return (name('from') ? t('event.transferred', { from: name('from'), to: name('to') }) : t('event.transferred_to', { to: name('to') })) + tail;
    case 'requeued': return t('event.requeued') + tail;
    case 'resolved': return name('by') || message.author.name ? t('event.resolved', { by: name('by') || message.author.name }) : t('event.resolved_nobody');
    case 'reopened': return name('by') || message.author.kind === 'user' ? t('event.reopened', { by: name('by') || message.author.name }) : t('event.reopened_customer');
    case 'snoozed': return t('event.snoozed', { until: typeof data['until'] === 'number' ? words.moment(data['until'], now()) : '' });
    case 'offline': return typeof data['answer_by'] === 'number' ? t('event.offline_by', { at: by(data['answer_by'], now()) }) : t('event.offline');
    case 'survey_invited': return t('event.survey_invited');
    case 'transcript': return t('event.transcript');
    case 'survey_answered': return t('event.survey_answered', { n: Number(data['score']) || 0 });
    case 'mail_returned': return t('event.mail_returned', { why: t(mailFault(textOf(data['code']))) });
    case 'chat_offered': return t('event.chat_offered');
    case 'chat_taken_back': return t('event.chat_taken_back');
    case 'woke': return t('event.woke');
    case 'merged': case 'merged_here': case 'merge_undone': case 'merge_undone_here': case 'split': case 'split_from': case 'split_undone': case 'split_undone_here': case 'forwarded': case 'forwarded_from':
      return t(`event.${message.event.kind}` as Key, { number: textOf(data['number']), n: Number(data['count']) || 0, by: name('by') || message.author.name });
    case 'priority': return t('event.priority', { to: priority(data['to'], t) });
    case 'tags': {
      const added = list(data['added'] ?? data['add']);
      const removed = list(data['removed'] ?? data['remove']);
      return [added.length ? t('event.tags', { tags: words.several(added) }) : '', removed.length ? t('event.tags_removed', { tags: words.several(removed) }) : ''].filter(Boolean).join(' · ');
    }
    case 'category': {
      const found = categoryById(textOf(data['category'] ?? data['to']));
      const to = (found ? categoryName(found.all, found.id, words.language) : null) ?? textOf(data[words.language === 'en' ? 'name_en' : 'name_zh']);
      return to ? t('event.category', { to }) : t('event.category_changed');
    }
    default: return message.body;
  }
}

function queueName(id: unknown, desk: Desk): string { return desk.queues.get().get(textOf(id))?.name ?? ''; }

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  const record = value as Record<string, unknown>;
  for (const key of ['alias', 'name', 'title']) if (typeof record[key] === 'string') return record[key];
  return '';
}
const list = (value: unknown): string[] => (Array.isArray(value) ? value.map(textOf) : []);
function priority(value: unknown, t: Translator['t']): string {
  return value === 'low' || value === 'normal' || value === 'high' || value === 'urgent' ? t(`priority.${value}`) : textOf(value);
}
