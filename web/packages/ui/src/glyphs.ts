/** Marks that lists of thousands show as a background: an element of its own for each would cost more than the row's words. */

/** The marks of channels, drawn on a 24 grid. */
export const channels = {
  chat: 'M4 5h16v11H9l-5 4z',
  api: 'M8 7l-5 5 5 5M16 7l5 5-5 5M13.500 5l-3 14',
  mail: 'M3.500 6h17v12.500h-17zM3.500 7.500l8.500 6 8.500-6',
} as const;
const flag = 'M6 21V4h11l-2 4 2 4H6';

const picture = (path: string, colour: string, weight: number) => `url("data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="${colour}" stroke-width="${weight}" stroke-linecap="round" stroke-linejoin="round"><path d="${path}"/></svg>`)}")`;

/** The marks as CSS values, in the colours of a scheme. */
export function glyphs(of: { text2: string; amber: string; red: string }): [string, string][] {
  return [
    ['glyph-chat', picture(channels.chat, of.text2, 2)], ['glyph-api', picture(channels.api, of.text2, 2)], ['glyph-mail', picture(channels.mail, of.text2, 2)],
    ['glyph-flag-high', picture(flag, of.amber, 1.7)], ['glyph-flag-urgent', picture(flag, of.red, 1.7)],
  ];
}
