// Conversations by mail: a mailbox is set up, mails come and are read, answered and answered again; what is wrong is said.
// A server of its own: its mails go out to this machine, which is closed to every other.
import assert from 'node:assert/strict';
import { judge } from './axe.mjs';
import { bring, Counter, JUDGE, letter, opened, returned, Taker } from './letters.mjs';
import { call, composer, open, Server, step, until } from './rig.mjs';

const ADDRESS = 'help@shop.example';
const us = [ADDRESS, '客户服务'];
const chen = ['chen@kehu.example', '陈立'];
const wang = ['wang@kehu.example', '王会计'];

export async function mail(all) {
  const [taker, counter, server] = await Promise.all([Taker.open(), Counter.open(), Server.start(['egress.allow=127.0.0.0/8'])]);
  try {
    await run(Object.assign(Object.create(all), { server }), { taker, counter, server });
  } finally {
    await all.leave();
    await server.end();
    taker.end();
    counter.end();
  }
}

async function run(all, { taker, counter, server }) {
  const admin = await all.desk('admin');
  const page = await all.desk('mingge', { acceptDownloads: true });
  await call(page, 'PATCH', '/me', { undo_s: 5 });
  await page.reload();
  const rows = async () => (await call(page, 'GET', '/conversations?view=all&limit=100')).body.items.filter((one) => one.channel === 'email');
  const of = async (subject) => {
    let found;
    await until(async () => { found = (await rows()).find((one) => one.subject === subject); return found !== undefined || 'not there'; }, `the conversation about ${subject}`);
    return found;
  };
  const read = async (subject) => { const row = await of(subject); await open(page, row.id, server); await page.locator('.mail').first().waitFor(); return row; };
  const card = (text) => page.locator('.mail', { hasText: text });
  const choose = async (form, label, text) => { await form.getByLabel(label, { exact: true }).click(); await admin.locator('.ant-select-dropdown:visible .ant-select-item-option', { hasText: text }).first().click(); };

  await step('an inbox of mail is made, and its mailbox set up', async () => {
    await admin.goto(`${server.desk}/settings/inboxes`);
    await admin.getByRole('button', { name: '新建' }).first().click();
    const form = admin.getByRole('dialog');
    await choose(form, '渠道', '邮件');
    await form.getByLabel('名称', { exact: true }).first().fill('客服邮箱');
    await choose(form, '技能组', '商户');
    await form.getByRole('button', { name: '创建' }).click();
    await admin.waitForURL(/\/settings\/mailboxes\/\d+/);
    await admin.getByRole('button', { name: '设置邮箱' }).click();
    await form.getByLabel('邮箱地址').fill('help@qq.com');
    await until(async () => await form.getByLabel('IMAP 服务器').inputValue() === 'imap.qq.com' || form.getByLabel('IMAP 服务器').inputValue(), 'a known service fills its servers in');
    await form.getByText('授权码代替密码').waitFor();
    await form.getByLabel('邮箱地址').fill(ADDRESS);
    await form.getByLabel('显示名称').fill(us[1]);
    await form.getByLabel('收取邮件（IMAP）').click();
    await form.getByLabel('SMTP 服务器').fill('127.0.0.1');
    await choose(form, '发信加密', '不加密');
    await form.getByLabel('SMTP 端口').fill(String(taker.port));
    await form.getByLabel('签名', { exact: true }).fill('{{agent.alias}}\n{{brand.name}}客户服务');
    await form.getByLabel('发件人验证标识').fill(JUDGE);
    await form.getByRole('button', { name: '创建' }).click();
    await admin.locator('.facts', { hasText: ADDRESS }).waitFor();
    await judge(admin, 'mailbox');
  });

  await step('a mail becomes a conversation: its subject in the list, its people, its files', async () => {
    await bring(server, ADDRESS, letter({ from: chen, to: us, cc: [wang, ['buy@kehu.example', '采购'], ['li@kehu.example'], ['it@kehu.example']], subject: '发票抬头开错了', text: '您好：\n\n请把抬头改为“杭州某某公司”。\n\n谢谢\n陈立', files: [['营业执照.pdf', 'application/pdf', '%PDF-1.4 tests']] }));
    const row = await read('发票抬头开错了');
    await page.locator('.list-views').getByText('全部').click();
    await page.locator(`#row-${row.id} .row-subject`, { hasText: '发票抬头开错了' }).waitFor();
    await page.locator(`#row-${row.id} .row-channel-email`).waitFor();
    await page.locator('.head-subject', { hasText: '发票抬头开错了' }).waitFor();
    await page.locator('.mail-address', { hasText: chen[0] }).waitFor();
    await page.locator('.file', { hasText: '营业执照.pdf' }).waitFor();
    assert.equal(await page.locator('.mail .chip').count(), 0, 'a sender whose domain stands behind it bears no mark');
    await page.locator('.mail-to button', { hasText: '等另外 3 人' }).click();
    await page.locator('.mail-person', { hasText: wang[0] }).waitFor();
    await judge(page, 'a mail');
  });

  await step('quoted words are folded and unfold', async () => {
    await bring(server, ADDRESS, letter({ from: ['lin@kehu.example', '林小雨'], to: us, subject: '回复：退款进度', text: '今天能到账吗？\n\n在 2026年11月28日，客户服务 <help@shop.example> 写道：\n> 您的退款已受理，三个工作日内到账。\n' }));
    await read('回复：退款进度');
    await card('今天能到账吗').waitFor();
    assert.equal(await card('三个工作日').count(), 0);
    await page.getByRole('button', { name: '显示引用内容' }).click();
    await page.locator('.mail-quoted', { hasText: '三个工作日内到账' }).waitFor();
    await page.getByRole('button', { name: '收起引用内容' }).click();
    await page.locator('.mail-quoted').waitFor({ state: 'detached' });
  });

  await step('its own formatting shows without scripts; pictures from outside only when asked for, and not from here', async () => {
    const html = `<html><body onload="parent.__xss('onload')"><h2>十一月对账单</h2><p>请核对<b>账单</b>。</p><script>parent.__xss('script')</script><img src="cid:logo@shop" alt="标志"><img src="${counter.url}" alt="横幅" width="120" height="40" onerror="parent.__xss('onerror')"><p><a href="https://example.com/bill">对账页面</a> <a href="javascript:parent.__xss('link')">点此</a></p><form action="https://evil.example/"><input name="q"></form></body></html>`;
    await bring(server, ADDRESS, letter({ from: ['zhou@kehu.example', '周敏'], to: us, subject: '十一月对账单', text: '请核对账单。', html, inline: 'logo@shop' }));
    await read('十一月对账单');
    const before = all.executions.length;
    await page.getByRole('button', { name: '原始排版' }).click();
    const frame = page.frameLocator('.mail-paper iframe');
    await frame.locator('h2', { hasText: '十一月对账单' }).waitFor();
    const loaded = (alt) => frame.locator(`img[alt="${alt}"]`).evaluate((one) => Boolean(one.getAttribute('src')) && one.complete && one.naturalWidth > 0);
    await until(() => loaded('标志'), 'the mail’s own picture is in its place');
    assert.equal(await frame.locator('a', { hasText: '对账页面' }).getAttribute('target'), '_blank');
    assert.match(await frame.locator('a', { hasText: '对账页面' }).getAttribute('rel'), /noopener/);
    assert.equal(await frame.locator('a', { hasText: '点此' }).getAttribute('href'), null);
    assert.equal(await frame.locator('form, script, input').count(), 0);
    await page.locator('.mail-blocked', { hasText: '此邮件含 1 张外部图片，已拦截' }).waitFor();
    assert.equal(counter.asked, 0, 'nobody asked for the picture');
    assert.doesNotMatch(await page.locator('.mail-paper iframe').getAttribute('sandbox'), /allow-scripts|allow-same-origin/);
    const high = await page.locator('.mail-paper iframe').evaluate((one) => one.clientHeight);
    assert.ok(high > 100 && high < 500, `the frame is as high as its mail: ${high}`);
    await page.locator('.mail-blocked').getByRole('button', { name: '显示' }).click();
    await page.locator('.mail-blocked').waitFor({ state: 'detached' });
    await until(() => loaded('横幅'), 'the picture from outside shows');
    assert.equal(counter.asked, 1, 'the server fetched it, once');
    assert.deepEqual(all.executions.slice(before), [], 'nothing of the mail ran');
    await judge(page, 'a mail with its formatting');
  });

  await step('details name what was found out, and the original can be had', async () => {
    await page.getByRole('button', { name: '邮件详情' }).first().click();
    const details = page.getByRole('dialog', { name: '邮件详情' });
    await details.locator('.mail-findings .pass').nth(2).waitFor();
    await details.getByText('发件域确认此邮件由其发出').waitFor();
    const raw = await fetch(await details.getByRole('link', { name: '下载原始邮件' }).getAttribute('href'));
    const text = await raw.text();
    assert.ok(text.startsWith('Authentication-Results: ') && text.includes('Content-ID: <logo@shop>'), 'it is the mail as it came');
    await page.keyboard.press('Escape');
  });

  await step('marks say in words: disowned, not verified, automatic; in both languages', async () => {
    await bring(server, ADDRESS, letter({ from: ['ceo@bank.example', '总裁'], to: us, subject: '请改收款账户', text: '请立即变更收款账户。', verdict: 'fail' }));
    await bring(server, ADDRESS, letter({ from: ['who@nowhere.example', '某人'], to: us, subject: '合作咨询', text: '想了解费率。', verdict: null }));
    await bring(server, ADDRESS, letter({ from: ['away@kehu.example', '休假'], to: us, subject: '自动回复：不在办公室', text: '我在休假，下周一回来。', heads: { 'Auto-Submitted': 'auto-replied' } }));
    for (const [language, forged, unknown, automatic] of [['zh-CN', '发件域否认此邮件', '发件人未经验证', '自动回复'], ['en', 'disowned by its domain', 'sender not verified', 'automatic reply']]) {
      await call(page, 'PATCH', '/me', { language });
      await read('请改收款账户');
      await page.locator('.mail.forged .chip-red', { hasText: forged }).waitFor();
      await page.locator('.mail-warning', { hasText: 'bank.example' }).waitFor();
      await judge(page, `a disowned mail, ${language}`);
      await read('合作咨询');
      await page.locator('.mail .chip-amber', { hasText: unknown }).waitFor();
      await read('自动回复：不在办公室');
      await page.locator('.mail-from .chip', { hasText: automatic }).waitFor();
    }
    await call(page, 'PATCH', '/me', { language: 'zh-CN' });
  });

  let sent;
  await step('it is answered with a copy: called back, written on, and sent as it should be', async () => {
    const { id } = await read('发票抬头开错了');
    const me = (await call(page, 'GET', '/me')).body.user.id;
    assert.equal((await call(page, 'POST', `/conversations/${id}/assign`, { user: me })).status, 200);
    const fields = page.locator('.mail-fields');
    await fields.locator('.chip', { hasText: chen[1] }).waitFor();
    assert.equal(await fields.getByLabel('主题').inputValue(), 'Re: 发票抬头开错了');
    await fields.getByRole('button', { name: '抄送' }).click();
    await page.keyboard.type('没有地址');
    await page.keyboard.press('Enter');
    await fields.getByText('不是有效的邮箱地址').waitFor();
    await page.keyboard.press('Control+a');
    await page.keyboard.type(`${wang[0]},`);
    await fields.locator('.chip', { hasText: wang[1] }).waitFor();
    await composer(page).fill('您好：\n发票已重开，请查收。');
    await composer(page).press('Enter');
    assert.match(await composer(page).inputValue(), /\n$/, 'Enter begins a paragraph');
    await composer(page).press('Control+Enter');
    await page.locator('.scheduled li', { hasText: '发票已重开' }).getByRole('button', { name: '取消发送' }).click();
    await until(async () => /发票已重开/.test(await composer(page).inputValue()) || 'not back', 'it is back');
    await fields.locator('.chip', { hasText: wang[1] }).waitFor();
    await composer(page).press('Control+Enter');
    await until(() => taker.mails.length === 1 || taker.mails.length, 'it went out', 30_000);
    sent = taker.mails[0];
    const { fields: head, text } = opened(sent.raw);
    assert.deepEqual([...sent.recipients].sort(), [chen[0], wang[0]]);
    assert.equal(head.to, `${chen[1]} <${chen[0]}>`);
    assert.equal(head.cc, `${wang[1]} <${wang[0]}>`);
    assert.equal(head.subject, 'Re: 发票抬头开错了');
    assert.match(head['in-reply-to'], /@kehu\.example>$/);
    assert.match(head['reply-to'], /<help\+[a-z0-9]+@shop\.example>$/);
    assert.match(text, /^您好：\n发票已重开，请查收。\s+-- \n明哥\n/);
    await card('发票已重开').locator('.mail-state', { hasText: '已发出' }).waitFor();
  });

  await step('the customer answers, and it joins the thread', async () => {
    const { id } = await of('发票抬头开错了');
    const { fields: head } = opened(sent.raw);
    const to = /<([^>]+)>/.exec(head['reply-to'])[1];
    await bring(server, to, letter({ from: chen, to: [to, us[1]], subject: 'Re: 发票抬头开错了', text: '收到，谢谢！', heads: { 'In-Reply-To': head['message-id'], References: head['message-id'] } }));
    await card('收到，谢谢').waitFor();
    assert.equal((await rows()).filter((one) => one.subject?.includes('发票抬头')).length, 1);
    assert.equal((await of('发票抬头开错了')).id, id);
    assert.equal(await card('收到，谢谢').locator('.mail-subject').count(), 0, 'a subject that says nothing new is not said again');
  });

  await step('a mail that comes back marks the one it is about, and a line says so', async () => {
    const id = opened(sent.raw).fields['message-id'];
    await bring(server, ADDRESS, returned({ to: ADDRESS, id, recipient: wang[0] }));
    await page.locator('.event', { hasText: '我方一封邮件被退回' }).waitFor();
    await card('发票已重开').locator('.mail-state.returned', { hasText: '对方服务器已退信' }).waitFor();
  });

  await step('what is refused says so, with what to do', async () => {
    const fields = page.locator('.mail-fields');
    await fields.getByRole('button', { name: `移除 ${chen[1]}` }).click();
    await fields.getByLabel('收件人', { exact: true }).locator('input').fill('gone@kehu.example');
    await page.keyboard.press('Enter');
    await composer(page).fill('发给不存在的人');
    await composer(page).press('Control+Enter');
    const failed = card('发给不存在的人');
    await failed.locator('.mail-state.returned', { hasText: '请核对地址' }).waitFor({ timeout: 30_000 });
    await failed.getByRole('button', { name: '重试' }).waitFor();
    await failed.getByRole('button', { name: '邮件详情' }).click();
    await page.getByRole('dialog', { name: '邮件详情' }).getByText('no such user here').waitFor();
    await page.keyboard.press('Escape');
  });

  await step('a conversation is begun by mail, from the customer’s card and from the palette', async () => {
    await read('发票抬头开错了');
    await page.getByRole('button', { name: '写邮件' }).click();
    const dialog = page.getByRole('dialog', { name: `给${chen[1]}写邮件` });
    await dialog.getByLabel('主题').fill('回访：发票是否收到');
    await dialog.getByLabel('正文').fill('您好，想确认发票已收到。');
    await judge(page, 'a new mail');
    const before = taker.mails.length;
    await dialog.getByRole('button', { name: '发送' }).click();
    await page.locator('.head-subject', { hasText: '回访' }).waitFor();
    await until(() => taker.mails.length > before || 'nothing came', 'it went out', 30_000);
    const { recipients, raw } = taker.mails.at(-1);
    assert.deepEqual(recipients, [chen[0]]);
    assert.equal(opened(raw).fields.subject, '回访：发票是否收到');
    await page.keyboard.press('Control+k');
    await page.locator('.palette input').fill('写邮件');
    await page.locator('.palette [role=option]', { hasText: '写邮件' }).first().waitFor();
    await page.keyboard.press('Enter');
    await dialog.waitFor();
    await page.keyboard.press('Escape');
  });

  await step('a mail that cannot be taken in is laid aside, with why, and can be read again', async () => {
    await bring(server, ADDRESS, `To: ${ADDRESS}\r\nSubject: nobody\r\n\r\nwho wrote this?\r\n`);
    await admin.goto(`${server.desk}/settings/mailboxes`);
    await admin.locator('.table .link-btn', { hasText: '客服邮箱' }).click();
    const line = admin.locator('.table tbody tr', { hasText: '没有发件人' });
    await until(async () => { await admin.getByRole('button', { name: '刷新' }).click(); return await line.count() === 1 || 'not listed'; }, 'it is listed');
    await line.getByRole('button', { name: '重新解析' }).click();
    await admin.locator('.notice').first().waitFor();
    await judge(admin, 'mails laid aside');
  });
}
