// Conversations are merged, split and forwarded, and taken back: by keyboard, in both languages, with mails that come and go.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { judge } from './axe.mjs';
import { bring, JUDGE, letter, opened, Taker } from './letters.mjs';
import { call, open, openId, Server, step, until } from './rig.mjs';

const ADDRESS = 'join@shop.example';
const us = [ADDRESS, '客户服务'];
const chen = ['chen@kehu.example', '陈立'];
const looked = process.env.HARK_LOOKED;

/** The plain text of a mail with files, whose text stands in a part of a part. */
function wordsOf(raw) {
  const [, head = '', text = ''] = /Content-Type: text\/plain([^]*?)\r\n\r\n([^]*?)\r\n--=_/.exec(raw) ?? [];
  if (/base64/i.test(head)) return Buffer.from(text, 'base64').toString();
  return Buffer.from(text.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))), 'latin1').toString();
}

export async function joining(all) {
  const [taker, server] = await Promise.all([Taker.open(), Server.start(['egress.allow=127.0.0.0/8'])]);
  try {
    await run(Object.assign(Object.create(all), { server }), { taker, server });
  } finally {
    await all.leave();
    await server.end();
    taker.end();
  }
}

async function run(all, { taker, server }) {
  const admin = await all.desk('admin');
  const page = await all.desk('mingge', { acceptDownloads: true });
  await call(page, 'PATCH', '/me', { undo_s: 5 });
  const good = async (who, method, path, body) => {
    const answer = await call(who, method, path, body);
    assert.ok(answer.status < 300, `${method} ${path}: ${JSON.stringify(answer)}`);
    return answer.body;
  };
  const queues = await good(admin, 'GET', '/queues');
  const merchants = (queues.items ?? queues).find((one) => one.name.includes('商户'));
  const inbox = await good(admin, 'POST', '/inboxes', { tenant: merchants.tenant, line: merchants.line, channel: 'email', name: '合并邮箱', queue: merchants.id });
  const smtp = { host: '127.0.0.1', port: taker.port, security: 'none', with: 'password' };
  await good(admin, 'PUT', `/inboxes/${inbox.id}/mailbox`, { address: ADDRESS, config: { from_name: us[1], smtp, authserv_id: JUDGE } });
  const rows = async () => (await call(page, 'GET', '/conversations?view=all&limit=100')).body.items.filter((one) => one.channel === 'email');
  const of = async (subject) => {
    let found;
    await until(async () => { found = (await rows()).find((one) => one.subject === subject); return found !== undefined || 'not there'; }, `the conversation about ${subject}`);
    return found;
  };
  const whole = async (id) => (await call(page, 'GET', `/conversations/${id}`)).body;
  const said = async (id) => (await call(page, 'GET', `/conversations/${id}/messages?limit=100`)).body.items.filter((one) => one.kind === 'text').map((one) => one.body);
  const send = (subject, text, more = {}) => bring(server, more.to ?? ADDRESS, letter({ from: more.from ?? chen, to: [more.to ?? ADDRESS, us[1]], subject, text, ...more.letter }));
  const picture = async (name) => { if (looked) { mkdirSync(looked, { recursive: true }); await page.screenshot({ path: join(looked, `${name}.png`) }); } };
  const dressed = async (theme) => {
    await call(page, 'PATCH', '/me', { theme });
    await page.waitForFunction((wanted) => document.documentElement.dataset.theme === wanted, theme);
    await page.waitForTimeout(200);
  };
  /** A look at how it stands, in light, dark and narrow. */
  const look = async (name) => {
    await judge(page, name);
    await picture(`${name}-light`);
    await dressed('dark');
    await judge(page, `${name}, dark`);
    await picture(`${name}-dark`);
    await dressed('light');
    await page.setViewportSize({ width: 420, height: 844 });
    await page.waitForTimeout(250);
    await picture(`${name}-narrow`);
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.waitForTimeout(150);
  };

  for (const [language, n] of [['zh-CN', 1], ['en', 2]]) {
    const zh = language === 'zh-CN';
    const words = (chinese, english) => (zh ? chinese : english);
    const about = (text) => `${text} ${n}`;
    await call(page, 'PATCH', '/me', { language, theme: 'light' });
    await page.reload();

    await step(`two conversations become one, by keyboard (${language})`, async () => {
      await send(about('订单发货'), '什么时候发货？');
      const first = await of(about('订单发货'));
      await send(about('补充说明'), '地址改为上海。');
      const second = await of(about('补充说明'));
      await open(page, second.id, server);
      await page.locator('.mail', { hasText: '地址改为上海' }).waitFor();
      await page.keyboard.press('Alt+u');
      const dialog = page.getByRole('dialog');
      await dialog.locator('.merge-other', { hasText: `#${first.number}` }).waitFor();
      await until(async () => await dialog.locator('.merge-other input').first().evaluate((one) => one === document.activeElement) || 'elsewhere', 'the first one has the keyboard');
      await dialog.locator('.merge-other', { hasText: `#${first.number}` }).locator('input').focus();
      await page.keyboard.press('Space');
      await dialog.locator('.merge-way input').first().focus();
      await page.keyboard.press('ArrowDown');
      await dialog.locator('.merge-preview', { hasText: `#${first.number}` }).waitFor();
      await look(`merge-${language}`);
      await page.keyboard.press('Control+Enter');
      await until(() => openId(page) === first.id || openId(page), 'the one that goes on is open');
      const block = page.locator('.join-block.join-merged');
      await block.locator('.mail', { hasText: '地址改为上海' }).waitFor();
      await page.locator('.notice', { hasText: words('已合并到', 'was merged into') }).waitFor();
      await look(`merged-${language}`);
      // What comes for the other comes here.
      await send(about('回复：补充说明'), '还要发票。', { letter: { heads: { 'In-Reply-To': `<${await idOf(second.id)}>` } } });
      await page.locator('.messages .mail', { hasText: '还要发票' }).waitFor();
      await open(page, second.id, server);
      await page.locator('.head-chips a', { hasText: `#${first.number}` }).waitFor();
      assert.equal(await page.locator('.composer').count(), 0, 'nobody writes into what goes on elsewhere');
      await look(`merged-away-${language}`);
      await page.locator('.join-bar').getByRole('button', { name: words('撤销', 'Undo') }).click();
      await page.locator('.composer').waitFor();
      assert.equal((await whole(second.id)).status, 'open');
      assert.ok((await said(first.id)).some((text) => text.includes('还要发票')), 'what came meanwhile stays');
    });

    await step(`messages begin a conversation of their own, by keyboard (${language})`, async () => {
      await send(about('两件事'), '第一件：退款。');
      const origin = await of(about('两件事'));
      await send(about('回复：两件事'), '第二件：换货。', { letter: { heads: { 'In-Reply-To': `<${await idOf(origin.id)}>` } } });
      await until(async () => (await said(origin.id)).length === 2 || 'one', 'both are there');
      await open(page, origin.id, server);
      await page.locator('.mail', { hasText: '第二件' }).waitFor();
      await page.keyboard.press('Alt+k');
      await page.locator('.split-bar').waitFor();
      await until(async () => (await page.evaluate(() => document.activeElement?.id ?? '')).startsWith('pick-') || 'elsewhere', 'the newest message has the keyboard');
      await page.keyboard.press('ArrowUp');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Space');
      await page.locator('.pick-line.on', { hasText: '第二件' }).waitFor();
      await page.locator('.split-bar .btn-primary', { hasText: words('1 条消息', '1 message') }).waitFor();
      await look(`split-${language}`);
      await page.locator('.split-bar .btn-primary').focus();
      await page.keyboard.press('Enter');
      await until(() => openId(page) !== origin.id || 'still there', 'the new one is open');
      const part = openId(page);
      await page.locator('.join-block.join-split .mail', { hasText: '第二件' }).waitFor();
      await look(`split-off-${language}`);
      await open(page, origin.id, server);
      await page.locator('.went-on', { hasText: `#${(await whole(part)).number}` }).waitFor();
      await picture(`went-on-${language}`);
      await open(page, part, server);
      await page.locator('.join-block').getByRole('button', { name: words('撤销', 'Undo') }).click();
      await until(() => openId(page) === origin.id || openId(page), 'the one it came from is open');
      assert.equal((await whole(part)).merged_into.id, origin.id);
    });

    await step(`a message is forwarded with its file, and its answer stays apart (${language})`, async () => {
      await bring(server, ADDRESS, letter({ from: chen, to: us, subject: about('设备坏了'), text: '屏幕碎了，见附件。', files: [['照片.pdf', 'application/pdf', '%PDF-1.4 tests']] }));
      const origin = await of(about('设备坏了'));
      await open(page, origin.id, server);
      const line = page.locator('.line', { has: page.locator('.mail', { hasText: '屏幕碎了' }) });
      await line.locator('.message-deeds button').first().focus();
      await page.keyboard.press('Enter');
      const dialog = page.getByRole('dialog');
      await dialog.locator('.forward-files', { hasText: '照片.pdf' }).waitFor();
      await until(async () => await dialog.locator('.people input').first().evaluate((one) => one === document.activeElement) || 'elsewhere', 'To has the keyboard');
      await page.keyboard.type(`workshop${n}@repair.example`);
      await page.keyboard.press('Enter');
      await dialog.locator('textarea').fill(words('请协助检修。', 'Please have a look.'));
      await look(`forward-${language}`);
      const before = taker.mails.length;
      await dialog.locator('textarea').press('Control+Enter');
      await until(() => openId(page) !== origin.id || 'still there', 'the conversation with the workshop is open');
      const made = openId(page);
      await page.locator('.scheduled li').waitFor();
      await picture(`forwarded-${language}`);
      await until(() => taker.mails.length > before || 'none', 'it leaves after its undo time', 60_000);
      const mail = opened(taker.mails[before].raw);
      assert.match(mail.fields.subject, /^Fwd: 设备坏了/);
      const { raw } = taker.mails[before];
      assert.ok(wordsOf(raw).includes('屏幕碎了') && raw.includes('%PDF-1.4'), wordsOf(raw));
      const back = /<([^>]+)>/.exec(mail.fields['reply-to'])[1];
      await send(`Re: ${mail.fields.subject}`, '可以修，三天。', { from: [`workshop${n}@repair.example`, '维修部'], to: back });
      await page.locator('.messages .mail', { hasText: '可以修' }).waitFor();
      assert.deepEqual(await said(origin.id), ['屏幕碎了，见附件。'], 'nothing of it is in the customer’s');
      await open(page, origin.id, server);
      await page.locator('.went-on', { hasText: `#${(await whole(made)).number}` }).waitFor();
    });
  }

  /** The message id of a conversation's newest mail, from the mail as it came. */
  async function idOf(conversation) {
    const last = (await call(page, 'GET', `/conversations/${conversation}/messages?limit=20`)).body.items.filter((one) => one.mail).pop();
    const behind = (await call(page, 'GET', `/conversations/${conversation}/messages/${last.id}/mail`)).body;
    const raw = await (await fetch(behind.written.raw_url)).text();
    return /^Message-ID: <([^>]+)>/m.exec(raw)[1];
  }
}
