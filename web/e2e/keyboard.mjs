// A whole day by keyboard alone: nothing on the desk is clicked from signing in to signing out.
import assert from 'node:assert/strict';
import { call, composer, linked, openId, ours, PASSWORD, step, until } from './rig.mjs';

const stories = [
  {
    login: 'xiaolan', client: 'yunfu', locale: 'zh-CN', ask: '你好，退款什么时候到账', slash: '/wh', greeted: '很高兴为您服务', sound: 'tksx', phrase: '原路退回',
    macro: '情绪较急', follow: '关注', second: '我想改一下收货地址', out: '退出', kind: '查询',
  },
  {
    login: 'owen', client: 'harbor', locale: 'en-GB', ask: 'Hello, where is my order', slash: '/wh', greeted: 'How may I help', sound: 'ret', phrase: 'return label',
    macro: 'The customer is upset', follow: 'Follow', second: 'I would like to change the address', out: 'Sign out', kind: 'Question',
  },
];

const focused = (page, what) => page.evaluate((selector) => Boolean(document.activeElement?.matches(selector)), what);

/** Moves with Tab until this has the focus. */
async function tabTo(page, selector) {
  for (let n = 0; n < 80; n += 1) {
    if (await focused(page, selector)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab never comes to ${selector}`);
}

/** Takes by Enter what rings, until the conversation with these words is open; ends other work that rang first. */
async function accept(page, words) {
  const end = Date.now() + 90_000;
  while (Date.now() < end) {
    const card = page.locator('.reservation').first();
    await card.waitFor({ timeout: end - Date.now() });
    const text = await card.textContent();
    const before = page.url();
    // The focus is not in a text: Alt+L leads to the list, where Enter takes what rings.
    await page.keyboard.press('Alt+l');
    await page.keyboard.press('Enter');
    await until(() => page.url() !== before || 'still ringing', 'Enter accepts');
    if (text.includes(words)) return;
    const other = openId(page);
    const row = (await call(page, 'GET', `/conversations/${other}`)).body;
    await call(page, 'POST', `/conversations/${other}/resolve`, { disposition: { kind: 'consult', category: row.category, outcome: 'solved' } });
  }
  throw new Error(`nothing rang with "${words}"`);
}

export async function keyboard(all) {
  for (const story of stories) await day(all, story);
}

async function day(all, story) {
  const { server } = all;
  const page = await all.page({ who: `${story.login} by keyboard`, locale: story.locale });
  const visitor = await all.visitor(story.client);
  const named = (text) => `${story.locale}: ${text}`;
  await step(named('signs in and goes ready'), async () => {
    await page.goto(server.desk);
    await page.locator('input[autocomplete=username]').waitFor();
    await tabTo(page, 'input[autocomplete=username]');
    await page.keyboard.type(story.login);
    await tabTo(page, 'input[autocomplete=current-password]');
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press('Enter');
    await page.locator('.shell').waitFor();
    await linked(page);
    await page.keyboard.press('Alt+a');
    await page.locator('.state-btn .dot-green').waitFor();
  });
  await step(named('accepts by Enter'), async () => {
    await visitor.say(story.ask);
    await accept(page, story.ask.slice(0, 12));
    await composer(page).waitFor();
  });
  const id = openId(page);
  await step(named('answers with a phrase found behind /, its variables filled; an input method is left alone'), async () => {
    await page.keyboard.press('Alt+r');
    await until(() => focused(page, '.composer textarea'), 'the composer has the keyboard');
    const cdp = await page.context().newCDPSession(page);
    await cdp.send('Input.imeSetComposition', { text: '/wh', selectionStart: 3, selectionEnd: 3 });
    assert.equal(await page.locator('.slash-list').count(), 0, 'no list while an input method chooses');
    await cdp.send('Input.imeSetComposition', { text: '', selectionStart: 0, selectionEnd: 0 });
    await page.keyboard.type(story.slash);
    await page.locator('.slash-list [role=option]').first().waitFor();
    await page.keyboard.press('Enter');
    await until(async () => (await composer(page).inputValue()).includes(story.greeted) || composer(page).inputValue(), 'the phrase is inserted');
    assert.doesNotMatch(await composer(page).inputValue(), /\{\{|\/wh/);
    await page.keyboard.press('Enter');
    await visitor.chat.locator('.m.agent', { hasText: story.greeted }).waitFor();
  });
  await step(named('finds a phrase in the docked tab by its sound and inserts it'), async () => {
    await page.keyboard.press('Alt+p');
    await until(() => focused(page, '.phrases input'), 'the search has the keyboard');
    await page.keyboard.type(story.sound);
    await page.locator('.phrases-list [aria-selected=true]', { hasText: story.phrase }).waitFor();
    await page.keyboard.press('Control+Enter');
    await until(() => focused(page, '.composer textarea'), 'back in the composer');
    await page.keyboard.press('Enter');
    await ours(page, story.phrase).waitFor();
  });
  await step(named('runs a macro after its preview'), async () => {
    await page.keyboard.press('Alt+2');
    await page.locator('.macro-preview li').nth(2).waitFor();
    await until(() => focused(page, '.macro-preview'), 'the preview has the keyboard');
    await page.keyboard.press('Enter');
    await page.locator('.note', { hasText: story.macro }).waitFor();
    const row = (await call(page, 'GET', `/conversations/${id}`)).body;
    assert.equal(row.priority, 'urgent');
    assert.equal(row.tags.length, 1);
  });
  await step(named('ends it with a disposition begun before, kept over a reload'), async () => {
    await page.keyboard.press('Alt+e');
    await until(() => focused(page, '.disposition input[name=kind]'), 'the disposition has the keyboard');
    await page.keyboard.press('ArrowRight');
    const kept = () => call(page, 'GET', `/conversations/${id}/disposition-draft`).then((answer) => answer.body.disposition?.kind);
    await until(async () => (await kept()) === 'query' || kept(), 'it is kept while one talks');
    await page.reload();
    await linked(page);
    await page.keyboard.press('Alt+e');
    await page.locator('.disposition .pick label.on', { hasText: story.kind }).waitFor();
    await until(() => focused(page, '.disposition input[name=kind]'), 'the disposition has the keyboard');
    await page.keyboard.press('Control+Enter');
    await until(async () => (await call(page, 'GET', `/conversations/${id}`)).body.status === 'resolved' || 'open', 'it is ended');
    assert.equal((await call(page, 'GET', `/conversations/${id}`)).body.disposition.kind, 'query');
  });
  await step(named('puts another away until the line opens again'), async () => {
    const other = await all.visitor(story.client);
    await other.say(story.second);
    await accept(page, story.second.slice(0, 12));
    await page.keyboard.press('Alt+z');
    await until(() => focused(page, '.snooze-time'), 'the first time has the keyboard');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    const at = openId(page);
    await until(async () => (await call(page, 'GET', `/conversations/${at}`)).body.status === 'snoozed' || 'awake', 'it sleeps');
  });
  await step(named('hands one over to a queue or colleague'), async () => {
    const third = await all.visitor(story.client);
    await third.say(story.second);
    await accept(page, story.second.slice(0, 12));
    const at = openId(page);
    const before = (await call(page, 'GET', `/conversations/${at}`)).body.assignee?.id;
    await page.keyboard.press('Alt+t');
    await until(() => focused(page, '[role=dialog] input[role=combobox]'), 'whom to');
    await page.keyboard.press('ArrowDown');
    await page.locator('.ant-select-dropdown:visible .ant-select-item-option-active').waitFor();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.keyboard.type('…');
    await page.keyboard.press('Enter');
    await until(async () => (await call(page, 'GET', `/conversations/${at}`)).body.assignee?.id !== before || 'still mine', 'handed over');
  });
  await step(named('selects several in the list and does the same to all'), async () => {
    await page.keyboard.press('Alt+l');
    await page.keyboard.press('ArrowDown');
    await until(() => openId(page) !== null || 'none open', 'one of the list is open');
    await page.keyboard.press('Alt+l');
    await page.keyboard.press('Space');
    await page.keyboard.press('Shift+ArrowDown');
    await page.locator('.bulk-bar').waitFor();
    await page.keyboard.press('Alt+l');
    await page.keyboard.press('Enter');
    await until(() => focused(page, '#bulk-act'), 'the deeds have the keyboard');
    await page.keyboard.press('Enter');
    const active = page.locator('.ant-dropdown:visible .ant-dropdown-menu-item-active, .ant-dropdown:visible .ant-dropdown-menu-submenu-active');
    for (let n = 0; n < 20; n += 1) {
      await page.keyboard.press('ArrowDown');
      await active.first().waitFor();
      if ((await active.first().textContent()).trim() === story.follow) break;
    }
    await page.keyboard.press('Enter');
    await page.locator('.notice', { hasText: /\d/ }).first().waitFor();
    await page.locator('.bulk-bar').waitFor({ state: 'detached' });
  });
  await step(named('sees all keys, and signs out by the palette'), async () => {
    await page.keyboard.press('Alt+l');
    await page.keyboard.press('Shift+?');
    await page.locator('.key-sheet').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.key-sheet').waitFor({ state: 'detached' });
    await page.keyboard.press('Control+k');
    await page.keyboard.type(story.out);
    await page.locator('.palette [role=option]').first().waitFor();
    await page.keyboard.press('Enter');
    await page.locator('input[autocomplete=username]').waitFor();
  });
}
