import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, describe, expect, it } from 'vitest';
import { Api } from '../src/frame/api';
import { Chat } from '../src/frame/chat';
import { openStore } from '../src/frame/outbox';
import type { FormSpec, Survey } from '../src/frame/wire';
import { Ether, FakeClock, FakeServer, settle } from './time';

const FORM: FormSpec = { kind: 'prechat', fields: [{ key: 'name', kind: 'name', label: '称呼', required: true, options: [] }], consent: { version: '1', text: '同意' } };
const SURVEY: Survey = { conversation: '9', question: '满意吗？', dimensions: [], solved: true, remark: true };

let clock: FakeClock;
let server: FakeServer;
let disk: IDBFactory;
let kept: Map<string, string>;
let ether: Ether;
let faults: (string | null)[];
/** What the server says of the visitor, and what it was sent. */
let who: { visitor: string; identity: string };
let form: FormSpec | null;
let survey: Survey | null;
let bodies: Record<string, unknown>[];
let refuses: boolean;
/** An answer to this path is held back until it is let go. */
let held: { path: string; go: Promise<void> } | null;

async function fetched(url: string, init: RequestInit): Promise<Response> {
  const path = url.replace('/w/v1/', '');
  const body = init.body ? JSON.parse(String(init.body)) as Record<string, unknown> : {};
  bodies.push({ path, ...body });
  const asked = { ...who };
  const answered = async (): Promise<void> => { if (held?.path === path) await held.go; };
  if (path === 'identify') {
    if (refuses) return new Response(JSON.stringify({ code: 'visitor.proof', title: 'no' }), { status: 403 });
    who = { visitor: String(body['token']), identity: 'proved' };
    server.stored = []; server.seq = 0; server.conversation = null;
  }
  if (path === 'session' || path === 'identify') {
    const answer = await (await server.fetch('/w/v1/session', { ...init, method: 'POST' })).json() as { config: object };
    const told = path === 'session' ? asked : who;
    const text = JSON.stringify({ ...answer, ...told, token: `T-${told.visitor}`, config: { ...answer.config, form } });
    await answered();
    return new Response(text);
  }
  if (path === 'survey') return init.method === 'GET' ? new Response(JSON.stringify({ survey })) : new Response(null, { status: 204 });
  return server.fetch(url, init);
}

async function tab(lead = true): Promise<Chat> {
  const chat = new Chat({
    api: new Api(fetched, 'zh-CN'), clock, store: await openStore('hark-visitor', disk), channel: ether.channel(),
    memory: { get: (key) => kept.get(key) ?? null, set: (key, value) => { if (value === null) kept.delete(key); else kept.set(key, value); } },
    openSocket: server.open, online: () => true, uuid: () => `id-${bodies.length}-${Math.random()}`, visit: () => ({ inbox: 'K' }),
    identified: (fault) => faults.push(fault),
  });
  if (lead) await chat.lead();
  await settle();
  return chat;
}

beforeEach(() => {
  clock = new FakeClock();
  server = new FakeServer();
  disk = new IDBFactory();
  kept = new Map();
  ether = new Ether();
  faults = [];
  bodies = [];
  who = { visitor: 'anon', identity: 'none' };
  form = survey = null;
  refuses = false;
  held = null;
});

describe('who the visitor is', () => {
  it('somebody proved sees nothing of who was here before, and logging out leaves nothing', async () => {
    const chat = await tab();
    await chat.send('mine alone', []);
    await settle();
    expect(chat.view.thread.messages).toHaveLength(1);
    chat.identify({ token: 'li' });
    await settle();
    expect(chat.view.identity).toBe('proved');
    expect(chat.view.thread.messages).toEqual([]);
    expect(kept.get('token')).toBe('T-li');
    expect(faults).toEqual([null]);
    await chat.send('as li', []);
    await settle();
    who = { visitor: 'anon2', identity: 'none' };
    server.stored = []; server.seq = 0; server.conversation = null;
    chat.logout();
    await settle();
    expect([chat.view.identity, chat.view.thread.messages, chat.view.waiting]).toEqual(['none', [], []]);
    expect(kept.get('token')).toBe('T-anon2');
    expect(bodies.filter((b) => b['path'] === 'session').at(-1)).not.toHaveProperty('token');
  });

  it('what one person wrote and could not send is never sent as another', async () => {
    const chat = await tab();
    chat.identify({ token: 'li' });
    await settle();
    server.socketsDown = true;
    server.cut();
    await chat.send('of li', []);
    chat.identify({ token: 'wang' });
    await settle();
    server.socketsDown = false;
    await clock.pass(60_000);
    expect(server.stored.map((m) => m.body)).toEqual([]);
  });

  it('what was under way when the proof came is sent once, by whoever wrote it', async () => {
    const chat = await tab();
    await chat.send('before', []);
    await settle();
    server.swallow = 1;
    await chat.send('acknowledged by nobody', []);
    await settle();
    expect(chat.view.waiting).toHaveLength(1);
    chat.identify({ token: 'li' });
    await settle();
    await chat.send('as li', []);
    await clock.pass(60_000);
    expect(server.heard).toEqual(['before', 'acknowledged by nobody', 'as li']);
    expect(server.stored.map((m) => m.body)).toEqual(['as li']);
    expect([chat.view.identity, chat.view.waiting]).toEqual(['proved', []]);
  });

  it('what is written while the proof is looked at waits for it', async () => {
    const chat = await tab();
    let go = (): void => undefined;
    held = { path: 'identify', go: new Promise((done) => { go = done; }) };
    chat.identify({ token: 'li' });
    await settle();
    await chat.send('meanwhile', []);
    await settle();
    expect(server.heard).toEqual([]);
    go();
    await clock.pass(5_000);
    expect(server.heard).toEqual(['meanwhile']);
    expect(chat.view.thread.messages.map((m) => m.body)).toEqual(['meanwhile']);
  });

  it('an answer to what was asked before the proof does not undo it', async () => {
    const chat = await tab();
    let go = (): void => undefined;
    held = { path: 'session', go: new Promise((done) => { go = done; }) };
    void chat.renew();
    await settle();
    chat.identify({ token: 'li' });
    await settle();
    go();
    await settle();
    expect([chat.view.identity, kept.get('token')]).toEqual(['proved', 'T-li']);
  });

  it('who logged out while the proof was looked at stays logged out', async () => {
    const chat = await tab();
    let go = (): void => undefined;
    held = { path: 'identify', go: new Promise((done) => { go = done; }) };
    chat.identify({ token: 'li' });
    await settle();
    who = { visitor: 'anon2', identity: 'none' };
    chat.logout();
    await settle();
    go();
    await settle();
    expect([chat.view.identity, kept.get('token')]).toEqual(['none', 'T-anon2']);
    await chat.send('as nobody', []);
    await clock.pass(5_000);
    expect(server.heard).toEqual(['as nobody']);
  });

  it('a refused proof is told to the page and changes nothing', async () => {
    refuses = true;
    const chat = await tab();
    chat.identify({ token: 'forged' });
    await settle();
    expect([chat.view.identity, faults]).toEqual(['none', ['visitor.proof']]);
  });

  it('where proof is needed, nothing is opened or sent before it', async () => {
    who = { visitor: 'anon', identity: 'needed' };
    const chat = await tab();
    chat.wake();
    await chat.send('too early', []);
    await clock.pass(30_000);
    expect([server.sockets.length, server.heard]).toEqual([0, []]);
    chat.identify({ token: 'li' });
    await settle();
    expect(chat.view.identity).toBe('proved');
    await clock.pass(5_000);
    expect(server.heard).toEqual(['too early']);
  });

  it('a following tab asks the leading one', async () => {
    await tab();
    const second = await tab(false);
    second.identify({ token: 'li' });
    await settle();
    expect(second.view.identity).toBe('proved');
  });
});

describe('what is asked', () => {
  it('a form goes with the first message, with what the page says, and is then no longer asked', async () => {
    form = FORM;
    const chat = await tab();
    expect(chat.view.asking).toBe(true);
    chat.tellAttributes({ plan: 'gold' });
    await chat.send('hello', [], { answers: { name: '李' }, consent: '1' });
    await settle();
    const sent = server.frames.find((f) => f.op === 'send') as unknown as { form: object };
    expect(sent.form).toEqual({ answers: { name: '李' }, consent: '1', attributes: { plan: 'gold' } });
    expect([chat.view.asking, chat.view.config?.form]).toEqual([false, null]);
    await chat.send('more', []);
    await settle();
    expect(server.frames.filter((f) => f.op === 'send')[1]).not.toHaveProperty('form');
  });

  it('a survey is shown when there is one, answered once, and can be put off', async () => {
    const chat = await tab();
    await chat.send('hello', []);
    await settle();
    survey = SURVEY;
    for (const s of server.live()) s.tell({ op: 'survey' });
    await settle();
    expect(chat.view.survey?.question).toBe('满意吗？');
    chat.later();
    await settle();
    for (const s of server.live()) s.tell({ op: 'survey' });
    await settle();
    expect(chat.view.survey).toBeNull();
    survey = { ...SURVEY, conversation: '10' };
    for (const s of server.live()) s.tell({ op: 'survey' });
    await settle();
    expect(await chat.answer({ conversation: '10', score: 5, remark: '' })).toBeNull();
    expect(chat.view.survey?.thanks).toBe(true);
    expect(bodies.at(-1)).toEqual({ path: 'survey', conversation: '10', score: 5, remark: '' });
  });

  it('what is typed is told only to whom the visitor agreed to show it', async () => {
    const chat = await tab();
    await chat.send('hello', []);
    await settle();
    chat.typing(true, 'secret');
    chat.peek('I agree');
    chat.typing(true, 'shown');
    chat.peek(null);
    chat.typing(true, 'secret again');
    const typed = server.frames.filter((f) => f.op === 'typing' || f.op === 'peek');
    expect(typed).toEqual([
      { op: 'typing', on: true }, { op: 'peek', on: true, wording: 'I agree' }, { op: 'typing', on: true, text: 'shown' },
      { op: 'peek', on: false, wording: '' }, { op: 'typing', on: true },
    ]);
  });
});
