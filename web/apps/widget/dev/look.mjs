// Walks through the widget in a real browser against the stand-in server: strict policies, several tabs, no network,
// accessibility; and takes pictures on the way. Fails on the first thing that is not so.
//   node dev/look.mjs [folder for pictures]
import { spawn } from 'node:child_process';
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const out = process.argv[2] ?? new URL('../../../../test-output/widget/', import.meta.url).pathname;
mkdirSync(out, { recursive: true });
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const port = 8711;
const shop = `http://localhost:${port + 1}/shop/`;

async function serve(at, env) {
  const mock = spawn(process.execPath, [new URL('mock.mjs', import.meta.url).pathname, String(at)], { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise((resolve) => mock.stdout.once('data', resolve));
  return mock;
}
const servers = [await serve(port, {}), await serve(port + 10, { CLOSED: '1' }), await serve(port + 20, { NO_WS: '1' }), await serve(port + 30, { FORM: '1' })];
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});

const faults = [];
async function visit({ client = 'yunfu', dark = false, phone = false, url = shop, context: shared, bypassCSP = false }) {
  const context = shared ?? await browser.newContext({
    colorScheme: dark ? 'dark' : 'light', viewport: phone ? { width: 390, height: 844 } : { width: 1180, height: 760 },
    hasTouch: phone, isMobile: phone, deviceScaleFactor: 2, locale: client === 'yunfu' ? 'zh-CN' : 'en-GB', bypassCSP,
  });
  const page = await context.newPage();
  page.on('console', (m) => { if (['error', 'warning'].includes(m.type())) faults.push(m.text()); });
  page.on('pageerror', (e) => faults.push(String(e)));
  await page.goto(`${url}?client=${client}`);
  await page.locator('button[aria-expanded]').waitFor();
  return { page, context, frame: page.frameLocator('#hark-frame'), launcher: page.locator('button[aria-expanded]') };
}
const picture = (page, name) => page.screenshot({ path: `${out}/${name}.png` });
const panel = (page, name) => page.locator('#hark-frame').screenshot({ path: `${out}/${name}.png` });
const write = async (frame, text) => { const field = frame.locator('textarea'); await field.fill(text); await field.press('Enter'); };

async function axe(page, what) {
  const frame = page.frames().find((f) => f.url().includes('/w/v1/frame'));
  await frame.evaluate(axeSource);
  const { violations } = await frame.evaluate(() => globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
  for (const v of violations) console.log(`axe ${what}: ${v.impact} ${v.id} ${v.nodes.map((n) => n.html.slice(0, 120)).join(' | ')}`);
  assert.equal(violations.filter((v) => ['serious', 'critical'].includes(v.impact)).length, 0, `axe ${what}`);
}

/** The form before, by keyboard alone, and the survey after. */
async function asked(client, dark, phone) {
  const name = `${client}-${dark ? 'dark' : 'light'}-${phone ? '390x844' : '380x600'}`;
  const { page, frame, context } = await visit({ client, dark, phone, bypassCSP: true, url: `http://localhost:${port + 31}/shop/` });
  await page.locator('.ask:visible').click();
  await frame.locator('form.ask select').waitFor();
  await axe(page, `${name} form`);
  await write(frame, client === 'yunfu' ? '请帮我看看退款' : 'Please look at my return');
  await frame.locator('form.ask [role=alert]').waitFor();
  assert.equal(await frame.locator('article.me').count(), 0, 'nothing goes before the form is filled in');
  await panel(page, `${name}-6-form`);
  await frame.locator('select').selectOption({ index: 1 });
  await frame.locator('form.ask input[type=checkbox]').press('Space');
  await frame.locator('textarea').press('Enter');
  await frame.locator('article.me').waitFor();
  await frame.locator('form.ask').waitFor({ state: 'detached' });
  await frame.locator('button.end').click({ timeout: 15_000 });
  await frame.locator('button.end.sure').click();
  await frame.locator('form.ask .scale').first().waitFor();
  await frame.locator('input[name=score]').nth(4).press('Space');
  await frame.locator('input[name=attitude]').nth(3).press('Space');
  await axe(page, `${name} survey`);
  await panel(page, `${name}-7-survey`);
  await frame.locator('.wide').click();
  await frame.locator('form.ask').waitFor({ state: 'detached' });
  // After the end the conversation is offered as a letter, by keyboard too.
  await frame.locator('.letter.ended button').waitFor();
  await axe(page, `${name} letter`);
  await panel(page, `${name}-8-letter`);
  await frame.locator('.letter.ended button').press('Enter');
  await frame.locator('.letter [role=status]', { hasText: 'l***@example.com' }).waitFor();
  await context.close();
}

async function conversation(client, dark, phone) {
  const name = `${client}-${dark ? 'dark' : 'light'}-${phone ? '390x844' : '380x600'}`;
  const { page, frame, context } = await visit({ client, dark, phone, bypassCSP: true });
  if (!phone) await picture(page, `${name}-shop`);
  await page.locator('.ask:visible').click();
  await frame.locator('textarea').waitFor();
  await panel(page, `${name}-1-open`);
  const zh = client === 'yunfu';
  await write(frame, zh ? '你好，我刚才付款失败了，但是银行卡扣了钱' : 'Hello, the jumper from order 88213 is too small');
  await page.waitForTimeout(700);
  await panel(page, `${name}-2-queue`);
  await write(frame, zh ? '已经扣了两次，订单还是失败，什么时候能退？' : 'Can I swap it for a medium?');
  await frame.locator('.writing').waitFor();
  await panel(page, `${name}-3-typing`);
  await frame.locator('.m.agent a').first().waitFor();
  await page.waitForTimeout(3500);
  await write(frame, '/refuse');
  await frame.locator('.meta.failed').waitFor();
  await frame.locator('input[type=file]').setInputFiles([
    { name: zh ? '扣款短信.png' : 'label.png', mimeType: 'image/png', buffer: await page.screenshot({ clip: { x: 0, y: 0, width: 320, height: 160 } }) },
    { name: zh ? '对账单.pdf' : 'invoice.pdf', mimeType: 'application/pdf', buffer: Buffer.alloc(186_000) },
    { name: 'virus.exe', mimeType: 'application/x-msdownload', buffer: Buffer.alloc(10) },
  ]);
  await frame.locator('.chip').first().waitFor();
  await panel(page, `${name}-4-files`);
  await frame.locator('.send').click();
  await frame.locator('a.picture img').waitFor();
  await page.waitForTimeout(400);
  await panel(page, `${name}-5-talk`);
  await axe(page, name);
  await context.close();
}

try {
  if (!process.env.SKIP) for (const [client, dark, phone] of [['yunfu', false, false], ['yunfu', true, false], ['harbor', false, false], ['harbor', true, false], ['yunfu', false, true], ['harbor', true, true]]) {
    await conversation(client, dark, phone);
    await asked(client, dark, phone);
  }

  // Strict policies: the page's Trusted Types and the frame's "nothing inline" are in force, and nothing was reported.
  {
    const { page, frame, launcher, context } = await visit({});
    await launcher.focus();
    await page.keyboard.press('Enter');
    await frame.locator('textarea').waitFor();
    await page.waitForTimeout(300);
    assert.equal(await frame.locator('textarea').evaluate((e) => document.activeElement === e), true, 'the field has focus');
    // A file dropped on the panel, and one pasted, wait as chips.
    for (const kind of ['drop', 'paste']) {
      await frame.locator(kind === 'drop' ? 'main' : 'textarea').evaluate((at, type) => {
        const data = new DataTransfer();
        data.items.add(new File(['x'], `${type}.png`, { type: 'image/png' }));
        at.dispatchEvent(type === 'drop' ? new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true })
          : new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
      }, kind);
      await frame.locator('.chip').getByText(`${kind}.png`).waitFor();
    }
    await page.keyboard.type('你好');
    await page.keyboard.press('Enter');
    await frame.locator('.state').first().waitFor();
    await page.keyboard.press('Escape');
    assert.equal(await launcher.getAttribute('aria-expanded'), 'false');
    assert.equal(await page.evaluate(() => document.activeElement?.shadowRoot?.activeElement?.tagName), 'BUTTON', 'focus came back');
    // The agent answers while the panel is shut: a badge.
    await page.locator('button[aria-expanded] b:visible').waitFor({ timeout: 15_000 });
    await picture(page, 'badge');
    assert.match(await launcher.getAttribute('aria-label'), /条新消息/);
    await launcher.click();
    await page.locator('button[aria-expanded] b').waitFor({ state: 'hidden' });
    await context.close();
  }

  // Two tabs, one socket; both show the same; the second goes on when the first is closed.
  {
    const sockets = [];
    const one = await visit({});
    one.page.on('websocket', (s) => sockets.push(s));
    await one.launcher.click();
    const two = await visit({ context: one.context });
    two.page.on('websocket', (s) => sockets.push(s));
    await two.launcher.click();
    await write(two.frame, '从第二页写来');
    await one.frame.getByText('从第二页写来').waitFor();
    assert.equal(sockets.length, 1, 'one socket for two tabs');
    await one.page.close();
    await write(two.frame, '第一页已经关闭');
    await two.frame.locator('.m.me:not(.sending)').getByText('第一页已经关闭').waitFor();
    await two.context.close();
  }

  // Without a network: five messages wait, and arrive once, in order.
  {
    const { page, frame, launcher, context } = await visit({});
    await launcher.click();
    await write(frame, '开始');
    await frame.locator('.m.me:not(.sending)').waitFor();
    await context.setOffline(true);
    // The browser leaves open sockets alone; the stand-in cuts them.
    servers[0].kill('SIGUSR2');
    await frame.locator('.line.broken').waitFor();
    for (const n of [1, 2, 3, 4, 5]) await write(frame, `离线 ${n}`);
    await page.waitForTimeout(500);
    await panel(page, 'offline');
    await context.setOffline(false);
    await frame.locator('.m.sending').first().waitFor({ state: 'detached', timeout: 40_000 });
    await frame.locator('.m.me:not(.sending)').getByText('离线 5').waitFor();
    assert.deepEqual(await frame.locator('.m.me .bubble').allTextContents(), ['开始', '离线 1', '离线 2', '离线 3', '离线 4', '离线 5']);
    await context.close();
  }

  // Closed hours, and a network that lets no socket through.
  for (const client of ['yunfu', 'harbor']) {
    const { page, frame, launcher, context } = await visit({ client, url: `http://localhost:${port + 11}/shop/` });
    await launcher.click();
    await frame.locator('textarea').waitFor();
    await page.waitForTimeout(300);
    await panel(page, `${client}-closed`);
    await context.close();
  }
  const before = faults.length;
  {
    const { frame, launcher, context } = await visit({ url: `http://localhost:${port + 21}/shop/` });
    await launcher.click();
    await write(frame, '没有长连接');
    await frame.locator('.m.agent .bubble:not(.writing)').waitFor({ timeout: 40_000 });
    await context.close();
  }
  // Refused sockets and requests without a network are reported by the browser; they were the point.
  const unexpected = faults.slice(0, before).filter((f) => !/ERR_INTERNET_DISCONNECTED|can escape its sandboxing/.test(f));
  assert.deepEqual(unexpected, []);
  console.log('all is as it should be');
} finally {
  await browser.close();
  for (const server of servers) server.kill();
}
