/** What happened to a conversation, in a line a person reads. */
import type { Message } from '@hark/api';
import type { Translator } from '@hark/i18n';
import { now } from '../state/clock';

export function eventText(message: Message, words: Translator): string {
  const { t, by } = words;
  const data = message.event?.data ?? {};
  const name = (key: string) => nameOf(data[key]);
  const reason = name('reason');
  const tail = reason ? t('event.reason', { reason }) : '';
  switch (message.event?.kind) {
    case 'opened': return name('page') ? t('event.opened_from', { page: name('page') }) : t('event.opened');
    case 'queued': return t('event.queued', { queue: name('queue') });
    case 'offered': return t('event.offered', { to: name('to') || name('user') });
    case 'assigned': {
      const why = Array.isArray(data['why']) ? (data['why'] as unknown[]).map(nameOf).filter(Boolean).join(' · ') : '';
      return t('event.assigned', { to: name('to') }) + (why ? t('event.why', { why }) : '');
    }
    case 'transferred': return t('event.transferred', { from: name('from'), to: name('to') }) + tail;
    case 'requeued': return t('event.requeued') + tail;
    case 'resolved': return name('by') ? t('event.resolved', { by: name('by') }) : t('event.resolved_nobody');
    case 'reopened': return name('by') ? t('event.reopened', { by: name('by') }) : t('event.reopened_customer');
    case 'snoozed': return t('event.snoozed', { until: typeof data['until'] === 'number' ? by(data['until'], now()) : '' });
    case 'priority': return t('event.priority', { to: priority(data['to'], t) });
    case 'tags': return t('event.tags', { tags: [...list(data['add']), ...list(data['added']), ...list(data['tags'])].join('、') || list(data['remove'] ?? data['removed']).map((tag) => `−${tag}`).join('、') });
    case 'category': return t('event.category', { to: name('name') || name('to') || name('category') });
    default: return message.body;
  }
}

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
