/**
 * The parts that are fetched when they are needed: the talk with the first message, the form where one is asked, the survey
 * where one is due, and
 * earlier conversations for whoever is proved. What a visitor who only looks downloads stays small.
 */

import type { View } from './chat';

/** The parts that are here. */
export const parts: {
  talk?: typeof import('./talk');
  form?: typeof import('./form');
  survey?: typeof import('./survey');
  past?: typeof import('./past');
} = {};

type Name = keyof typeof parts;

const fetching: Partial<Record<Name, Promise<void>>> = {};

/** Fetches a part, once; a failed fetch may be tried again. */
export function fetched(name: Name): Promise<void> {
  const load = name === 'talk' ? import('./talk').then((m) => { parts.talk = m; })
    : name === 'form' ? import('./form').then((m) => { parts.form = m; })
    : name === 'past' ? import('./past').then((m) => { parts.past = m; })
    : import('./survey').then((m) => { parts.survey = m; });
  return fetching[name] ??= load.catch(() => { delete fetching[name]; });
}

/** The parts that this view wants and that are not here. */
export function wanted({ thread, waiting, typing, asking, survey, identity }: View): Name[] {
  const all: [Name, unknown][] = [
    ['talk', thread.messages.length || waiting.length || typing !== null], ['form', asking], ['survey', survey],
    ['past', identity === 'proved'],
  ];
  return all.filter(([name, is]) => is && !parts[name]).map(([name]) => name);
}
