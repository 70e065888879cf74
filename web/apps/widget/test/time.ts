/** Time that moves only when told, and a server that remembers: what the chat is tested against. */

import { Api } from '../src/frame/api';
import type { Clock } from '../src/frame/clock';
import type { Socket } from '../src/frame/live';
import type { Channel } from '../src/frame/tabs';
import type { Conversation, Message, ServerFrame } from '../src/frame/wire';

/** Lets everything that is ready run: promises, and the turns that a database takes. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 25; i++) await new Promise((resolve) => setImmediate(resolve));
}

export class FakeClock implements Clock {
  private at = 1_764_000_000_000;
  private waiting: { due: number; act: () => void }[] = [];
  now = (): number => this.at;
  random = (): number => 0;
  set(act: () => void, ms: number): unknown {
    const timer = { due: this.at + ms, act };
    this.waiting.push(timer);
    return timer;
  }
  clear(timer: unknown): void {
    this.waiting = this.waiting.filter((t) => t !== timer);
  }
  /** Moves on, running what falls due in order. */
  async pass(ms: number): Promise<void> {
    await settle();
    const end = this.at + ms;
    for (;;) {
      const next = this.waiting.filter((t) => t.due <= end).sort((a, b) => a.due - b.due)[0];
      if (!next) break;
      this.at = Math.max(this.at, next.due);
      this.clear(next);
      next.act();
      await settle();
    }
    this.at = end;
    await settle();
  }
}

/** A small chat server with the rules that matter: a client_id is stored once, numbers only grow. */
export class FakeServer {
  stored: Message[] = [];
  seq = 0;
  conversation: Conversation | null = null;
  sockets: FakeSocket[] = [];
  /** Every `send` heard, repeated ones included. */
  heard: string[] = [];
  frames: { op: string }[] = [];
  requests: string[] = [];
  httpDown = false;
  socketsDown = false;
  /** The room is behind: its sockets hear of nothing but what they ask. */
  mute = false;
  /** Stores the next so many messages but loses the acknowledgement with the connection. */
  swallow = 0;
  refuseBody: string | null = null;

  open = (): Socket => {
    const socket = new FakeSocket(this);
    this.sockets.push(socket);
    queueMicrotask(() => (this.socketsDown ? socket.die() : socket.onopen?.()));
    return socket;
  };

  store(from: Message['from'], body: string, client_id: string | null): Message {
    const known = client_id && this.stored.find((m) => m.client_id === client_id);
    if (known) return known;
    const seq = ++this.seq;
    const message: Message = {
      id: String(1000 + this.stored.length), client_id, seq, from, name: from === 'me' ? '' : '林晓', initial: '林', body, attachments: [], at: seq, state: 'sent',
    };
    this.stored.push(message);
    this.conversation = { status: 'open', agent: null, place: 1, last_seq: seq };
    return message;
  }

  say(body: string): void {
    const message = this.store('agent', body, null);
    for (const socket of this.live()) socket.tell({ op: 'message', message });
  }

  live = (): FakeSocket[] => this.sockets.filter((s) => s.authed && !s.dead);

  cut(): void {
    for (const socket of this.sockets) socket.die();
  }

  fetch = async (url: string, init: RequestInit): Promise<Response> => {
    if (this.httpDown) throw new TypeError('no network');
    const path = url.replace('/w/v1/', '');
    this.requests.push(`${init.method} ${path}`);
    const json = (body: unknown, status = 200): Response => new Response(JSON.stringify(body), { status });
    if (path === 'session') {
      return json({
        token: 'T', visitor: '1', conversation: this.conversation, limits: { body: 16384, file: 20971520, mimes: ['image/*'] },
        config: { brand: { name: '云付', color: '#2b7de9', initial: '云' }, greeting: '', offline_text: '', open: true, next_open_at: null, languages: ['zh-CN', 'en'] },
      });
    }
    if (path.startsWith('messages?')) {
      const after = Number(new URLSearchParams(path.split('?')[1]).get('after'));
      return json({ items: this.stored.filter((m) => m.seq > after).slice(0, 100), last_seq: this.seq, conversation: this.conversation });
    }
    if (path === 'messages') {
      const { client_id, body } = JSON.parse(String(init.body)) as { client_id: string; body: string };
      this.heard.push(body);
      return json(this.store('me', body, client_id), 201);
    }
    if (path.startsWith('files')) return json({ id: `f${this.requests.length}`, name: 'a.png', mime: 'image/png', size: 1, url: 'https://files.example/f' }, 201);
    return new Response(null, { status: 204 });
  };

  api = (): Api => new Api(this.fetch, 'zh-CN');
}

export class FakeSocket implements Socket {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;
  authed = false;
  dead = false;
  constructor(private readonly server: FakeServer) {}
  tell(frame: ServerFrame): void {
    if (!this.dead) this.onmessage?.({ data: JSON.stringify(frame) });
  }
  die(): void {
    if (this.dead) return;
    this.dead = true;
    this.onclose?.();
  }
  close(): void { this.dead = true; }
  send(text: string): void {
    const frame = JSON.parse(text) as { op: string; client_id?: string; body?: string; after?: number };
    this.server.frames.push(frame);
    if (frame.op === 'auth') {
      this.authed = true;
      this.tell({ op: 'ready', last_seq: this.server.seq, conversation: this.server.conversation });
      for (const message of this.server.stored.filter((m) => m.seq > frame.after!)) this.tell({ op: 'message', message });
    } else if (frame.op === 'ping') this.tell({ op: 'pong' });
    else if (frame.op === 'send') {
      this.server.heard.push(frame.body!);
      if (this.server.refuseBody === frame.body) {
        this.tell({ op: 'refused', client_id: frame.client_id!, code: 'message.too_long', title: '太长' });
        return;
      }
      const message = this.server.store('me', frame.body!, frame.client_id!);
      if (this.server.swallow > 0) { this.server.swallow--; this.die(); return; }
      this.tell({ op: 'ack', client_id: frame.client_id!, message });
      // The room hears it too, after what was said in it before.
      if (!this.server.mute) for (const socket of this.server.live()) socket.tell({ op: 'message', message });
    }
  }
}

/** Channels that carry between tabs of one test; what is carried is copied, as the browser does. */
export class Ether {
  private ends: { heard: ((event: { data: unknown }) => void)[]; open: boolean }[] = [];
  channel(): Channel {
    const end = { heard: [] as ((event: { data: unknown }) => void)[], open: true };
    this.ends.push(end);
    return {
      postMessage: (data) => {
        const copy = structuredClone(data);
        for (const other of this.ends) {
          if (other !== end && other.open) queueMicrotask(() => { if (other.open) other.heard.forEach((h) => h({ data: copy })); });
        }
      },
      addEventListener: (_, heard) => end.heard.push(heard),
      close: () => { end.open = false; },
    };
  }
}
