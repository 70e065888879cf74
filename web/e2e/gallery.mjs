// Every page as a picture, for people to look at: `HARK_GALLERY=folder node e2e/run.mjs gallery`. Light and dark, Chinese and
// English, wide and narrow; `HARK_SCENES=floor,day` takes only those whose names begin so, `HARK_LOOKS=zh-light` only those looks.
// A scene fails where its page does not come to where it should be looked at: a fault shown, still loading, wider than the
// screen. A page that a menu leads to and no scene shows fails too.
import { mkdirSync } from 'node:fs';
import { acceptUntil, call, linked, openId, PASSWORD, reply, step, takeUpWork, until } from './rig.mjs';

const folder = process.env.HARK_GALLERY ?? '/tmp/hark-gallery';
const PHONE = { width: 390, height: 844 };
const SMALL = { width: 1024, height: 768 };
const WIDE = { width: 1440, height: 900 };
const SETTLE_MS = 400;
const LOADED_MS = 10_000;
const begins = (words, name) => !words || words.split(',').some((one) => name.startsWith(one));
/** (name, language, theme, size): what each scene is taken in. */
const looks = [
  ['zh-light', 'zh-CN', 'light', WIDE], ['zh-dark', 'zh-CN', 'dark', WIDE], ['en-light', 'en', 'light', WIDE], ['en-dark', 'en', 'dark', WIDE],
  ['zh-narrow', 'zh-CN', 'light', null],
].filter(([name]) => begins(process.env.HARK_LOOKS, name));
const wanted = (name) => begins(process.env.HARK_SCENES, name);

const tab = (at) => (page) => page.locator('.list-views [role=tab]').nth(at).click();
const firstRow = async (page) => { await page.locator('.list-rows .row').first().click(); await page.locator('.head h1').waitFor(); };
const fromMenu = (words) => async (page) => {
  await page.locator('.head-acts .icon-btn').first().click();
  await page.getByRole('menuitem', { name: words }).click();
  await page.getByRole('dialog').waitFor();
};
const keys = (combination, shown = '[role=dialog]') => async (page) => {
  await page.locator('.head h1').waitFor();
  await page.keyboard.press(combination);
  await page.locator(shown).first().waitFor();
};
const opens = (button, shown = '[role=dialog]') => async (page) => { await page.locator(button).first().click(); await page.locator(shown).first().waitFor(); };
const shows = (selector) => (page) => page.locator(selector).first().waitFor();
const writes = (text) => async (page) => {
  await page.keyboard.press('Alt+r');
  await page.locator('.composer.reply textarea').fill(text);
};
/** The day before, which has figures all day long. */
const yesterday = async (page) => {
  await page.locator('.report-table tbody tr').first().waitFor();
  await page.locator('.page-head .icon-btn').first().click();
  await page.locator('.report-table tbody tr').first().waitFor();
};
const busy = (at) => `/c/${at.busy}`;
const thread = '.messages .msg';

/** A page, who is there, and what one does before it is looked at; `phone` where it is made for phones too. */
const scenes = [
  { name: 'conversation', who: 'mingge', phone: true, path: busy, then: shows(thread) },
  { name: 'list-all', who: 'mingge', phone: true, path: '/', then: tab(3) },
  { name: 'list-queue', who: 'mingge', phone: true, path: '/', then: tab(1) },
  { name: 'list-empty', who: 'wanqing', phone: true, path: '/', then: tab(2) },
  { name: 'list-bulk', who: 'mingge', path: '/', then: async (page) => {
    await tab(3)(page);
    for (const n of [0, 1, 2]) await page.locator('.list-rows .row').nth(n).click({ modifiers: ['Control'] });
  } },
  { name: 'list-views', who: 'mingge', path: '/', then: opens('.list-views .icon-btn', '[role=menu]') },
  { name: 'view-editor', who: 'mingge', path: '/', then: async (page) => {
    await page.locator('.list-views .icon-btn').click();
    await page.getByRole('menuitem').last().click();
    await page.getByRole('dialog').waitFor();
  } },
  { name: 'macros', who: 'wanqing', path: busy, then: keys('Alt+m', '[role=dialog], [role=listbox], [role=menu]') },
  { name: 'raise', who: 'nianan', path: '/', then: async (page) => { await firstRow(page); await keys('Alt+j')(page); } },
  { name: 'snooze', who: 'wanqing', path: busy, then: keys('Alt+z') },
  ...['contact', 'phrases', 'disposition', 'history'].map((name, at) => ({ name: `context-${name}`, who: 'mingge', path: busy, then: async (page) => {
    await page.locator(thread).first().waitFor();
    // Narrow, the context is a drawer.
    if (await page.locator('.context [role=tab]').count() === 0) await page.locator('.head-acts .icon-btn').last().click();
    await page.locator('.context [role=tab]').nth(at).click();
  } })),
  { name: 'composer-words', who: 'wanqing', path: busy, then: writes('蒋先生您放心，这笔钱百分之百到账，肯定能追回') },
  { name: 'composer-note', who: 'wanqing', path: busy, then: keys('Alt+n', '.composer.note textarea') },
  { name: 'composer-later', who: 'wanqing', path: busy, then: async (page) => {
    await writes('复核结果出来了，三家店已恢复收款')(page);
    await page.locator('.composer').getByRole('button', { name: /定时|later/i }).first().click();
  } },
  { name: 'slash', who: 'wanqing', path: busy, then: async (page) => { await writes('')(page); await page.locator('.composer textarea').pressSequentially('/'); await page.locator('[role=option]').first().waitFor(); } },
  { name: 'transfer', who: 'mingge', path: busy, then: keys('Alt+t') },
  { name: 'merge', who: 'mingge', phone: true, path: busy, then: keys('Alt+u') },
  { name: 'split', who: 'mingge', phone: true, path: busy, then: keys('Alt+k', '.split-bar') },
  { name: 'forward', who: 'mingge', phone: true, path: busy, then: keys('Alt+w') },
  { name: 'take-over', who: 'mingge', path: busy, then: fromMenu(/接管|Take over/) },
  { name: 'whisper', who: 'mingge', path: busy, then: async (page) => {
    await page.getByRole('button', { name: /悄悄话|Whisper/ }).first().click();
    await page.getByRole('dialog').waitFor();
  } },
  { name: 'why', who: 'mingge', path: busy, then: fromMenu(/为何|Why/) },
  { name: 'palette', who: 'mingge', path: '/', then: async (page) => { await page.keyboard.press('Control+k'); await page.locator('.palette input').fill('退款'); await page.locator('.palette mark').first().waitFor(); } },
  { name: 'keys', who: 'mingge', path: '/', then: async (page) => { await page.locator('.list').waitFor(); await page.keyboard.press('?'); await page.getByRole('dialog').waitFor(); } },
  { name: 'state-menu', who: 'wanqing', path: '/', then: opens('.state-btn', '[role=menu]') },
  { name: 'notices', who: 'mingge', path: '/', then: opens('.bell', '.notices-list') },
  { name: 'alerts', who: 'mingge', path: '/', then: opens('.alert-bell', '.alert-list, [role=dialog]') },
  { name: 'me-menu', who: 'mingge', path: '/', then: opens('.me-btn', '[role=menu]') },
  { name: 'day', who: 'wanqing', phone: true, path: '/day' },
  { name: 'day-lead', who: 'mingge', path: '/day' },
  { name: 'must-read', who: 'qinghe', phone: true, path: '/', then: opens('.must-read button') },
  { name: 'customers', who: 'mingge', phone: true, path: '/customers', then: shows('.people li') },
  { name: 'customer', who: 'mingge', phone: true, path: (at) => `/customers/${at.contact}`, then: shows('.contact-name') },
  { name: 'customer-edit', who: 'mingge', path: (at) => `/customers/${at.contact}`, then: async (page) => { await page.locator('.contact-name').waitFor(); await page.getByRole('button', { name: /编辑|Edit/ }).first().click(); await page.getByRole('dialog').waitFor(); } },
  { name: 'customers-filter', who: 'mingge', path: '/customers', then: (page) => page.locator('.customers-find button').first().click() },
  { name: 'segments', who: 'mingge', phone: true, path: '/customers/segments' },
  { name: 'segments-new', who: 'mingge', path: '/customers/segments', then: opens('.customer-head .btn-primary') },
  { name: 'duplicates', who: 'mingge', phone: true, path: '/customers/duplicates' },
  { name: 'merge', who: 'mingge', path: '/customers/duplicates', then: async (page) => { await page.getByRole('button', { name: /合并|Merge/ }).first().click(); await page.getByRole('dialog').waitFor(); } },
  { name: 'blocks', who: 'mingge', phone: true, path: '/customers/blocks' },
  { name: 'blocks-new', who: 'mingge', path: '/customers/blocks', then: opens('.customer-head .btn-primary') },
  { name: 'imports', who: 'mingge', phone: true, path: '/customers/import' },
  { name: 'exports', who: 'mingge', phone: true, path: '/customers/export' },
  { name: 'floor', who: 'mingge', phone: true, path: '/floor', then: shows('.floor-table tbody tr') },
  { name: 'force', who: 'mingge', path: '/floor', then: async (page) => { await page.locator('.floor-table .icon-btn').first().click(); await page.getByRole('menuitem').last().click(); await page.getByRole('dialog').waitFor(); } },
  { name: 'hands', who: 'mingge', phone: true, path: '/floor/hands' },
  { name: 'briefings', who: 'mingge', phone: true, path: '/floor/briefings', then: shows('table tbody tr') },
  { name: 'briefing', who: 'mingge', path: '/floor/briefings', then: opens('table tbody tr .link-btn, table tbody tr') },
  { name: 'briefing-new', who: 'mingge', path: '/floor/briefings', then: opens('.floor-body .btn-primary') },
  { name: 'handovers', who: 'mingge', phone: true, path: '/floor/handovers', then: shows('table tbody tr') },
  { name: 'handover', who: 'mingge', path: '/floor/handovers', then: opens('table tbody tr .link-btn, table tbody tr', '[role=dialog], .handover') },
  { name: 'handover-new', who: 'mingge', path: '/floor/handovers', then: opens('.floor-body .btn-primary') },
  { name: 'announcements', who: 'mingge', phone: true, path: '/floor/announcements', then: shows('table tbody tr') },
  { name: 'announcement', who: 'mingge', path: '/floor/announcements', then: opens('table tbody tr .link-btn, table tbody tr') },
  { name: 'announcement-new', who: 'mingge', path: '/floor/announcements', then: opens('.floor-body .btn-primary') },
  { name: 'monitor', who: 'admin', phone: true, path: '/monitor', then: shows('.monitor-table tbody tr') },
  { name: 'wallboard', who: 'admin', phone: true, path: '/wallboard', then: shows('.wall-tile') },
  { name: 'report', who: 'mingge', phone: true, path: '/reports', then: yesterday },
  { name: 'report-agents', who: 'mingge', path: '/reports', then: async (page) => { await yesterday(page); await page.locator('.report [role=tab]').nth(1).click(); } },
  { name: 'report-behind', who: 'mingge', path: '/reports', then: async (page) => { await yesterday(page); await opens('.report-table tbody .figure-btn', '[role=dialog], .overlay-panel')(page); } },
  { name: 'settings', who: 'admin', phone: true, path: '/settings', then: shows('.settings-nav a') },
  { name: 'settings-find', who: 'admin', path: '/settings', then: async (page) => { await page.locator('.settings-nav input').fill('签'); await page.locator('.settings-nav .found').first().waitFor(); } },
];
/** Where a menu leads to a page whose scene stands at another address. */
const same = { '/floor/people': '/floor' };

/** What is wrong with a page as it stands; empty where nothing is. */
const wrong = (page) => page.evaluate(() => {
  const seen = (node) => node.getClientRects().length > 0;
  /** The innermost part that reaches beyond, and its words. */
  const culprit = (box) => {
    const edge = box.getBoundingClientRect().left + box.clientWidth + 1;
    const reach = (node) => { const range = document.createRange(); range.selectNodeContents(node); return Math.max(node.getBoundingClientRect().right, range.getBoundingClientRect().right); };
    const last = [...box.querySelectorAll('*')].filter((node) => seen(node) && reach(node) > edge).pop();
    return last ? `${last.tagName}.${last.className} ${last.textContent.slice(0, 60)}` : 'nothing that is seen';
  };
  const found = [...document.querySelectorAll('.error-block')].filter(seen).map((node) => `a fault: ${node.textContent}`);
  const { scrollWidth } = document.documentElement;
  if (scrollWidth > innerWidth + 1) found.push(`${scrollWidth} points wide where there are ${innerWidth}`);
  // The main part may scroll down, and a table in it to the side; the main part itself never does.
  for (const node of document.querySelectorAll('main, .overlay-panel, .overlay-body, .settings-page, .floor-body')) {
    if (seen(node) && node.scrollWidth > node.clientWidth + 1 && getComputedStyle(node).overflowX !== 'visible') found.push(`${node.className || node.tagName} is ${node.scrollWidth} points wide where there are ${node.clientWidth}: ${culprit(node)}`);
  }
  const keys = /(?:^|\s)[a-z_]+(?:\.[a-z_]+){1,3}(?:\s|$)/;
  for (const node of document.querySelectorAll('button, h1, h2, h3, label, th, .hint, .chip, .badge')) if (seen(node) && node.childElementCount === 0 && keys.test(node.textContent)) found.push(`a key instead of words: ${node.textContent}`);
  return found;
});

async function take(page, name, look) {
  await until(async () => await page.locator('.skeleton:visible').count() === 0 || 'still loading', name, LOADED_MS);
  await page.evaluate(() => Promise.all(document.getAnimations().filter((one) => one.effect?.getTiming().iterations !== Infinity).map((one) => one.finished.catch(() => undefined))));
  await page.waitForTimeout(SETTLE_MS);
  await page.screenshot({ path: `${folder}/${name}.${look}.png`, animations: 'disabled' });
  const found = await wrong(page);
  if (found.length > 0) throw new Error(found.join('\n'));
}

/** One scene in every look: each is tried, and all that failed are named. */
const inLooks = (name, run) => step(name, async () => {
  const faults = [];
  for (const look of looks) {
    try { await run(...look); } catch (fault) { faults.push(`${look[0]}: ${String(fault.message).split('\n').slice(0, 3).join(' ')}`); }
  }
  if (faults.length > 0) throw new Error(faults.join('\n'));
});

async function known(lead) {
  const all = (await call(lead, 'GET', '/conversations?view=all&order=recent&limit=100')).body.items;
  const one = all.find(({ contact }) => contact.name === '蒋文博') ?? all.find(({ priority }) => priority === 'urgent') ?? all[0];
  return { busy: one.id, contact: one.contact.id };
}

export async function gallery(all) {
  mkdirSync(folder, { recursive: true });
  const { server } = all;
  const people = new Map();
  const person = async (who) => {
    if (!people.has(who)) people.set(who, await all.desk(who, { timezoneId: 'Asia/Shanghai' }));
    return people.get(who);
  };
  const lead = await person('mingge');
  const ids = await known(lead);
  const admin = await person('admin');
  const links = (page) => page.locator('.rail a, .customer-nav a, .floor-nav a').evaluateAll((found) => found.map((one) => one.getAttribute('href')));
  await step('every page that a menu leads to has a scene', async () => {
    const shown = new Set(scenes.map(({ path }) => path));
    const missing = [];
    for (const path of ['/customers', '/floor']) {
      await lead.goto(`${server.desk}${path}`);
      await lead.locator('.customer-nav a, .floor-nav a').first().waitFor();
      missing.push(...(await links(lead)).filter((one) => !shown.has(same[one] ?? one)));
    }
    if (missing.length > 0) throw new Error([...new Set(missing)].join(' '));
  });
  await admin.goto(`${server.desk}/settings`);
  await admin.locator('.settings-nav a').first().waitFor();
  const settings = await admin.locator('.settings-nav a').evaluateAll((found) => found.map((one) => one.getAttribute('href')));
  for (const path of settings) scenes.push(...settingsScenes(path));
  for (const scene of scenes.filter(({ name }) => wanted(name))) {
    await inLooks(scene.name, async (look, language, theme, size) => {
      const page = await person(scene.who);
      await page.setViewportSize(size ?? (scene.phone ? PHONE : SMALL));
      await call(page, 'PATCH', '/me', { language, theme });
      await page.goto(`${server.desk}${typeof scene.path === 'function' ? scene.path(ids) : scene.path}`);
      await page.locator('.shell, .wallboard').first().waitFor();
      if (size && await page.locator('.conn').count() > 0) await linked(page);
      try { await scene.then?.(page); } catch (fault) {
        await page.screenshot({ path: `${folder}/${scene.name}.${look}.png`, animations: 'disabled' });
        throw fault;
      }
      if (scene.optional && await page.getByRole('dialog').count() === 0) return;
      await take(page, scene.name, look);
    });
  }
  await outside(all, admin);
  for (const page of people.values()) await call(page, 'PATCH', '/me', { theme: 'light', language: 'zh-CN' });
}

/** A page of the settings; the form for something new, and the first thing there is, where it has such. */
function settingsScenes(path) {
  const name = `settings-${path.split('/').pop()}`;
  const opened = (button) => async (page) => {
    await until(async () => await page.locator('.skeleton:visible').count() === 0 || 'still loading', name, LOADED_MS);
    const one = page.locator(button).first();
    if (await one.count() === 0 || await one.isDisabled()) return;
    await one.click();
    await page.getByRole('dialog').waitFor({ timeout: 2_000 }).catch(() => undefined);
  };
  return [
    { name, who: 'admin', phone: true, path, then: shows('.settings-head h1') },
    { name: `${name}-new`, who: 'admin', optional: true, path, then: opened('.settings-page .settings-bar .btn-primary') },
    { name: `${name}-open`, who: 'admin', optional: true, path, then: opened('.settings-page table tbody .link-btn, .settings-page table tbody tr.row-open') },
  ];
}

/** What people see who are not at the desk: the sign-in and its kin, the shop, and a talk through the widget with its other side. */
async function outside(all, admin) {
  const { server } = all;
  const nobody = (look) => all.page({ who: 'nobody', viewport: look[3] ?? PHONE, colorScheme: look[2], locale: look[1], timezoneId: 'Asia/Shanghai' });
  const asNobody = async (name, run) => { if (wanted(name)) await inLooks(name, async (...look) => { const page = await nobody(look); await run(page, look[0], look); await page.context().close(); }); };
  const enter = async (page, login, password) => {
    await page.goto(server.desk);
    await page.locator('input[autocomplete=username]').fill(login);
    await page.locator('input[autocomplete=current-password]').fill(password);
  };
  await asNobody('sign-in', async (page, look) => {
    await enter(page, '', '');
    await take(page, 'sign-in', look);
    await page.getByRole('button', { name: /忘记密码|Forgot/ }).click();
    await take(page, 'sign-in-forgot', look);
  });
  await asNobody('sign-in-refused', async (page, look) => {
    await enter(page, 'mingge', 'not the password');
    await page.locator('form button[type=submit]').click();
    await page.locator('[role=alert]').waitFor();
    await page.screenshot({ path: `${folder}/sign-in-refused.${look}.png`, animations: 'disabled' });
  });
  await asNobody('invite', async (page, look) => {
    const { items } = (await call(admin, 'GET', '/users?limit=100')).body;
    const { invite_url } = (await call(admin, 'POST', `/users/${items.find((one) => one.login === 'heming')?.id ?? items.at(-1).id}/reset`)).body;
    await page.goto(invite_url);
    await page.locator('input[autocomplete=new-password]').nth(1).waitFor();
    await take(page, 'invite', look);
  });
  await asNobody('setup-closed', async (page, look) => {
    await page.goto(`${server.desk}/setup#token=none`);
    await page.locator('main h1').waitFor();
    await take(page, 'setup-closed', look);
  });
  await asNobody('unreachable', async (page, look) => {
    await enter(page, 'mingge', PASSWORD);
    await page.locator('form button[type=submit]').click();
    await page.locator('.shell').waitFor();
    await page.route('**/api/v1/**', (route) => route.abort());
    await page.goto(server.desk);
    await page.locator('main h1').waitFor();
    await take(page, 'unreachable', look);
  });
  await asNobody('shop', async (page, look, [, language]) => {
    await page.goto(`${server.public}/shop/?client=${language === 'en' ? 'harbor' : 'yunfu'}`);
    await page.locator('button[aria-expanded]').waitFor();
    await take(page, 'shop', look);
  });
  if (wanted('widget')) await inLooks('widget', async (look, language, theme, size) => {
    const english = language === 'en';
    const agent = await all.desk(english ? 'owen' : 'xiaolan', { viewport: size ?? SMALL, timezoneId: 'Asia/Shanghai' });
    await call(agent, 'PATCH', '/me', { language, theme });
    await agent.reload();
    await linked(agent);
    await takeUpWork(agent);
    const visitor = await all.visitor(english ? 'harbor' : 'yunfu', { viewport: size ?? PHONE, colorScheme: theme, timezoneId: 'Asia/Shanghai' });
    await take(visitor, 'widget', look);
    const words = english ? 'Is the storm coat waterproof?' : '你好，我的提现还没有到账';
    await visitor.say(words);
    await visitor.chat.locator('.m.me').first().waitFor();
    await agent.locator('.reservation').first().waitFor();
    await take(agent, 'widget-offer', look);
    await take(visitor, 'widget-waiting', look);
    await acceptUntil(agent, words);
    const answer = english ? 'It is, up to a water column of ten metres. Which size do you wear?' : '您好，我马上为您查这笔提现，请稍等';
    await reply(agent, answer);
    await visitor.chat.locator('.m.agent', { hasText: answer }).waitFor();
    await agent.locator('.msg.ours .state-mark.read').waitFor();
    await take(agent, 'widget-desk', look);
    await take(visitor, 'widget-answered', look);
    const id = openId(agent);
    const ended = await call(agent, 'POST', `/conversations/${id}/resolve`, { disposition: { kind: 'consult', category: (await call(agent, 'GET', `/conversations/${id}`)).body.category, outcome: 'solved' } });
    if (ended.status !== 200) throw new Error(`ending: ${JSON.stringify(ended)}`);
    await visitor.waitForTimeout(1_500);
    await take(visitor, 'widget-ended', look);
    await take(agent, 'widget-desk-ended', look);
    await agent.context().close();
    await visitor.context().close();
  });
}
