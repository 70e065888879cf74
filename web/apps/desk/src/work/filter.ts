/** A view's filter: what a field takes, and the filter as a sentence. */
import type { ViewCondition, ViewField, ViewFilter, ViewGroup, ViewOp } from '@hark/api';
import type { Translator } from '@hark/i18n';

export const fields: ViewField[] = ['status', 'waiting', 'assignee', 'team', 'queue', 'client', 'line', 'inbox', 'channel', 'priority', 'tag', 'category', 'tier', 'unread', 'waited', 'due', 'wakes', 'created', 'active', 'text'];

export type Takes = 'list' | 'words' | 'minutes' | 'text';

/** What stands on the right of a condition: a choice of known values, free words, a number of minutes, or a text. */
export function takes(field: ViewField): Takes {
  switch (field) {
    case 'tag': case 'tier': return 'words';
    case 'waited': case 'due': case 'wakes': case 'created': case 'active': return 'minutes';
    case 'text': return 'text';
    default: return 'list';
  }
}

export function opsOf(field: ViewField): ViewOp[] {
  switch (takes(field)) {
    case 'minutes': return field === 'due' || field === 'wakes' ? ['at_most', 'at_least'] : ['at_least', 'at_most'];
    case 'text': return ['contains'];
    default: return field === 'unread' ? ['in'] : ['in', 'not_in'];
  }
}

export function fresh(field: ViewField): ViewCondition {
  return { field, op: opsOf(field)[0] ?? 'in', values: takes(field) === 'minutes' ? ['30'] : [] };
}

export const whole = (one: ViewCondition) => one.values.length > 0 && one.values.every((value) => value.trim() !== '');

/** The filter without what is still being written. */
export function settled(filter: ViewFilter): ViewFilter {
  const groups = (filter.groups ?? []).map((group) => ({ ...group, conditions: group.conditions.filter(whole) })).filter((group) => group.conditions.length > 0);
  return { join: filter.join ?? 'all', conditions: (filter.conditions ?? []).filter(whole), groups };
}

/** Says a value: a name instead of an id. */
export type Sayer = (field: ViewField, value: string) => string;

function conditionWords(one: ViewCondition, t: Translator['t'], language: string, say: Sayer): string {
  const values = one.values.map((value) => (takes(one.field) === 'minutes' ? t('view.minutes', { n: value }) : say(one.field, value)));
  const space = language === 'en' ? ' ' : '';
  const joined = one.field === 'text' ? `“${values.join('')}”` : values.join(language === 'en' ? (one.op === 'not_in' ? ' nor ' : ' or ') : '、');
  return [t(`view.field.${one.field}`), t(`view.op.${one.op}`), joined].join(space === '' ? '' : ' ');
}

/** `状态是进行中 且 （标签是投诉 或 优先级是紧急）`. */
export function sentence(filter: ViewFilter, { t, language }: Pick<Translator, 't' | 'language'>, say: Sayer): string {
  const clean = settled(filter);
  const joined = (how: ViewGroup['join'], parts: string[]) => parts.join(how === 'any' ? t('view.or') : t('view.and'));
  const parts = [
    ...(clean.conditions ?? []).map((one) => conditionWords(one, t, language, say)),
    ...(clean.groups ?? []).map((group) => {
      const inner = joined(group.join, group.conditions.map((one) => conditionWords(one, t, language, say)));
      return group.conditions.length > 1 ? (language === 'en' ? `(${inner})` : `（${inner}）`) : inner;
    }),
  ];
  return parts.length === 0 ? t('view.sentence_all') : joined(clean.join, parts);
}
