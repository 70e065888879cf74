// A stand-in for the server while the widget is being looked at: the same routes and policies, an agent that answers by
// itself, and nothing kept. Never part of what is shipped.
//   node dev/mock.mjs [port]   chat on PORT (default 8701), the shop on PORT+1: two origins, as in real use
import { createServer } from 'node:http';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { WebSocketServer } from 'ws';

const port = Number(process.argv[2] ?? 8701);
const chat = `http://localhost:${port}`;
const shop = `http://localhost:${port + 1}`;
const dist = new URL('../../../dist/', import.meta.url);
const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.svg': 'image/svg+xml', '.json': 'application/json' };
const FRAME_POLICY = `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' ${chat} data: blob:; connect-src 'self' wss:; base-uri 'none'; form-action 'none'; frame-ancestors ${shop}; require-trusted-types-for 'script'; trusted-types 'none'`;
const SHOP_POLICY = `default-src 'none'; script-src 'self' ${chat}; style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-src ${chat}; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types shop`;
const BRANDS = {
  yunfu: { brand: { name: '云付', color: '#2b6de9', initial: '云' }, greeting: '您好，这里是云付客服。付款、退款、账户的问题都可以直接说。', offline_text: '现在是下班时间。请留下您的问题，明天上班后我们先回复您。', agent: '林晓', bot: '云小付' },
  harbor: { brand: { name: 'Harbor Goods', color: '#f2b233', initial: 'H' }, greeting: 'Hello from Harbor Goods. Ask us anything about an order, a return or a size.', offline_text: 'We are closed right now. Leave your question and we will answer first thing tomorrow.', agent: 'Nora', bot: 'Harbor Bot' },
};

const field = (key, kind, label, required, options = []) => ({ key, kind, label, required, options });
const FORMS = {
  yunfu: { kind: 'prechat', fields: [field('name', 'name', '怎么称呼您', false), field('topic', 'choice', '想咨询什么', true, [{ value: 'refund', label: '退款' }, { value: 'account', label: '账户' }]), field('phone', 'phone', '联系电话', false)], consent: { version: '1', text: '我已阅读并同意云付为答复我的咨询而处理我填写的个人信息。' } },
  harbor: { kind: 'prechat', fields: [field('name', 'name', 'Your name', false), field('topic', 'choice', 'What is it about?', true, [{ value: 'return', label: 'A return' }, { value: 'size', label: 'A size' }]), field('mail', 'email', 'Mail address', false)], consent: { version: '1', text: 'I agree that Harbor Goods uses what I write here to answer me.' } },
};
const survey = (v) => ({ conversation: '1', question: v.inbox === 'yunfu' ? '您对本次服务满意吗？' : 'How satisfied are you with our service?', dimensions: ['attitude', 'expertise', 'resolution'], solved: true, remark: true });

/** token -> visitor */
const visitors = new Map();
const files = new Map();
let ids = 1000;

function visitor(token, inbox) {
  if (!visitors.has(token)) visitors.set(token, { token, inbox, seq: 0, messages: [], conversation: null, sockets: new Set(), told: 0 });
  return visitors.get(token);
}
function tell(v, frame) { for (const s of v.sockets) s.send(JSON.stringify(frame)); }
function push(v, from, body, extra = {}) {
  const known = extra.client_id && v.messages.find((m) => m.client_id === extra.client_id);
  if (known) return known;
  const b = BRANDS[v.inbox];
  const name = from === 'agent' ? b.agent : from === 'bot' ? b.bot : '';
  const m = { id: String(++ids), client_id: null, seq: ++v.seq, from, name, initial: name.slice(0, 1), body, attachments: [], at: Date.now(), state: 'sent', ...extra };
  v.messages.push(m);
  v.conversation = { status: 'open', agent: null, place: null, ...v.conversation, last_seq: v.seq };
  tell(v, { op: 'message', message: m });
  return m;
}
function change(v, over) { Object.assign(v.conversation, over, { last_seq: v.seq }); tell(v, { op: 'conversation', conversation: v.conversation }); }
function write(v, { client_id, body, attachments = [] }) {
  const anew = !v.conversation || v.conversation.status === 'resolved';
  if (anew) v.conversation = { status: 'open', agent: null, place: 3, last_seq: v.seq };
  const m = push(v, 'me', body, { client_id, attachments: attachments.map((id) => files.get(id)).filter(Boolean) });
  const zh = v.inbox === 'yunfu';
  setTimeout(() => { m.state = 'delivered'; tell(v, { op: 'state', seq: m.seq, state: 'delivered' }); }, 300);
  if (anew) {
    push(v, 'system', '', { event: { kind: 'queued', place: 3 } });
    change(v, { place: 3 });
    setTimeout(() => change(v, { place: 1 }), 1500);
    setTimeout(() => {
      push(v, 'system', '', { event: { kind: 'joined', name: BRANDS[v.inbox].agent } });
      change(v, { place: null, agent: { alias: BRANDS[v.inbox].agent, initial: BRANDS[v.inbox].agent[0] } });
    }, 3000);
  }
  const wait = anew ? 3200 : 400;
  setTimeout(() => { m.state = 'read'; tell(v, { op: 'state', seq: m.seq, state: 'read' }); tell(v, { op: 'typing', on: true, name: BRANDS[v.inbox].agent }); }, wait);
  setTimeout(() => push(v, 'agent', zh
    ? '让您着急了。您 11:41 和 11:42 的两笔扣款都查到了，多扣的 ¥268.00 会在今天 15:00 前原路退回。进度可以在 https://pay.yunfu.example/refund/88213 查看。'
    : 'Thanks for waiting. I found order 88213 and have set up the exchange. You can follow it at https://harbor.example/orders/88213.'), wait + 2500);
  return m;
}

const body = (req) => new Promise((resolve) => { const parts = []; req.on('data', (d) => parts.push(d)); req.on('end', () => resolve(Buffer.concat(parts))); });
const send = (res, status, data, headers = {}) => { res.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers }); res.end(Buffer.isBuffer(data) || typeof data === 'string' ? data : JSON.stringify(data)); };
async function file(res, path, headers) {
  try { send(res, 200, await readFile(new URL(path, dist)), { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream', 'x-content-type-options': 'nosniff', ...headers }); } catch { send(res, 404, { code: 'not_found' }); }
}

const server = createServer(async (req, res) => {
  const url = new URL(req.url, chat);
  const { pathname } = url;
  if (pathname === '/w/v1/hark.js') return file(res, 'widget/hark.js');
  if (pathname === '/w/v1/frame') return file(res, 'widget/frame.html', { 'content-security-policy': FRAME_POLICY });
  if (pathname.startsWith('/w/v1/assets/')) return file(res, 'widget/' + pathname.slice('/w/v1/'.length));
  if (pathname.startsWith('/f/')) { const f = files.get(pathname.slice(3)); return send(res, 200, f.data, { 'content-type': f.mime, 'content-security-policy': 'sandbox' }); }
  if (pathname === '/w/v1/session') {
    const asked = JSON.parse(await body(req));
    const known = BRANDS[asked.inbox];
    if (!known) return send(res, 404, { code: 'inbox.unknown', title: 'unknown' });
    const v = visitor(asked.token ?? randomUUID(), asked.inbox);
    const closed = process.env.CLOSED === '1';
    return send(res, 200, {
      token: v.token, visitor: v.token, conversation: v.conversation, limits: { body: 16384, file: 20971520, mimes: ['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'application/pdf', 'text/plain'] },
      config: { brand: known.brand, greeting: known.greeting, offline_text: known.offline_text, open: !closed, next_open_at: closed ? new Date().setHours(33, 0, 0, 0) : null, languages: ['zh-CN', 'en'], peek: process.env.FORM === '1', form: process.env.FORM === '1' && v.conversation?.status !== 'open' ? FORMS[asked.inbox] : null, answer_by: closed ? new Date().setHours(34, 0, 0, 0) : null },
    });
  }
  const v = visitors.get(req.headers.authorization?.replace('Visitor ', ''));
  if (!v) return send(res, 401, { code: 'visitor.unknown', title: '' });
  if (pathname === '/w/v1/messages' && req.method === 'GET') { const after = Number(url.searchParams.get('after')); return send(res, 200, { items: v.messages.filter((m) => m.seq > after).slice(0, 100), last_seq: v.seq, conversation: v.conversation }); }
  if (pathname === '/w/v1/messages') return send(res, 201, write(v, JSON.parse(await body(req))));
  if (pathname === '/w/v1/files') {
    const id = randomUUID();
    const data = await body(req);
    const f = { id, name: url.searchParams.get('name'), mime: req.headers['content-type'], size: data.length, url: `${chat}/f/${id}` };
    files.set(id, { ...f, data });
    return send(res, 201, f);
  }
  if (pathname === '/w/v1/end') { push(v, 'system', '', { event: { kind: 'resolved' } }); change(v, { status: 'resolved', agent: null }); v.asked = true; tell(v, { op: 'survey' }); return send(res, 204, ''); }
  if (pathname === '/w/v1/transcript') return send(res, req.method === 'POST' ? 202 : 200, { to: 'l***@example.com' });
  if (pathname === '/w/v1/survey') { if (req.method === 'POST') { v.asked = false; return send(res, 204, ''); } return send(res, 200, { survey: v.asked ? survey(v) : null }); }
  if (pathname === '/w/v1/read') return send(res, 204, '');
  send(res, 404, { code: 'not_found' });
});
const sockets = new WebSocketServer({ server, path: '/w/v1/live', handleProtocols: () => 'hark.visitor.v1' });
sockets.on('connection', (socket) => {
  if (process.env.NO_WS === '1') return socket.terminate();
  let v = null;
  socket.on('close', () => v?.sockets.delete(socket));
  socket.on('message', (text) => {
    const frame = JSON.parse(String(text));
    if (frame.op === 'auth') {
      v = visitors.get(frame.token);
      if (!v) return socket.close();
      v.sockets.add(socket);
      socket.send(JSON.stringify({ op: 'ready', last_seq: v.seq, conversation: v.conversation }));
      for (const message of v.messages.filter((m) => m.seq > frame.after)) socket.send(JSON.stringify({ op: 'message', message }));
    } else if (frame.op === 'ping') socket.send('{"op":"pong"}');
    else if (frame.op === 'send') {
      if (frame.body === '/refuse') return socket.send(JSON.stringify({ op: 'refused', client_id: frame.client_id, code: 'message.refused', title: v.inbox === 'yunfu' ? '内容含有完整银行卡号' : 'It contains a full card number' }));
      if (frame.body === '/bot') { push(v, 'bot', v.inbox === 'yunfu' ? '扣款后显示失败的订单，资金会在 2 小时内原路退回。请问是同一笔订单吗？' : 'A failed payment is returned within two hours. Is this about the same order?'); }
      socket.send(JSON.stringify({ op: 'ack', client_id: frame.client_id, message: write(v, frame) }));
    }
  });
});
process.on('SIGUSR2', () => { for (const client of sockets.clients) client.terminate(); });
server.listen(port);

createServer((req, res) => {
  const { pathname, searchParams } = new URL(req.url, shop);
  if (pathname === '/shop/config.json') { const client = searchParams.get('client') ?? 'yunfu'; return send(res, 200, { inbox: client, name: BRANDS[client]?.brand.name ?? '', script: `${chat}/w/v1/hark.js` }); }
  if (pathname === '/shop/' || pathname === '/') return file(res, 'shop/index.html', { 'content-security-policy': SHOP_POLICY });
  file(res, pathname.slice(1));
}).listen(port + 1, () => console.log(`shop ${shop}/shop/?client=yunfu  chat ${chat}`));
