// What people do all day beside answering: put away, find, change how the desk looks, and the administrator's pages.
import assert from 'node:assert/strict';
import { acceptUntil, call, composer, linked, open, openId, PASSWORD, step, takeUpWork, until } from './rig.mjs';

const pages = ['account', 'keys', 'clients', 'inboxes', 'mailboxes', 'queues', 'calendars', 'records', 'phrases', 'macros', 'users', 'roles', 'teams', 'skills', 'tokens', 'webhooks', 'audit', 'words', 'protection'];

export async function daily(all) {
  const { server } = all;
  const page = await all.desk('mingge');
  const rows = (await call(page, 'GET', '/conversations?view=open&limit=20')).body.items;
  const { id, contact } = rows[0];
  await step('put away until tomorrow; put away for a second, it comes back by itself', async () => {
    await open(page, id, server);
    await page.keyboard.press('Alt+z');
    await page.getByRole('dialog').locator('.choices button').nth(2).click();
    await page.locator('.notice', { hasText: '已搁置' }).waitFor();
    await page.locator('.head-chips', { hasText: '提醒' }).waitFor();
    const put = (await call(page, 'GET', `/conversations/${id}`)).body;
    assert.equal(put.status, 'snoozed');
    assert.ok(put.snoozed_until > Date.now() - 60_000);
    assert.equal((await call(page, 'POST', `/conversations/${id}/snooze`, { until: Date.now() + 1_000 })).status, 200);
    await page.locator('.event', { hasText: '到时间' }).waitFor();
    await until(async () => await page.locator('.head-chips', { hasText: '提醒' }).count() === 0 || 'still away', 'it is back on the screen');
  });
  await step('where colleagues cannot be loaded, the dialog says so and tries again', async () => {
    const asked = /\/api\/v1\/.*colleagues/;
    await page.route(asked, (route) => route.fulfill({ status: 503, contentType: 'application/problem+json', body: '{}' }));
    await open(page, id, server);
    await page.keyboard.press('Alt+t');
    const dialog = page.getByRole('dialog');
    await dialog.locator('.error-block', { hasText: '技能组' }).waitFor();
    await page.unroute(asked);
    await dialog.getByRole('button', { name: '重试' }).click();
    await dialog.locator('.error-block').waitFor({ state: 'detached' });
    await dialog.getByRole('combobox').click();
    await page.locator('.ant-select-dropdown:visible .ant-select-item-option').first().waitFor();
    await page.keyboard.press('Escape');
    await dialog.getByRole('button', { name: '取消' }).click();
    await dialog.waitFor({ state: 'detached' });
  });
  await step('the palette finds actions, conversations, people, customers, messages and settings', async () => {
    await page.keyboard.press('Control+k');
    const box = page.locator('.palette input');
    const groups = () => page.locator('.palette-group').allTextContents();
    await box.fill(contact.name);
    await until(async () => (await groups()).includes('会话') || groups(), 'conversations');
    await until(async () => (await groups()).includes('客户') || groups(), 'customers');
    await box.fill('退款');
    await until(async () => (await groups()).includes('消息') || groups(), 'messages');
    await page.locator('.palette-list mark', { hasText: '退款' }).first().waitFor();
    await box.fill('阿澈');
    await until(async () => (await groups()).includes('转给同事') || groups(), 'people');
    await box.fill('我的账号');
    await page.locator('.palette [role=option]', { hasText: '我的账号' }).waitFor();
    // A page of the settings that one may not see is not offered.
    await box.fill('班组');
    await until(async () => (await page.locator('.palette [role=option]', { hasText: '班组' }).count()) === 0 || 'offered', 'nothing that ends in a refusal');
    await box.fill('搁置');
    await page.keyboard.press('Enter');
    await page.locator('.palette-level', { hasText: '搁置' }).waitFor();
    await page.keyboard.press('Backspace');
    await page.locator('.palette-level').waitFor({ state: 'detached' });
    await box.fill('搁置');
    await page.keyboard.press('ArrowRight');
    await page.locator('.palette-level', { hasText: '搁置' }).waitFor();
    await box.fill('自选');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').locator('.choices button').first().waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });
  await step('language and theme change at once, and stay after a reload', async () => {
    const choose = async (words) => {
      await page.keyboard.press('Control+k');
      await page.locator('.palette input').fill(words);
      await page.locator('.palette [role=option]').first().waitFor();
      await page.keyboard.press('Enter');
    };
    const theme = () => page.evaluate(() => document.documentElement.dataset.theme);
    const before = await theme();
    await choose('切换浅色');
    await until(async () => (await theme()) !== before || before, 'the theme changes');
    await choose('English');
    await page.locator('.rail', { hasText: 'Customers' }).waitFor();
    const kept = async () => { const { settings } = (await call(page, 'GET', '/me')).body; return settings.language === 'en' && settings.theme !== before || settings; };
    await until(kept, 'the server keeps both');
    await page.reload();
    await page.locator('.rail', { hasText: 'Customers' }).waitFor();
    assert.notEqual(await theme(), before);
    assert.equal(await page.evaluate(() => document.documentElement.lang), 'en');
    await linked(page);
    await choose('简体中文');
    await page.locator('.rail', { hasText: '客户' }).waitFor();
    await choose('切换浅色');
    await until(async () => (await theme()) === before || 'not back', 'the theme changes back');
  });
  await step('the administrator’s pages open, each with what it is for', async () => {
    const admin = await all.desk('admin');
    const failed = [];
    admin.on('response', (answer) => { if (answer.status() >= 400) failed.push(`${answer.status()} ${answer.request().method()} ${answer.url()}`); });
    for (const key of [...pages, 'customers']) {
      await admin.goto(`${server.desk}${key === 'customers' ? '' : '/settings'}/${key}`);
      await admin.locator(key === 'customers' ? '.page h1, .page input, .customers' : '.settings-head h1').first().waitFor();
      await until(async () => await admin.locator('.skeleton:visible').count() === 0 || key, `${key} has loaded`);
      assert.equal(await admin.locator('.error-block').count(), 0, `${key} shows a fault`);
    }
    assert.deepEqual(failed, []);
  });
  await step('the skills of somebody who has some can be saved', async () => {
    const admin = await all.desk('admin');
    const { id } = (await call(admin, 'GET', '/users?limit=100')).body.items.find((one) => one.login === 'ache');
    await admin.goto(`${server.desk}/settings/users/${id}`);
    await admin.getByRole('button', { name: '保存技能' }).click();
    await admin.locator('.notice', { hasText: '已保存' }).waitFor();
  });
  await step('a team is set up on its page', async () => {
    const admin = await all.desk('admin');
    await admin.goto(`${server.desk}/settings/teams`);
    await admin.getByRole('button', { name: /新建|添加|创建/ }).first().click();
    await admin.getByRole('dialog').locator('input').first().fill('夜班一组');
    await admin.getByRole('dialog').getByRole('button', { name: /保存|创建|添加/ }).last().click();
    await admin.getByText('夜班一组').first().waitFor();
  });
  await step('a view of one’s own shows the category in its rows', async () => {
    const categories = (await call(page, 'GET', `/categories?line=${rows[0].line}`)).body.items;
    const { name_zh, id: category } = categories.find((one) => one.parent === null) ?? categories[0];
    assert.equal((await call(page, 'POST', `/conversations/${id}/category`, { category })).status, 200);
    await page.goto(server.desk);
    await page.getByRole('button', { name: '更多视图' }).click();
    await page.locator('.ant-dropdown:visible li', { hasText: '新建视图' }).click();
    const form = page.locator('.view-form');
    await form.locator('input').first().fill('看分类');
    await form.getByLabel('列表中另显示').click();
    await page.locator('.ant-select-dropdown:visible .ant-select-item-option', { hasText: '分类' }).click();
    await page.keyboard.press('Escape');
    await form.getByRole('button', { name: '创建' }).click();
    await page.locator(`#row-${id} .row-extra`, { hasText: name_zh }).waitFor();
  });
  await step('a macro hands over to a team', async () => {
    const admin = await all.desk('admin');
    await admin.goto(`${server.desk}/settings/macros`);
    await admin.getByRole('button', { name: '新建' }).first().click();
    const form = admin.locator('.record-form');
    await form.locator('input').first().fill('转给班组');
    const pick = async (field, words) => {
      await field.click();
      await admin.locator('.ant-select-dropdown:visible .ant-select-item-option', { hasText: words }).first().click();
      await until(async () => await admin.locator('.ant-select-dropdown:visible').count() === 0 || 'open', 'the choice is made');
    };
    await pick(form.locator('.macro-step-head .ant-select'), '转给班组');
    await pick(form.locator('.macro-step .field .ant-select'), '华语一组');
    await form.getByRole('button', { name: '创建' }).click();
    await admin.locator('table', { hasText: '转给班组' }).waitFor();
  });
  await step('whoever was away too long is connected again as soon as the server says so', async () => {
    const late = await all.page({ who: 'ache, late' });
    const heard = [];
    // Says to the server that nothing after the first entry of the log is known.
    await late.routeWebSocket(/\/api\/v1\/live/, (near) => {
      const far = near.connectToServer();
      near.onMessage((text) => far.send(JSON.stringify(JSON.parse(text).op === 'hello' ? { op: 'hello', since: 1 } : JSON.parse(text))));
      far.onMessage((text) => { heard.push(JSON.parse(text).op); near.send(text); });
    });
    await late.goto(server.desk);
    await late.locator('input[autocomplete=username]').fill('ache');
    await late.locator('input[autocomplete=current-password]').fill(PASSWORD);
    await late.locator('form button[type=submit]').click();
    await linked(late, 10_000);
    await until(() => heard.includes('resync') || heard, 'the server says that it is too much');
    await late.locator('.list-views').waitFor();
    assert.equal(await late.locator('.banner').count(), 0);
    await late.context().close();
  });
  await step('whoever leaves with open conversations is told how many, and can hand them over', async () => {
    const agent = await all.desk('ache');
    const mine = (await call(agent, 'GET', '/conversations/counts')).body.mine;
    assert.ok(mine > 0, 'holds something');
    const before = (await call(agent, 'GET', '/presence')).body.state;
    if (before === 'offline') await takeUpWork(agent);
    const state = (await call(agent, 'GET', '/presence')).body.state;
    const leave = async () => {
      await agent.locator('.state-btn').click();
      await agent.locator('.ant-dropdown:visible li', { hasText: '签出' }).click();
      await agent.getByRole('dialog').getByText(/还有 \d+ 个未结会话/).waitFor();
    };
    await leave();
    await agent.getByRole('dialog').getByRole('button', { name: '留下' }).click();
    await agent.getByRole('dialog').waitFor({ state: 'detached' });
    assert.equal((await call(agent, 'GET', '/presence')).body.state, state);
    await agent.locator('.me-btn').click();
    await agent.locator('.ant-dropdown:visible li', { hasText: '退出登录' }).click();
    await agent.getByRole('dialog').getByRole('button', { name: '去交接' }).click();
    await agent.getByRole('button', { name: '新建交接班' }).waitFor();
    await leave();
    await agent.getByRole('dialog').getByRole('button', { name: '仍然签出' }).click();
    await until(async () => (await call(agent, 'GET', '/presence')).body.state === 'offline' || 'still on', 'signed out');
  });
  await step('an offer that is let lapse says so, and how to go on', async () => {
    const agent = await all.desk('xiaolan');
    await takeUpWork(agent);
    const visitor = await all.visitor('yunfu');
    await visitor.say('没有人接的一句');
    await agent.locator('.reservation').first().waitFor({ timeout: 90_000 });
    const notice = agent.locator('.notice, .banner', { hasText: '没有接起，已转给下一位' });
    await notice.first().waitFor({ timeout: 60_000 });
    await until(async () => (await call(agent, 'GET', '/presence')).body.state === 'busy' || (await notice.count()) === 0 || 'neither', 'the state is told');
    const busy = agent.locator('.banner', { hasText: '您的状态已改为示忙' });
    await busy.waitFor({ timeout: 90_000 });
    // It stays until a state is chosen, and covers nothing meanwhile: it has a line of its own.
    await agent.locator('.list-rows .row').first().click();
    await composer(agent).waitFor();
    const area = await busy.boundingBox();
    assert.ok(area.y + area.height <= (await agent.locator('.conversations').boundingBox()).y + 1, 'nothing is under it');
    await busy.getByRole('button', { name: '示闲' }).click();
    await agent.locator('.state-btn .dot-green').waitFor();
    await busy.waitFor({ state: 'detached' });
  });
  await step('what rings and what is told cover nothing that is needed, on a narrow screen too', async () => {
    const agent = await all.desk('qinghe', { viewport: { width: 1024, height: 800 } });
    await takeUpWork(agent);
    await agent.locator('.list-rows .row').first().click();
    await composer(agent).waitFor();
    const visitor = await all.visitor('yunfu');
    await visitor.say('响铃时什么也不挡');
    await agent.locator('.reservation').first().waitFor({ timeout: 90_000 });
    const apart = async (what, from) => {
      const one = await agent.locator(what).first().boundingBox();
      for (const other of from) {
        const two = await agent.locator(other).first().boundingBox();
        const over = two && one.x < two.x + two.width && two.x < one.x + one.width && one.y < two.y + two.height && two.y < one.y + one.height;
        assert.equal(Boolean(over), false, `${what} covers ${other}`);
      }
    };
    const needed = ['.head-acts', '.head h1', '.composer', '.messages'];
    await apart('.reservation', [...needed, '.list-rows']);
    await agent.keyboard.press('Alt+x');
    await agent.keyboard.press('Enter');
    await agent.locator('.head-chips').waitFor();
    await agent.locator('.head').getByRole('button', { name: '更多' }).click();
    await agent.getByRole('menuitem', { name: /复制/ }).click({ trial: true });
    await agent.keyboard.press('Escape');
    await agent.evaluate(() => document.querySelector('.composer textarea').focus());
    await agent.keyboard.press('Alt+z');
    await agent.getByRole('dialog').locator('.choices button').nth(2).click();
    await agent.locator('.notice').first().waitFor();
    await apart('.notice', needed);
    await call(agent, 'POST', '/presence', { state: 'offline' });
    await agent.context().close();
  });
  await step('one click on note or reply, and one writes', async () => {
    await open(page, id, server);
    await page.locator('.composer [role=tab]').nth(1).click();
    await page.keyboard.type('只给同事看');
    assert.equal(await composer(page).inputValue(), '只给同事看');
    await page.locator('.composer.note').waitFor();
    await composer(page).fill('');
    await page.locator('.composer [role=tab]').nth(0).click();
    await page.keyboard.type('给客户');
    await page.locator('.composer.reply').waitFor();
    assert.equal(await composer(page).inputValue(), '给客户');
    await composer(page).fill('');
  });
  await step('a category is found by pinyin, and closing without a record says no more than that', async () => {
    const admin = await all.desk('admin');
    const wallet = (await call(admin, 'GET', '/lines')).body.items.find((one) => one.name === '个人钱包').id;
    const row = (await call(admin, 'GET', '/conversations?view=open&limit=100')).body.items.find((one) => one.line === wallet);
    assert.equal((await call(admin, 'PATCH', `/lines/${row.line}`, { disposition_required: false })).status, 200);
    await call(admin, 'POST', `/conversations/${row.id}/assign`, { user: (await call(admin, 'GET', '/me')).body.user.id });
    await open(admin, row.id, server);
    await admin.keyboard.press('Alt+e');
    const category = admin.locator('.disposition').getByRole('combobox').first();
    await category.click();
    const options = admin.locator('.ant-select-dropdown:visible .ant-select-item-option');
    await options.first().waitFor();
    const named = async (typed) => {
      await admin.keyboard.press('Control+a');
      await admin.keyboard.type(typed);
      await until(async () => (await options.allTextContents()).join() === '账户安全' || options.allTextContents(), `${typed} finds it alone`);
    };
    await named('zhaq');
    await named('zhanghu');
    await admin.keyboard.press('Escape');
    await admin.locator('#disposition-send').click();
    const told = admin.locator('.notice', { hasText: '会话已结束' });
    await told.waitFor();
    assert.doesNotMatch(await told.textContent(), /小结/);
    assert.equal((await call(admin, 'PATCH', `/lines/${row.line}`, { disposition_required: true })).status, 200);
  });
  await step('a lead sees who signed out with conversations left, and only them when asked', async () => {
    await page.goto(`${server.desk}/floor/people`);
    const left = page.locator('.floor-bar .btn', { hasText: '离线人员仍有' });
    await left.waitFor();
    const people = (await call(page, 'GET', '/floor/people?limit=100')).body.items.filter((one) => one.presence.state === 'offline' && one.serving.length > 0);
    const n = people.reduce((sum, one) => sum + one.serving.length, 0);
    await until(async () => (await left.textContent()).includes(` ${n} `) || left.textContent(), 'how many are left');
    await left.click();
    await until(async () => (await page.locator('.floor-table tbody tr').count()) === people.length || page.locator('.floor-table tbody tr').count(), 'only these');
    await page.locator('.floor-table .sort-btn').click();
    const counts = (await page.locator('.floor-table .holds-left').allTextContents()).map(Number);
    assert.deepEqual(counts, [...counts].sort((a, b) => b - a), 'who holds most stands first');
    assert.equal(counts.length, people.length);
  });
  await step('the load beside the state falls as soon as a conversation is closed', async () => {
    const agent = await all.desk('xiaolan');
    await takeUpWork(agent);
    const visitor = await all.visitor('yunfu');
    await visitor.say('负载测试的一句');
    await acceptUntil(agent, '负载测试');
    const shown = async () => Number(/(\d+)\/\d+/.exec(await agent.locator('.state-btn').textContent())?.[1] ?? -1);
    const load = async () => (await call(agent, 'GET', '/presence')).body.load;
    await until(async () => (await shown()) === (await load()) || [await shown(), await load()], 'the load is shown');
    const before = await shown();
    // Nothing else comes meanwhile.
    await agent.keyboard.press('Alt+b');
    await agent.keyboard.press('Alt+e');
    await agent.locator('.disposition input[name=kind]').first().waitFor();
    await agent.keyboard.press('1');
    await agent.keyboard.press('1');
    await agent.keyboard.press('Control+Enter');
    await until(async () => (await shown()) < before || [await shown(), await load()], 'the load falls', 5_000);
  });
  await step('who signs out learns what stays with them, and the customer that they are away', async () => {
    const [admin, agent] = [await all.desk('admin'), await all.desk('xiaolan')];
    await takeUpWork(agent);
    const visitor = await all.visitor('yunfu');
    await visitor.say('下班前的一句');
    await acceptUntil(agent, '下班前');
    const { queue } = (await call(agent, 'GET', `/conversations/${openId(agent)}`)).body;
    assert.equal((await call(admin, 'PATCH', `/queues/${queue}`, { on_absence: 'keep' })).status, 200);
    await visitor.chat.getByText('正在为您服务').first().waitFor();
    await agent.locator('.state-btn').click();
    await agent.getByRole('menuitem', { name: '签出' }).click();
    const dialog = agent.getByRole('dialog');
    await dialog.getByText('仍留在您名下，期间无人接待').waitFor();
    await dialog.getByRole('button', { name: '仍然签出' }).click();
    await visitor.chat.getByText('不在，会尽快回复您').first().waitFor();
    await agent.getByRole('button', { name: '签入' }).click();
    await visitor.chat.getByText('正在为您服务').first().waitFor();
    assert.equal((await call(admin, 'PATCH', `/queues/${queue}`, { on_absence: 'requeue' })).status, 200);
  });
  await step('a lead whispers with Ctrl+Enter', async () => {
    const lead = await all.desk('mingge');
    const others = (await call(lead, 'GET', '/conversations?view=open&limit=50')).body.items.filter((one) => one.assignee);
    await open(lead, others[0].id, server);
    await lead.getByRole('button', { name: '悄悄话' }).click();
    await lead.getByRole('dialog').locator('textarea').fill('先安抚客户');
    await lead.keyboard.press('Control+Enter');
    await lead.getByRole('dialog').waitFor({ state: 'detached' });
    await lead.locator('.note', { hasText: '先安抚客户' }).waitFor();
  });
  await step('one goes on where a draft ends', async () => {
    const other = await all.desk('mingge');
    await open(other, id, server);
    await composer(other).fill('先写到这里');
    await other.locator('.draft-saved', { hasText: /./ }).waitFor();
    await other.reload();
    await until(async () => (await composer(other).inputValue()) === '先写到这里' || composer(other).inputValue(), 'the draft is back');
    await other.keyboard.press('Alt+l');
    await other.keyboard.press('Alt+r');
    await other.keyboard.type('，再接着写');
    await until(async () => (await composer(other).inputValue()) === '先写到这里，再接着写' || composer(other).inputValue(), 'it stands behind');
    await composer(other).fill('');
  });
  await step('narrow, one can still sign in to work and send; a lost line is told in one line', async () => {
    const agent = await all.desk('mingge');
    await until(async () => await agent.locator('.list-views').count() > 0 || 'no list', 'the list is there');
    await open(agent, (await call(agent, 'GET', '/conversations?view=closed&limit=1')).body.items[0].id, server);
    for (const width of [1024, 760]) {
      await agent.setViewportSize({ width, height: 800 });
      for (const place of ['.state-group .btn-primary', '.composer .btn-primary']) {
        const box = await agent.locator(place).boundingBox();
        assert.ok(box && box.x >= 0 && box.x + box.width <= width, `${place} at ${width}: ${JSON.stringify(box)}`);
      }
    }
    await agent.setViewportSize({ width: 390, height: 800 });
    agent.wire.cut();
    await agent.locator('.banner').waitFor();
    const { height } = await agent.locator('.banner').boundingBox();
    assert.ok(height < 48, `${height}`);
    agent.wire.mend();
  });
  await step('whoever chooses a line sees whose it is', async () => {
    const admin = await all.desk('admin');
    await admin.goto(`${server.desk}/settings/thresholds`);
    await admin.locator('.ant-select .choice-client').first().waitFor();
  });
}
