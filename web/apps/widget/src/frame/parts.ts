/**
 * The parts that are fetched when they are needed: the talk with the first message, the form where one is asked, the survey
 * where one is due, earlier conversations for whoever is proved. What a visitor who only looks downloads stays small.
 */

import ask from './ask.css?url';
import talk from './talk.css?url';
import type { View } from './chat';
import { moreWords } from './words';

/** The parts that are here. */
export const parts: {
  talk?: typeof import('./talk');
  form?: typeof import('./form');
  survey?: typeof import('./survey');
  past?: typeof import('./past');
} = {};

type Name = keyof typeof parts;

const fetching: Partial<Record<string, Promise<unknown>>> = {};

/** Does it once; what failed may be tried again. */
const once = (name: string, act: () => Promise<unknown>): Promise<unknown> =>
  fetching[name] ??= act().catch(() => { delete fetching[name]; });

/** Adds a style sheet; nothing is shown before it is there. */
const styled = (href: string): Promise<unknown> => once(href, () => new Promise((resolve, reject) => {
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  link.href = href;
  link.onload = resolve;
  link.onerror = () => { link.remove(); reject(); };
  document.head.append(link);
}));

/** Fetches a part with its looks and words. */
export function fetched(name: Name): Promise<unknown> {
  return once(name, async () => {
    if (name === 'talk') {
      const [part] = await Promise.all([import('./talk'), styled(talk), moreWords()]);
      parts.talk = part;
    } else if (name === 'past') {
      // It reads as the talk does.
      const [part] = await Promise.all([import('./past'), styled(talk), moreWords()]);
      parts.past = part;
    } else {
      const [part] = await Promise.all([name === 'form' ? import('./form') : import('./survey'), styled(ask)]);
      Object.assign(parts, { [name]: part });
    }
  });
}

/** The parts that this view wants and that are not here. */
export function wanted({ thread, waiting, typing, asking, survey, identity }: View): Name[] {
  const all: [Name, unknown][] = [
    ['talk', thread.messages.length || waiting.length || typing !== null], ['form', asking], ['survey', survey],
    ['past', identity === 'proved'],
  ];
  return all.filter(([name, is]) => is && !parts[name]).map(([name]) => name);
}
