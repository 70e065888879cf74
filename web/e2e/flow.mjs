// The whole way of one conversation: visitor, agent, note, mention, transfer, end, and again.
import assert from 'node:assert/strict';
import { acceptUntil, call, composer, linked, note, open, openId, ours, PNG, reply, step, takeUpWork, texts, theirs, until } from './rig.mjs';

/** Lives through one story; its parts build on each other. */
export async function flow(all, story) {
  const { server } = all;
  const { words } = story;
  const world = {};
  await step('an agent signs in and takes up work', async () => {
    world.lan = await all.desk(story.agent);
    assert.equal(await world.lan.locator('.state-time').count(), 0, 'no clock while signed off');
    await world.lan.getByRole('button', { name: words.signOn, exact: true }).click();
    await world.lan.locator('.state-btn .dot-green').waitFor();
  });
  const { lan } = world;
  const began = await step('a visitor writes; it rings at the agent, who accepts by Enter', async () => {
    world.visitor = await all.visitor(story.client);
    await world.visitor.say(story.ask);
    const card = await acceptUntil(lan, story.key);
    assert.doesNotMatch(card, /why\.|\d{12,}/, 'the card speaks words, not keys');
    await theirs(lan, story.key).waitFor();
    world.id = openId(lan);
    assert.ok((await lan.locator('.head h1').textContent()).trim().length > 0, 'the thread says who it is');
    await world.visitor.chat.getByText(story.alias).first().waitFor();
    await lan.locator('.contact .contact-name').waitFor();
    await lan.getByRole('tab', { name: words.history }).click();
    await lan.locator('.context-body').getByText(/\d/).first().waitFor();
    await lan.getByRole('tab', { name: words.contact, exact: true }).click();
  });
  if (!began) throw new Error('without the first conversation there is nothing to go on with');
  const { visitor, id } = world;
  await step('the answer reaches the visitor; delivered and read come back', async () => {
    await reply(lan, story.answer);
    await visitor.chat.locator('.m.agent', { hasText: story.answer }).waitFor();
    await ours(lan, story.answer).locator('.state-mark.read').waitFor();
    await visitor.say(story.more);
    await theirs(lan, story.more).waitFor();
    await visitor.chat.locator('.m.me .state.read').waitFor();
  });
  await step('typing is seen on both sides', async () => {
    await visitor.chat.locator('textarea').pressSequentially(story.typed);
    await lan.locator('.typing').waitFor();
    assert.ok((await lan.locator('.typing').textContent()).includes((await lan.locator('.head h1').textContent()).trim()), 'the mark says who writes');
    await visitor.chat.locator('textarea').fill('');
    await lan.locator('.typing').waitFor({ state: 'detached' });
    await lan.keyboard.press('Alt+r');
    await composer(lan).pressSequentially(story.typing);
    await visitor.chat.locator('.writing').waitFor();
    await composer(lan).fill('');
  });
  await step('nobody is told that they look at it themselves', async () => {
    assert.equal(await lan.locator('.looking').count(), 0);
  });
  await step('a note with a mention reaches the colleague and never the visitor', async () => {
    world.che = await all.desk(story.colleague);
    await note(lan, '');
    await composer(lan).pressSequentially(story.mention);
    await lan.locator('.mention-list [role=option]').first().click();
    await composer(lan).pressSequentially(story.note);
    await composer(lan).press('Enter');
    await lan.locator('.note:not(.pending)', { hasText: story.note }).waitFor();
    await lan.locator('.note .mention').first().waitFor();
    await world.che.locator('.list-views').getByText(words.mentions).click();
    await world.che.locator('.list-rows .row').first().waitFor();
    await reply(lan, story.afterNote);
    await visitor.chat.locator('.m.agent', { hasText: story.afterNote }).waitFor();
    assert.equal(await visitor.chat.getByText(story.note).count(), 0);
  });
  const { che } = world;
  await step('files go both ways', async () => {
    await visitor.chat.locator('input[type=file]').setInputFiles([{ name: 'sms 短信.png', mimeType: 'image/png', buffer: PNG }, { name: story.files.theirs, mimeType: 'text/plain', buffer: Buffer.from(story.files.theirsText) }]);
    await visitor.chat.locator('.chip').nth(1).waitFor();
    await visitor.chat.locator('.send').click();
    await lan.locator('.msg:not(.ours) .picture img').first().waitFor();
    await lan.locator('.msg:not(.ours) a.file', { hasText: story.files.theirs }).waitFor();
    const shown = await lan.locator('.msg:not(.ours) .picture img').first().evaluate((img) => img.decode().then(() => img.naturalWidth));
    assert.ok(shown > 0, 'the picture is shown');
    await lan.keyboard.press('Alt+r');
    await lan.locator('.composer.reply').waitFor();
    await lan.locator('.composer input[type=file]').setInputFiles([{ name: 'proof 凭证.png', mimeType: 'image/png', buffer: PNG }, { name: story.files.ours, mimeType: 'text/plain', buffer: Buffer.from(story.files.oursText) }]);
    await lan.locator('.uploads li').nth(1).waitFor();
    await until(async () => await lan.locator('.uploads li', { hasText: words.ready }).count() === 2 || await lan.locator('.uploads').textContent().catch(() => 'none'), 'both are uploaded');
    await reply(lan, story.files.with);
    await visitor.chat.locator('.m.agent a.picture img').first().waitFor();
    await visitor.chat.locator('.m.agent a.file', { hasText: story.files.ours }).waitFor();
    for (const [file, from, text] of [[lan.locator('.msg:not(.ours) a.file').first(), lan, story.files.theirsText], [visitor.chat.locator('.m.agent a.file').first(), visitor, story.files.oursText]]) {
      const answer = await from.context().request.get(await file.evaluate((link) => link.href));
      assert.equal(answer.status(), 200);
      assert.equal(await answer.text(), text);
    }
  });
  await step('a draft survives a reload', async () => {
    await lan.keyboard.press('Alt+r');
    await composer(lan).fill(story.draft);
    await lan.locator('.draft-saved', { hasText: /./ }).waitFor();
    await lan.reload();
    await until(async () => (await composer(lan).inputValue()) === story.draft || composer(lan).inputValue(), 'the draft is back');
    await linked(lan);
    await composer(lan).fill('');
    await lan.locator('.draft-saved').waitFor({ state: 'attached' });
  });
  await step('a reply begun before a colleague answered asks first', async () => {
    await composer(lan).fill(story.late);
    await open(che, id, server);
    await reply(che, story.between);
    await ours(che, story.between).waitFor();
    await composer(lan).press('Enter');
    await lan.locator('.guard', { hasText: story.between }).waitFor();
    assert.equal(await visitor.chat.getByText(story.late).count(), 0);
    await lan.locator('.guard').getByText(words.sendAnyway).click();
    await visitor.chat.locator('.m.agent', { hasText: story.late }).waitFor();
  });
  await step('handed to a colleague with reason and summary, who answers', async () => {
    await takeUpWork(che);
    await lan.keyboard.press('Alt+t');
    const dialog = lan.getByRole('dialog');
    await dialog.getByRole('combobox').click();
    await lan.locator('.ant-select-dropdown:visible .ant-select-item-option', { hasText: story.colleagueAlias }).first().click();
    await dialog.getByLabel(words.reason).fill(story.reason);
    await dialog.getByLabel(words.summary).fill(story.summary);
    await dialog.getByRole('button', { name: words.transfer, exact: true }).click();
    await lan.locator('.notice', { hasText: words.doneTransferred }).waitFor();
    // It rings at the colleague first, who sees from whom and why, and takes it.
    await che.locator('.reservation .reservation-from', { hasText: story.reason }).waitFor();
    await until(async () => {
      const rings = (await call(che, 'GET', '/reservations')).body.find((one) => one.conversation === id);
      if (!rings) return 'does not ring';
      return (await call(che, 'POST', `/reservations/${rings.id}/accept`)).status === 204 || 'not taken';
    }, 'the colleague takes it');
    await open(che, id, server);
    await che.locator('.event', { hasText: words.transferred }).last().waitFor();
    assert.doesNotMatch((await che.locator('.event').allTextContents()).join('\n'), /\d{12,}|why\./);
    await che.locator('.note', { hasText: story.summary }).waitFor();
    await reply(che, story.handed);
    await visitor.chat.locator('.m.agent', { hasText: story.handed }).waitFor();
    assert.equal(await visitor.chat.getByText(story.summary).count(), 0);
  });
  await step('ended with a disposition; the visitor sees it, writes again and it is open again', async () => {
    await che.keyboard.press('Alt+e');
    await che.locator('.disposition .pick').getByText(words.kind, { exact: true }).click();
    await che.locator('.disposition .pick').getByText(words.outcome, { exact: true }).click();
    await che.getByLabel(words.what).fill(story.done);
    await che.locator('#disposition-send').click();
    await che.locator('.notice', { hasText: words.doneResolved }).waitFor();
    await visitor.chat.getByText(words.ended).first().waitFor();
    await che.locator('.event', { hasText: words.resolved }).waitFor();
    await visitor.say(story.again);
    await theirs(che, story.again).waitFor();
    await che.locator('.event', { hasText: words.reopened }).waitFor();
    await until(async () => (await call(che, 'GET', `/conversations/${id}`)).body.status === 'open' || 'not open', 'open again');
  });
  await step('nothing on the way was doubled', async () => {
    await open(che, id, server);
    const said = [story.ask, story.answer, story.more, story.afterNote, story.files.with, story.between, story.late, story.handed, story.again];
    for (const one of said) {
      await until(async () => (await texts(che, one)).length === 1 || texts(che, one), one);
    }
    const seen = await visitor.chat.locator('.m').allTextContents();
    assert.deepEqual(said.map((one) => seen.filter((text) => text.includes(one)).length), said.map(() => 1), 'the visitor sees each once');
    assert.deepEqual(said.map((one) => seen.findIndex((text) => text.includes(one))), said.map((one) => seen.findIndex((text) => text.includes(one))).sort((a, b) => a - b), 'in order');
  });
}
