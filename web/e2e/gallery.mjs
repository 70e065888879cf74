// Every page as a picture, for people to look at: `HARK_GALLERY=folder node e2e/run.mjs gallery`. Light and dark, Chinese and
// English, wide and narrow; `HARK_SCENES=floor,day` takes only those whose names begin so, `HARK_LOOKS=zh-light` only those looks.
import { mkdirSync } from 'node:fs';
import { call, linked, until } from './rig.mjs';

const folder = process.env.HARK_GALLERY ?? '/tmp/hark-gallery';
const PHONE = { width: 390, height: 844 };
const SMALL = { width: 1024, height: 768 };
const WIDE = { width: 1440, height: 900 };
/** (name, language, theme, size): what each scene is taken in. */
const looks = [
  ['zh-light', 'zh-CN', 'light', WIDE], ['zh-dark', 'zh-CN', 'dark', WIDE], ['en-light', 'en', 'light', WIDE], ['en-dark', 'en', 'dark', WIDE],
  ['zh-narrow', 'zh-CN', 'light', null],
];
const begins = (words, name) => !words || words.split(',').some((one) => name.startsWith(one));

const fromMenu = async (page, words) => {
  await page.locator('.head-acts .icon-btn').first().click();
  await page.getByRole('menuitem', { name: words }).click();
};
/** A page and what one does there before it is looked at; `phone` where it is made for phones too. */
const desk = [
  { name: 'conversation', who: 'mingge', phone: true, path: (at) => `/c/${at.busy}`, then: (page) => page.locator('.messages .msg').first().waitFor() },
  { name: 'list-all', who: 'mingge', phone: true, path: () => '/', then: (page) => page.locator('.list-views [role=tab]').nth(3).click() },
  { name: 'list-bulk', who: 'mingge', path: () => '/', then: async (page) => {
    await page.locator('.list-views [role=tab]').nth(3).click();
    for (const n of [0, 1, 2]) await page.locator('.list-rows .row').nth(n).click({ modifiers: ['Control'] });
  } },
  { name: 'list-views', who: 'mingge', path: () => '/', then: (page) => page.locator('.list-top .icon-btn, .list .icon-btn').first().click() },
  { name: 'macros', who: 'wanqing', path: (at) => `/c/${at.busy}`, then: (page) => page.keyboard.press('Alt+m') },
  { name: 'raise', who: 'nianan', path: () => '/', then: async (page) => { await page.locator('.list-rows .row').first().click(); await page.locator('.head h1').waitFor(); await page.keyboard.press('Alt+j'); } },
  { name: 'force', who: 'mingge', path: () => '/floor', then: async (page) => { await page.locator('.floor-table .icon-btn').first().click(); await page.getByRole('menuitem').last().click(); } },
  { name: 'snooze', who: 'wanqing', path: (at) => `/c/${at.busy}`, then: (page) => page.keyboard.press('Alt+z') },
  ...['phrases', 'disposition', 'history'].map((tab, at) => ({ name: `context-${tab}`, who: 'mingge', path: (ids) => `/c/${ids.busy}`, then: async (page) => {
    await page.locator('.context [role=tab], .context-tabs [role=tab]').nth(at + 1).click();
  } })),
  { name: 'composer-words', who: 'wanqing', path: (at) => `/c/${at.busy}`, then: async (page) => {
    await page.locator('.composer textarea').fill('蒋先生您放心，这笔钱百分之百到账，肯定能追回');
    await page.locator('.composer').getByRole('button').last().waitFor();
  } },
  { name: 'composer-later', who: 'wanqing', path: (at) => `/c/${at.busy}`, then: async (page) => {
    await page.locator('.composer textarea').fill('复核结果出来了，三家店已恢复收款');
    await page.locator('.composer').getByRole('button', { name: /定时|later/i }).first().click();
  } },
  { name: 'slash', who: 'wanqing', path: (at) => `/c/${at.busy}`, then: (page) => page.locator('.composer textarea').pressSequentially('/') },
  { name: 'transfer', who: 'mingge', path: (at) => `/c/${at.busy}`, then: (page) => page.keyboard.press('Alt+t') },
  { name: 'take-over', who: 'mingge', path: (at) => `/c/${at.busy}`, then: (page) => fromMenu(page, /接管|Take over/) },
  { name: 'whisper', who: 'mingge', path: (at) => `/c/${at.busy}`, then: async (page) => {
    await page.getByRole('button', { name: /旁听|Watch/ }).first().click();
    await page.getByRole('button', { name: /悄悄话|Whisper/ }).first().click();
  } },
  { name: 'why', who: 'mingge', path: (at) => `/c/${at.busy}`, then: (page) => fromMenu(page, /为何|Why/) },
  { name: 'palette', who: 'mingge', path: () => '/', then: async (page) => { await page.keyboard.press('Control+k'); await page.locator('.palette input').fill('退款'); } },
  { name: 'keys', who: 'mingge', path: () => '/', then: (page) => page.keyboard.press('?') },
  { name: 'state-menu', who: 'wanqing', path: () => '/', then: (page) => page.locator('.state-btn').click() },
  { name: 'notices', who: 'mingge', path: () => '/', then: (page) => page.locator('.bell').click() },
  { name: 'alerts', who: 'mingge', path: () => '/', then: (page) => page.locator('.alert-bell').click() },
  { name: 'day', who: 'wanqing', phone: true, path: () => '/day' },
  { name: 'day-lead', who: 'mingge', path: () => '/day' },
  { name: 'must-read', who: 'qinghe', phone: true, path: () => '/', then: (page) => page.locator('.must-read button').click() },
  { name: 'customers', who: 'mingge', phone: true, path: () => '/customers' },
  { name: 'customer', who: 'mingge', phone: true, path: (at) => `/customers/${at.contact}` },
  { name: 'customers-filter', who: 'mingge', path: () => '/customers', then: (page) => page.locator('.customers-find button').first().click() },
  { name: 'segments', who: 'mingge', path: () => '/customers/segments' },
  { name: 'duplicates', who: 'mingge', path: () => '/customers/duplicates' },
  { name: 'merge', who: 'mingge', path: () => '/customers/duplicates', then: async (page) => { await page.getByRole('button', { name: /合并|Merge/ }).first().click(); } },
  { name: 'blocks', who: 'mingge', path: () => '/customers/blocks' },
  { name: 'imports', who: 'mingge', path: () => '/customers/import' },
  { name: 'exports', who: 'mingge', path: () => '/customers/export' },
  { name: 'floor', who: 'mingge', phone: true, path: () => '/floor' },
  { name: 'hands', who: 'mingge', phone: true, path: () => '/floor/hands' },
  { name: 'briefings', who: 'mingge', path: () => '/floor/briefings' },
  { name: 'briefing', who: 'mingge', path: () => '/floor/briefings', then: (page) => page.locator('table tbody tr').first().click() },
  { name: 'handovers', who: 'mingge', path: () => '/floor/handovers', then: (page) => page.locator('table tbody tr').first().click() },
  { name: 'announcements', who: 'mingge', path: () => '/floor/announcements', then: (page) => page.locator('table tbody tr').first().click() },
  { name: 'monitor', who: 'admin', path: () => '/monitor' },
  { name: 'wallboard', who: 'admin', path: () => '/wallboard' },
  { name: 'report', who: 'mingge', path: () => '/reports', then: (page) => page.locator('.page-head .icon-btn').first().click() },
  { name: 'report-agents', who: 'mingge', path: () => '/reports', then: async (page) => { await page.locator('.page-head .icon-btn').first().click(); await page.locator('.report [role=tab]').nth(1).click(); } },
  { name: 'report-behind', who: 'mingge', path: () => '/reports', then: async (page) => { await page.locator('.page-head .icon-btn').first().click(); await page.waitForTimeout(900); await page.locator('.report-table tbody .figure-btn').first().click(); } },
  { name: 'thresholds', who: 'mingge', path: () => '/settings/thresholds' },
];

async function known(lead) {
  const rows = async (query) => (await call(lead, 'GET', `/conversations?${query}&limit=100`)).body.items;
  const all = await rows('view=all&order=recent');
  const busy = all.find((one) => one.contact.name === '蒋文博') ?? all.find((one) => one.priority === 'urgent') ?? all[0];
  const queued = all.find((one) => one.status === 'open' && one.agent) ?? busy;
  return { busy: busy.id, contact: busy.contact.id, queued: queued.id };
}

export async function gallery(all) {
  mkdirSync(folder, { recursive: true });
  const { server } = all;
  const people = new Map();
  const person = async (who) => {
    if (!people.has(who)) people.set(who, await all.desk(who, { timezoneId: 'Asia/Shanghai' }));
    return people.get(who);
  };
  const ids = await known(await person('mingge'));
  for (const [look, language, theme, size] of looks.filter(([name]) => begins(process.env.HARK_LOOKS, name))) {
    for (const scene of desk.filter(({ name }) => begins(process.env.HARK_SCENES, name))) {
      const page = await person(scene.who);
      await page.setViewportSize(size ?? (scene.phone ? PHONE : SMALL));
      await call(page, 'PATCH', '/me', { language, theme });
      await page.goto(`${server.desk}${scene.path(ids)}`);
      await page.locator('.shell, .wallboard').first().waitFor();
      if (size) await linked(page).catch(() => undefined);
      const odd = await Promise.resolve(scene.then?.(page)).then(() => null, (fault) => String(fault.message).split('\n')[0]);
      await until(async () => await page.locator('.skeleton:visible').count() === 0 || 'still loading', scene.name, 8_000).catch(() => undefined);
      await page.waitForTimeout(500);
      await page.screenshot({ path: `${folder}/${scene.name}.${look}.png`, animations: 'disabled' });
      if (odd) console.log(`      ${scene.name} ${look}: ${odd}`);
    }
  }
  await outside(all);
  for (const page of people.values()) await call(page, 'PATCH', '/me', { theme: 'light', language: 'zh-CN' });
}

/** What people see who are not at the desk: the sign-in and the widget, light and dark, both languages, at a phone's width too. */
async function outside(all) {
  const { server } = all;
  for (const [look, language, colorScheme, size] of looks.filter(([name]) => begins(process.env.HARK_LOOKS, name))) {
    const viewport = size ?? PHONE;
    const take = (page, name) => page.screenshot({ path: `${folder}/${name}.${look}.png`, animations: 'disabled' });
    if (begins(process.env.HARK_SCENES, 'sign-in')) {
      const page = await all.page({ who: 'nobody', viewport, colorScheme, locale: language, timezoneId: 'Asia/Shanghai' });
      await page.goto(server.desk);
      await page.locator('input[autocomplete=username]').waitFor();
      await take(page, 'sign-in');
      await page.getByRole('button', { name: /忘记密码|Forgot/ }).click();
      await take(page, 'forgot');
    }
    if (begins(process.env.HARK_SCENES, 'widget')) {
      const visitor = await all.visitor(language === 'en' ? 'harbor' : 'yunfu', { viewport, colorScheme, timezoneId: 'Asia/Shanghai' });
      await visitor.waitForTimeout(600);
      await take(visitor, 'widget');
      await visitor.say(language === 'en' ? 'Is the storm coat waterproof?' : '你好，我的提现还没有到账');
      await visitor.chat.locator('.m.me').first().waitFor();
      await visitor.waitForTimeout(1_500);
      await take(visitor, 'widget-waiting');
    }
  }
}
