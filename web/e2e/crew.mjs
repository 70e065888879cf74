// People without a browser: agents and customers with real sessions and real sockets, many at once. Agents work as agents
// do: they take what rings, answer, and end what is done.
import { randomUUID } from 'node:crypto';
import WebSocket from 'ws';
import { PASSWORD, until } from './rig.mjs';

/** Whoever works at the desk. */
export class Staff {
  /** Conversations held, in the order in which they were taken. */
  held = [];
  taken = 0;
  faults = [];
  /** Does this agent answer and end by themselves? */
  working = true;

  static async signIn(server, login, password = PASSWORD) {
    const staff = new Staff();
    Object.assign(staff, { server, login, cookie: '' });
    const answer = await fetch(`${server.desk}/api/v1/session`, {
      method: 'POST', headers: { 'content-type': 'application/json', origin: server.desk }, body: JSON.stringify({ login, password }),
    });
    if (!answer.ok) throw new Error(`${login} cannot sign in: ${answer.status} ${await answer.text()}`);
    staff.cookie = answer.headers.getSetCookie().map((one) => one.split(';')[0]).join('; ');
    staff.me = await answer.json();
    return staff;
  }

  async call(method, path, body) {
    const answer = await fetch(`${this.server.desk}/api/v1${path}`, {
      method, headers: { origin: this.server.desk, cookie: this.cookie, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await answer.text();
    return { status: answer.status, body: text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text };
  }

  /** As `call`, but a refusal is an error. */
  async ask(method, path, body) {
    const answer = await this.call(method, path, body);
    if (answer.status >= 400) throw new Error(`${this.login}: ${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** Opens the desk's socket and begins to work with what comes. */
  async goLive() {
    this.socket = new WebSocket(`${this.server.desk.replace(/^http/, 'ws')}/api/v1/live`, 'hark.v1', { headers: { cookie: this.cookie, origin: this.server.desk } });
    const frames = this.socket;
    frames.on('message', (data) => {
      const frame = JSON.parse(String(data));
      if (frame.op === 'ready') this.ready = true;
      if (frame.op === 'event') this.heard(frame).catch((fault) => this.faults.push(String(fault.message ?? fault)));
    });
    frames.on('error', (fault) => this.faults.push(String(fault)));
    await new Promise((done) => frames.once('open', done));
    frames.send(JSON.stringify({ op: 'hello', since: null }));
    await until(() => this.ready === true || 'no greeting', `${this.login} is connected`);
  }

  async heard({ kind, data }) {
    if (kind === 'reservation.offered') {
      const { id, conversation } = data.reservation;
      // Held before it is sure: the customer may speak before the answer is here.
      this.held.push(conversation);
      if ((await this.call('POST', `/reservations/${id}/accept`)).status >= 400) {
        this.held = this.held.filter((one) => one !== conversation);
        return;
      }
      this.taken += 1;
      this.socket.send(JSON.stringify({ op: 'watch', conversation }));
      if (this.working) await this.say(conversation, this.greeting ?? '您好，我来为您处理');
    }
    if (kind === 'message.created' && data.message.author.kind === 'contact' && this.working && this.held.includes(data.message.conversation)) {
      const { conversation, body } = data.message;
      if (body.includes(BYE)) await this.end(conversation);
      else await this.say(conversation, this.answer ?? '已经在查，请稍等');
    }
  }

  async say(conversation, body, more = {}) {
    const sent = { client_id: randomUUID(), mode: 'reply', body, ...more };
    const seen = await this.call('GET', `/conversations/${conversation}/messages?limit=1`);
    const answer = await this.call('POST', `/conversations/${conversation}/messages`, { ...sent, seen_seq: seen.body.last_seq });
    // Somebody wrote in between: read, and send it all the same.
    if (answer.status === 409) return this.say(conversation, body, { ...more, client_id: sent.client_id });
    if (answer.status >= 400) throw new Error(`${this.login} cannot answer: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  async end(conversation) {
    await this.ask('POST', `/conversations/${conversation}/resolve`, { disposition: { kind: 'consult', category: this.category ?? null, cause: '', note: '', outcome: 'solved' } });
    this.held = this.held.filter((one) => one !== conversation);
  }

  be(state, kind) { return this.ask('PUT', '/presence', kind ? { state, kind } : { state }); }

  async goHome() {
    await this.be('offline');
    this.socket?.close();
    await this.call('DELETE', '/session');
  }
}

/** What a customer says who has everything. */
export const BYE = '没有其他问题';

/** Whoever writes from a client's page. */
export class Customer {
  heard = [];
  places = [];

  static async come(server, inbox, language = 'zh-CN') {
    const customer = new Customer();
    const answer = await fetch(`${server.public}/w/v1/session`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ inbox, language }) });
    if (!answer.ok) throw new Error(`a customer is not let in: ${answer.status} ${await answer.text()}`);
    const { token } = await answer.json();
    const socket = new WebSocket(`${server.public.replace(/^http/, 'ws')}/w/v1/live`, 'hark.visitor.v1', { headers: { origin: server.public } });
    customer.socket = socket;
    socket.on('message', (data) => customer.took(JSON.parse(String(data))));
    await new Promise((done, fail) => { socket.once('open', done); socket.once('error', fail); });
    socket.send(JSON.stringify({ op: 'auth', token, after: 0 }));
    await until(() => customer.ready === true || 'no greeting', 'a customer is connected');
    return customer;
  }

  took(frame) {
    if (frame.op === 'ready') this.ready = true;
    if (frame.op === 'refused') this.refused = frame.code;
    if (frame.op === 'message' && frame.message.from !== 'me') this.heard.push(frame.message.body);
    if (frame.op === 'conversation' && frame.conversation) {
      this.status = frame.conversation.status;
      this.agent = frame.conversation.agent?.alias ?? null;
      this.estimate = frame.conversation.estimate_ms ?? null;
      if (Number.isInteger(frame.conversation.place)) this.places.push(frame.conversation.place);
    }
  }

  say(body) { this.socket.send(JSON.stringify({ op: 'send', client_id: randomUUID(), body })); }
  leave() { this.socket.close(); }
}
