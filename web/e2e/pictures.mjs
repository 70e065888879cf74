// The pictures of docs/pictures: written when they are asked for, looked at by people.
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { acceptUntil, call, linked, open, openId, reply, takeUpWork, until } from './rig.mjs';

const folder = fileURLToPath(new URL('../../docs/pictures/', import.meta.url));

export async function pictures(all) {
  const { server } = all;
  mkdirSync(folder, { recursive: true });
  const take = (page, name) => page.screenshot({ path: `${folder}${name}.png`, animations: 'disabled' });
  // What was read is marked so a moment later, and the counts follow.
  const calm = async (page) => {
    await page.locator('.row.on .badge-unread').waitFor({ state: 'detached' });
    await until(async () => /[1-9]/.test(await page.locator('.list-views [role=tab]').first().textContent()) || 'no count', 'the counts are there');
  };
  const lead = await all.desk('mingge');
  const at = async (page, path, ready) => {
    await page.goto(`${server.desk}${path}`);
    await page.locator(ready).first().waitFor();
    await linked(page);
    await until(async () => await page.locator('.skeleton:visible').count() === 0 || 'loading', `${path} has loaded`);
  };
  await at(lead, '/floor', '.floor-table tbody tr');
  await take(lead, 'floor');
  await at(lead, '/reports', '.report-table tbody tr');
  await lead.getByRole('button', { name: '前一天' }).click();
  await until(async () => await lead.locator('.bar-all').evaluateAll((bars) => bars.filter((bar) => Number(bar.getAttribute('height')) > 0).length > 3) || 'no bars', 'yesterday has bars');
  await take(lead, 'report');
  const { items } = (await call(lead, 'GET', '/conversations?view=all&order=recent&limit=100')).body;
  await at(lead, `/customers/${items.find((one) => one.contact.name === '蒋文博').contact.id}`, '.customer .around dl');
  await take(lead, 'customer');
  const admin = await all.desk('admin');
  // The threshold must be crossed for half a minute.
  await admin.goto(`${server.desk}/monitor`);
  await admin.locator('.monitor-side .alert-list li').first().waitFor({ timeout: 60_000 });
  await at(admin, '/monitor', '.monitor-side .alert-list li');
  await take(admin, 'monitor');
  await at(admin, '/wallboard', '.wall-tile').catch(() => undefined);
  await take(admin, 'wallboard');

  const lan = await all.desk('xiaolan');
  await takeUpWork(lan);
  const visitor = await all.visitor('yunfu', { viewport: { width: 1180, height: 760 } });
  await visitor.say('你好，我刚才付款失败了，但是银行卡扣了钱');
  await acceptUntil(lan, '付款失败');
  await reply(lan, '您好，我马上为您查这笔扣款，请稍等');
  await visitor.chat.locator('.m.agent', { hasText: '马上为您查' }).waitFor();
  await visitor.say('好的，订单号 20261121-0387，一共扣了两次');
  await lan.locator('.msg:not(.ours)', { hasText: '扣了两次' }).waitFor();
  await lan.keyboard.press('Alt+n');
  await lan.locator('.composer.note textarea').fill('两笔都是 11:42 前后，第二笔银行未清算');
  await lan.locator('.composer.note textarea').press('Enter');
  await lan.locator('.messages .note:not(.pending)').waitFor();
  await reply(lan, '查到了：第一笔 11:41 已入账，第二笔银行正在原路退回，两小时内到账。到账后您会收到短信。');
  await visitor.chat.locator('.m.agent', { hasText: '原路退回' }).waitFor();
  await lan.locator('.msg.ours .state-mark.read').last().waitFor();
  const id = openId(lan);
  const { contact, line } = (await call(lan, 'GET', `/conversations/${id}`)).body;
  await call(lan, 'PATCH', `/contacts/${contact.id}`, { name: '周敏', salutation: '周女士', tier: '金卡', preferences: { channel: '微信', quiet: '12:00–14:00' }, tags: ['老客户'] });
  await call(lan, 'POST', `/contacts/${contact.id}/handles`, { kind: 'phone', value: '13800006207' });
  const categories = (await call(lan, 'GET', `/categories?line=${line}`)).body.items;
  await call(lan, 'POST', `/conversations/${id}/category`, { category: categories.find((one) => one.name_zh === '银行卡').id });
  await call(lan, 'POST', `/conversations/${id}/tags`, { add: ['重复扣款'] });
  await lan.locator('.contact .contact-name').waitFor();
  await call(lan, 'PATCH', '/me', { theme: 'light' });
  await open(lan, id, server);
  await lan.locator('.list-rows .row').nth(1).waitFor();
  await lan.locator('.contact .contact-name').waitFor();
  await lan.locator('.msg.ours .state-mark.read').last().waitFor();
  await calm(lan);
  await take(lan, 'desk-light');
  await take(visitor, 'widget');
  await call(lan, 'PATCH', '/me', { theme: 'light' });
  await open(lan, id, server);
  await lan.keyboard.press('Control+k');
  await lan.locator('.palette input').fill('退款');
  await lan.locator('.palette mark').first().waitFor();
  await take(lan, 'palette');

  const owen = await all.desk('owen');
  await takeUpWork(owen);
  const guest = await all.visitor('harbor', { viewport: { width: 1180, height: 760 }, colorScheme: 'dark' });
  await guest.say('Hello, the storm coat came with a torn lining');
  await acceptUntil(owen, 'torn lining');
  await reply(owen, 'I am sorry to hear that. Could you send a picture of it, please?');
  await guest.chat.locator('.m.agent', { hasText: 'sorry' }).waitFor();
  await guest.say('Left sleeve, about four centimetres. I can send one tonight');
  await owen.locator('.msg:not(.ours)', { hasText: 'four centimetres' }).waitFor();
  await owen.locator('.contact .contact-name').waitFor();
  await calm(owen);
  await take(owen, 'desk-en');
  await take(guest, 'widget-en-dark');

  await admin.goto(`${server.desk}/settings/users`);
  await admin.locator('.settings-page table tbody tr').nth(2).waitFor();
  await linked(admin);
  await take(admin, 'settings');

}
