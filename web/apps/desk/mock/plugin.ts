/**
 * The server's contract, played in memory, for looking at the desk during development. Part of the development server only:
 * nothing under `mock/` is ever imported by the application.
 *
 * `POST /mock/...` plays what customers and colleagues do: `message`, `reservation`, `colleague`, `signout`.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import * as sendingMock from './sending';
import type { Plugin, ViteDevServer } from 'vite';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Conversation, Me, Message, Presence } from '@hark/api';
import { lists, nested, permissions } from './admin.ts';
import { floorCall } from './floor.ts';
import * as routing from './routing.ts';
import { author, categories, contacts, conversations, lines, message, messages, person, queues, T0, tenants, users } from './data.ts';

let presence: Presence = { state: 'serving', kind: null, since: T0 - 4_361_000, load: 3, capacity: 4 };
let settings: Me['settings'] = { language: 'zh-CN', theme: 'light', density: 'normal', send_key: 'enter', undo_s: 5, notices: {}, layout: {} };
let signedIn = true;
let watermark = true;
let pos = 500;
const log: { pos: number; frame: object }[] = [];
const sockets = new Set<WebSocket>();
const drafts = new Map<string, Record<string, unknown>>();
const sent = new Map<string, Message>();
let reservations: Record<string, unknown>[] = [];

const me = (): Me => ({ user: users[0]!, tenants, lines, permissions: { provider: ['*'], tenants: {}, lines: {} }, settings, presence, watermark, origins: { desk: 'http://localhost:5173', public: 'https://chat.example.com', files: '' }, now: Date.now() });
const page = (items: unknown[]) => ({ items, next: null, pos });

function emit(kind: string, conversation: string | null, data: object): void {
  pos += 1;
  const frame = { op: 'event', pos, kind, tenant: 't1', conversation, data };
  log.push({ pos, frame });
  for (const socket of sockets) socket.send(JSON.stringify(frame));
}
function changed(conversation: Conversation): Conversation {
  emit('conversation.changed', conversation.id, { row: { ...conversation, draft: null, mentioned: null } });
  return conversation;
}
function say(id: string, from: Message['author'], body: string, extra: Partial<Message> = {}): Message {
  const list = messages.get(id)!;
  const made = message(id, list.length + 1, Date.now(), from, body, { state: 'sent', ...extra });
  list.push(made);
  const row = conversations.get(id)!;
  const customer = from.kind === 'contact';
  const text = made.mode === 'note' || made.kind === 'text';
  Object.assign(row, { seq: made.seq }, text ? { last: { text: body, at: made.at, by: from.kind, note: made.mode === 'note' } } : {},
    customer ? { unread: (row.unread ?? 0) + 1, contact_count: row.contact_count + 1, waiting: 'agent', waiting_since: row.waiting === 'agent' ? row.waiting_since : made.at, due_at: made.at + 300_000 } : made.mode === 'reply' && made.kind === 'text' ? { waiting: 'customer', waiting_since: null, due_at: null, draft: null } : {});
  const told = { ...row, unread: null, draft: null, mentioned: null };
  emit('message.created', id, { message: { ...made, client_id: made.client_id && `7:${made.client_id}` }, row: told });
  return made;
}
const happened = (id: string, kind: string, data: Record<string, unknown>) => say(id, author('system', 'sys'), '', { kind: 'event', event: { kind, data } });

class Refusal { constructor(readonly status: number, readonly code: string, readonly title: string, readonly more: object = {}) {} }
type Body = Record<string, any>;

function listOf(view: string, query: URLSearchParams): Conversation[] {
  return [...conversations.values()].filter((row) => (view === 'mine' ? row.assignee?.id === 'u1' && row.status === 'open' : view === 'queue' ? !row.assignee && row.status === 'open' : view === 'mentions' ? row.mentioned : view === 'followed' ? row.followers.some((one) => one.id === 'u1') : view === 'closed' ? row.status === 'resolved' : view === 'open' ? row.status === 'open' : true) && (!query.get('tenant') || row.tenant === query.get('tenant')))
    .sort((a, b) => (b.last?.at ?? 0) - (a.last?.at ?? 0));
}

function conversationCall(method: string, id: string, deed: string | undefined, rest: string[], query: URLSearchParams, body: Body): unknown {
  const row = conversations.get(id);
  if (!row) throw new Refusal(404, 'not_found', '没有找到');
  const list = messages.get(id)!;
  switch (deed) {
    case undefined: return row;
    case 'messages': {
      if (rest[0]) { const found = list.find((one) => one.id === rest[0])!; Object.assign(found, { state: 'sent', failure: null }); emit('message.state', id, { message: found.id, seq: found.seq, state: 'sent', of: 'contact' }); return found; }
      if (method === 'POST') {
        const known = sent.get(body['client_id']);
        if (known) return known;
        const newer = list.filter((one) => one.seq > body['seen_seq'] && one.author.kind === 'user' && one.author.id !== 'u1' && one.mode === 'reply');
        if (newer.length && !body['force'] && body['mode'] === 'reply') throw new Refusal(409, 'conversation.newer_message', '同事刚刚回复过', { detail: newer.map((one) => one.id).join(',') });
        const made = say(id, author('user', 'u1'), body['body'], { mode: body['mode'], client_id: body['client_id'], mentions: (body['mentions'] ?? []).map((one: string) => person(one)) });
        sent.set(body['client_id'], made);
        if (made.mode === 'reply') for (const [ms, state] of [[900, 'delivered'], [2600, 'read']] as const) setTimeout(() => { made.state = state; emit('message.state', id, { seq: made.seq, state, of: 'contact' }); }, ms);
        return made;
      }
      const limit = Number(query.get('limit') ?? 50);
      const after = query.get('after');
      const before = query.get('before');
      const items = after ? list.filter((one) => one.seq > Number(after)).slice(0, limit) : list.filter((one) => !before || one.seq < Number(before)).slice(-limit);
      return { items, first_seq: 1, last_seq: list.length, pos };
    }
    case 'scheduled': return sendingMock.scheduled(method, id, rest[0], body);
    case 'wording': return { hits: sendingMock.hits(String(body['body'])) };
    case 'copies': return undefined;
    case 'unmask': row.protection = { ...row.protection, masked: false, unmasked_until: Date.now() + 600_000 }; return { until: Date.now() + 600_000 };
    case 'draft': {
      const kept = drafts.get(id) ?? { reply: row.draft ? { body: row.draft, base_seq: row.seq, at: T0 } : null, note: null };
      if (method === 'GET') return kept;
      drafts.set(id, { ...kept, [body['mode']]: body['body'] ? { ...body, at: Date.now() } : null });
      return undefined;
    }
    case 'read': row.unread = 0; changed(row); return undefined;
    case 'assign': row.assignee = person(body['user']); happened(id, body['user'] ? 'assigned' : 'requeued', { to: row.assignee }); return row;
    case 'transfer': { const to = body['to'].user ? person(body['to'].user) : queues.find((one) => one.id === body['to'].queue); happened(id, 'transferred', { from: person('u1'), to, reason: body['reason'] }); row.assignee = body['to'].user ? person(body['to'].user) : null; return changed(row); }
    case 'take-over': { const from = row.assignee; row.assignee = person('u1'); happened(id, 'transferred', { from, to: row.assignee, reason: body['reason'], taken_over: true }); return row; }
    case 'offers': return routing.offers(!row.assignee);
    case 'resolve': row.status = 'resolved'; row.disposition = body['disposition'] ? { ...body['disposition'], by: 'u1', at: Date.now() } : null; row.due_at = null; happened(id, 'resolved', { by: person('u1') }); return row;
    case 'reopen': row.status = 'open'; row.assignee = person('u1'); happened(id, 'reopened', { by: person('u1') }); return row;
    case 'snooze': row.status = 'snoozed'; row.snoozed_until = body['until']; happened(id, 'snoozed', { until: body['until'] }); return row;
    case 'priority': happened(id, 'priority', { from: row.priority, to: body['priority'] }); row.priority = body['priority']; return changed(row);
    case 'tags': row.tags = [...new Set([...row.tags, ...(body['add'] ?? [])])].filter((tag) => !(body['remove'] ?? []).includes(tag)); return changed(row);
    case 'category': row.category = body['category']; return changed(row);
    case 'follow': row.followers = [person('u1')!]; return changed(row);
    case 'unfollow': row.followers = []; return changed(row);
    default: throw new Refusal(404, 'not_found', '没有找到');
  }
}

function contactCall(method: string, id: string | undefined, deed: string | undefined, query: URLSearchParams, body: Body): unknown {
  if (!id) {
    if (method === 'POST') { const made = { ...[...contacts.values()][0]!, ...body, id: `k${contacts.size + 1}`, handles: [], tags: [] } as never as ReturnType<typeof contacts.get> & object; contacts.set(made.id, made); return made; }
    const q = query.get('q') ?? '';
    return page([...contacts.values()].filter((one) => (!q || one.name.includes(q) || one.tags.includes(q)) && (!query.get('tenant') || one.tenant === query.get('tenant'))));
  }
  if (id === 'lookup') return { contact: [...contacts.values()][1] };
  const contact = contacts.get(id);
  if (!contact) throw new Refusal(404, 'not_found', '没有找到');
  if (deed === 'timeline') return page([...conversations.values()].filter((row) => row.contact.id === id).concat([...conversations.values()].slice(8, 14)).map((row) => ({ id: row.id, kind: 'conversation.opened', at: row.created_at, line: row.line, conversation: row.id, text: row.last?.text, data: { number: row.number, channel: row.channel, resolved_at: row.resolved_at } })));
  if (deed === 'unmask') return { handles: contact.handles.map((one) => ({ ...one, value: one.kind === 'phone' ? '138 0013 6207' : 'zhoumin@mail.example' })) };
  if (deed === 'handles') { if (method === 'POST') contact.handles.push({ id: `h${Math.random()}`, kind: body['kind'], value: body['value'], verified: false }); return contact; }
  if (method === 'PATCH') Object.assign(contact, body);
  return contact;
}

function call(method: string, path: string[], query: URLSearchParams, body: Body): unknown {
  const [area = '', id, deed, ...rest] = path;
  if (area === 'session' && method === 'POST') {
    if (body['password'] !== 'demo-password') throw new Refusal(401, 'sign_in.refused', '登录名或密码不正确');
    if (body['login'] === 'totp' && !body['code']) throw new Refusal(401, 'sign_in.code_required', '需要验证码');
    signedIn = true;
    return me();
  }
  if (area === 'setup') { if (method === 'POST') signedIn = true; return method === 'GET' ? { open: true } : me(); }
  if (area === 'invites') return id === 'look' ? { kind: 'invite', login: 'agent8070', name: '李想' } : undefined;
  if (!signedIn) throw new Refusal(401, 'session.required', '请先登录');
  const ofFloor = floorCall(method, path, body);
  if (ofFloor !== undefined) return ofFloor;
  switch (area) {
    case 'session': signedIn = false; return undefined;
    case 'me':
      if (id === 'notices') return deed === 'read' ? undefined : sendingMock.notices(conversations);
      if (id === 'day') {
        const figure = (metric: string, value: number | null, numerator: number, denominator: number | null) => ({ metric, value, numerator, denominator, few: false });
        return { date: '2026-11-29', zone: 'Asia/Shanghai', from: Date.now() - 40_000_000, until: Date.now(), figures: [figure('handled', 38, 38, null), figure('first_reply', 24_000, 912_000, 38), figure('within_3min', 0.94, 117, 124), figure('csat', 0.9, 9, 10), figure('rated_rate', 0.27, 10, 37), figure('occupancy', 0.81, 81, 100)] };
      }
      if (id === 'to-dos') return sendingMock.toDos([...conversations.values()]);
      if (id === 'sessions') return nested['sessions'];
      if (id === 'totp') return deed === 'confirm' ? { recovery_codes: ['4k2m-9xqt', '7h3p-w8rz', 'c5dn-2vye', 'q9fb-6tjs'] } : method === 'POST' ? { secret: 'JBSW Y3DP EHPK 3PXP', uri: 'otpauth://totp/Hark:demo?secret=JBSWY3DPEHPK3PXP' } : undefined;
      if (method === 'PATCH') settings = { ...settings, ...body };
      return me();
    case 'conversations':
      if (id === 'counts') return { mine: listOf('mine', query).length, queue: listOf('queue', query).length, mentions: listOf('mentions', query).length, followed: 0, waiting_for_me: listOf('mine', query).filter((row) => row.waiting === 'agent').length };
      if (!id) return page(listOf(query.get('view') ?? 'all', query));
      return conversationCall(method, id, deed, rest, query, body);
    case 'contacts': return contactCall(method, id, deed, query, body);
    case 'attachments': return { id: `a${Date.now()}`, name: query.get('name'), mime: 'image/png', size: 1000, url: '/mock-files/sms.svg' };
    case 'categories': return method === 'GET' ? categories : body;
    case 'tags': return ['重复扣款', '投诉', '老客户'];
    case 'colleagues': if (id === 'teams') return page([{ id: 't2', name: '二线支持', members: 6 }]); return users.filter((one) => !one.disabled).map((one, at) => ({ id: one.id, alias: one.alias, number: one.number, state: (['serving', 'ready', 'break', 'serving', 'offline'] as const)[at], online: at < 4 }));
    case 'search': {
      const q = query.get('q') ?? '';
      const hits = [...messages.values()].flat().filter((one) => q && one.body.includes(q)).slice(-6);
      return { messages: hits.map((one) => ({ message: one, conversation: one.conversation, contact_name: conversations.get(one.conversation)!.contact.name, snippet_html: one.body.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll(q, `<mark>${q}</mark>`), at: one.at })), contacts: [...contacts.values()].filter((one) => one.name.replaceAll(' ', '').includes(q)).slice(0, 4), took_ms: 3 };
    }
    case 'presence': if (method === 'PUT') { presence = { ...presence, state: body['state'], kind: body['kind'] ?? null, since: Date.now() }; emit('presence.changed', null, { user: 'u1', presence }); } return presence;
    case 'reservations':
      if (!id) return reservations;
      if (deed === 'accept') { const found = reservations.find((one) => one['id'] === id)!; const row = conversations.get(found['conversation'] as string)!; row.assignee = person('u1'); row.queued_at = null; row.place = null; happened(row.id, 'assigned', { to: row.assignee, why: found['why'] }); }
      reservations = reservations.filter((one) => one['id'] !== id);
      emit('reservation.ended', null, { reservation: id, reason: deed === 'accept' ? 'accepted' : 'declined' });
      return undefined;
    case 'routing': return method === 'PUT' ? routing.setSettings(body as never) : routing.settings;
    case 'tenants': if (deed === 'routing') return method === 'PUT' ? routing.setClient(body as never) : routing.client; break;
    case 'users': if (deed === 'capacity') return method === 'PUT' ? routing.setCapacity(body as never) : routing.capacity; break;
    case 'floor': return { waiting: 4, longest_wait_ms: 98_000, within_3min_rate: 0.971 };
    case 'permissions': return permissions;
    case 'webhook-kinds': return page([{ kind: 'message.created', en: 'A message', zh: '新消息' }, { kind: 'conversation.resolved', en: 'Closed', zh: '会话结束' }]);
  }
  if (area === 'word-lists') return sendingMock.wordLists(method, id, body);
  if (area === 'tenants' && deed === 'protection') return method === 'PUT' ? body : { aliases: ['云付通'], watermark: true, copy_control: false };
  const list = lists[area];
  if (!list) throw new Refusal(404, 'not_found', '没有找到');
  if (deed === 'test') return { ok: true, took_ms: 12, response_code: 200, response: '', failure: null };
  if (deed === 'reset') return { invite_url: 'https://desk.example.com/invite#8c1f04' };
  if (deed === 'secret') return { secret: 'whsec_bW9jayBzZWNyZXQgZm9yIHRoZSBkZXNr' };
  if (deed) return method === 'GET' ? nested[deed] : {};
  if (method === 'POST') { const made = { id: `n${Date.now()}`, created_at: Date.now(), teams: [], permissions: [], skills: [], members: [], ...body }; list.push(made); return area === 'tokens' ? { ...made, token: 'hark_pat_2f9d81c7e3a04b56' } : area === 'users' && !body['password'] ? { ...made, invite_url: 'https://desk.example.com/invite/8c1f04' } : made; }
  if (!id) return page(list);
  const found = list.find((one) => one['id'] === id);
  if (method === 'PATCH') Object.assign(found ?? {}, body);
  if (method === 'DELETE') list.splice(list.indexOf(found!), 1);
  return found;
}

function play(name: string, body: Body): unknown {
  const id = String(body['conversation'] ?? 'v2');
  if (name === 'message') return say(id, author('contact', '', contacts.get(conversations.get(id)!.contact.id)), String(body['body'] ?? '在吗？'));
  if (name === 'colleague') return say(id, author('user', 'u2'), String(body['body'] ?? '您好，这边已经为您登记，稍后回复您。'));
  if (name === 'typing') { for (const socket of sockets) socket.send(JSON.stringify({ op: 'signal', kind: 'typing', conversation: id, by: { kind: 'contact', id: 'k', name: conversations.get(id)!.contact.name }, on: true, ...(body['text'] && { text: String(body['text']) }) })); return {}; }
  if (name === 'drop') { for (const socket of sockets) socket.close(); return {}; }
  if (name === 'signout') { signedIn = false; return {}; }
  if (name === 'settings') { settings = { ...settings, ...body }; watermark = body['watermark'] ?? watermark; emit('settings.changed', null, {}); return {}; }
  if (name === 'reservation') {
    const row = conversations.get(String(body['conversation'] ?? 'v6'))!;
    const made = { id: `r${Date.now()}`, conversation: row.id, contact: { ...row.contact }, tenant: row.tenant, line: row.line, inbox_name: row.inbox_name, queue: { id: 'q2', name: '商户一线' }, waiting_ms: 96_000, offered_at: Date.now(), expires_at: Date.now() + 30_000, why: ['why.skill', 'why.longest_idle'], last_text: row.last?.text, repeat_24h: 2 };
    reservations.push(made);
    emit('reservation.offered', row.id, { reservation: made });
    return made;
  }
  return {};
}

async function bodyOf(request: IncomingMessage): Promise<Body> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  try { return JSON.parse(Buffer.concat(parts).toString('utf8')) as Body; } catch { return {} as Body; }
}
function answer(response: ServerResponse, status: number, value: unknown, type = 'application/json'): void {
  response.statusCode = value === undefined ? 204 : status;
  response.setHeader('content-type', type);
  response.end(value === undefined ? undefined : JSON.stringify(value));
}

const picture = '<svg xmlns="http://www.w3.org/2000/svg" width="480" height="300"><rect width="480" height="300" fill="#e9eef5"/><rect x="40" y="46" width="400" height="92" rx="14" fill="#fff"/><rect x="62" y="68" width="120" height="12" rx="6" fill="#9aa9bd"/><rect x="62" y="96" width="330" height="10" rx="5" fill="#cfd8e3"/><rect x="62" y="114" width="260" height="10" rx="5" fill="#cfd8e3"/><rect x="40" y="162" width="400" height="92" rx="14" fill="#fff"/><rect x="62" y="184" width="120" height="12" rx="6" fill="#9aa9bd"/><rect x="62" y="212" width="300" height="10" rx="5" fill="#cfd8e3"/></svg>';

/** The plugin of Vite's development server that answers instead of a real one. */
export function mock(): Plugin {
  return {
    name: 'hark-desk-mock',
    apply: 'serve',
    configureServer(server: ViteDevServer) {
      const hub = new WebSocketServer({ noServer: true, handleProtocols: () => 'hark.v1' });
      server.httpServer?.on('upgrade', (request, socket, head) => {
        if (!request.url?.startsWith('/api/v1/live')) return;
        hub.handleUpgrade(request, socket, head, (client) => {
          client.on('message', (data) => {
            const frame = JSON.parse(String(data)) as { op: string; since?: number };
            if (frame.op === 'ping') client.send('{"op":"pong"}');
            if (frame.op !== 'hello') return;
            client.send(JSON.stringify({ op: 'ready', pos, user: 'u1' }));
            for (const one of log) if (one.pos > (frame.since ?? pos)) client.send(JSON.stringify(one.frame));
            sockets.add(client);
          });
          client.on('close', () => sockets.delete(client));
        });
      });
      server.middlewares.use((request, response, next) => {
        const url = new URL(request.url ?? '/', 'http://mock');
        if (url.pathname.startsWith('/mock-files/')) { response.setHeader('content-type', 'image/svg+xml'); response.end(picture); return; }
        const played = /^\/mock\/(\w+)$/.exec(url.pathname);
        const api = url.pathname.startsWith('/api/v1/');
        if (!api && !played) return next();
        void bodyOf(request).then((body) => {
          try {
            answer(response, request.method === 'POST' ? 201 : 200, played ? play(played[1] ?? '', body) : call(request.method ?? 'GET', url.pathname.slice(8).split('/').map(decodeURIComponent), url.searchParams, body));
          } catch (error) {
            if (error instanceof Refusal) answer(response, error.status, { type: `/problems/${error.code}`, status: error.status, code: error.code, title: error.title, request: 'rq-mock-1', ...error.more }, 'application/problem+json');
            else { console.error(error); answer(response, 500, { code: 'mock.fault', title: String(error) }, 'application/problem+json'); }
          }
        });
      });
    },
  };
}
