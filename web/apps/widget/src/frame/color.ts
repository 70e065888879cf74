/**
 * The client's colour, made readable. A brand may choose pale yellow or near-black; whatever it chose, text on it and
 * in it must reach 4.5 : 1 in the light and in the dark theme, so the colour gives way, never the reader.
 */

type Rgb = readonly [number, number, number];

/** WCAG 2.2 AA for normal text. */
export const CONTRAST_MIN = 4.5;
const STEP = 0.04;
const STEPS_MAX = 25;
const FALLBACK: Rgb = [13, 138, 128];
const WHITE: Rgb = [255, 255, 255];
const BLACK: Rgb = [0, 0, 0];
/** The ground of the agent's bubbles, `--theirs` in the style sheet. */
const BUBBLE = { light: [241, 243, 246] as Rgb, dark: [35, 42, 51] as Rgb };
const SURFACE = { light: [255, 255, 255] as Rgb, dark: [24, 29, 36] as Rgb };

/** Reads `#rrggbb`; anything else is null. */
export function parse(text: string): Rgb | null {
  if (!/^#[0-9a-f]{6}$/i.test(text)) return null;
  const n = parseInt(text.slice(1), 16);
  return [n >> 16, (n >> 8) & 255, n & 255];
}

const linear = (c: number): number => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
const luminance = ([r, g, b]: Rgb): number => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);

/** Contrast ratio of two colours, 1 to 21. */
export function contrast(a: Rgb, b: Rgb): number {
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

const mix = (from: Rgb, to: Rgb, part: number): Rgb =>
  [0, 1, 2].map((i) => Math.round(from[i]! + (to[i]! - from[i]!) * part)) as unknown as Rgb;

/** Moves `colour` towards `towards` until it stands out from `ground` by `ratio`. */
function until(colour: Rgb, ground: Rgb, towards: Rgb, ratio: number): Rgb {
  for (let i = 0; i <= STEPS_MAX; i++) {
    const tried = mix(colour, towards, Math.min(1, i * STEP));
    if (contrast(tried, ground) >= ratio) return tried;
  }
  return towards;
}

const css = (c: Rgb): string => '#' + c.map((v) => v.toString(16).padStart(2, '0')).join('');

/** `fill` with `ink` on it; `text` on the theme's surfaces, and `weak`, a tint of them. */
export interface Palette { fill: string; ink: string; text: string; weak: string }

/** The palette of one theme for a brand colour; an unreadable colour gives Hark's own teal. */
export function palette(brand: string, theme: 'light' | 'dark'): Palette {
  const own = parse(brand) ?? FALLBACK;
  const surface = SURFACE[theme];
  const away = theme === 'light' ? BLACK : WHITE;
  // 3 : 1 is what WCAG asks of a control against its surroundings.
  const fill = until(own, surface, away, 3);
  // Of white and black one always reaches 4.58 : 1.
  const ink = contrast(WHITE, fill) >= CONTRAST_MIN ? WHITE : BLACK;
  const weak = mix(surface, own, theme === 'light' ? 0.1 : 0.2);
  return { fill: css(fill), ink: css(ink), weak: css(weak), text: css(until(until(own, weak, away, CONTRAST_MIN), BUBBLE[theme], away, CONTRAST_MIN)) };
}
