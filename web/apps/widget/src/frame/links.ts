/** Finds web addresses in outside text. Only http and https become links; everything else stays text. */

export interface Part { text: string; href?: string }

const LINKS_MAX = 50;
// Chinese text writes addresses without spaces around them, so the match ends at the first character that no address
// carries unescaped, CJK and full-width punctuation among them.
const ADDRESS = /\bhttps?:\/\/[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]+/gi;
const TRAILING = /[.,;:!?'"*_~]+$/;

/** Closing brackets that were opened outside the address do not belong to it. */
function trim(found: string): string {
  let text = found.replace(TRAILING, '');
  for (const [open, close] of ['()', '[]'] as const) {
    while (text.endsWith(close!) && text.split(close!).length > text.split(open!).length) {
      text = text.slice(0, -1).replace(TRAILING, '');
    }
  }
  return text;
}

function safe(text: string): string | null {
  try {
    const url = new URL(text);
    const web = url.protocol === 'https:' || url.protocol === 'http:';
    // `https://bank.example@evil.example` reads like the bank's own address.
    return web && !url.username && !url.password && url.hostname.includes('.') ? url.href : null;
  } catch {
    return null;
  }
}

/** Splits text into plain parts and links, in order; joined again they are the text. */
export function linkify(text: string): Part[] {
  const parts: Part[] = [];
  let from = 0;
  for (const match of text.matchAll(ADDRESS)) {
    if (parts.length >= LINKS_MAX * 2) break;
    const shown = trim(match[0]);
    const href = safe(shown);
    if (!href) continue;
    if (match.index > from) parts.push({ text: text.slice(from, match.index) });
    parts.push({ text: shown, href });
    from = match.index + shown.length;
  }
  if (from < text.length) parts.push({ text: text.slice(from) });
  return parts;
}
