import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, describe, expect, it } from 'vitest';
import { Chat, POLL_MS, type Memory } from '../src/frame/chat';
import { ANSWER_MS, HEARTBEAT_MS, PAUSE_MAX_MS, PAUSE_MIN_MS, pause } from '../src/frame/live';
import { openStore } from '../src/frame/outbox';
import { Ether, FakeClock, FakeServer, settle } from './time';

let clock: FakeClock;
let server: FakeServer;
let disk: IDBFactory;
let kept: Map<string, string>;
let ether: Ether;
let online: boolean;
let ids: number;

const memory = (): Memory => ({
  get: (key) => kept.get(key) ?? null,
  set: (key, value) => { if (value === null) kept.delete(key); else kept.set(key, value); },
});

/** A page load: everything but the disk and the small memory is new. */
async function tab(lead = true): Promise<Chat> {
  const chat = new Chat({
    api: server.api(), clock, memory: memory(), store: await openStore('hark-test', disk), channel: ether.channel(),
    openSocket: server.open, online: () => online, uuid: () => `id-${++ids}`, visit: () => ({ inbox: 'K' }),
  });
  if (lead) await chat.lead();
  await settle();
  return chat;
}

const mine = (): string[] => server.stored.filter((m) => m.from === 'me').map((m) => m.body);
const shown = (chat: Chat): string[] =>
  [...chat.view.thread.messages.map((m) => m.body), ...chat.view.waiting.map((p) => `…${p.body}`)];
const five = ['一', '二', '三', '四', '五'];

beforeEach(() => {
  clock = new FakeClock();
  server = new FakeServer();
  disk = new IDBFactory();
  kept = new Map();
  ether = new Ether();
  online = true;
  ids = 0;
});

describe('what is written arrives once and in order', () => {
  it('when all is well', async () => {
    const chat = await tab();
    for (const body of five) await chat.send(body, []);
    await settle();
    expect(mine()).toEqual(five);
    expect(shown(chat)).toEqual(five);
  });

  it('when it was written without a network', async () => {
    const chat = await tab();
    chat.wake();
    await settle();
    online = false; server.httpDown = true; server.socketsDown = true;
    server.cut();
    for (const body of five) await chat.send(body, []);
    await clock.pass(120_000);
    expect(shown(chat)).toEqual(five.map((b) => `…${b}`));
    expect(chat.view.link).toBe('offline');
    online = true; server.httpDown = false; server.socketsDown = false;
    chat.networkChanged();
    await clock.pass(40_000);
    expect(mine()).toEqual(five);
    expect(shown(chat)).toEqual(five);
    expect(server.heard).toEqual(five);
  });

  it('when acknowledgements are lost with the connection, again and again', async () => {
    const chat = await tab();
    server.swallow = 4;
    for (const body of five) void chat.send(body, []);
    await clock.pass(300_000);
    expect(mine()).toEqual(five);
    expect(shown(chat)).toEqual(five);
  });

  it('when the page is reloaded before anything could be sent', async () => {
    const first = await tab();
    first.wake();
    await settle();
    server.socketsDown = true; server.httpDown = true;
    server.cut();
    for (const body of five) await first.send(body, []);
    first.follow();
    server.socketsDown = false; server.httpDown = false;
    const second = await tab();
    await clock.pass(60_000);
    expect(mine()).toEqual(five);
    expect(shown(second)).toEqual(five);
  });

  it('when the page dies between the storing and the acknowledgement', async () => {
    const first = await tab();
    server.swallow = 1;
    await first.send('一', []);
    await settle();
    first.follow();
    const second = await tab();
    await second.send('二', []);
    await clock.pass(60_000);
    expect(mine()).toEqual(['一', '二']);
    expect(shown(second)).toEqual(['一', '二']);
  });

  it('through random cuts, losses and reloads (seeded)', async () => {
    for (let seed = 1; seed <= 12; seed++) {
      let x = seed;
      const dice = (n: number): number => (x = (x * 48271) % 2147483647) % n;
      clock = new FakeClock(); server = new FakeServer(); disk = new IDBFactory(); kept = new Map(); ether = new Ether();
      let chat = await tab();
      const all: string[] = [];
      for (let step = 0; step < 30; step++) {
        const what = dice(6);
        if (what < 3) { all.push(`m${step}`); await chat.send(`m${step}`, []); }
        else if (what === 3) server.cut();
        else if (what === 4) server.swallow = 1;
        else { chat.follow(); ether = new Ether(); chat = await tab(); }
        await clock.pass(dice(3_000));
      }
      await clock.pass(200_000);
      expect(mine(), `seed ${seed}`).toEqual(all);
      expect(shown(chat), `seed ${seed}`).toEqual(all);
    }
  });
});

describe('a message the server refuses', () => {
  it('stays, lets the next ones pass, and can be tried again', async () => {
    const chat = await tab();
    server.refuseBody = '坏';
    await chat.send('坏', []);
    await chat.send('好', []);
    await settle();
    expect(mine()).toEqual(['好']);
    expect(chat.view.waiting[0]).toMatchObject({ body: '坏', refused: '太长' });
    server.refuseBody = null;
    await chat.retry(chat.view.waiting[0]!);
    await settle();
    expect(mine()).toEqual(['好', '坏']);
    expect(chat.view.waiting).toEqual([]);
  });
});

describe('without a socket', () => {
  it('messages go and come by HTTP, and the socket is taken when it is there again', async () => {
    server.socketsDown = true;
    const chat = await tab();
    await chat.send('一', []);
    await clock.pass(10_000);
    expect(chat.view.link).toBe('polling');
    expect(mine()).toEqual(['一']);
    server.say('您好');
    await clock.pass(POLL_MS + 10);
    expect(shown(chat)).toEqual(['一', '您好']);
    server.socketsDown = false;
    await clock.pass(PAUSE_MAX_MS);
    expect(chat.view.link).toBe('live');
    const asked = server.requests.length;
    await clock.pass(HEARTBEAT_MS);
    expect(server.requests.length).toBe(asked);
  });
});

describe('what others wrote before one’s own message was taken', () => {
  it('is fetched all the same, by HTTP and on a socket that then breaks', async () => {
    server.socketsDown = true;
    const chat = await tab();
    await chat.send('一', []);
    await clock.pass(10_000);
    server.say('在');
    await chat.send('二', []);
    await clock.pass(POLL_MS + 10);
    expect(shown(chat)).toEqual(['一', '在', '二']);
    server.socketsDown = false;
    await clock.pass(PAUSE_MAX_MS);
    expect(chat.view.link).toBe('live');
    server.mute = true;
    server.store('agent', '还在', null);
    await chat.send('三', []);
    await settle();
    server.cut();
    await clock.pass(PAUSE_MAX_MS);
    expect(shown(chat)).toEqual(['一', '在', '二', '还在', '三']);
  });
});

describe('the socket', () => {
  it('is not opened on a page where nobody chats', async () => {
    const chat = await tab();
    await clock.pass(60_000);
    expect(server.sockets.length).toBe(0);
    chat.wake();
    await settle();
    expect(server.sockets.length, 'opened, but nothing to say or to hear').toBe(0);
    chat.typing(true);
    await settle();
    expect(server.live().length).toBe(1);
  });

  it('comes back with what was missed, from where it was', async () => {
    const chat = await tab();
    await chat.send('一', []);
    await settle();
    server.cut();
    server.store('agent', '错过的', null);
    await clock.pass(PAUSE_MIN_MS + 10);
    expect(shown(chat)).toEqual(['一', '错过的']);
    expect(server.frames.filter((f) => f.op === 'auth').at(-1)).toMatchObject({ after: 1 });
  });

  it('that says the line has closed or opened has the hours asked for anew', async () => {
    const chat = await tab();
    await chat.send('一', []);
    await settle();
    const asked = () => server.requests.filter((one) => one === 'POST session').length;
    const before = asked();
    server.live()[0]!.tell({ op: 'hours' });
    await settle();
    expect(asked()).toBe(before + 1);
    expect(server.live().length, 'the socket stays').toBe(1);
  });

  it('is dropped when a ping stays unanswered', async () => {
    const chat = await tab();
    chat.typing(true);
    await settle();
    const [socket] = server.live();
    socket!.tell = () => undefined;
    await clock.pass(HEARTBEAT_MS + ANSWER_MS + PAUSE_MIN_MS + 10);
    expect(server.sockets.length).toBe(2);
    expect(chat.view.link).toBe('live');
  });

  it('pauses between one and thirty seconds, unevenly', () => {
    for (let n = 0; n < 40; n++) {
      expect(pause(n, 0)).toBe(PAUSE_MIN_MS);
      expect(pause(n, 1)).toBeLessThanOrEqual(PAUSE_MAX_MS);
    }
    expect(pause(0, 1)).toBe(2_000);
    expect(pause(9, 1)).toBe(30_000);
  });
});

describe('several tabs', () => {
  it('keep one socket and show the same', async () => {
    const leader = await tab();
    const other = await tab(false);
    expect(other.view.phase).toBe('ready');
    await other.send('从另一页', []);
    await settle();
    server.say('您好');
    await settle();
    expect(server.sockets.length).toBe(1);
    expect(shown(leader)).toEqual(['从另一页', '您好']);
    expect(other.view).toEqual(leader.view);
  });

  it('go on in order when the leader is closed', async () => {
    const leader = await tab();
    const other = await tab(false);
    await other.send('一', []);
    await settle();
    server.socketsDown = true; server.httpDown = true;
    server.cut();
    await leader.send('二', []);
    await other.send('三', []);
    await settle();
    leader.follow();
    server.socketsDown = false; server.httpDown = false;
    await other.lead();
    await clock.pass(60_000);
    expect(mine()).toEqual(['一', '二', '三']);
    expect(shown(other)).toEqual(['一', '二', '三']);
  });

  it('share what was read', async () => {
    const leader = await tab();
    const other = await tab(false);
    leader.typing(true);
    await settle();
    server.say('您好');
    await settle();
    expect([leader.unread(), other.unread()]).toEqual([1, 1]);
    other.read();
    await settle();
    expect([leader.unread(), other.unread()]).toEqual([0, 0]);
    expect(server.frames.at(-1)).toMatchObject({ op: 'read', seq: 1 });
    expect((await tab()).unread()).toBe(0);
  });
});

describe('files', () => {
  it('are uploaded once, before the message, and survive a lost connection', async () => {
    const chat = await tab();
    server.swallow = 1;
    await chat.send('', [{ name: 'a.png', mime: 'image/png', size: 1, blob: new Blob(['x']) }]);
    await clock.pass(60_000);
    expect(server.requests.filter((r) => r.startsWith('POST files')).length).toBe(1);
    expect(mine().length).toBe(1);
  });
});

describe('a server that does not want this page', () => {
  it('is believed, once the token is out of question', async () => {
    const fetch = server.fetch;
    let asked = 0;
    server.fetch = async (url, init) => (url.endsWith('session') ? (asked++, new Response('{"code":"inbox.unknown"}', { status: 404 })) : fetch(url, init));
    kept.set('token', 'old');
    const chat = await tab();
    await clock.pass(60_000);
    expect(chat.view.phase).toBe('refused');
    expect(asked).toBe(2);
    expect(kept.has('token')).toBe(false);
  });
});
