// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { install, type Hark } from '../src/loader/loader';
import { embed, parentOrigin, type FrameWindow } from '../src/frame/parent';

const PUBLIC = 'https://chat.hark.example';
let hark: Hark;
let frame: HTMLIFrameElement;
let button: HTMLButtonElement;
let told: { data: unknown; origin: string }[];

const fromFrame = (data: unknown, origin = PUBLIC, source: unknown = frame.contentWindow): void => {
  const event = new Event('message');
  Object.assign(event, { data, origin, source });
  Object.defineProperty(event, 'source', { value: source });
  window.dispatchEvent(event);
};
const READY = { hark: 1, say: 'ready', fill: '#112233', ink: '#ffffff', fillDark: '#aabbcc', inkDark: '#000000', lang: 'en' };

beforeEach(() => {
  document.body.replaceChildren();
  // No frame is fetched here; what it would say is said by the tests.
  const { happyDOM } = window as unknown as { happyDOM: { settings: { disableIframePageLoading: boolean; handleDisabledFileLoadingAsSuccess: boolean } } };
  happyDOM.settings.handleDisabledFileLoadingAsSuccess = true;
  document.documentElement.lang = 'en';
  hark = install(window as never, { origin: PUBLIC, inbox: 'KEY', lang: null });
  const { shadowRoot } = document.body.lastElementChild!;
  frame = shadowRoot!.querySelector('iframe')!;
  button = shadowRoot!.querySelector('button')!;
  told = [];
  Object.defineProperty(frame, 'contentWindow', {
    configurable: true, value: { postMessage: (data: unknown, origin: string) => told.push({ data, origin }) },
  });
});

describe('the loader', () => {
  it('asks for the frame of its inbox, sandboxed, telling the page without its query', () => {
    const url = new URL(frame.src);
    expect(url.origin + url.pathname).toBe(`${PUBLIC}/w/v1/frame`);
    expect(url.searchParams.get('inbox')).toBe('KEY');
    expect(url.searchParams.get('page')).not.toContain('?');
    expect(frame.getAttribute('sandbox')).toContain('allow-scripts');
    expect(frame.getAttribute('sandbox')).not.toContain('allow-top-navigation');
  });

  it('shows no button before the frame has said that it is there', () => {
    expect(button.hidden).toBe(true);
    fromFrame(READY);
    expect(button.hidden).toBe(false);
    expect(button.getAttribute('aria-label')).toBe('Chat with us');
  });

  it('hears its own frame only: neither another origin nor another window', () => {
    fromFrame(READY, 'https://evil.example');
    fromFrame(READY, PUBLIC, window);
    fromFrame(READY, 'null');
    fromFrame({ ...READY, hark: 2 });
    fromFrame('ready');
    fromFrame(null);
    expect(button.hidden).toBe(true);
  });

  it('speaks to the frame’s origin only', () => {
    fromFrame({ hark: 1, say: 'boot' });
    fromFrame(READY);
    hark.open();
    hark.close();
    expect(told.length).toBe(3);
    expect(told.every((t) => t.origin === PUBLIC)).toBe(true);
  });

  it('takes colours only as colours', () => {
    fromFrame({ ...READY, fill: 'red;background:url(https://evil.example)' });
    const host = document.body.lastElementChild as HTMLElement;
    expect(host.style.getPropertyValue('--fill-light')).toBe('#334155');
    expect(host.style.getPropertyValue('--ink-light')).toBe('#ffffff');
  });

  it('counts what is unread, and refuses what is not a number', () => {
    fromFrame(READY);
    const seen = vi.fn();
    hark.on('unread', seen);
    fromFrame({ hark: 1, say: 'unread', count: 2 });
    fromFrame({ hark: 1, say: 'unread', count: '<b>9</b>' });
    expect(seen.mock.calls).toEqual([[2]]);
    expect(button.getAttribute('aria-label')).toBe('Chat with us, 2 new messages');
    expect(button.querySelector('b')!.textContent).toBe('2');
  });

  it('opens, closes and says so; what was asked early is done once ready', () => {
    const events: string[] = [];
    for (const e of ['ready', 'opened', 'closed'] as const) hark.on(e, () => events.push(e));
    hark.open();
    expect(frame.className).toBe('shut');
    fromFrame(READY);
    expect(frame.className).toBe('');
    expect(button.getAttribute('aria-expanded')).toBe('true');
    fromFrame({ hark: 1, say: 'close' });
    expect(frame.className).toBe('shut');
    expect(events).toEqual(['opened', 'ready', 'closed']);
  });
});

describe('the frame', () => {
  const win = (over: object) => {
    const parent = { said: [] as unknown[][], postMessage(...a: unknown[]) { this.said.push(a); } };
    let heard: (e: { source: unknown; origin: string; data: unknown }) => void = () => undefined;
    const w = { parent, location: {}, document: { referrer: 'https://shop.example/pay' }, addEventListener: (_: string, h: typeof heard) => { heard = h; }, ...over };
    return { w: w as unknown as FrameWindow, parent, say: (e: Parameters<typeof heard>[0]) => heard(e) };
  };

  it('believes the browser about who embeds it, before the address it was given', () => {
    const { w } = win({ location: { ancestorOrigins: ['https://real.example'] } });
    expect(parentOrigin(w, 'https://claimed.example/')).toBe('https://real.example');
    expect(parentOrigin(win({}).w, 'https://claimed.example/')).toBe('https://shop.example');
    expect(parentOrigin(win({ document: { referrer: '' } }).w, 'https://claimed.example/x')).toBe('https://claimed.example');
    expect(parentOrigin(win({ document: { referrer: '' } }).w, 'nonsense')).toBeNull();
  });

  it('hears and tells its page only', () => {
    const { w, parent, say } = win({});
    const heard: unknown[] = [];
    const bridge = embed(w, '', (word) => heard.push(word));
    say({ source: parent, origin: 'https://evil.example', data: { hark: 1, say: 'opened' } });
    say({ source: {}, origin: 'https://shop.example', data: { hark: 1, say: 'opened' } });
    say({ source: parent, origin: 'https://shop.example', data: { hark: 1, say: 'page', title: 7 } });
    expect(heard).toEqual([]);
    say({ source: parent, origin: 'https://shop.example', data: { hark: 1, say: 'opened' } });
    expect(heard).toEqual([{ hark: 1, say: 'opened' }]);
    bridge!.tell({ hark: 1, say: 'close' });
    expect(parent.said).toEqual([[{ hark: 1, say: 'close' }, 'https://shop.example']]);
  });
});
