/**
 * The look, as values: the one place where a colour, a size or a font is decided.
 *
 * A neutral slate scale carries nearly everything; teal is what can be done and what is selected; amber waits or is due soon, red is
 * overdue or failed, green is free or solved, violet is the bot, pale yellow is a note. Text on every ground it stands on reaches
 * 4.5 : 1 (tested).
 */

export interface Palette {
  bg: string; panel: string; panel2: string; raised: string; line: string; line2: string; control: string;
  text: string; text2: string; text3: string;
  accent: string; accentStrong: string; accentWeak: string; accentText: string; onAccent: string;
  amber: string; amberWeak: string; onAmber: string; red: string; redWeak: string; green: string; greenWeak: string;
  violet: string; violetWeak: string; onViolet: string; note: string; noteLine: string; noteText: string; mine: string; hover: string;
  shadow: string; scrim: string; focus: string;
}

export const light: Palette = {
  bg: '#f6f7f9', panel: '#ffffff', panel2: '#fbfcfd', raised: '#ffffff', line: '#e4e8ee', line2: '#eef1f5', control: '#8792a0',
  text: '#1b2430', text2: '#4f5b69', text3: '#656f7d',
  accent: '#0b7f76', accentStrong: '#096a63', accentWeak: '#e3f4f2', accentText: '#0a6f67', onAccent: '#ffffff',
  amber: '#a84c06', amberWeak: '#fdf3e1', onAmber: '#ffffff', red: '#b8322a', redWeak: '#fdeceb', green: '#2a7448', greenWeak: '#e7f4ec',
  violet: '#6146b0', violetWeak: '#f1edfb', onViolet: '#ffffff', note: '#fff8dd', noteLine: '#f0e2a8', noteText: '#6b5310', mine: '#e6f3f1', hover: '#f1f4f7',
  shadow: '0 8px 28px rgba(20,30,45,.14), 0 1px 2px rgba(20,30,45,.08)', scrim: 'rgba(20,28,40,.38)', focus: '#0b7f76',
};

export const dark: Palette = {
  bg: '#12161c', panel: '#181d24', panel2: '#151a20', raised: '#1f252d', line: '#2a313b', line2: '#222932', control: '#6b7685',
  text: '#e6eaf0', text2: '#a9b4c1', text3: '#8793a2',
  accent: '#3fc1b4', accentStrong: '#62d3c7', accentWeak: '#15302f', accentText: '#62d3c7', onAccent: '#06211f',
  amber: '#e8a951', amberWeak: '#33270f', onAmber: '#1b1405', red: '#f0877f', redWeak: '#3a1d1b', green: '#67c38d', greenWeak: '#17301f',
  violet: '#b39cf0', violetWeak: '#261f3d', onViolet: '#1a1230', note: '#2b2713', noteLine: '#4a431f', noteText: '#d9c98a', mine: '#173130', hover: '#1e242c',
  shadow: '0 10px 30px rgba(0,0,0,.5), 0 1px 2px rgba(0,0,0,.4)', scrim: 'rgba(0,0,0,.55)', focus: '#62d3c7',
};

/** Pairs of ground and text that occur; each must reach the contrast named. */
export const readable: { text: keyof Palette; on: (keyof Palette)[]; ratio: number }[] = [
  { text: 'text', on: ['bg', 'panel', 'panel2', 'raised', 'mine', 'note', 'accentWeak', 'violetWeak', 'amberWeak', 'redWeak', 'hover'], ratio: 4.5 },
  { text: 'text2', on: ['bg', 'panel', 'panel2', 'raised', 'hover', 'mine', 'note', 'violetWeak', 'accentWeak'], ratio: 4.5 },
  { text: 'text3', on: ['bg', 'panel', 'panel2', 'raised', 'hover'], ratio: 4.5 },
  { text: 'accentText', on: ['panel', 'panel2', 'accentWeak', 'raised'], ratio: 4.5 },
  { text: 'onAccent', on: ['accent'], ratio: 4.5 },
  { text: 'onAmber', on: ['amber'], ratio: 4.5 },
  { text: 'onViolet', on: ['violet'], ratio: 4.5 },
  { text: 'amber', on: ['panel', 'panel2', 'amberWeak'], ratio: 4.5 },
  { text: 'red', on: ['panel', 'panel2', 'redWeak'], ratio: 4.5 },
  { text: 'green', on: ['panel', 'panel2', 'greenWeak'], ratio: 4.5 },
  { text: 'violet', on: ['panel', 'violetWeak'], ratio: 4.5 },
  { text: 'noteText', on: ['note'], ratio: 4.5 },
  { text: 'control', on: ['panel'], ratio: 3 },
  { text: 'focus', on: ['bg', 'panel', 'panel2'], ratio: 3 },
];

/** Sizes in CSS pixels; `large` is for 1366 × 768 and tired eyes. */
export interface Sizes { body: number; list: number; meta: number; tiny: number; title: number; row: number; top: number; rail: number; control: number }
export const sizes: Record<'normal' | 'large', Sizes> = {
  normal: { body: 14, list: 13, meta: 12, tiny: 11, title: 20, row: 57, top: 44, rail: 72, control: 30 },
  large: { body: 16, list: 15, meta: 14, tiny: 13, title: 22, row: 67, top: 50, rail: 80, control: 36 },
};

export const radius = { control: 7, card: 8, float: 12 };
export const fontStack = '-apple-system, "Segoe UI", "Noto Sans", "PingFang SC", "HarmonyOS Sans SC", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif';
export const motionMs = 120;

/** WCAG contrast of two `#rrggbb` colours. */
export function contrast(a: string, b: string): number {
  const [hi, lo] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (hi + 0.05) / (lo + 0.05);
}

function luminance(hex: string): number {
  const part = (at: number) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5);
}
