/** What happened to a conversation, in a line a person reads. */
import type { Message } from '@hark/api';
import type { Translator } from '@hark/i18n';
import { now } from '../state/clock';

/** `queueName` says what a queue is called; an event carries its id alone. */
export function eventText(message: Message, words: Translator, queueName: (id: string) => string): string {
  const { t, by } = words;
  const data = message.event?.data ?? {};
  // A person stands in the event as an id with the name beside it; an id alone is nothing to read.
  const name = (key: string) => nameOf(data[`${key}_name`]) || readable(nameOf(data[key]), queueName);
  const reason = name('reason');
  const tail = reason ? t('event.reason', { reason }) : '';
  switch (message.event?.kind) {
    case 'opened': return name('page') ? t('event.opened_from', { page: name('page') }) : t('event.opened');
    case 'queued': return t('event.queued', { queue: name('queue') });
    case 'offered': return t('event.offered', { to: name('to') || name('user') });
    case 'assigned': {
      const why = Array.isArray(data['why']) ? (data['why'] as unknown[]).map((one) => (typeof one === 'string' ? whyText(one, t) : nameOf(one))).filter(Boolean).join(' · ') : '';
      return t('event.assigned', { to: name('to') }) + (why ? t('event.why', { why }) : '');
    }
    case 'transferred': return t('event.transferred', { from: name('from'), to: name('to') }) + tail;
    case 'requeued': return t('event.requeued') + tail;
    case 'resolved': return name('by') ? t('event.resolved', { by: name('by') }) : t('event.resolved_nobody');
    case 'reopened': return name('by') ? t('event.reopened', { by: name('by') }) : t('event.reopened_customer');
    case 'snoozed': return t('event.snoozed', { until: typeof data['until'] === 'number' ? by(data['until'], now()) : '' });
    case 'priority': return t('event.priority', { to: priority(data['to'], t) });
    case 'tags': return t('event.tags', { tags: [...list(data['add']), ...list(data['added']), ...list(data['tags'])].join('、') || list(data['remove'] ?? data['removed']).map((tag) => `−${tag}`).join('、') });
    case 'category': {
      const to = name(words.language === 'en' ? 'name_en' : 'name_zh') || name('name');
      return to ? t('event.category', { to }) : data['to'] ? t('event.category_changed') : t('event.category_none');
    }
    default: return message.body;
  }
}

const reasons = ['skill', 'last_agent', 'longest_idle', 'least_load', 'transferred', 'manual', 'only_one'] as const;

/** Why work came to somebody; a reason this desk does not know yet is left out. */
export function whyText(key: string, t: Translator['t']): string {
  const known = reasons.find((reason) => key === `why.${reason}`);
  return known ? t(`why.${known}`) : key.startsWith('why.') ? '' : key;
}

/** An id (digits alone, longer than any number a person gives) is never shown. */
const readable = (text: string, queueName: (id: string) => string): string => (/^\d{12,}$/.test(text) ? queueName(text) : text);

function nameOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  const record = value as Record<string, unknown>;
  for (const key of ['alias', 'name', 'title', 'name_zh']) if (typeof record[key] === 'string') return record[key];
  for (const key of ['user', 'queue', 'team']) if (record[key]) return nameOf(record[key]);
  return '';
}
const list = (value: unknown): string[] => (Array.isArray(value) ? value.map(nameOf) : []);
function priority(value: unknown, t: Translator['t']): string {
  return value === 'low' || value === 'normal' || value === 'high' || value === 'urgent' ? t(`priority.${value}`) : nameOf(value);
}
