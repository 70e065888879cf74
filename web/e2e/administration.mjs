// Administration: the search, a new line from a pack, outgoing mail and staff notices, undo; and its pictures when asked.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { call, step, until } from './rig.mjs';

const has = async (page, text) => page.getByText(text, { exact: false }).first().waitFor();

/** Opens a page of the settings. */
async function settings(page, server, path) {
  await page.goto(`${server.desk}/settings/${path}`);
  await page.locator('.settings-head h1').waitFor();
}

/** Leaves a form that was filled in, and what was filled in with it. */
async function discard(page) {
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: '放弃修改' }).click();
  await page.locator('.overlay').waitFor({ state: 'detached' });
}

export async function administration(all) {
  const { server } = all;
  const admin = await all.desk('admin');
  const folder = process.env.HARK_ADMIN_PICTURES;
  if (folder) mkdirSync(folder, { recursive: true });
  const take = async (name) => { if (folder) await admin.screenshot({ path: `${folder}/${name}.png`, animations: 'disabled' }); };

  await step('settings are found by what stands on them, in both languages, by keyboard', async () => {
    await settings(admin, server, 'account');
    const find = admin.locator('.settings-nav input');
    await find.fill('加签');
    await admin.locator('.settings-nav .found').first().waitFor();
    await find.fill('signing');
    await admin.locator('.settings-nav a', { hasText: '群机器人通知' }).waitFor();
    await take('search');
    await find.press('Enter');
    await until(async () => new URL(admin.url()).pathname === '/settings/bots' || admin.url(), 'Enter opens what was found');
  });

  await step('a quiet time that cannot be read is refused in the form, and said in words', async () => {
    await settings(admin, server, 'thresholds');
    await admin.getByRole('button', { name: '新建' }).first().click();
    const form = admin.locator('.record-form');
    await form.getByLabel('免打扰开始').fill('25:99');
    await form.getByLabel('免打扰结束').fill('abc');
    await form.getByRole('button', { name: '创建' }).click();
    await form.locator('.field-error', { hasText: '22:00' }).nth(1).waitFor();
    await until(async () => (await form.getByLabel('免打扰开始').evaluate((input) => input === document.activeElement)) || 'elsewhere', 'the faulty field has the keyboard');
    await form.getByLabel('免打扰开始').fill('22：00');
    await form.getByLabel('免打扰结束').fill('');
    await form.getByRole('button', { name: '创建' }).click();
    await form.locator('.field-error', { hasText: '同时填写' }).waitFor();
    await discard(admin);
  });

  await step('free words are put in by Enter and by Tab, and neither takes one away again', async () => {
    await settings(admin, server, 'inboxes');
    await admin.locator('.settings-page tr', { hasText: '钱包帮助页' }).first().click();
    const form = admin.locator('.record-form');
    const field = form.locator('.field', { hasText: '允许的网站' });
    const words = () => field.locator('.ant-select-selection-item').allTextContents();
    const before = await words();
    await field.locator('input').click();
    await admin.keyboard.type('https://one.example.com');
    await admin.keyboard.press('Enter');
    await admin.keyboard.press('Tab');
    assert.deepEqual(await words(), [...before, 'https://one.example.com'], 'Tab leaves what Enter put in');
    assert.equal(await field.locator('input').evaluate((input) => input === document.activeElement), false, 'and goes on');
    await field.locator('input').click();
    await admin.keyboard.type('https://two.example.com');
    await admin.keyboard.press('Tab');
    assert.deepEqual(await words(), [...before, 'https://one.example.com', 'https://two.example.com'], 'Tab takes along what was typed');
    await discard(admin);
    // People are chosen from a list: with it open Tab still takes nobody away.
    await settings(admin, server, 'teams');
    await admin.locator('.settings-page tbody tr').first().click();
    const members = admin.getByRole('dialog').locator('.field', { hasText: '成员' });
    const chosen = async () => (await members.locator('.ant-select-selection-item').allTextContents()).map((one) => one.trim());
    await members.locator('input').click();
    const fresh = admin.locator('.ant-select-dropdown:visible .ant-select-item-option:not(.ant-select-item-option-selected)').first();
    const name = (await fresh.textContent()).trim();
    await admin.keyboard.type(name);
    await admin.keyboard.press('Enter');
    await until(async () => (await chosen()).includes(name) || chosen(), 'Enter chooses');
    await admin.keyboard.press('Tab');
    assert.ok((await chosen()).includes(name), 'Tab takes nobody away');
    await discard(admin);
  });

  await step('what was filled in is not thrown away by a key or a click beside it', async () => {
    await settings(admin, server, 'teams');
    await admin.getByRole('button', { name: '新建' }).first().click();
    const panel = admin.locator('.overlay-side');
    // Nothing filled in: nothing to ask.
    await admin.keyboard.press('Escape');
    await panel.waitFor({ state: 'detached' });
    await admin.getByRole('button', { name: '新建' }).first().click();
    const name = panel.locator('input').first();
    await name.fill('夜班');
    const question = admin.locator('.overlay-middle');
    for (const leave of [() => admin.keyboard.press('Escape'), () => admin.mouse.click(150, 500), () => panel.locator('.overlay-head button').click()]) {
      await leave();
      await question.waitFor();
      await until(() => question.getByRole('button', { name: '继续编辑' }).evaluate((button) => button === document.activeElement || document.activeElement?.outerHTML), 'the safe answer has the keyboard');
      await admin.keyboard.press('Enter');
      await question.waitFor({ state: 'detached' });
      assert.equal(await name.inputValue(), '夜班');
    }
    await name.focus();
    await discard(admin);
    await panel.waitFor({ state: 'detached' });
  });

  await step('a number says what may stand in it, and a skill added makes room for the next', async () => {
    await settings(admin, server, 'queues');
    await admin.locator('.settings-page tbody tr').first().click();
    const form = admin.locator('.record-form');
    const offer = form.locator('.field', { hasText: '5 到 600' }).first();
    await offer.locator('input').fill('0');
    await offer.locator('input').press('Tab');
    assert.equal(await offer.locator('input').inputValue(), '5', 'what the server would refuse does not stay');
    if (await form.locator('[aria-label="Increase Value"], [aria-label="Clear"]').count() > 0) throw new Error('a label in another language');
    const add = form.locator('.ant-select', { hasText: '添加技能' });
    const skills = form.locator('.plain-list li');
    const count = await skills.count();
    await add.click();
    await admin.locator('.ant-select-dropdown:visible .ant-select-item-option').first().click();
    await until(async () => (await skills.count()) === count + 1 || skills.count(), 'it is in the list');
    assert.equal(await form.locator('.form-row').first().locator('.ant-select-content-has-value, .ant-select-selection-item').count(), 0, 'what was added is not shown as chosen still');
    await discard(admin);
  });

  await step('the field of a briefing that the server refuses is named and marked', async () => {
    await admin.goto(`${server.desk}/floor/briefings`);
    await admin.getByRole('button', { name: '新建班前会' }).click();
    const panel = admin.getByRole('dialog');
    await panel.getByLabel('标题').fill('早班');
    await panel.getByLabel('事项 1', { exact: true }).fill('今天上新');
    await panel.getByLabel('链接').fill('not a link');
    await panel.getByRole('button', { name: '保存' }).click();
    await panel.locator('.error-block', { hasText: '链接' }).waitFor();
    await panel.locator('.point-row .field-error').waitFor();
    await discard(admin);
  });

  await step('an import asks into which client, and every page of it says so', async () => {
    await admin.goto(`${server.desk}/customers/import`);
    await admin.locator('.drop-not').waitFor();
    await admin.locator('.customer-head').getByRole('combobox').click();
    await admin.locator('.ant-select-dropdown:visible .ant-select-item-option').nth(1).click();
    const client = (await admin.locator('.customer-head .ant-select').textContent()).trim();
    await admin.locator('.drop', { hasText: client }).waitFor();
    await admin.locator('.drop input[type=file]').setInputFiles({ name: '客户.csv', mimeType: 'text/csv', buffer: Buffer.from('姓名,手机\n王小明,13800001111\n坏号码,12\n') });
    const named = admin.locator('.customer-head h1 .client-mark', { hasText: client });
    await named.waitFor();
    await admin.getByRole('button', { name: '检查' }).or(admin.getByRole('button', { name: '试' })).first().click();
    await admin.locator('.imp-counts').waitFor();
    await named.waitFor();
    // The fault is in the third row of the file, whose first names the columns.
    await admin.getByText('第 3 行').waitFor();
    await admin.goto(`${server.desk}/customers/import`);
    await admin.locator('table .client-mark', { hasText: client }).first().waitFor();
  });

  await step('a new line is filled from a pack, and says what it still lacks', async () => {
    const tenant = (await call(admin, 'GET', '/tenants')).body.items[0];
    const line = (await call(admin, 'POST', '/lines', { tenant: tenant.id, name: `新项目 ${Date.now()}` })).body;
    await settings(admin, server, `start/${line.id}`);
    await admin.locator('.start-parts li').nth(3).waitFor();
    await take('start-empty');
    await admin.locator('.start-packs label', { hasText: '银行' }).click();
    await admin.getByRole('button', { name: '带入' }).first().click();
    await has(admin, '带入结果');
    await until(async () => (await admin.locator('.start-parts .chip-green').count()) >= 3 || 'parts are ready', 'most is ready');
    await take('start-filled');
    for (const theme of ['dark', 'light']) {
      await call(admin, 'PATCH', '/me', { theme });
      await settings(admin, server, `start/${line.id}`);
      await admin.locator('.start-parts li').nth(3).waitFor();
      if (theme === 'dark') await take('start-dark');
    }
    // Taken back as a whole, as it was told line by line.
    const other = (await call(admin, 'POST', '/lines', { tenant: tenant.id, name: `撤销项目 ${Date.now()}` })).body;
    await settings(admin, server, `start/${other.id}`);
    await admin.locator('.start-packs label', { hasText: '银行' }).click();
    await admin.getByRole('button', { name: '带入' }).first().click();
    await admin.locator('.start-result li', { hasText: '话术' }).getByText('开头语').waitFor();
    await admin.locator('.start-result li', { hasText: '词表' }).or(admin.locator('.start-result li', { hasText: '违禁词' })).first().waitFor();
    await take('start-result');
    await admin.getByRole('button', { name: '撤销本次带入' }).click();
    await admin.getByRole('dialog').getByRole('button', { name: '撤销本次带入' }).last().click();
    await until(async () => (await call(admin, 'GET', `/lines/${other.id}/parts`)).body.items.every((one) => one.key === 'words' || one.count === 0) || 'something is left', 'nothing is left of it');
    await admin.locator('.start-result').waitFor({ state: 'detached' });
  });

  await step('a supervisor makes a line in the wizard and can choose it at once, everywhere', async () => {
    const lead = await all.desk('mingge');
    const name = `跨境收款 ${Date.now() % 100_000}`;
    // Somebody else at their desk learns of it without a reload.
    await settings(admin, server, 'surveys');
    await settings(lead, server, 'start');
    await lead.getByRole('button', { name: '新建项目' }).click();
    await lead.locator('.record-form').getByLabel('名称', { exact: true }).fill(name);
    await lead.locator('.record-form').getByRole('button', { name: '创建' }).click();
    await lead.locator('.start-parts li').nth(3).waitFor();
    await lead.locator('.settings-bar .ant-select', { hasText: name }).waitFor();
    const offered = async (page, field) => {
      await field.click();
      await page.keyboard.type(name);
      await page.locator('.ant-select-dropdown:visible .ant-select-item-option', { hasText: name }).first().click();
    };
    await offered(admin, admin.locator('.settings-bar').getByRole('combobox').first());
    // What a pack asks for and a supervisor may not make is said, and is no line that is ready.
    await lead.locator('.start-packs label', { hasText: '支付' }).click();
    await lead.getByRole('button', { name: '带入' }).first().click();
    await lead.locator('.start-remark', { hasText: '需要管理员建立' }).filter({ hasText: '人人可接' }).first().waitFor();
    await lead.locator('.start-parts li', { hasText: '技能组与技能' }).getByText('还缺').waitFor();
    // Its pages open with the line, and lead back.
    await lead.locator('.start-parts li', { hasText: '小结分类' }).getByRole('link').click();
    await lead.locator('.settings-page .ant-select', { hasText: name }).first().waitFor();
    await lead.locator('.settings-back', { hasText: name }).click();
    await lead.locator('.start-parts li').nth(3).waitFor();
    for (const path of ['queues', 'thresholds']) {
      await lead.locator('.settings-nav a', { hasText: path === 'queues' ? '技能组' : '目标与告警' }).first().click();
      await until(async () => new URL(lead.url()).pathname.includes(path) || lead.url(), 'the page opens');
      if (path === 'queues') await lead.getByRole('button', { name: '新建' }).first().click();
      await lead.locator('.ant-select', { hasText: name }).first().waitFor();
      await lead.keyboard.press('Escape');
    }
  });

  await step('what a supervisor may not do is not offered', async () => {
    const lead = await all.desk('mingge');
    const absent = async (path, words) => {
      await settings(lead, server, path);
      await lead.locator('.settings-page table, .client-card').first().waitFor();
      for (const word of words) if (await lead.getByRole('button', { name: word, exact: true }).count() > 0) throw new Error(`${path} offers ${word}`);
    };
    await absent('clients', ['新建甲方', '编辑']);
    await absent('skills', ['新建技能']);
    await absent('users', ['新建用户']);
    await lead.locator('.settings-page tbody tr').first().click();
    const panel = lead.getByRole('dialog');
    await panel.getByText('由管理员维护').first().waitFor();
    for (const word of ['保存', '生成重设链接', '授予']) if (await panel.getByRole('button', { name: word, exact: true }).count() > 0) throw new Error(`a user's panel offers ${word}`);
    if (await panel.locator('.error-block').count() > 0) throw new Error('a panel opens with a fault');
    await lead.keyboard.press('Escape');
    await absent('calendars', []);
    await lead.getByRole('button', { name: '新建日历' }).click();
    await lead.getByRole('dialog').locator('.ant-select', { hasText: '云付' }).waitFor();
  });

  await step('a page that refuses offers nothing to do with it', async () => {
    const agent = await all.desk('xiaolan');
    for (const [path, word] of [['/monitor', '打开大屏'], ['/reports', '导出 CSV'], ['/customers/export', '导出']]) {
      await agent.goto(`${server.desk}${path}`);
      await agent.locator('.error-block', { hasText: '没有这项权限' }).waitFor();
      for (const name of [word, '重试']) assert.equal(await agent.locator('.shell-stage').getByRole('button', { name, exact: true }).count(), 0, `${path} offers ${name}`);
    }
    // The refusals were asked for.
    all.faults.splice(0, Infinity, ...all.faults.filter((one) => !/^xiaolan: .*status of 403/.test(one)));
  });

  await step('the record says names and what changed, and is narrowed in words', async () => {
    const queue = (await call(admin, 'GET', '/queues')).body.items?.[0] ?? (await call(admin, 'GET', '/queues')).body[0];
    await call(admin, 'PATCH', `/queues/${queue.id}`, { wrap_up_ms: 45_000 });
    await settings(admin, server, 'audit');
    const bar = admin.locator('.settings-bar').getByRole('combobox');
    const choose = async (at, typed, words) => {
      await bar.nth(at).click();
      await admin.keyboard.type(typed);
      await admin.locator('.ant-select-dropdown:visible .ant-select-item-option', { hasText: words }).first().click();
    };
    await choose(1, 'jinengzu', '技能组');
    await choose(2, 'xiugai', '技能组 · 修改');
    await until(async () => (await admin.locator('.settings-page tbody tr td:nth-child(3)').allTextContents()).every((one) => one === '技能组 · 修改') || 'other actions', 'only changes of queues');
    await admin.locator('.settings-page tbody tr').first().click();
    const facts = admin.locator('.audit-facts');
    const row = facts.locator('tr.changed', { hasText: '整理时长' });
    await row.getByText('45 秒').waitFor();
    assert.equal(await facts.locator('tr.changed').count(), 1, 'only what changed is marked');
    assert.doesNotMatch(await facts.textContent(), /\d{16,}|[{}]/, 'no bare ids, no JSON');
    await take('audit');
    await admin.keyboard.press('Escape');
    await call(admin, 'PATCH', `/queues/${queue.id}`, { wrap_up_ms: queue.wrap_up_ms });
  });

  await step('a mail server is set up, and its test says what fails', async () => {
    await settings(admin, server, 'mail');
    await take('mail-empty');
    await admin.getByRole('button', { name: '设置发信服务器' }).click();
    const form = admin.locator('.record-form');
    await form.getByLabel('服务器', { exact: true }).fill('10.0.0.9');
    await form.getByLabel('发件人名称').fill('倾听客服');
    await form.getByLabel('发件地址').fill('service@example.com');
    await take('mail-form');
    await form.getByRole('button', { name: '创建' }).click();
    await has(admin, '10.0.0.9:465');
    await admin.getByLabel('测试邮件发到').fill('me@example.com');
    await admin.getByRole('button', { name: '发送测试' }).click();
    await has(admin, '默认不允许访问');
    await take('mail-test');
  });

  await step('a group is told of notices, and its address is not shown again', async () => {
    await settings(admin, server, 'bots');
    await admin.getByRole('button', { name: '新建通知' }).first().click();
    const form = admin.locator('.record-form');
    await form.getByLabel('名称').fill('现场告警群');
    await form.getByLabel('Webhook 地址').fill('https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=secret-key');
    await take('bots-form');
    await form.getByRole('button', { name: '创建' }).click();
    await has(admin, '现场告警群');
    await take('bots');
    await admin.getByRole('button', { name: '现场告警群' }).click();
    await until(async () => !(await admin.content()).includes('secret-key') || 'the address shows', 'the address is sealed');
  });

  await step('a change is undone from the record', async () => {
    const line = (await call(admin, 'GET', '/lines')).body.items[0];
    await call(admin, 'PATCH', `/lines/${line.id}`, { name: `${line.name} 改` });
    await settings(admin, server, 'audit');
    await admin.locator('td', { hasText: '项目 · 修改' }).first().waitFor();
    await admin.locator('tr', { hasText: '项目 · 修改' }).first().click();
    await admin.getByRole('button', { name: '撤销此更改' }).click();
    await take('undo');
    await admin.getByRole('dialog').getByRole('button', { name: '撤销此更改' }).last().click();
    await until(async () => (await call(admin, 'GET', `/lines/${line.id}`)).body.name === line.name || 'still changed', 'the line is called as before');
  });

  await step('what cannot be taken back is asked about in the page, by keyboard too', async () => {
    await call(admin, 'POST', '/tokens', { name: '对账程序', permissions: ['conversations.read'] });
    await settings(admin, server, 'tokens');
    const row = admin.locator('tr', { hasText: '对账程序' });
    await row.getByRole('button', { name: '吊销' }).click();
    await admin.getByRole('dialog').getByText('对账程序').waitFor();
    await take('sure');
    await admin.keyboard.press('Escape');
    await admin.getByRole('dialog').waitFor({ state: 'detached' });
    await row.waitFor();
    await row.getByRole('button', { name: '吊销' }).click();
    await admin.getByRole('dialog').getByRole('button', { name: '吊销' }).press('Enter');
    await row.waitFor({ state: 'detached' });
  });

  await step('the second factor is shown as a picture', async () => {
    await settings(admin, server, 'account');
    await admin.getByRole('button', { name: '开启两步验证' }).click();
    await admin.locator('svg.qr path').waitFor();
    await take('totp');
  });

  if (folder) {
    await call(admin, 'PATCH', '/me', { language: 'en' });
    for (const path of ['mail', 'bots', 'provider', 'organisations', 'start', 'users']) {
      await settings(admin, server, path);
      await take(`${path}-en`);
    }
    await admin.setViewportSize({ width: 420, height: 900 });
    await settings(admin, server, 'mail');
    await take('mail-narrow');
    await admin.setViewportSize({ width: 1440, height: 900 });
    await call(admin, 'PATCH', '/me', { language: 'zh-CN' });
    const out = await all.page({ who: 'nobody' });
    await out.goto(server.desk);
    await out.getByRole('button', { name: '忘记密码' }).click();
    await out.screenshot({ path: `${folder}/forgot.png` });
  }
  await call(admin, 'DELETE', '/mail-server');
}

/** Earlier conversations of somebody proved, on two devices. */
export async function earlier(all) {
  const folder = process.env.HARK_ADMIN_PICTURES;
  const admin = await all.desk('admin');
  await step('somebody proved reads their earlier conversations in the widget, and nobody else', async () => {
    const inbox = (await call(admin, 'GET', '/inboxes')).body.items.find((one) => one.name === '钱包帮助页');
    const { secret } = (await call(admin, 'POST', `/inboxes/${inbox.id}/identity`)).body;
    const b64 = (value) => Buffer.from(value).toString('base64url');
    const proof = (nonce) => {
      const now = Math.floor(Date.now() / 1000);
      const text = `${b64(JSON.stringify({ alg: 'HS256', typ: 'JWT' }))}.${b64(JSON.stringify({ sub: 'member-7', aud: inbox.key, iat: now, exp: now + 600, jti: nonce, name: '李雷' }))}`;
      return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
    };
    const identify = (page, nonce) => page.evaluate((token) => window.hark('identify', { token }), proof(nonce));
    const visitor = await all.visitor('yunfu');
    await visitor.say('谁都看不到的一句');
    await visitor.chat.locator('.m.me', { hasText: '谁都看不到的一句' }).waitFor();
    await until(async () => (await visitor.chat.locator('.past-in').count()) === 0 || 'it shows', 'an unproved visitor has no way in');
    await identify(visitor, `e2e-${Date.now()}-a`);
    const way = visitor.chat.locator('.past-in');
    await way.waitFor();
    await visitor.say('上一次想问的事');
    await visitor.chat.locator('.m.me', { hasText: '上一次想问的事' }).waitFor();
    let found;
    await until(async () => {
      const { items } = (await call(admin, 'GET', '/conversations?view=open&limit=100')).body;
      found = items.find((row) => JSON.stringify(row).includes('上一次想问的事'));
      return Boolean(found) || items.length;
    }, 'the conversation is in the list');
    // What was under way when the proof came is in one conversation, and that is not the proved one.
    const { items } = (await call(admin, 'GET', '/conversations?view=open&limit=100')).body;
    const texts = await Promise.all(items.map(async ({ id }) => JSON.stringify((await call(admin, 'GET', `/conversations/${id}/messages`)).body)));
    const holding = items.filter((_, i) => texts[i].includes('谁都看不到的一句')).map((row) => row.id);
    if (holding.length !== 1 || holding[0] === found.id) throw new Error(`what was said unproved is in ${holding.length} conversations`);
    await call(admin, 'POST', `/conversations/${found.id}/resolve`, { disposition: { kind: 'consult', category: null, outcome: 'solved' } });
    const phone = await all.visitor('yunfu', { viewport: { width: 390, height: 780 }, colorScheme: 'dark' });
    await identify(phone, `e2e-${Date.now()}-b`);
    await phone.chat.locator('.past-in').click();
    await phone.chat.locator('.past-list b', { hasText: '上一次想问的事' }).waitFor();
    await until(async () => !(await phone.chat.locator('.past').textContent()).includes('谁都看不到的一句') || 'it leaks', 'what was written unproved is not theirs');
    if (folder) await phone.screenshot({ path: `${folder}/past-dark.png` });
    await visitor.chat.locator('.past-in').click();
    await visitor.chat.locator('.past-list b', { hasText: '上一次想问的事' }).waitFor();
    if (folder) await visitor.screenshot({ path: `${folder}/past.png` });
    await visitor.keyboard.press('Escape');
    await visitor.chat.locator('.past').waitFor({ state: 'detached' });
    await Promise.all([visitor.context().close(), phone.context().close()]);
  });
}
