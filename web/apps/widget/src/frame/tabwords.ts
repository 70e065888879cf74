/** Which tab leads, settled by words on the tabs' channel; for pages to which the browser lends no locks. */

import type { Channel, Timers } from './tabs';

/** A leader without Web Locks says so this often. */
export const BEAT_MS = 1_000;
/** Silence after which the others elect anew; a hidden tab's timers may run once a second only. */
export const SILENCE_MS = 3_500;
/** How long a claim stands open to a smaller name. */
export const CLAIM_MS = 300;

type Word = { elect: 'claim' | 'beat' | 'gone'; from: string };

/** Claims leadership and calls `lead`; the smallest name wins, and who loses it is told by `yieldTo`. Returns how to leave. */
export function leadByWords(
  channel: Channel, me: string, timers: Timers, lead: () => void, yieldTo: () => void,
): () => void {
  let role: 'follower' | 'claiming' | 'leader' = 'follower';
  let timer: unknown;
  const say = (elect: Word['elect']): void => channel.postMessage({ elect, from: me });
  const wait = (act: () => void, ms: number): void => { timers.clear(timer); timer = timers.set(act, ms); };
  const beat = (): void => { say('beat'); wait(beat, BEAT_MS); };
  const win = (): void => { role = 'leader'; lead(); beat(); };
  const claim = (): void => { role = 'claiming'; say('claim'); wait(win, CLAIM_MS); };
  const follow = (): void => {
    const led = role === 'leader';
    role = 'follower';
    wait(claim, SILENCE_MS);
    if (led) yieldTo();
  };
  channel.addEventListener('message', ({ data }) => {
    const word = data as Partial<Word> | null;
    if (!word?.elect || !word.from || word.from === me) return;
    if (word.elect === 'gone') { if (role === 'follower') claim(); return; }
    if (role === 'leader' && (word.elect === 'claim' || me < word.from)) say('beat');
    else if (word.elect === 'beat' || word.from < me) follow();
  });
  claim();
  return () => { timers.clear(timer); if (role === 'leader') say('gone'); role = 'follower'; };
}
