// Everything that comes from outside is text: names, messages, file names, attributes, pages. Each payload of the list is
// sent through the API inbox, the widget and the interface, and looked at wherever the desk and the widget show it.
import assert from 'node:assert/strict';
import { createHmac, randomUUID } from 'node:crypto';
import { fileNames, payloads, RUNNING_HTML, RUNNING_SVG } from './payloads.mjs';
import { acceptUntil, call, linked, open, openId, PNG, step, takeUpWork, until } from './rig.mjs';

/** Texts one message carries to a thread that shows many. */
const PACK = 10;
/** Conversations that are opened one by one; the others are seen in lists. */
const OPENED = 24;
const NAME_MAX = 120;
const ATTRIBUTES = 6;

export async function xss(all) {
  const { server } = all;
  assert.ok(payloads.length >= 150);
  const admin = await all.desk('admin');
  const tenants = (await call(admin, 'GET', '/tenants?limit=100')).body.items;
  const tenant = tenants.find((one) => one.name.includes('Yunfu')).id;
  const line = (await call(admin, 'GET', '/lines?limit=100')).body.items.find((one) => one.tenant === tenant).id;
  let contacts = [];
  await step(`${payloads.length} payloads come in by the API inbox, as names and as words`, async () => {
    const inbox = await made(admin, '/inboxes', { tenant, line, channel: 'api', name: payloads[0] });
    const { secret } = await made(admin, `/inboxes/${inbox.id}/secret`, {});
    const taken = await inTurns(payloads, 8, (payload, n) => come(server, inbox.key, secret, { external_id: `m${n}`, contact: { external_id: `c${n}`, name: clip(payload) }, body: packed(n) }));
    assert.deepEqual(taken.filter((status) => status !== 201), []);
    contacts = await everyContact(admin, tenant, payloads.length);
  });
  await step('attributes, notes, tags, firms and pages carry them too', async () => {
    for (let n = 0; n < ATTRIBUTES; n += 1) await made(admin, '/attributes', { tenant, key: `p${n}`, label_en: clip(payloads[n], 60), label_zh: clip(payloads[n + 40], 60), kind: 'text' });
    const firm = await made(admin, '/organisations', { tenant, name: clip(payloads[17]) });
    const changed = await inTurns(contacts.slice(0, OPENED), 4, (contact, n) => call(admin, 'PATCH', `/contacts/${contact.id}`, {
      attributes: Object.fromEntries(Array.from({ length: ATTRIBUTES }, (_, k) => [`p${k}`, clip(payloads[(n * ATTRIBUTES + k) % payloads.length], 200)])),
      note: payloads[n], salutation: clip(payloads[n + 30], 40), tier: clip(payloads[n + 60], 40), organisation: firm.id, tags: [clip(payloads[n + 90], 40).replaceAll(',', ' ')],
    }));
    const refused = changed.filter((one) => one.status !== 200);
    assert.equal(refused.length, 0, JSON.stringify(refused[0]?.body));
  });
  const agent = await all.desk('xiaolan');
  await takeUpWork(agent);
  const visitor = await all.visitor('yunfu');
  await step('a visitor sends them in the widget, and files with such names', async () => {
    await visitor.say('开始测试');
    await acceptUntil(agent, '开始测试');
    for (let from = 0; from < payloads.length; from += PACK * 2) {
      const text = payloads.slice(from, from + PACK * 2).join('\n');
      await visitor.chat.locator('textarea').fill(text);
      await visitor.chat.locator('textarea').press('Enter');
    }
    const files = fileNames.map((name, n) => ({ name, mimeType: n % 2 ? 'text/plain' : 'image/png', buffer: n % 2 ? Buffer.from(`说明：${payloads[n]}`) : PNG }));
    await visitor.chat.locator('input[type=file]').setInputFiles(files.slice(0, 5));
    await visitor.chat.locator('.chip').first().waitFor();
    await visitor.chat.locator('.send').click();
    await agent.locator('.msg:not(.ours)', { hasText: payloads.at(-1).slice(0, 20) }).waitFor();
  });
  const id = openId(agent);
  await step('an agent sends them back with files; the widget shows them as words', async () => {
    for (let from = 0; from < payloads.length; from += PACK) {
      const sent = await call(agent, 'POST', `/conversations/${id}/messages`, { client_id: randomUUID(), mode: 'reply', body: payloads.slice(from, from + PACK).join('\n'), seen_seq: 0, force: true });
      assert.equal(sent.status, 201, JSON.stringify(sent.body));
    }
    const attachments = [];
    for (const [n, name] of fileNames.entries()) {
      const answer = await agent.evaluate(async ([to, what, body, type]) => {
        const said = await fetch(`/api/v1/attachments?conversation=${to}&name=${encodeURIComponent(what)}`, { method: 'POST', headers: { 'content-type': type }, body });
        return { status: said.status, body: await said.json() };
      }, [id, name, n % 2 ? RUNNING_HTML : RUNNING_SVG, n % 2 ? 'text/html' : 'image/svg+xml']);
      if (answer.status < 300) attachments.push(answer.body.id);
    }
    assert.ok(attachments.length > 0, 'some of the files are taken');
    const sent = await call(agent, 'POST', `/conversations/${id}/messages`, { client_id: randomUUID(), mode: 'reply', body: '附件', attachments: attachments.slice(0, 10), seen_seq: 0, force: true });
    assert.equal(sent.status, 201, JSON.stringify(sent.body));
    await visitor.chat.locator('.m.agent .file, .m.agent .picture').first().waitFor();
    const shown = await visitor.chat.locator('.thread, main').first().evaluate((node) => node.textContent);
    assert.deepEqual(payloads.filter((one) => !squeezed(shown).includes(squeezed(one))), [], 'the widget shows each as it was written');
    for (const link of await visitor.chat.locator('.m a').all()) assert.match(await link.evaluate((node) => node.href), /^https?:/);
  });
  await step('what was uploaded is never opened as a page', async () => {
    for (const [who, screen] of [[agent, agent.locator('.messages')], [visitor, visitor.chat]]) {
      for (const file of await screen.locator('a.file').all()) {
        const answer = await who.context().request.get(await file.evaluate((node) => node.href));
        const head = answer.headers();
        assert.match(head['content-security-policy'] ?? '', /sandbox/);
        assert.match(head['content-disposition'] ?? '', /^attachment/);
        assert.equal(head['x-content-type-options'], 'nosniff');
      }
    }
  });
  await step('the desk shows them in list, thread, context, customers, search and palette', async () => {
    const boss = await all.desk('mingge');
    await boss.locator('.list-views').getByText('全部').click();
    await scrolled(boss, '.list-rows', '.row');
    await boss.goto(`${server.desk}/customers`);
    await boss.locator('main, .page').first().waitFor();
    const rows = (await call(boss, 'GET', '/conversations?view=all&limit=100')).body.items.filter((row) => row.channel === 'api');
    assert.ok(rows.length >= OPENED);
    const wanted = new Set(contacts.slice(0, OPENED).map((one) => one.id));
    const opened = [...rows.filter((row) => wanted.has(row.contact.id)), ...rows.filter((row) => !wanted.has(row.contact.id))].slice(0, OPENED);
    for (const row of [...opened, { id }]) {
      await open(boss, row.id, server);
      await boss.locator('.contact .contact-name').waitFor();
      await boss.locator('.messages .msg').first().waitFor();
    }
    await scrolled(boss, '.messages', '.msg', true);
    await boss.goto(`${server.desk}/customers/${contacts[0].id}`);
    await boss.locator('.contact-name').first().waitFor();
    await linked(boss);
    await boss.keyboard.press('Control+k');
    for (const words of ['script', 'onerror', 'svg', 'javascript', 'iframe', 'alert', 'img', '客户', 'data', 'mark']) {
      await boss.locator('.palette input').fill(words);
      await until(async () => await boss.locator('.palette-none', { hasText: '正在搜索' }).count() === 0 || words, 'the search answers');
      await boss.locator('.palette [role=option], .palette-none').first().waitFor();
    }
  });
  await step('nothing ran, no dialog opened, nothing was asked of a stranger, no policy was broken', async () => {
    assert.deepEqual([all.executions, all.dialogs, all.strangers, all.faults], [[], [], [], []]);
  });
}

const clip = (text, max = NAME_MAX) => [...text.replace(/[\u0000-\u001f\u007f]/g, ' ')].slice(0, max).join('').trim() || 'x';
const squeezed = (text) => text.replace(/[\s\u0000-\u001f\u007f\ufeff]+/g, '');
/** Its own payload and the next ones: so every conversation that is opened shows several. */
const packed = (n) => Array.from({ length: PACK }, (_, k) => payloads[(n * PACK + k) % payloads.length]).join('\n');

async function made(page, path, body) {
  const answer = await call(page, 'POST', path, body);
  assert.ok(answer.status < 300, `${path}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}

/** Does something for each, so many at once. */
async function inTurns(list, width, run) {
  const out = [];
  for (let from = 0; from < list.length; from += width) out.push(...await Promise.all(list.slice(from, from + width).map((one, k) => run(one, from + k))));
  return out;
}

/** Sends a message to an API inbox, signed as Standard Webhooks has it. */
async function come(server, key, secret, message) {
  const body = JSON.stringify(message);
  const [id, at] = [randomUUID(), Math.floor(Date.now() / 1000)];
  const mac = createHmac('sha256', Buffer.from(secret.replace(/^whsec_/, ''), 'base64')).update(`${id}.${at}.${body}`).digest('base64');
  const answer = await fetch(`${server.public}/in/v1/${key}`, { method: 'POST', body, headers: { 'content-type': 'application/json', 'webhook-id': id, 'webhook-timestamp': String(at), 'webhook-signature': `v1,${mac}` } });
  return answer.status === 201 ? 201 : `${answer.status} ${await answer.text()}`;
}

/** The newest contacts of a client. */
async function everyContact(page, tenant, enough) {
  const found = [];
  let cursor = '';
  for (let pages = 0; pages < 10 && found.length < enough; pages += 1) {
    const answer = (await call(page, 'GET', `/contacts?tenant=${tenant}&limit=100${cursor && `&cursor=${cursor}`}`)).body;
    found.push(...answer.items);
    if (!answer.next) break;
    cursor = encodeURIComponent(answer.next);
  }
  return found.filter((one) => one.handles.some((handle) => handle.kind === 'external'));
}

/** Scrolls a list to its end, or with `up` to its beginning, so that every row has stood on the screen. */
async function scrolled(page, box, row, up = false) {
  await page.locator(`${box} ${row}`).first().waitFor();
  await page.locator(box).evaluate(async (node, upwards) => {
    let still = 0;
    for (let n = 0; n < 400 && still < 4; n += 1) {
      const before = node.scrollTop;
      node.scrollTop += (upwards ? -1 : 1) * node.clientHeight * 0.8;
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      still = node.scrollTop === before ? still + 1 : 0;
    }
  }, up);
}
