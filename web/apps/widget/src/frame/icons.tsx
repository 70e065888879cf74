/** The marks of the frame, drawn in the text's colour; words beside them carry the meaning. */

import { h } from 'preact';

export const icon = (path: string) => () => (
  <svg viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d={path} /></svg>
);

export const Close = icon('M6 6l12 12M18 6L6 18');
export const Clip = icon('M20 11.5l-8.2 8.2a5 5 0 0 1-7.1-7.1l8.6-8.6a3.4 3.4 0 0 1 4.8 4.8l-8.5 8.5a1.7 1.7 0 0 1-2.4-2.4l7.7-7.7');
export const Send = icon('M4.5 12L3 4l18 8-18 8 1.5-8zm0 0H13');
