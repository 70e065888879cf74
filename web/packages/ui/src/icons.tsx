/** Line icons of one weight, drawn on a 24 grid. Decorative: a word or a label always stands with them. */
import type { ReactNode } from 'react';
import { channels } from './glyphs';

const paths = {
  chat: <path d={channels.chat} />,
  api: <path d={channels.api} />,
  mail: <path d={channels.mail} />,
  people: <><circle cx="12" cy="8" r="3.5" /><path d="M5 20c0-4 3-6 7-6s7 2 7 6" /></>,
  settings: <><circle cx="12" cy="12" r="3" /><path d="M12 3v3M12 18v3M3 12h3M18 12h3M5.600 5.600l2 2M16.400 16.400l2 2M5.600 18.400l2-2M16.400 7.600l2-2" /></>,
  search: <><circle cx="11" cy="11" r="6" /><path d="M20 20l-4.500-4.500" /></>,
  clip: <path d="M20 11l-8 8a5 5 0 0 1-7-7l8-8a3.500 3.500 0 0 1 5 5l-8 8a2 2 0 0 1-3-3l7-7" />,
  smile: <><circle cx="12" cy="12" r="8" /><path d="M9 14c1 2 5 2 6 0M9 10h.01M15 10h.01" /></>,
  image: <><path d="M4 5h16v14H4z" /><path d="M4 16l5-5 4 4 3-3 4 4" /></>,
  file: <><path d="M6 3h8l4 4v14H6z" /><path d="M14 3v4h4" /></>,
  clock: <><circle cx="12" cy="12" r="8" /><path d="M12 8v4l3 2" /></>,
  check: <path d="M5 12.500l4.500 4.500L19 7.500" />,
  checks: <path d="M2.500 12.500L7 17l9-10M11 16l1 1 9.500-10" />,
  alert: <><path d="M12 4l9 16H3z" /><path d="M12 10v4M12 17h.01" /></>,
  close: <path d="M6 6l12 12M18 6L6 18" />,
  back: <path d="M14.500 5.500L8 12l6.500 6.500" />,
  next: <path d="M9.500 5.500L16 12l-6.500 6.500" />,
  down: <path d="M5.500 9.500L12 16l6.500-6.500" />,
  more: <><circle cx="6" cy="12" r=".8" /><circle cx="12" cy="12" r=".8" /><circle cx="18" cy="12" r=".8" /></>,
  panel: <path d="M4 5h16v14H4zM15 5v14" />,
  lock: <><path d="M6 11h12v9H6z" /><path d="M8.500 11V8a3.500 3.500 0 0 1 7 0v3" /></>,
  eye: <><path d="M2.500 12c2.500-4.500 6-6.500 9.500-6.500s7 2 9.500 6.500c-2.500 4.500-6 6.500-9.500 6.500S5 16.500 2.500 12z" /><circle cx="12" cy="12" r="2.800" /></>,
  flag: <path d="M6 21V4h11l-2 4 2 4H6" />,
  star: <path d="M12 4l2.500 5.200 5.500.8-4 4 1 5.700-5-2.700-5 2.700 1-5.700-4-4 5.500-.8z" />,
  transfer: <path d="M4 8h14l-3.500-3.500M20 16H6l3.500 3.500" />,
  merge: <path d="M5 5c0 7 7 5 7 10v5M19 5c0 7-7 5-7 10M8.500 16.500L12 20l3.500-3.500" />,
  split: <path d="M12 20v-5c0-5-7-3-7-10M12 15c0-5 7-3 7-10M2.500 7.500L5 5l2.500 2.500M16.500 7.500L19 5l2.500 2.500" />,
  forward: <path d="M13 6l6.500 6-6.500 6v-4c-5 0-7.500 1.500-9 4.500 0-5.500 3-8.500 9-9z" />,
  tag: <><path d="M4 4h8l8 8-8 8-8-8z" /><circle cx="8.500" cy="8.500" r=".9" /></>,
  plus: <path d="M12 5v14M5 12h14" />,
  offline: <path d="M4 4l16 16M8.500 15a5 5 0 0 1 7 0M5.500 11.500a9 9 0 0 1 4-2.300M18.500 11.500a9 9 0 0 0-3.500-2.200M12 19h.01" />,
  reload: <path d="M19.500 12a7.500 7.500 0 1 1-2.200-5.300M19.500 4v4h-4" />,
  at: <><circle cx="12" cy="12" r="3.500" /><path d="M15.500 9v4.500c0 3 4.500 2.500 4.500-1.500a8 8 0 1 0-3 6.200" /></>,
  copy: <path d="M9 9h11v11H9zM5 15H4V4h11v1" />,
  download: <path d="M12 4v11M7.500 11l4.500 4.500L16.500 11M5 20h14" />,
  user: <><circle cx="12" cy="8" r="3.500" /><path d="M5 20c0-4 3-6 7-6s7 2 7 6" /></>,
  out: <path d="M14 5H5v14h9M10 12h10M16.500 8.500L20 12l-3.500 3.500" />,
  bell: <><path d="M6 17V11a6 6 0 0 1 12 0v6l1.500 1.500h-15z" /><path d="M10 20.500a2.200 2.200 0 0 0 4 0" /></>,
  today: <><circle cx="12" cy="12" r="4" /><path d="M12 3v2M12 19v2M3 12h2M19 12h2M5.600 5.600l1.400 1.400M17 17l1.400 1.400M5.600 18.400L7 17M17 7l1.400-1.400" /></>,
  undo: <path d="M9 7L4.500 11.500 9 16M4.500 11.500H14a5 5 0 0 1 0 10h-3" />,
  headset: <path d="M5 14v-2a7 7 0 0 1 14 0v2M5 13h3v6H6a1 1 0 0 1-1-1zM19 13h-3v6h2a1 1 0 0 0 1-1zM19 18c0 2-2 3-5 3" />,
  hand: <path d="M8 12V6a1.500 1.500 0 0 1 3 0v5V4.500a1.500 1.500 0 0 1 3 0V11V6a1.500 1.500 0 0 1 3 0v8c0 4-2 6.500-5.500 6.500S7 19 5.500 16L4 13a1.400 1.400 0 0 1 2.400-1.400L8 13.500" />,
  whisper: <path d="M4 5h12v8H9l-5 4zM19 8c1.500 2 1.500 4 0 6M21.500 6c2.500 3.500 2.500 7 0 10" />,
  pulse: <path d="M3 12h4l3-7 4 14 3-7h4" />,
  chart: <path d="M4 20V4M4 20h16M8 16v-4M12.500 16V8M17 16v-6" />,
  command: <path d="M5 7l5 5-5 5M12 17h7" />,
} satisfies Record<string, ReactNode>;

export type IconName = keyof typeof paths;

export function Icon({ name, size = 19 }: { name: IconName; size?: number }) {
  return <svg className="icon" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">{paths[name]}</svg>;
}

/** The product's mark: an ear that listens. */
export function Logo({ size = 30 }: { size?: number }) {
  return (
    <span className="logo" style={{ width: size, height: size }} aria-hidden="true">
      <svg viewBox="0 0 24 24"><path d="M6 10a6 6 0 0 1 12 0c0 4-4 4.500-4 8a3 3 0 0 1-5.500 1.600" /><path d="M9.500 10a2.500 2.500 0 0 1 5 0c0 2-2 2-2 4" /></svg>
    </span>
  );
}
