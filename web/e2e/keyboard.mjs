// A whole day by keyboard alone: nothing on the desk is clicked from signing in to signing out. Every step makes what it
// needs, so that one that fails takes no other with it.
import assert from 'node:assert/strict';
import { call, composer, linked, openId, ours, PASSWORD, step, texts, until } from './rig.mjs';

const stories = [
  {
    login: 'xiaolan', client: 'yunfu', locale: 'zh-CN', ask: '你好，退款什么时候到账', slash: '/wh', greeted: '很高兴为您服务', sound: 'tksx', phrase: '原路退回',
    macro: '情绪较急', follow: '关注', second: '我想改一下收货地址', third: '能帮我查一下物流吗', out: '退出', day: '我的一天', inbox: '会话', kind: '查询', pinyin: 'nin', chosen: '您',
    ready: '示闲', commands: [['签出', '签出'], ['交接', '交接班'], ['举手', '举手求助'], ['xiaoxiu', '小休'], ['qianru', '示闲']],
  },
  {
    login: 'owen', client: 'harbor', locale: 'en-GB', ask: 'Hello, where is my order', slash: '/wh', greeted: 'How may I help', sound: 'ret', phrase: 'return label',
    macro: 'The customer is upset', follow: 'Follow', second: 'I would like to change the address', third: 'Has my parcel left yet', out: 'Sign out', day: 'My day', inbox: 'Inbox', kind: 'Enquiry', pinyin: 'nin', chosen: '您',
    ready: 'ready', commands: [['sign out', 'Sign out'], ['hand over', 'Handover'], ['raise', 'Raise'], ['break', 'Break']],
  },
];

const focused = (page, what) => page.evaluate((selector) => document.activeElement?.matches(selector) || (document.activeElement?.outerHTML ?? 'nothing').slice(0, 120), what);
const read = (page, id) => call(page, 'GET', `/conversations/${id}`).then((answer) => answer.body);

/** Moves with Tab until this has the focus. */
async function tabTo(page, selector) {
  for (let n = 0; n < 80; n += 1) {
    if ((await focused(page, selector)) === true) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab never comes to ${selector}`);
}

/** Ends one's conversation beside the desk, so that there is room for what a step waits for. */
async function end(page, id) {
  const row = await read(page, id);
  const ended = await call(page, 'POST', `/conversations/${id}/resolve`, { disposition: { kind: 'consult', category: row.category, outcome: 'solved' } });
  assert.ok([200, 409].includes(ended.status), JSON.stringify(ended));
}

/** No dialog, no selection, and nothing open that another step left. */
async function rest(page) {
  for (let n = 0; n < 4 && await page.locator('[aria-modal=true], .ant-dropdown:visible').count() > 0; n += 1) await page.keyboard.press('Escape');
  await page.keyboard.press('Alt+l');
  if (await page.locator('.bulk-bar').count() > 0) await page.keyboard.press('Escape');
}

/** Takes by Enter what rings, until the conversation with these words is open; ends other work that rang first. */
async function accept(page, words) {
  const late = Date.now() + 60_000;
  while (Date.now() < late) {
    const card = page.locator('.reservation').first();
    await card.waitFor({ timeout: late - Date.now() });
    const text = await card.textContent();
    const before = page.url();
    // Out of the text: Alt+L leads to the list, where Enter takes what rings.
    await page.keyboard.press('Alt+l');
    await page.keyboard.press('Enter');
    await until(() => page.url() !== before || 'still ringing', 'Enter accepts');
    if (text.includes(words)) return openId(page);
    await end(page, openId(page));
  }
  throw new Error(`nothing rang with "${words}"`);
}

/** A new conversation with a customer of one's own, accepted by Enter and open; all but `keep` of the others are ended. */
async function talk(all, page, story, words, keep = 1) {
  await rest(page);
  const mine = await held(page);
  for (const one of mine.slice(keep)) await end(page, one.id);
  const visitor = await all.visitor(story.client);
  await visitor.say(words);
  const id = await accept(page, words.slice(0, 12));
  await composer(page).waitFor();
  return { id, visitor };
}

const held = async (page) => (await call(page, 'GET', '/conversations?view=mine&limit=50')).body.items.filter((one) => one.status === 'open');

export async function keyboard(all) {
  for (const story of stories) await day(all, story);
}

async function day(all, story) {
  const { server } = all;
  const page = await all.page({ who: `${story.login} by keyboard`, locale: story.locale });
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
  let talking = null;
  /** The conversation the day goes on with; begun anew where it is not there. */
  const current = async () => {
    if (talking && openId(page) === talking.id && (await read(page, talking.id)).status === 'open') {
      for (let n = 0; n < 4 && await page.locator('[aria-modal=true]').count() > 0; n += 1) await page.keyboard.press('Escape');
      return talking;
    }
    talking = await talk(all, page, story, story.ask);
    return talking;
  };
  await step(named('accepts by Enter, and may write at once'), async () => {
    await current();
    await until(() => focused(page, '.composer textarea'), 'the composer has the keyboard');
  });
  await step(named('an input method chooses characters undisturbed: nothing opens, nothing is sent'), async () => {
    await current();
    await page.keyboard.press('Alt+r');
    await until(() => focused(page, '.composer textarea'), 'the composer has the keyboard');
    const cdp = await page.context().newCDPSession(page);
    const before = (await texts(page, '')).length;
    const processed = (type, key, code) => cdp.send('Input.dispatchKeyEvent', { type, windowsVirtualKeyCode: 229, key: 'Process', code, ...(key ? { text: '' } : {}) });
    for (const written of ['/', '/w', story.pinyin]) {
      await cdp.send('Input.imeSetComposition', { text: written, selectionStart: written.length, selectionEnd: written.length });
      assert.equal(await page.locator('.slash-list').count(), 0, 'no list while an input method chooses');
    }
    for (const code of ['Space', 'Enter', 'Slash', 'Digit1', 'ArrowDown', 'Escape']) {
      await processed('rawKeyDown', true, code);
      await processed('keyUp', false, code);
    }
    await cdp.send('Input.insertText', { text: story.chosen });
    await until(async () => (await composer(page).inputValue()) === story.chosen || composer(page).inputValue(), 'the chosen character stands there');
    assert.equal((await texts(page, '')).length, before, 'nothing was sent');
    await until(() => focused(page, '.composer textarea'), 'the composer has the keyboard still');
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Delete');
  });
  await step(named('answers with a phrase found behind /, its variables filled'), async () => {
    const { visitor } = await current();
    await page.keyboard.press('Alt+r');
    await until(() => focused(page, '.composer textarea'), 'the composer has the keyboard');
    await page.keyboard.type(story.slash);
    await page.locator('.slash-list [role=option]').first().waitFor();
    await page.keyboard.press('Enter');
    await until(async () => (await composer(page).inputValue()).includes(story.greeted) || composer(page).inputValue(), 'the phrase is inserted');
    assert.doesNotMatch(await composer(page).inputValue(), /\{\{|\/wh/);
    await page.keyboard.press('Enter');
    await visitor.chat.locator('.m.agent', { hasText: story.greeted }).waitFor();
  });
  await step(named('finds a phrase in the docked tab by its sound and inserts it'), async () => {
    await current();
    await page.keyboard.press('Alt+p');
    await until(() => focused(page, '.phrases input'), 'the search has the keyboard');
    await page.keyboard.type(story.sound);
    await page.locator('.phrases-list [aria-selected=true]', { hasText: story.phrase }).waitFor();
    await page.keyboard.press('Control+Enter');
    await until(() => focused(page, '.composer textarea'), 'back in the composer');
    await until(async () => (await composer(page).inputValue()).includes(story.phrase) || composer(page).inputValue(), 'it is inserted');
    await page.keyboard.press('Enter');
    await ours(page, story.phrase).waitFor();
  });
  await step(named('runs a macro after its preview'), async () => {
    const { id } = await current();
    await page.keyboard.press('Alt+2');
    await page.locator('.macro-preview li').nth(2).waitFor();
    await until(() => focused(page, '.macro-preview'), 'the preview has the keyboard');
    await page.keyboard.press('Enter');
    await page.locator('.note', { hasText: story.macro }).waitFor();
    const row = await read(page, id);
    assert.equal(row.priority, 'urgent');
    assert.equal(row.tags.length, 1);
    await page.locator('[aria-modal=true]').waitFor({ state: 'detached' });
    await until(() => focused(page, '.composer textarea'), 'back in the composer');
  });
  await step(named('ends it with a disposition begun before, kept over a reload'), async () => {
    const { id } = await current();
    await page.keyboard.press('Alt+e');
    await until(() => focused(page, '.disposition input[name=kind]'), 'the disposition has the keyboard');
    // Nothing is chosen for anybody: without an outcome it is not ended, and the keyboard stands where one is missing.
    assert.equal(await page.locator('.disposition input:checked').count(), 0);
    await page.keyboard.press('2');
    await until(() => focused(page, '.disposition input[name=outcome]'), 'after the kind comes the outcome');
    await page.keyboard.press('Control+Enter');
    await page.locator('.disposition .field-error').waitFor();
    assert.equal((await read(page, id)).status, 'open');
    await page.keyboard.press('1');
    const kept = () => call(page, 'GET', `/conversations/${id}/disposition-draft`).then((answer) => answer.body.disposition?.kind);
    await until(async () => (await kept()) === 'query' || kept(), 'it is kept while one talks');
    await page.reload();
    await linked(page);
    await page.keyboard.press('Alt+e');
    await page.locator('.disposition .pick label.on', { hasText: story.kind }).waitFor();
    await until(() => focused(page, '.disposition input[name=kind]'), 'the disposition has the keyboard');
    await page.keyboard.press('Control+Enter');
    await until(async () => (await read(page, id)).status === 'resolved' || 'open', 'it is ended');
    assert.equal((await read(page, id)).disposition.kind, 'query');
    await until(() => focused(page, '#list-rows, #list'), 'the keyboard is in the list');
  });
  await step(named('puts another away until the line opens again'), async () => {
    const { id } = await talk(all, page, story, story.second);
    await page.keyboard.press('Alt+z');
    await until(() => focused(page, '.snooze-time'), 'the first time has the keyboard');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await until(async () => (await read(page, id)).status === 'snoozed' || 'awake', 'it sleeps');
  });
  await step(named('hands one over to a queue or colleague'), async () => {
    const { id } = await talk(all, page, story, story.third);
    const before = (await read(page, id)).assignee?.id;
    await page.keyboard.press('Alt+t');
    await until(() => focused(page, '[role=dialog] input[role=combobox]'), 'whom to');
    await page.keyboard.press('ArrowDown');
    await page.locator('.ant-select-dropdown:visible .ant-select-item-option-active').waitFor();
    await page.keyboard.press('Enter');
    await until(async () => await page.locator('.ant-select-dropdown:visible').count() === 0 || 'open', 'the choice is made');
    await tabTo(page, '[role=dialog] input:not([role=combobox])');
    await page.keyboard.type('…');
    await page.keyboard.press('Enter');
    await until(async () => (await read(page, id)).assignee?.id !== before || 'still mine', 'handed over');
    await page.locator('[aria-modal=true]').waitFor({ state: 'detached' });
    await until(() => focused(page, '#list-rows, #list'), 'the keyboard is in the list');
  });
  await step(named('selects several in the list, staying in it, and does the same to all'), async () => {
    while ((await held(page)).length < 3) await talk(all, page, story, story.third, 3);
    await rest(page);
    await page.locator('.list-rows .row').nth(2).waitFor();
    await page.keyboard.press('Alt+l');
    await page.keyboard.press('Home');
    await page.locator('.list-rows .row.on').waitFor();
    await composer(page).waitFor();
    await page.keyboard.press('Space');
    await page.locator('.bulk-bar b', { hasText: '1' }).waitFor();
    await page.keyboard.press('Shift+ArrowDown');
    await composer(page).waitFor();
    await page.keyboard.press('Shift+ArrowDown');
    await page.locator('.bulk-bar b', { hasText: '3' }).waitFor();
    await page.keyboard.press('Shift+ArrowUp');
    await page.locator('.bulk-bar b', { hasText: '2' }).waitFor();
    assert.equal(await focused(page, '#list-rows'), true, 'the keyboard is in the list still');
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
    await page.locator('.notice', { hasText: '2' }).first().waitFor();
    await page.locator('.bulk-bar').waitFor({ state: 'detached' });
    await until(() => focused(page, '#list-rows'), 'the keyboard is back in the list');
    await page.keyboard.press('Enter');
    await until(() => focused(page, '.composer textarea'), 'Enter goes on to the answer');
    // At once after an arrow, before the conversation stands: the answer takes the keyboard as soon as it does.
    await page.keyboard.press('Alt+l');
    const from = openId(page);
    await page.evaluate(() => {
      const press = (key) => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key, code: key, bubbles: true, cancelable: true }));
      const rows = [...document.querySelectorAll('#list-rows .row')];
      press(rows[0]?.classList.contains('on') ? 'ArrowDown' : 'Home');
      press('Enter');
    });
    await until(() => openId(page) !== from || page.url(), 'another row is open');
    await until(() => focused(page, '.composer textarea'), 'Enter right after the arrow goes on to the answer');
  });
  await step(named('turns one down, with a reason'), async () => {
    await rest(page);
    for (const one of (await held(page)).slice(1)) await end(page, one.id);
    const visitor = await all.visitor(story.client);
    await visitor.say(story.second);
    const card = page.locator('.reservation', { hasText: story.second.slice(0, 12) });
    await card.waitFor({ timeout: 60_000 });
    await page.keyboard.press('Alt+x');
    await until(() => focused(page, '.ant-dropdown [role=menuitem]'), 'the reasons have the keyboard');
    await page.keyboard.press('Enter');
    await card.waitFor({ state: 'detached' });
    await until(() => focused(page, '#list-rows, #list'), 'the keyboard is in the list');
  });
  await step(named('puts a sign into the answer, looks at the state and the day, and is somewhere after each'), async () => {
    await current();
    await page.keyboard.press('Alt+r');
    await until(() => focused(page, '.composer textarea'), 'the composer has the keyboard');
    await tabTo(page, '.composer-bar .icon-btn:nth-of-type(2)');
    await page.keyboard.press('Enter');
    await until(() => focused(page, '.emoji button'), 'the signs have the keyboard');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await until(async () => (await composer(page).inputValue()) === '🙂' || composer(page).inputValue(), 'it stands in the answer');
    await until(() => focused(page, '.composer textarea'), 'back in the composer');
    await page.keyboard.press('Backspace');
    await page.keyboard.press('Alt+s');
    await until(() => focused(page, '.ant-dropdown [role=menuitem]'), 'the states have the keyboard');
    await page.keyboard.press('Escape');
    await until(() => focused(page, '.state-btn'), 'back at the button');
    // A break is chosen in the menu within: both close, and the menu has the keyboard the next time as well.
    for (let round = 0; round < 2; round += 1) {
      await page.keyboard.press('Alt+l');
      await page.keyboard.press('Alt+s');
      await until(() => focused(page, '.ant-dropdown [role=menuitem]'), 'the states have the keyboard');
      for (let n = 0; n < 6 && (await focused(page, '[data-menu-id$="-break"]')) !== true; n += 1) {
        await page.keyboard.press('ArrowDown');
        await page.waitForTimeout(120);
      }
      await page.keyboard.press('ArrowRight');
      await until(() => focused(page, '.ant-dropdown-menu-submenu-popup [role=menuitem], .ant-menu-submenu-popup [role=menuitem]').then((at) => at === true || page.evaluate(() => Boolean(document.activeElement?.querySelector('.break-entry')) || (document.activeElement?.outerHTML ?? '').slice(0, 160))), 'the breaks have the keyboard');
      await page.keyboard.press('Enter');
      await page.locator('.break-entry:visible').first().waitFor({ state: 'hidden' });
      await page.locator('[role=menu]:visible').first().waitFor({ state: 'hidden' });
      await until(async () => (await call(page, 'GET', '/me/breaks')).body.current !== null || 'no break', 'the break is taken or waited for');
      await page.keyboard.press('Control+k');
      await page.keyboard.type('qr');
      await page.locator('.palette [aria-selected=true]', { hasText: story.ready }).waitFor();
      await page.keyboard.press('Enter');
      await call(page, 'DELETE', '/me/breaks');
      await until(async () => (await call(page, 'GET', '/me/breaks')).body.current === null || 'a break still', 'it is over');
    }
    for (const [typed, shown] of story.commands) {
      await page.keyboard.press('Control+k');
      await page.keyboard.type(typed);
      await page.locator('.palette [role=option]', { hasText: shown }).first().waitFor();
      await page.keyboard.press('Escape');
    }
    await page.keyboard.press('Control+k');
    await page.keyboard.type(story.day);
    await page.locator('.palette [aria-selected=true]', { hasText: story.day }).waitFor();
    await page.keyboard.press('Enter');
    await until(() => focused(page, '.day-page'), 'the page has the keyboard');
    await page.keyboard.press('Control+k');
    await page.keyboard.type(story.inbox);
    await page.locator('.palette [aria-selected=true]', { hasText: story.inbox }).waitFor();
    await page.keyboard.press('Enter');
    await until(() => focused(page, '#list-rows, #list'), 'the keyboard is in the list');
  });
  await step(named('sees all keys, and comes back to where it was'), async () => {
    await rest(page);
    await page.keyboard.press('Shift+?');
    await page.locator('.key-sheet').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.key-sheet').waitFor({ state: 'detached' });
    await until(() => focused(page, '#list-rows, #list'), 'the keyboard is in the list');
    await page.keyboard.press('Alt+h');
    await page.locator('.key-sheet').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.key-sheet').waitFor({ state: 'detached' });
  });
  await step(named('signs out by the palette'), async () => {
    await rest(page);
    await page.keyboard.press('Control+k');
    await page.keyboard.type(story.out);
    await page.locator('.palette [role=option]').first().waitFor();
    await page.keyboard.press('Enter');
    // Asked when something is open still: it stands before what the dialog would do first.
    const dialog = page.getByRole('dialog').locator('.dialog-foot');
    await page.locator('input[autocomplete=username]').or(dialog).first().waitFor();
    if (await dialog.count() > 0) {
      await page.keyboard.press('Shift+Tab');
      await page.keyboard.press('Enter');
    }
    await page.locator('input[autocomplete=username]').waitFor();
  });
}
