/** What the screen of earlier conversations says in English. */

import type { zh } from './past.zh';

export const en: typeof zh = {
  title: 'Earlier conversations',
  back: 'Back',
  loading: 'Loading…',
  none: 'Your earlier conversations will be listed here. There are none yet.',
  failed: 'They could not be loaded',
  again: 'Try again',
  current: 'Current conversation',
  ended: 'Ended',
  about: '(no text)',
  more: 'More messages',
  over: 'This conversation has ended and can only be read. If you need anything else, write in the current conversation.',
  toCurrent: 'Go to the current conversation',
};
