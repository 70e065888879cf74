// @vitest-environment happy-dom
import { h, render } from 'preact';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Chat, View } from '../src/frame/chat';
import { wanted } from '../src/frame/parts';
import { Past } from '../src/frame/past';
import { EMPTY } from '../src/frame/thread';
import { zh } from '../src/frame/words.zh';

const view = (identity: View['identity']): View => ({
  phase: 'ready', config: null, limits: { body: 1, file: 1, mimes: [] }, thread: EMPTY, waiting: [], link: 'live', typing: null,
  mark: { id: '', seq: 0 } as unknown as View['mark'], identity, asking: false, survey: null,
});
const message = (seq: number, body: string) => ({
  id: `m${seq}`, client_id: null, seq, from: 'me', name: '', initial: '', body, attachments: [], at: 1_800_000_000_000, state: 'read', event: null,
});

let asked: string[];
let answers: Record<string, () => Promise<unknown>>;
const chat = { look: (path: string) => { asked.push(path); return answers[path]?.() ?? Promise.reject(new Error(path)); } } as unknown as Chat;
let root: HTMLElement;
const settle = () => vi.waitFor(() => undefined).then(() => new Promise((done) => setTimeout(done, 30)));
const button = (text: string) => [...root.querySelectorAll('button')].find((b) => b.textContent!.includes(text))!;

beforeEach(async () => {
  asked = [];
  const one = { status: 'resolved', current: false, begun_at: 1_800_000_000_000, last_at: 1_800_000_000_000 };
  answers = {
    conversations: async () => ({ items: [{ ...one, id: '9', about: '现在的', current: true, status: 'open' }, { ...one, id: '7', about: '上次的问题' }] }),
    'conversations/7/messages?after=0&limit=100': async () => ({ items: [message(1, '上次的问题'), message(2, '已经好了')], last_seq: 2, conversation: null }),
  };
  document.body.innerHTML = '<div id="app"></div>';
  root = document.getElementById('app')!;
  render(<Past chat={chat} view={view('proved')} w={zh} now={1_800_000_000_000} />, root);
  await settle();
});

describe('earlier conversations', () => {
  it('are fetched for somebody proved alone', () => {
    expect(wanted(view('proved'))).toContain('past');
    expect(wanted(view('none'))).not.toContain('past');
    expect(wanted(view('needed'))).not.toContain('past');
    expect(asked).toEqual([]);
  });

  it('are listed, read without a field to write in, and left as they were entered', async () => {
    button('以往会话').click();
    await settle();
    expect(root.querySelector('[role=dialog]')!.textContent).toContain('上次的问题');
    button('上次的问题').click();
    await settle();
    expect(root.querySelector('.rows')!.textContent).toContain('已经好了');
    expect(root.querySelector('textarea')).toBeNull();
    expect(root.textContent).toContain('仅供查看');
    const escape = () => root.querySelector('[role=dialog]')!.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
    escape();
    await settle();
    expect(root.querySelector('.past-list')).not.toBeNull();
    escape();
    await settle();
    expect([root.querySelector('[role=dialog]'), document.activeElement?.textContent]).toEqual([null, '以往会话']);
  });

  it('lead back to the one that goes on', async () => {
    button('以往会话').click();
    await settle();
    button('现在的').click();
    await settle();
    expect([root.querySelector('[role=dialog]'), asked]).toEqual([null, ['conversations']]);
  });

  it('say when they cannot be read, and can be asked again', async () => {
    const good = answers['conversations']!;
    answers['conversations'] = () => Promise.reject(new Error('off'));
    button('以往会话').click();
    await settle();
    expect(root.querySelector('[role=alert]')!.textContent).toContain('没有读取成功');
    answers['conversations'] = good;
    button('重试').click();
    await settle();
    expect(root.querySelector('.past-list')).not.toBeNull();
  });
});
