/** An action in words: `添加标签 已登记`, `Snooze: tomorrow 9:00`. */
import type { Action, Category, Colleague, ColleagueTeam, Queue } from '@hark/api';
import type { Translator } from '@hark/i18n';
import { categoryName } from '../conversations/categories';

export interface Names { queues: ReadonlyMap<string, Queue>; people: readonly Colleague[]; teams: readonly ColleagueTeam[]; categories: Category[] }

export function actionWords(action: Action, { t, language, exact, several }: Translator, names: Names): string {
  const word = t(`do.${action.do}`);
  const of = (detail: string | null | undefined) => (detail ? `${word}${language === 'en' ? ': ' : '：'}${detail}` : word);
  switch (action.do) {
    case 'reply': case 'note': return word;
    case 'assign': return of(names.people.find((one) => one.id === action.user)?.alias);
    case 'queue': return of(names.queues.get(action.queue)?.name);
    case 'team': return of(names.teams.find((one) => one.id === action.team)?.name);
    case 'tags': return [action.add?.length ? `${t('do.tags_add')} ${several(action.add)}` : '', action.remove?.length ? `${t('do.tags_remove')} ${several(action.remove)}` : ''].filter(Boolean).join(language === 'en' ? '; ' : '；');
    case 'category': return of(action.category ? categoryName(names.categories, action.category, language) : t('view.none'));
    case 'priority': return of(t(`priority.${action.priority}`));
    case 'snooze': return of(t(`preset.${action.preset}`));
    case 'snooze_until': return of(exact(action.until));
    case 'resolve': return of(action.disposition ? `${t(`kind.${action.disposition.kind}`)} · ${t(`outcome.${action.disposition.outcome}`)}` : null);
    default: return word;
  }
}
