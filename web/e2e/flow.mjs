// The whole way of one conversation: visitor, agent, note, mention, transfer, end, and again.
import assert from 'node:assert/strict';
import { acceptUntil, call, composer, linked, note, open, openId, ours, reply, step, texts, theirs, until } from './rig.mjs';

const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');

export async function flow(all, server) {
  const world = {};
  await step('an agent signs in and takes up work', async () => {
    world.lan = await all.desk('xiaolan');
    assert.equal(await world.lan.locator('.state-time').count(), 0, 'no clock while signed off');
    await world.lan.getByRole('button', { name: '签入', exact: true }).click();
    await world.lan.locator('.state-btn .dot-green').waitFor();
  });
  const { lan } = world;
  const began = await step('a visitor writes; it rings at the agent, who accepts by Enter', async () => {
    world.visitor = await all.visitor('yunfu');
    await world.visitor.say('你好，我刚才付款失败了，但是银行卡扣了钱');
    const card = await acceptUntil(lan, '付款失败');
    assert.doesNotMatch(card, /why\.|\d{12,}/, 'the card speaks words, not keys');
    await theirs(lan, '付款失败').waitFor();
    world.id = openId(lan);
    assert.ok((await lan.locator('.head h1').textContent()).trim().length > 0, 'the thread says who it is');
    await world.visitor.chat.getByText('小蓝').first().waitFor();
  });
  if (!began) throw new Error('without the first conversation there is nothing to go on with');
  const { visitor, id } = world;
  await step('the answer reaches the visitor; delivered and read come back', async () => {
    await reply(lan, '您好，我马上为您查这笔扣款');
    await visitor.chat.locator('.m.agent', { hasText: '马上为您查' }).waitFor();
    await ours(lan, '马上为您查').locator('.state-mark.read').waitFor();
    await visitor.say('好的，订单号 88213');
    await theirs(lan, '订单号 88213').waitFor();
    await visitor.chat.locator('.m.me .state.read').waitFor();
  });
  await step('typing is seen on both sides', async () => {
    await visitor.chat.locator('textarea').pressSequentially('我再看看');
    await lan.locator('.typing').waitFor();
    await visitor.chat.locator('textarea').fill('');
    await lan.keyboard.press('Alt+r');
    await composer(lan).pressSequentially('请稍等');
    await visitor.chat.locator('.writing').waitFor();
    await composer(lan).fill('');
  });
  await step('nobody is told that they look at it themselves', async () => {
    assert.equal(await lan.locator('.looking').count(), 0);
  });
  await step('a note with a mention reaches the colleague and never the visitor', async () => {
    world.che = await all.desk('ache');
    await note(lan, '');
    await composer(lan).pressSequentially('@阿');
    await lan.locator('.mention-list [role=option]').first().click();
    await composer(lan).pressSequentially('这位客户重复扣款，帮忙看一下');
    await composer(lan).press('Enter');
    await lan.locator('.note:not(.pending)', { hasText: '重复扣款' }).waitFor();
    await lan.locator('.note .mention').first().waitFor();
    await world.che.locator('.list-views').getByText('@我').click();
    await world.che.locator('.list-rows .row').first().waitFor();
    await reply(lan, '查到了，稍后同事为您处理');
    await visitor.chat.locator('.m.agent', { hasText: '查到了' }).waitFor();
    assert.equal(await visitor.chat.getByText('重复扣款').count(), 0);
  });
  const { che } = world;
  await step('files go both ways', async () => {
    await visitor.chat.locator('input[type=file]').setInputFiles([{ name: '扣款短信.png', mimeType: 'image/png', buffer: PNG }, { name: '说明.txt', mimeType: 'text/plain', buffer: Buffer.from('重复扣款两次') }]);
    await visitor.chat.locator('.chip').nth(1).waitFor();
    await visitor.chat.locator('.send').click();
    await lan.locator('.msg:not(.ours) .picture img').first().waitFor();
    await lan.locator('.msg:not(.ours) a.file', { hasText: '说明.txt' }).waitFor();
    const shown = await lan.locator('.msg:not(.ours) .picture img').first().evaluate((img) => img.decode().then(() => img.naturalWidth));
    assert.ok(shown > 0, 'the picture is shown');
    await lan.keyboard.press('Alt+r');
    await lan.locator('.composer.reply').waitFor();
    await lan.locator('.composer input[type=file]').setInputFiles([{ name: '退款凭证.png', mimeType: 'image/png', buffer: PNG }, { name: '流程.txt', mimeType: 'text/plain', buffer: Buffer.from('一至三个工作日') }]);
    await lan.locator('.uploads li').nth(1).waitFor();
    await until(async () => await lan.locator('.uploads li:has-text("已就绪")').count() === 2 || await lan.locator('.uploads').textContent().catch(() => 'none'), 'both are uploaded');
    await reply(lan, '凭证请查收');
    await visitor.chat.locator('.m.agent a.picture img').first().waitFor();
    await visitor.chat.locator('.m.agent a.file', { hasText: '流程.txt' }).waitFor();
    const text = await lan.evaluate((url) => url, await lan.locator('.msg:not(.ours) a.file').first().getAttribute('href'));
    const answer = await lan.context().request.get(text);
    assert.equal(answer.status(), 200);
    assert.equal(await answer.text(), '重复扣款两次');
  });
  await step('a draft survives a reload', async () => {
    await lan.keyboard.press('Alt+r');
    await composer(lan).fill('写到一半的回复');
    await lan.locator('.draft-saved', { hasText: /./ }).waitFor();
    await lan.reload();
    await until(async () => (await composer(lan).inputValue()) === '写到一半的回复' || composer(lan).inputValue(), 'the draft is back');
    await linked(lan);
    await composer(lan).fill('');
    await lan.locator('.draft-saved').waitFor({ state: 'attached' });
  });
  await step('a reply begun before a colleague answered asks first', async () => {
    await composer(lan).fill('我这边建议您先等等');
    await open(che, id, server);
    await reply(che, '我是同事，已帮您提交退款');
    await ours(che, '已帮您提交退款').waitFor();
    await composer(lan).press('Enter');
    await lan.locator('.guard', { hasText: '已帮您提交退款' }).waitFor();
    assert.equal(await visitor.chat.getByText('建议您先等等').count(), 0);
    await lan.locator('.guard').getByText('仍要发送').click();
    await visitor.chat.locator('.m.agent', { hasText: '建议您先等等' }).waitFor();
  });
  await step('handed to a colleague with reason and summary, who answers', async () => {
    await che.getByRole('button', { name: '签入', exact: true }).click();
    await che.locator('.state-btn .dot-green').waitFor();
    await lan.keyboard.press('Alt+t');
    const dialog = lan.getByRole('dialog');
    await dialog.getByRole('combobox').click();
    await lan.locator('.ant-select-dropdown:visible .ant-select-item-option', { hasText: '阿澈' }).first().click();
    await dialog.getByLabel('转接原因').fill('退款由阿澈跟进');
    await dialog.getByLabel('情况说明').fill('客户重复扣款两次，已核对');
    await dialog.getByRole('button', { name: '转接' }).click();
    await lan.locator('.notice', { hasText: '已转接' }).waitFor();
    await open(che, id, server);
    await che.locator('.event', { hasText: '转接给' }).last().waitFor();
    assert.doesNotMatch((await che.locator('.event').allTextContents()).join('\n'), /\d{12,}|why\./);
    await che.locator('.note', { hasText: '客户重复扣款两次，已核对' }).waitFor();
    await reply(che, '我是阿澈，退款明天到账');
    await visitor.chat.locator('.m.agent', { hasText: '退款明天到账' }).waitFor();
    assert.equal(await visitor.chat.getByText('已核对').count(), 0);
  });
  await step('ended with a disposition; the visitor sees it, writes again and it is open again', async () => {
    await che.keyboard.press('Alt+e');
    await che.locator('.disposition .pick label', { hasText: '办理' }).click();
    await che.locator('.disposition .pick label', { hasText: '已解决' }).click();
    await che.getByLabel('处理说明').fill('重复扣款，已提交退款');
    await che.locator('#disposition-send').click();
    await che.locator('.notice', { hasText: '会话已结束' }).waitFor();
    await visitor.chat.getByText('会话已结束').first().waitFor();
    await che.locator('.event', { hasText: '结束会话' }).waitFor();
    await visitor.say('还有一个问题，什么时候到账？');
    await theirs(che, '什么时候到账').waitFor();
    await che.locator('.event', { hasText: '重新打开' }).waitFor();
    await until(async () => (await call(che, 'GET', `/conversations/${id}`)).body.status === 'open' || 'not open', 'open again');
  });
  await step('nothing on the way was doubled', async () => {
    await open(che, id, server);
    for (const words of ['马上为您查', '订单号 88213', '已帮您提交退款', '退款明天到账', '什么时候到账']) {
      await until(async () => (await texts(che, words)).length === 1 || texts(che, words), words);
    }
  });
  return world;
}
