// A day of a floor: a supervisor sets up a line, forty agents take it, the waiting see their place, limits ring, help comes,
// and in the evening what is open is countersigned and the day is a file. The supervisor has a browser; agents and customers
// have real sessions and sockets.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { BYE, Customer, Staff } from './crew.mjs';
import { call, PASSWORD, step, until } from './rig.mjs';

const AGENTS = 40;
/** More than forty agents hold: the rest wait. */
const CUSTOMERS = 52;

export const stories = [
  {
    language: 'zh-CN', locale: 'zh-CN', client: '海岚超市', line: '线上客服', pack: '电商零售', queue: '售前咨询', word: '刷单',
    ask: '你好，我的订单还没发货', greeting: '您好，我来为您查', bye: `好的，${BYE}`, help: '客户要求赔偿，超出我的权限', whisper: '可以先补发，再申请优惠券', reason: '升级处理', note: '晚班注意：仓库延迟发货',
    words: {
      newClient: '新建甲方', newLine: '新建项目', name: '名称', create: '创建', take: '带入', ready: '完备', newList: /新建/, newThreshold: '新建阈值', metric: '指标', waiting: '排队人数', operator: '条件', atLeast: '达到', value: '数值', lasting: '持续（秒）',
      confirm: '我来处理', goHelp: '前往协助', watch: '旁听', whisper: '悄悄话', whisperText: '内容', say: '发送', takeOver: '接管会话', takeOverReason: '接管原因', countersign: '接班签字', csv: '导出 CSV', excel: '导出 Excel', agents: '坐席', more: '更多',
    },
  },
  {
    language: 'en', locale: 'en-GB', client: 'Cove Market', line: 'Online service', pack: 'E-commerce', queue: 'Before the sale', word: 'fake order',
    ask: 'Hello, my order has not left yet', greeting: 'Hello, let me look at it', bye: `Thank you. ${BYE}`, help: 'They want a refund above my limit', whisper: 'Offer to send it again first', reason: 'Escalated', note: 'Late shift: the warehouse is behind',
    words: {
      newClient: 'New client', newLine: 'New line', name: 'Name', create: 'Create', take: 'Bring in', newThreshold: 'New threshold', metric: 'Figure', waiting: 'Waiting', operator: 'Condition', atLeast: 'at least', value: 'Value', lasting: 'For how long',
      confirm: 'I take care of it', goHelp: 'I will help', watch: 'Read along', whisper: 'Whisper', whisperText: 'Your words', say: 'Whisper', takeOver: 'Take over', takeOverReason: 'Reason', countersign: 'Countersign', csv: 'CSV', excel: 'Excel', agents: 'Agents', more: 'More',
    },
  },
];

export async function floor(all) {
  for (const story of stories) await new Floor(all, story).day();
}

class Floor {
  crew = [];
  customers = [];

  constructor(all, story) {
    Object.assign(this, { all, server: all.server, story, w: story.words });
  }

  async day() {
    const named = (text) => `${this.story.language}: ${text}`;
    try {
      await must(named('a client and its line are made and filled from a pack, in the browser'), () => this.setUp());
      await must(named('forty agents sign in and are ready'), () => this.shiftBegins());
      await must(named('conversations find somebody; who waits sees an honest place, and nobody is passed'), () => this.rush());
      await must(named('a limit is crossed, rings on the supervisor’s screen, and is confirmed by name'), () => this.alert());
      await must(named('breaks keep to their quota and places'), () => this.breaks());
      await must(named('a raised hand is seen, helped by a whisper, and taken over'), () => this.help());
      await must(named('the floor empties: everybody is served, in the order in which they came'), () => this.calm());
      await must(named('what is open in the evening is handed over and countersigned'), () => this.handOver());
      await must(named('everybody has signed out'), () => this.shiftEnds());
      await must(named('the day is a file, and its figures are what happened'), () => this.figures());
      await must(named('no agent met a fault'), () => assert.deepEqual(this.crew.flatMap((one) => one.faults.map((fault) => `${one.login}: ${fault}`)), []));
    } finally {
      for (const one of this.customers) one.leave();
      for (const one of this.crew) one.socket?.close();
    }
  }

  async setUp() {
    const { story, w, server } = this;
    this.admin = await Staff.signIn(server, 'admin');
    const lead = await this.person(`lead-${story.language.toLowerCase()}`, story.language);
    const roles = (await this.admin.ask('GET', '/roles')).items;
    this.role = (key) => roles.find((one) => one.key === key).id;
    await this.admin.ask('POST', `/users/${lead.id}/grants`, { role: this.role('administrator') });
    const page = await this.all.desk(lead.login, { locale: story.locale });
    this.page = page;
    this.lead = lead;
    await page.goto(`${server.desk}/settings/clients`);
    await page.getByRole('button', { name: w.newClient }).first().click();
    await page.locator('.record-form').getByLabel(w.name, { exact: true }).fill(story.client);
    await page.locator('.record-form').getByRole('button', { name: w.create }).click();
    const card = page.locator('.client-card', { hasText: story.client });
    await card.getByRole('button', { name: w.newLine }).click();
    await page.locator('.record-form').getByLabel(w.name, { exact: true }).fill(story.line);
    await page.locator('.record-form').getByRole('button', { name: w.create }).click();
    await card.locator('tbody tr', { hasText: story.line }).waitFor();
    const tenant = (await this.admin.ask('GET', '/tenants?limit=100')).items.find((one) => one.name === story.client);
    this.tenant = tenant.id;
    this.line = (await this.admin.ask('GET', '/lines?limit=100')).items.find((one) => one.tenant === tenant.id).id;
    await page.goto(`${server.desk}/settings/start/${this.line}`);
    await page.locator('.start-packs label', { hasText: story.pack }).click();
    await page.getByRole('button', { name: w.take, exact: true }).first().click();
    await until(async () => (await page.locator('.start-parts .chip-green').count()) >= 3 || 'not yet', 'the line is filled');
    const lists = await call(page, 'POST', '/word-lists', { tenant: this.tenant, name: story.word, category: story.word, direction: 'out', action: 'block', words: [story.word] });
    assert.equal(lists.status, 201);
    const queues = (await this.admin.ask('GET', '/queues')).filter((one) => one.line === this.line);
    this.queue = queues.find((one) => one.name === story.queue);
    assert.ok(this.queue, 'the pack has brought the queue');
    // The pack opens from morning to evening; the story is told at any hour.
    await this.admin.ask('PATCH', `/lines/${this.line}`, { calendar: null });
    // The test does not wait for people to think.
    await this.admin.ask('PATCH', `/queues/${this.queue.id}`, { wrap_up_ms: 0 });
    this.inbox = (await this.admin.ask('GET', `/inboxes?tenant=${this.tenant}`)).items.find((one) => one.queue === this.queue.id);
    await this.threshold();
  }

  async threshold() {
    const { page, w, server } = this;
    await page.goto(`${server.desk}/settings/thresholds/${this.line}`);
    await page.goto(`${server.desk}/settings/thresholds`);
    const chosen = page.locator('.settings-page').getByRole('combobox').first();
    await chosen.click();
    await page.keyboard.type(this.story.line);
    await page.locator('.ant-select-item-option', { hasText: this.story.line }).first().click();
    await page.getByRole('button', { name: w.newThreshold }).click();
    const form = page.locator('.record-form');
    await choose(page, form.getByLabel(w.metric), w.waiting);
    await choose(page, form.getByLabel(w.operator), w.atLeast);
    await form.getByLabel(w.value, { exact: true }).fill('5');
    await form.getByLabel(w.lasting).fill('0');
    await form.getByRole('button', { name: w.create }).click();
    await until(async () => (await this.admin.ask('GET', '/thresholds?limit=100')).items.some((one) => one.line === this.line) || 'not yet', 'the threshold is kept');
  }

  async person(login, language) {
    const made = await this.admin.ask('POST', '/users', { login, name: login, alias: login, language, password: PASSWORD });
    return { ...made, login, id: made.user?.id ?? made.id };
  }

  async shiftBegins() {
    const { story, server } = this;
    const category = (await this.admin.ask('GET', `/categories?line=${this.line}`)).items?.find((one) => !one.archived && (one.children?.length ?? 0) === 0);
    const skills = { skills: this.queue.skills.map((one) => ({ skill: one.skill, level: 3 })) };
    for (let n = 1; n <= AGENTS; n += 1) {
      const login = `${story.language === 'en' ? 'e' : 'z'}${String(n).padStart(2, '0')}`;
      const user = await this.person(login, story.language);
      await this.admin.ask('POST', `/users/${user.id}/grants`, { role: this.role('agent'), tenant: this.tenant });
      await this.admin.ask('PUT', `/users/${user.id}/skills`, skills);
      // One conversation each, so that the floor is full when forty are served.
      await this.admin.ask('PUT', `/users/${user.id}/capacity`, { units: 100, chat: 100, mail: 100, voice: 100, ticket: 100, task: 100 });
      const agent = await Staff.signIn(server, login);
      Object.assign(agent, { id: user.id, category: category?.id ?? null, greeting: story.greeting, answer: story.greeting });
      await agent.goLive();
      this.crew.push(agent);
    }
    await Promise.all(this.crew.map((one) => one.be('ready')));
    await this.page.goto(`${server.desk}/floor/people`);
    await this.page.locator('.floor-body').getByText('z40', { exact: false }).or(this.page.locator('.floor-body').getByText('e40', { exact: false })).first().waitFor();
  }

  async rush() {
    const { story, server } = this;
    for (let n = 0; n < CUSTOMERS; n += 1) {
      const customer = await Customer.come(server, this.inbox.key, story.language);
      this.customers.push(customer);
      customer.say(`${story.ask} ${n + 1}`);
      await until(() => customer.status !== undefined || 'silence', 'the conversation has begun');
    }
    await until(() => this.crew.filter((one) => one.held.length === 1).length === AGENTS || this.crew.map((one) => one.held.length).join(''), 'all forty have one');
    this.waiting = this.customers.slice(AGENTS);
    await until(() => this.waiting.every((one, at) => one.places.at(-1) === at + 1) || this.waiting.map((one) => one.places.at(-1)).join(), 'each sees their place');
    // One is served: everybody moves up by one, and it was the first who was taken.
    const [first, ...rest] = this.waiting;
    this.customers[0].say(story.bye);
    await until(() => Boolean(first.agent) || 'still waits', 'the first of the line is served');
    await until(() => rest.every((one, at) => one.places.at(-1) === at + 1) || rest.map((one) => one.places.at(-1)).join(), 'the others moved up');
    assert.equal(first.places.some((place) => place > 1), false, 'the first never stood further back');
    this.waiting = rest;
  }

  async alert() {
    const { page, w, server } = this;
    await page.goto(`${server.desk}/monitor`);
    const banner = page.locator('.alert-banner', { hasText: this.story.line });
    await banner.waitFor({ timeout: 60_000 });
    await page.locator('.monitor-line', { hasText: this.story.client }).getByText(String(this.waiting.length), { exact: true }).first().waitFor();
    await banner.getByRole('button', { name: w.confirm }).click();
    await banner.waitFor({ state: 'detached' });
    const alerts = (await this.admin.ask('GET', '/alerts?limit=50')).items.filter((one) => one.line === this.line);
    assert.equal(alerts[0].acknowledged_by, this.lead.id, 'it is known who takes care of it');
  }

  async breaks() {
    const kind = await this.admin.ask('POST', '/break-kinds', { key: this.story.language === 'en' ? 'tea' : 'cha', name_zh: '茶歇', name_en: 'Tea', minutes_each: 10, minutes_day: 10, times_day: 1, at_once: 1, approval: false, position: 9 });
    const [first, second] = this.crew.slice(-2);
    const team = await this.admin.ask('POST', '/teams', { name: `${this.story.client} A`, members: [first.id, second.id] });
    assert.ok(team.id);
    const now = async (one) => (await one.ask('GET', '/me/breaks')).current;
    const served = (one) => this.customers.find((customer) => customer.agent === one.login && customer.status !== 'resolved');
    await first.ask('POST', '/me/breaks', { kind: kind.id });
    assert.equal((await now(first)).began_at ?? null, null, 'a break begins after the last conversation');
    served(first).say(this.story.bye);
    await until(async () => (await now(first)).began_at > 0 || (await now(first)), 'nothing new came: the break begins');
    await second.ask('POST', '/me/breaks', { kind: kind.id });
    assert.equal((await now(second)).state, 'queued', 'the one place is taken; who waits for it goes on working');
    await first.be('ready');
    await until(async () => (await now(second)).state === 'granted' || (await now(second)), 'the place is free');
    served(second).say(this.story.bye);
    await until(async () => (await now(second)).began_at > 0 || (await now(second)), 'the second goes');
    const again = await first.call('POST', '/me/breaks', { kind: kind.id });
    assert.equal(again.status, 409, `the quota of the day is used up: ${JSON.stringify(again.body)}`);
    await second.be('ready');
  }

  async help() {
    const { page, w, story, server } = this;
    const agent = this.crew.find((one) => one.held.length === 1);
    const [conversation] = agent.held;
    agent.working = false;
    await agent.ask('POST', `/conversations/${conversation}/hand`, { reason: story.help });
    await page.goto(`${server.desk}/floor/hands`);
    await page.locator('.card', { hasText: story.help }).getByRole('button', { name: w.goHelp }).click();
    await page.locator('.head h1').waitFor();
    await page.getByRole('button', { name: w.watch }).click();
    await page.getByRole('button', { name: w.whisper, exact: true }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(w.whisperText).fill(story.whisper);
    await dialog.getByRole('button', { name: w.say, exact: true }).click();
    await until(async () => (await agent.ask('GET', `/conversations/${conversation}/messages?limit=20`)).items.some((one) => one.body.includes(story.whisper)) || 'not there', 'the agent reads the whisper');
    const customer = this.customers.find((one) => one.agent === agent.login && one.status !== 'resolved');
    assert.equal(customer?.heard.some((text) => text.includes(story.whisper)) ?? false, false, 'the customer does not hear it');
    agent.working = true;
    await page.locator('.head').getByRole('button', { name: w.more }).click();
    await page.getByRole('menuitem', { name: w.takeOver }).click();
    await page.getByRole('dialog').getByLabel(w.takeOverReason).fill(story.reason);
    await page.getByRole('dialog').getByRole('button', { name: w.takeOver }).click();
    await until(async () => (await this.admin.ask('GET', `/conversations/${conversation}`)).assignee?.id === this.lead.id || 'not yet', 'it is the supervisor’s');
    agent.held = agent.held.filter((one) => one !== conversation);
    this.taken = conversation;
    this.escalated = customer;
  }

  async calm() {
    const served = [];
    const order = this.waiting.map((one) => one);
    for (const customer of this.customers) {
      if (customer === this.escalated || customer.status === 'resolved') continue;
      await until(() => Boolean(customer.agent) || `${customer.status} ${customer.places}`, 'served');
      customer.say(this.story.bye);
      await until(() => customer.status === 'resolved' || `${customer.status}, ${customer.agent}`, 'ended');
      served.push(customer);
    }
    const turn = order.map((one) => served.indexOf(one));
    assert.deepEqual(turn, [...turn].sort((a, b) => a - b), 'in the order in which they came');
    await until(async () => (await this.admin.ask('GET', '/queues')).find((one) => one.id === this.queue.id).waiting === 0 || 'some wait', 'nobody waits');
  }

  async handOver() {
    const { page, story, server, w } = this;
    const from = this.crew[0];
    const to = this.crew[1];
    from.working = false;
    to.working = false;
    for (const one of this.crew.slice(1)) await one.be('busy');
    const late = await Customer.come(server, this.inbox.key, story.language);
    this.customers.push(late);
    late.say(`${story.ask} late`);
    await until(() => from.held.length === 1 || from.held.length, 'the last of the day is held');
    const sheet = await from.ask('POST', '/handovers', { line: this.line, to: to.id, note: story.note });
    assert.equal(sheet.items.length, 1, 'what is open is on the sheet');
    await from.ask('PATCH', `/handovers/${sheet.id}`, { items: [{ conversation: sheet.items[0].conversation, comment: story.note, reassign: true }] });
    await from.ask('POST', `/handovers/${sheet.id}/sign`);
    await to.ask('POST', `/handovers/${sheet.id}/countersign`);
    await until(async () => (await this.admin.ask('GET', `/conversations/${from.held[0]}`)).assignee?.id === to.id || 'not yet', 'it has changed hands');
    await page.goto(`${server.desk}/floor/handovers/${sheet.id}`);
    assert.ok(w.countersign);
    await page.goto(`${server.desk}/floor/handovers`);
    to.held = [...from.held];
    from.held = [];
    await to.end(to.held[0]);
  }

  async shiftEnds() {
    await this.admin.ask('POST', `/conversations/${this.taken}/resolve`, { disposition: { kind: 'consult', category: this.crew[0].category, cause: '', note: '', outcome: 'solved' } });
    for (const one of this.crew) await one.goHome();
    const people = (await this.admin.ask('GET', '/floor/people?limit=500')).items.filter((one) => this.crew.some((agent) => agent.id === one.id));
    assert.deepEqual(people.filter((one) => one.presence.state !== 'offline').map((one) => `${one.alias} ${one.presence.state}`), [], 'nobody is left at work');
  }

  async figures() {
    const { page, server, w } = this;
    await until(async () => figureOf(await this.day_(), 'arrivals') === CUSTOMERS + 1 || figureOf(await this.day_(), 'arrivals'), 'all who came are counted');
    const day = await this.day_();
    assert.equal(figureOf(day, 'answered'), CUSTOMERS + 1, 'all were answered');
    assert.equal(day.agents.length >= AGENTS, true, 'every agent has a row');
    await page.goto(`${server.desk}/reports`);
    const line = page.locator('.page-head').getByRole('combobox').first();
    await line.click();
    await page.locator('.ant-select-item-option', { hasText: this.story.line }).first().click();
    await page.locator('.report-said').waitFor();
    const [book] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: w.excel }).click()]);
    const bytes = readFileSync(await book.path());
    assert.equal(bytes.subarray(0, 2).toString(), 'PK', 'a workbook');
    await page.getByRole('button', { name: w.csv }).click();
    const [table] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: w.agents, exact: true }).click()]);
    const rows = readFileSync(await table.path(), 'utf8');
    for (const one of this.crew.slice(0, 3)) assert.ok(rows.includes(one.login), `${one.login} stands in the table`);
  }

  day_() { return this.admin.ask('GET', `/reports/day?line=${this.line}`); }
}

const figureOf = (day, metric) => day.total.figures.find((one) => one.metric === metric)?.value;

/** A step on which the rest of the day stands. */
async function must(name, run) {
  if (!(await step(name, run))) throw new Error('the day could not go on');
}

async function choose(page, field, text) {
  await field.click();
  await page.locator('.ant-select-dropdown:visible .ant-select-item-option', { hasText: text }).first().click();
}
