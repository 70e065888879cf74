/** What is said before words leave that are not whole: variables without a value, and blanks nobody filled. */
import type { Translator } from '@hark/i18n';

export function stillOpen(names: string[], several: (all: string[]) => string, t: Translator['t']): string {
  const variables = names.filter((one) => !/^_+$/.test(one));
  const parts = [variables.length > 0 ? t('phrase.missing', { names: several(variables) }) : null, variables.length < names.length ? t('phrase.blank') : null];
  return parts.filter(Boolean).join(' ');
}
