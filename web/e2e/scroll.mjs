// Ten thousand conversations in the list: what one frame of scrolling costs the page's main thread. The rows are made here,
// the list is the desk's own. Fails above the bound; prints what is written down in docs/measurements.
import assert from 'node:assert/strict';
import { step } from './rig.mjs';

const ROWS = 10_000;
const FRAME_MS_MAX = 8;
const WHEELS = 300;

function rows(like) {
  const now = Date.now();
  return Array.from({ length: ROWS }, (_, n) => ({
    ...like, id: String(5_000_000_000_000 + n), number: n + 1, status: 'open', assignee: null, snoozed_until: null, woke_at: null,
    waiting: n % 3 === 0 ? 'customer' : 'agent', waiting_since: n % 3 === 0 ? null : now - n * 900, due_at: n % 11 === 0 ? now + n * 1_000 : null, unread: n % 5, priority: n % 17 === 0 ? 'urgent' : 'normal',
    contact: { ...like.contact, name: `${like.contact.name} ${n}` }, last: { text: `第 ${n} 条消息：您好，我的订单什么时候发货？`, at: now - n * 1_000, by: 'contact', note: false },
  }));
}

/** Busy milliseconds of the page's main thread in each frame of a trace. */
function frames(trace) {
  const { traceEvents: events } = JSON.parse(trace.toString());
  const begins = events.filter((one) => one.name === 'BeginMainThreadFrame');
  const counts = new Map();
  for (const one of begins) counts.set(`${one.pid}.${one.tid}`, (counts.get(`${one.pid}.${one.tid}`) ?? 0) + 1);
  const [main] = [...counts].sort((a, b) => b[1] - a[1])[0] ?? [''];
  const own = (one) => `${one.pid}.${one.tid}` === main;
  const times = begins.filter(own).map((one) => one.ts).sort((a, b) => a - b);
  const tasks = events.filter((one) => own(one) && one.ph === 'X' && (one.name === 'RunTask' || one.name === 'ThreadControllerImpl::RunTask'));
  const busy = times.map(() => 0);
  let at = 0;
  for (const task of tasks.sort((a, b) => a.ts - b.ts)) {
    while (at + 1 < times.length && times[at + 1] <= task.ts + task.dur / 2) at += 1;
    busy[at] += task.dur / 1_000;
  }
  return busy.slice(1, -1).sort((a, b) => a - b);
}

export async function scroll(all) {
  const page = await all.desk('mingge');
  await step(`${ROWS} rows scroll with less than ${FRAME_MS_MAX} ms of main thread per frame`, async () => {
    const like = await page.evaluate(() => fetch('/api/v1/conversations?view=all&limit=1').then((answer) => answer.json()).then((body) => body.items[0]));
    const made = rows(like);
    await page.route(/\/api\/v1\/conversations\?.*view=queue/, (route) => route.fulfill({ json: { items: made, next: null, pos: 0 } }));
    await page.locator('.list-views [role=tab][data-key=queue]').click();
    await page.locator('.list-rows .row').nth(5).waitFor();
    await page.waitForTimeout(1_500);
    const box = await page.locator('.list-rows').boundingBox();
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    const browser = page.context().browser();
    await browser.startTracing(page, { categories: ['devtools.timeline', 'disabled-by-default-devtools.timeline', 'toplevel'] });
    for (let n = 0; n < WHEELS; n += 1) {
      await page.mouse.wheel(0, 420);
      await page.evaluate(() => new Promise((done) => { requestAnimationFrame(done); }));
    }
    const busy = frames(await browser.stopTracing());
    assert.ok(busy.length > WHEELS / 2, `only ${busy.length} frames were seen`);
    const top = await page.locator('.list-rows').evaluate((node) => node.scrollTop);
    assert.ok(top > 20_000, `it scrolled to ${top}`);
    const share = (p) => busy[Math.min(busy.length - 1, Math.floor(busy.length * p))].toFixed(1);
    console.log(`      ${busy.length} frames: median ${share(0.5)} ms, 95 % ${share(0.95)} ms, longest ${busy[busy.length - 1].toFixed(1)} ms; ${await page.locator('.list-rows .row').count()} rows in the page`);
    assert.ok(Number(share(0.95)) < FRAME_MS_MAX, `95 % of frames take ${share(0.95)} ms`);
  });
}
