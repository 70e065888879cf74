// Usable by everybody: axe-core finds nothing serious on the desk, its settings, the sign-in and the widget; light, dark,
// narrow and in larger type.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { call, open, step } from './rig.mjs';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const settings = ['account', 'clients', 'inboxes', 'queues', 'thresholds', 'calendars', 'records', 'users', 'roles', 'teams', 'skills', 'tokens', 'webhooks', 'audit', 'words', 'protection'];

export async function axe(all) {
  const { server } = all;
  await step('the sign-in', async () => {
    const page = await all.page({ who: 'nobody' });
    const refused = [];
    page.on('response', (answer) => { if (answer.status() >= 400) refused.push(answer.url()); });
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      await page.goto(server.desk);
      await page.locator('input[autocomplete=username]').waitFor();
      await judge(page, `sign-in, ${colorScheme}`);
    }
    if (refused.length > 0) throw new Error(`asked in vain: ${refused.join(' ')}`);
  });
  const page = await all.desk('mingge');
  const { id, contact } = (await call(page, 'GET', '/conversations?view=open&limit=20')).body.items[0];
  for (const theme of ['light', 'dark']) {
    await step(`the desk, ${theme}`, async () => {
      await call(page, 'PATCH', '/me', { theme });
      await open(page, id, server);
      await page.locator('.list-views').getByText('全部').click();
      await page.locator('.list-rows .row').first().waitFor();
      await page.locator('.messages .msg').first().waitFor();
      await page.locator('.contact .contact-name').waitFor();
      await judge(page, 'conversation');
      for (const tab of ['小结', '历史']) {
        await page.getByRole('tab', { name: tab }).click();
        await page.locator('.disposition, .timeline').first().waitFor();
        await judge(page, tab);
      }
      await page.getByRole('tab', { name: '客户', exact: true }).click();
      await page.keyboard.press('Alt+n');
      await page.locator('.composer.note').waitFor();
      await judge(page, 'note');
      await page.keyboard.press('Alt+r');
      await page.keyboard.press('Alt+t');
      await page.getByRole('dialog').waitFor();
      await judge(page, 'transfer');
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      for (const [key, name] of [['Alt+u', 'merge'], ['Alt+w', 'forward']]) {
        await page.keyboard.press(key);
        await page.getByRole('dialog').waitFor();
        await judge(page, name);
        await page.keyboard.press('Escape');
        await page.getByRole('dialog').waitFor({ state: 'detached' });
      }
      await page.keyboard.press('Alt+k');
      await page.locator('.split-bar').waitFor();
      await judge(page, 'split');
      await page.locator('.split-bar .btn').first().click();
      await page.locator('.composer').waitFor();
      await page.keyboard.press('Control+k');
      await page.locator('.palette [role=option]').first().waitFor();
      await judge(page, 'palette');
      await page.keyboard.press('Escape');
      await page.goto(`${server.desk}/day`);
      await page.locator('.day-grid').waitFor();
      await judge(page, 'my day');
      await page.locator('.bell').click();
      await page.locator('.notices-list').waitFor();
      await judge(page, 'notices');
      await page.keyboard.press('Escape');
      await page.goto(`${server.desk}/customers/${contact.id}`);
      await page.locator('.contact-name').first().waitFor();
      await judge(page, 'customers');
    });
  }
  await step('the desk, narrow and in larger type', async () => {
    await call(page, 'PATCH', '/me', { theme: 'light', density: 'large' });
    for (const [width, height] of [[1024, 768], [390, 844]]) {
      await page.setViewportSize({ width, height });
      await open(page, id, server).catch(() => undefined);
      await page.locator('.messages .msg').first().waitFor();
      await judge(page, `conversation at ${width}`);
    }
    await page.goto(server.desk);
    await page.locator('.list').waitFor();
    await judge(page, 'list at 390');
    await call(page, 'PATCH', '/me', { density: 'normal' });
  });
  await step('the settings, light and dark', async () => {
    const admin = await all.desk('admin');
    for (const theme of ['light', 'dark']) {
      await call(admin, 'PATCH', '/me', { theme });
      for (const key of settings) {
        await admin.goto(`${server.desk}/settings/${key}`);
        await admin.locator('.settings-head h1').waitFor();
        await admin.locator('.skeleton').first().waitFor({ state: 'detached' });
        await judge(admin, `${key}, ${theme}`);
      }
    }
  });
  await step('the floor in figures, light and dark', async () => {
    const lead = await all.desk('admin');
    for (const theme of ['light', 'dark']) {
      await call(lead, 'PATCH', '/me', { theme });
      for (const [path, ready] of [['/monitor', '.monitor-table tbody tr'], ['/wallboard', '.wall-tile'], ['/reports', '.report-table tbody tr']]) {
        await lead.goto(`${server.desk}${path}`);
        await lead.locator(ready).first().waitFor();
        await judge(lead, `${path}, ${theme}`);
      }
    }
  });
  for (const colorScheme of ['light', 'dark']) {
    await step(`the widget, ${colorScheme}`, async () => {
      const visitor = await all.visitor('harbor', { colorScheme });
      await judge(visitor, 'empty');
      await visitor.say('Is the storm coat waterproof?');
      await visitor.chat.locator('.m.me').first().waitFor();
      await judge(visitor, 'with a message');
    });
  }
}

/** Fails with what is serious or critical on the page and in its frames. */
export async function judge(page, what) {
  for (const frame of page.frames()) {
    // The paper of a mail runs no scripts, not even these.
    if (/^about:(blank|srcdoc)$/.test(frame.url())) continue;
    if (!await frame.evaluate(() => 'axe' in window)) await frame.evaluate(source);
    const found = await frame.evaluate(async () => {
      // What is still fading in is fainter than anybody reads it.
      await Promise.all(document.getAnimations().filter((one) => one.effect?.getTiming().iterations !== Infinity).map((one) => one.finished.catch(() => undefined)));
      // The watermark is meant to be faint: it is for photographs, and hidden from those who read by ear.
      const { violations } = await window.axe.run({ exclude: ['.watermark'] }, { resultTypes: ['violations'], iframes: false });
      return violations.filter((one) => one.impact === 'serious' || one.impact === 'critical').map((one) => `${one.id}: ${one.nodes.slice(0, 4).map((node) => `${node.target.join(' ')} ${(node.any[0] ?? node.all[0] ?? node.none[0])?.message ?? ''}`).join(' | ')}`);
    });
    if (found.length > 0) throw new Error(`${what}: ${found.join('\n')}`);
  }
}
