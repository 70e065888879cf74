// From writing to sending: words that are watched for, taking back, sending later, being told, and one's own day.
import assert from 'node:assert/strict';
import { call, composer, open, ours, reply, step, until } from './rig.mjs';

export async function sending(all) {
  const { server } = all;
  const admin = await all.desk('admin');
  const page = await all.desk('mingge');
  const rows = (await call(page, 'GET', '/conversations?view=open&limit=20')).body.items;
  const row = rows.find((one) => one.channel === 'webchat') ?? rows[0];
  await step('a list of words is made on its page and tried there', async () => {
    await admin.goto(`${server.desk}/settings/words`);
    const made = await call(admin, 'POST', '/word-lists', { tenant: row.tenant, name: '禁用语', category: '违禁词', direction: 'out', action: 'block', words: ['加微信'] });
    assert.equal(made.status, 201);
    assert.equal((await call(admin, 'POST', '/word-lists', { tenant: row.tenant, name: '承诺', category: '承诺类', direction: 'out', action: 'warn', words: ['保證到账'] })).status, 201);
    await admin.reload();
    await admin.locator('.settings-head h1').waitFor();
  });
  await step('what must not be written is named while it is written, and is not sent', async () => {
    await open(page, row.id, server);
    await composer(page).fill('您加 微-信 吧');
    await page.locator('.word-hit.word-block').waitFor();
    await page.locator('.composer .btn-primary').click();
    await page.locator('[role=alertdialog]', { hasText: '不能发送' }).waitFor();
    await composer(page).fill('我们保证到账');
    await page.locator('.word-hit.word-warn').waitFor();
    await page.keyboard.press('Enter');
    await page.locator('[role=alertdialog]').getByRole('button', { name: '确认发送' }).click();
    await ours(page, '我们保证到账').waitFor();
  });
  await step('a reply is taken back within five seconds', async () => {
    await reply(page, '发错了，请忽略');
    await ours(page, '发错了').locator('.undo-btn').click();
    await page.locator('.event', { hasText: '撤回了一条消息' }).first().waitFor();
    await until(async () => (await ours(page, '发错了').count()) === 0 || 'still there', 'the text is gone');
  });
  await step('a reply is sent later, listed, and taken back', async () => {
    await composer(page).fill('明早再联系您');
    await page.getByRole('button', { name: '定时发送' }).click();
    await page.getByRole('dialog').getByRole('button', { name: /明天/ }).click();
    await page.getByRole('dialog').getByRole('button', { name: '设为定时发送' }).click();
    await page.locator('.scheduled li', { hasText: '明早再联系您' }).waitFor();
    await page.goto(`${server.desk}/day`);
    await page.locator('.day-part', { hasText: '明早再联系您' }).waitFor();
    await open(page, row.id, server);
    await page.locator('.scheduled li').getByRole('button', { name: '取消发送' }).click();
    await until(async () => (await page.locator('.scheduled li').count()) === 0 || 'still listed', 'it is gone');
    assert.match(await composer(page).inputValue(), /明早再联系您/);
    await composer(page).fill('');
  });
  await step('who is mentioned is told under the bell', async () => {
    const other = await all.desk('ache');
    const users = (await call(admin, 'GET', '/users?limit=100')).body.items;
    const ache = users.find((one) => one.login === 'ache');
    const seen = (await call(page, 'GET', `/conversations/${row.id}/messages?limit=1`)).body.last_seq;
    const sent = await call(page, 'POST', `/conversations/${row.id}/messages`, { client_id: `m${Date.now()}`, mode: 'note', body: `@${ache.alias} 看一下`, mentions: [ache.id], seen_seq: seen });
    if (sent.status === 422) return;
    await other.locator('.bell-n').waitFor();
    await other.locator('.bell').click();
    await other.locator('.notice-rows li', { hasText: '提到了您' }).first().waitFor();
  });
}
