// Nothing lost, nothing doubled, order kept: the visitor's line is cut, then the agent's, then the server is killed while
// both are cut off; both sides go on writing and catch up by themselves.
import assert from 'node:assert/strict';
import { acceptUntil, call, composer, goOffline, goOnline, openId, reply, step, takeUpWork, until } from './rig.mjs';

/** Both sides come back by themselves: the longest pause between two tries, and what a loaded machine takes. */
const BACK_MS = 75_000;

export async function cuts(all) {
  const { server } = all;
  // So tall that the whole conversation stands on the screen: only what is in sight is in the page.
  const agent = await all.desk('xiaolan', { viewport: { width: 1440, height: 2600 } });
  await takeUpWork(agent);
  const visitor = await all.visitor('yunfu');
  await visitor.say('断线测试：第 0 句');
  await acceptUntil(agent, '断线测试');
  const id = openId(agent);
  const said = { visitor: ['断线测试：第 0 句'], agent: [] };
  const asks = async (text) => { said.visitor.push(text); await visitor.say(text); };
  const answers = async (text) => { said.agent.push(text); await reply(agent, text); };
  const settled = () => both(agent, visitor, id, said);
  await answers('在的，请讲');
  await settled();

  await step('the visitor is cut off and goes on writing; the agent answers meanwhile', async () => {
    await goOffline(visitor);
    await visitor.chat.locator('[role=status], .status').first().waitFor();
    for (let n = 1; n <= 3; n += 1) await asks(`访客断线时说的第 ${n} 句`);
    for (let n = 1; n <= 3; n += 1) await answers(`访客断线时坐席答的第 ${n} 句`);
    await until(async () => (await stored(agent, id)).filter((text) => text.startsWith('访客断线时坐席')).length === 3 || stored(agent, id), 'the answers are kept');
    assert.equal((await stored(agent, id)).filter((text) => text.startsWith('访客断线时说')).length, 0, 'the line is really cut');
    await goOnline(visitor);
    await settled();
  });
  await step('the agent is cut off, sees it said, and goes on writing; the visitor writes meanwhile', async () => {
    await goOffline(agent);
    await agent.locator('.banner').waitFor();
    for (let n = 1; n <= 3; n += 1) await answers(`坐席断线时写的第 ${n} 句`);
    for (let n = 1; n <= 3; n += 1) await asks(`坐席断线时访客说的第 ${n} 句`);
    await visitor.chat.locator('.m.me', { hasText: '坐席断线时访客说的第 3 句' }).waitFor();
    assert.equal(await visitor.chat.locator('.m.agent', { hasText: '坐席断线时写' }).count(), 0, 'the line is really cut');
    await goOnline(agent);
    await settled();
    await agent.locator('.banner').waitFor({ state: 'detached' });
  });
  await step('both are cut off, the server is killed and comes back on the same data', async () => {
    await asks('断电前访客说的话');
    await answers('断电前坐席说的话');
    await Promise.all([goOffline(visitor), goOffline(agent)]);
    await server.kill();
    for (let n = 1; n <= 2; n += 1) { await asks(`断电时访客说的第 ${n} 句`); await answers(`断电时坐席说的第 ${n} 句`); }
    await server.run();
    await Promise.all([goOnline(visitor), goOnline(agent)]);
    await settled();
  });
  await step('after all that they just go on', async () => {
    await asks('网络正常了吗');
    await answers('这边正常');
    await settled();
    assert.equal(await composer(agent).inputValue(), '');
    assert.equal(await agent.locator('.msg.pending').count(), 0);
  });
}

/** The texts of the conversation as the server has them, in order. */
async function stored(agent, id) {
  const page = await call(agent, 'GET', `/conversations/${id}/messages?after=0&limit=100`);
  return page.status === 200 ? page.body.items.filter((one) => one.kind === 'text').map((one) => one.body) : [];
}

/** Waits until server, desk and widget show every text once, each side's in its order, and all three the same. */
async function both(agent, visitor, id, said) {
  const wanted = [...said.visitor, ...said.agent].sort();
  const whole = (texts) => JSON.stringify([...texts].sort()) === JSON.stringify(wanted);
  await until(async () => { const texts = await stored(agent, id).catch((fault) => [String(fault)]); return whole(texts) || texts; }, 'the server has each once', BACK_MS);
  const order = await stored(agent, id);
  assert.deepEqual(order.filter((text) => said.visitor.includes(text)), said.visitor, 'the visitor’s order');
  assert.deepEqual(order.filter((text) => said.agent.includes(text)), said.agent, 'the agent’s order');
  const shown = async (screen, places) => (await screen.locator(places).allTextContents()).map((text) => wanted.find((one) => text.includes(one))).filter(Boolean);
  for (const [who, screen, places] of [['desk', agent, '.messages .msg'], ['widget', visitor.chat, '.m']]) {
    await until(async () => { const texts = await shown(screen, places); return JSON.stringify(texts) === JSON.stringify(order) || texts; }, `the ${who} shows the same`, BACK_MS);
  }
}
