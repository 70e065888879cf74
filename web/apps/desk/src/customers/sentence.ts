/** A filter as a sentence that people read, and which comparisons fit which question. */
import type { AttributeDefinition, ContactCondition, ContactField, ContactFilter, ContactOp } from '@hark/api';
import type { Key, Translator } from '@hark/i18n';

type T = Translator['t'];

/** As the server checks it. */
const ops: Record<ContactField, ContactOp[]> = {
  name: ['contains', 'begins', 'ends', 'is', 'is_not'],
  handle: ['set', 'unset', 'begins', 'ends'],
  tag: ['is', 'is_not', 'set', 'unset'],
  attribute: ['is', 'is_not', 'contains', 'begins', 'ends', 'set', 'unset'],
  tier: ['is', 'is_not', 'contains', 'set', 'unset'],
  organisation: ['is', 'is_not', 'set', 'unset'],
  language: ['is', 'is_not', 'set', 'unset'],
  consent: ['is', 'is_not', 'set', 'unset'],
  created: ['within', 'older', 'before', 'after'],
  last_seen: ['within', 'older', 'before', 'after'],
  conversations: ['above', 'below', 'is'],
  open_conversations: ['above', 'below', 'is'],
  blocked: ['set', 'unset'],
};

export const fields = Object.keys(ops) as ContactField[];
export const topics = ['service_news', 'marketing', 'survey', 'recording', 'sharing'] as const;

/** The comparisons that fit a condition, with those of the attribute's own kind. */
export function opsOf(condition: ContactCondition, attributes: AttributeDefinition[]): ContactOp[] {
  const list = ops[condition.field];
  if (condition.field === 'handle') return condition.key === 'email' ? ['set', 'unset', 'ends'] : condition.key === 'phone' ? ['set', 'unset', 'begins'] : ['set', 'unset'];
  const kind = condition.field === 'attribute' ? attributes.find((one) => one.key === condition.key)?.kind : undefined;
  if (kind === 'number') return ['is', 'is_not', 'above', 'below', 'set', 'unset'];
  if (kind === 'date') return ['is', 'before', 'after', 'set', 'unset'];
  if (kind === 'choice') return ['is', 'is_not', 'set', 'unset'];
  return list;
}

export const takesValue = (op: ContactOp) => op !== 'set' && op !== 'unset';
/** Moments are sent as ms since 1970; people choose days. */
export const isMoment = (condition: ContactCondition) => (condition.field === 'created' || condition.field === 'last_seen') && (condition.op === 'before' || condition.op === 'after');
export const dayOf = (value: string | null | undefined) => { const at = new Date(Number(value)); return value && !Number.isNaN(at.getTime()) ? `${at.getFullYear()}-${String(at.getMonth() + 1).padStart(2, '0')}-${String(at.getDate()).padStart(2, '0')}` : ''; };

export interface Words { t: T; language: string; attributes: AttributeDefinition[]; organisations?: Map<string, string> }

function nameOf(condition: ContactCondition, words: Words): string {
  const { t, language, attributes } = words;
  switch (condition.field) {
    case 'attribute': { const found = attributes.find((one) => one.key === condition.key); return found ? (language === 'en' ? found.label_en : found.label_zh) : condition.key ?? ''; }
    case 'handle': return t(`handle.${condition.key ?? 'phone'}` as Key);
    case 'consent': return t(`consent.${condition.key ?? 'marketing'}` as Key);
    default: return t(`flt.f.${condition.field}` as Key);
  }
}

function valueOf(condition: ContactCondition, words: Words): string {
  if (isMoment(condition)) return dayOf(condition.value);
  if (condition.field === 'consent') return words.t(condition.value === 'refused' ? 'flt.refused' : 'flt.given');
  if (condition.field === 'organisation') return words.organisations?.get(condition.value ?? '') ?? condition.value ?? '';
  return condition.value ?? '';
}

function clause(condition: ContactCondition, words: Words): string {
  const { t, language } = words;
  const field = nameOf(condition, words);
  if (condition.field === 'blocked') return t(condition.op === 'set' ? 'flt.s.blocked' : 'flt.s.not_blocked');
  if (condition.op === 'set' || condition.op === 'unset') return t(`flt.s.${condition.op}`, { field });
  const value = valueOf(condition, words);
  if (condition.op === 'within' || condition.op === 'older') return t(`flt.s.${condition.op}`, { field, value });
  const op = t(`flt.o.${condition.op}` as Key);
  return language === 'en' ? `${field} ${op} “${value}”` : `${field}${op}“${value}”`;
}

/** The whole filter: groups in brackets where both joins meet. */
export function sentence(filter: ContactFilter, words: Words): string {
  const { t } = words;
  const join = (kind: 'all' | 'any') => (kind === 'all' ? t('flt.and') : t('flt.or'));
  const groups = filter.groups.filter((group) => group.conditions.length > 0);
  if (groups.length === 0) return t('seg.everybody');
  const parts = groups.map((group) => {
    const inner = group.conditions.map((one) => clause(one, words)).join(join(group.join));
    if (group.not) return t('flt.except', { part: inner });
    return groups.length > 1 && group.conditions.length > 1 ? (words.language === 'en' ? `(${inner})` : `（${inner}）`) : inner;
  });
  return parts.join(join(filter.join));
}
