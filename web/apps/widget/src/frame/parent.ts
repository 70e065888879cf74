/**
 * Words between the frame and the page that embeds it. The browser, not the page, says who the page is; words go to that
 * origin only and are taken from that window and origin only.
 */

/** What the page says to the frame. */
export type FromPage =
  | { hark: 1; say: 'page'; title: string }
  | { hark: 1; say: 'opened' | 'closed' }
  | { hark: 1; say: 'do'; command: Command; argument: unknown };

/** What the page may ask of the frame. */
export type Command = 'identify' | 'logout' | 'setAttributes' | 'startConversation';
const COMMANDS: readonly string[] = ['identify', 'logout', 'setAttributes', 'startConversation'] satisfies Command[];

/** What the frame says to the page. */
export type ToPage =
  | { hark: 1; say: 'boot' }
  | { hark: 1; say: 'ready'; fill: string; ink: string; fillDark: string; inkDark: string; lang: string }
  | { hark: 1; say: 'unread'; count: number }
  | { hark: 1; say: 'close' }
  | { hark: 1; say: 'message'; from: string; name: string }
  | { hark: 1; say: 'identified'; fault: string | null };

/** The parts of the window that are used. */
export interface FrameWindow {
  parent: { postMessage(data: unknown, origin: string): void } | FrameWindow;
  location: { ancestorOrigins?: ArrayLike<string> };
  document: { referrer: string };
  addEventListener(type: 'message', heard: (event: { source: unknown; origin: string; data: unknown }) => void): void;
}

function originOf(url: string): string | null {
  try {
    const { origin } = new URL(url);
    return origin === 'null' ? null : origin;
  } catch {
    return null;
  }
}

/** The embedding page's origin; `claimed` is the address the loader gave, believed only where the browser is silent. */
export function parentOrigin(win: FrameWindow, claimed: string): string | null {
  const told = win.location.ancestorOrigins?.[0];
  if (told !== undefined) return originOf(told);
  return originOf(win.document.referrer) ?? originOf(claimed);
}

export interface Parent { tell(word: ToPage): void }

/** Listens to the embedding page; null when the frame is a page of its own or cannot know who embeds it. */
export function embed(win: FrameWindow, claimed: string, heard: (word: FromPage) => void): Parent | null {
  if (win.parent === win) return null;
  const origin = parentOrigin(win, claimed);
  if (!origin) return null;
  const parent = win.parent as { postMessage(data: unknown, origin: string): void };
  win.addEventListener('message', (event) => {
    if (event.source !== parent || event.origin !== origin) return;
    const word = event.data as Partial<FromPage> | null;
    if (word?.hark !== 1) return;
    if (word.say === 'opened' || word.say === 'closed') heard({ hark: 1, say: word.say });
    else if (word.say === 'do' && COMMANDS.includes(word.command ?? '')) heard({ hark: 1, say: 'do', command: word.command!, argument: word.argument });
    else if (word.say === 'page' && typeof word.title === 'string') heard({ hark: 1, say: 'page', title: word.title.slice(0, 300) });
  });
  return { tell: (word) => parent.postMessage(word, origin) };
}
