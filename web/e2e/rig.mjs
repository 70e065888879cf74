// What every browser test stands on: a server of its own on free ports, a browser, a line to the server that can be cut,
// and a table of steps.
import { spawn } from 'node:child_process';
import { accessSync, constants, existsSync, mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { chromium } from 'playwright-core';
import { Database } from './database.mjs';

/** Longest wait for anything on a screen. */
export const WAIT_MS = Number(process.env.HARK_WAIT_MS ?? 20_000);
const READY_MS = 240_000;
const DEAD_MS = 20_000;
/** A picture of one point. */
export const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
export const PASSWORD = 'hark-demo-2026';

// ── Steps ──

const results = [];
/** `HARK_SHOTS` names a folder for pictures of every page at the moment a step failed. */
let shoot = async () => undefined;
export async function step(name, run) {
  const began = performance.now();
  try {
    await run();
    results.push({ name, fault: null });
    console.log(`  ✓ ${name} (${Math.round(performance.now() - began)} ms)`);
    return true;
  } catch (fault) {
    results.push({ name, fault });
    await shoot(results.length);
    console.log(`  ✗ ${name}\n      ${String(fault?.message ?? fault).split('\n').slice(0, 12).join('\n      ')}`);
    return false;
  }
}
/** A group of steps; what breaks it beyond its steps counts as one more that failed. */
export async function part(name, run) {
  const began = performance.now();
  console.log(`\n${name}`);
  try {
    await run();
  } catch (fault) {
    await step(`${name}, to its end`, () => { throw fault; });
  }
  console.log(`  ${((performance.now() - began) / 1000).toFixed(1)} s`);
}
/** Says how many passed, as the last line; did all? */
export function summary() {
  const failed = results.filter((one) => one.fault);
  console.log(`\nTests  ${results.length - failed.length} passed, ${failed.length} failed`);
  return failed.length === 0;
}

/** Waits until `ask` answers true; says what it last answered otherwise. */
export async function until(ask, what, ms = WAIT_MS) {
  const end = Date.now() + ms;
  let last;
  for (;;) {
    last = await ask();
    if (last === true) return;
    if (Date.now() > end) throw new Error(`${what}: ${JSON.stringify(last)}`);
    await new Promise((done) => setTimeout(done, 100));
  }
}

// ── The server ──

async function freeBase() {
  const free = (port) => new Promise((done) => {
    const probe = net.createServer().once('error', () => done(false)).listen(port, '127.0.0.1', () => probe.close(() => done(true)));
  });
  // Runs side by side begin at different places: a port is taken only once the program listens.
  for (let base = 18_600 + (process.pid % 97) * 10; base < 20_600; base += 10) {
    if ((await Promise.all([0, 1, 2, 3].map((at) => free(base + at)))).every(Boolean)) return base;
  }
  throw new Error('no free ports');
}

/** The program to test: `HARK_BIN`, else the debug build. */
function program() {
  const binary = resolve(process.env.HARK_BIN || new URL('../../target/debug/hark', import.meta.url).pathname);
  if (!existsSync(binary)) throw new Error(`HARK_BIN names the program to test; there is none at ${binary}`);
  return binary;
}

/** The browser: `HARK_CHROMIUM` or `CHROMIUM`, a name or a path, else what is on the path. */
function browserProgram() {
  const named = process.env.HARK_CHROMIUM || process.env.CHROMIUM;
  const folders = (process.env.PATH ?? '').split(delimiter);
  const runs = (file) => { try { accessSync(file, constants.X_OK); return true; } catch { return false; } };
  for (const name of named ? [named] : ['chromium', 'chromium-browser', 'google-chrome']) {
    const file = name.includes('/') ? name : folders.map((folder) => join(folder, name)).find(runs);
    if (file && runs(file)) return file;
  }
  throw new Error('missing: Chromium; on Debian: apt-get install chromium, or name it with CHROMIUM');
}

export class Server {
  /** `settings` are keys of the configuration, as `key=value`. */
  static async start(settings = []) {
    const server = new Server();
    server.settings = settings;
    server.binary = program();
    server.data = mkdtempSync(join(tmpdir(), 'hark-browser-'));
    if (process.env.HARK_STORE === 'postgres') server.database = Database.start();
    server.base = await freeBase();
    await server.run();
    return server;
  }

  /** The tests' own settings are none of the server's, and nobody's else reach it. */
  environment() {
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('HARK_')));
    env.HARK_MAIL_IN_RESOLVER = 'off';
    if (this.database) env.HARK_STORE_POSTGRES = this.database.url;
    return env;
  }

  /** Starts the program on its folder and waits until it says that it is ready. */
  async run() {
    const env = this.environment();
    const child = spawn(this.binary, [...this.settings.flatMap((one) => ['--set', one]), 'serve', '--demo', '--data', this.data, '--port-base', String(this.base), '--json'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.child = child;
    let said = '';
    await new Promise((done, fail) => {
      const timer = setTimeout(() => fail(new Error(`the server was not ready in time:\n${said.slice(-2000)}`)), READY_MS);
      const hear = (part) => {
        said = (said + part).slice(-20_000);
        const found = /\{"ready":(\{.*?\})\}/.exec(said);
        if (!found) return;
        clearTimeout(timer);
        Object.assign(this, JSON.parse(found[1]));
        done();
      };
      child.stdout.on('data', hear);
      child.stderr.on('data', hear);
      child.once('exit', (code) => { clearTimeout(timer); fail(new Error(`the server ended with ${code}:\n${said.slice(-2000)}`)); });
    });
  }

  /** Ends it without a word, as a power cut does. */
  async kill() {
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((done) => child.once('exit', done));
    child.kill('SIGKILL');
    await Promise.race([gone, new Promise((_, fail) => setTimeout(() => fail(new Error('the server did not end')), DEAD_MS).unref())]);
  }

  async end() {
    await this.kill();
    this.database?.end();
    rmSync(this.data, { recursive: true, force: true });
  }
}

// ── A line that can be cut ──

/** A SOCKS relay of one browser context: cut, it drops what is open and takes nothing new. */
class Wire {
  sockets = new Set();
  down = false;

  static async lay() {
    const wire = new Wire();
    wire.server = net.createServer((near) => wire.relay(near));
    await new Promise((done) => wire.server.listen(0, '127.0.0.1', done));
    wire.address = `socks5://127.0.0.1:${wire.server.address().port}`;
    return wire;
  }

  relay(near) {
    near.on('error', () => near.destroy());
    if (this.down) { near.destroy(); return; }
    this.keep(near);
    near.once('data', () => {
      near.write(Buffer.from([5, 0]));
      near.once('data', (asked) => {
        const [host, at] = asked[3] === 3 ? [asked.subarray(5, 5 + asked[4]).toString(), 5 + asked[4]]
          : asked[3] === 1 ? [asked.subarray(4, 8).join('.'), 8] : ['localhost', 20];
        // The tests have one server, on this machine; who asks for another is written down by the browser and gets nothing.
        if (host !== 'localhost' && host !== '127.0.0.1') { near.destroy(); return; }
        const far = net.connect(asked.readUInt16BE(at), host === 'localhost' ? '127.0.0.1' : host);
        this.keep(far);
        far.once('connect', () => {
          near.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]));
          near.pipe(far).pipe(near);
        });
        far.on('error', () => near.destroy());
        far.on('close', () => near.destroy());
        near.on('close', () => far.destroy());
      });
    });
  }

  keep(socket) {
    this.sockets.add(socket);
    socket.once('close', () => this.sockets.delete(socket));
  }

  cut() {
    this.down = true;
    for (const socket of this.sockets) socket.destroy();
  }
  mend() { this.down = false; }
  end() { this.cut(); this.server.close(); }
}

// ── The browser ──

/** Said by the browser itself about a line that is down, a refusal that a step asked for, or a test’s own script in a frame without scripts. */
const EXPECTED = /ERR_(INTERNET_DISCONNECTED|SOCKS|CONNECTION|PROXY|EMPTY_RESPONSE|NETWORK|ABORTED|TUNNEL|FAILED)|WebSocket (connection|is)|status of 4(01|04|09|22|29)|status of 50[234]|can escape its sandboxing|Blocked script execution in 'about:srcdoc'/;

export class Browsers {
  wires = [];
  faults = [];
  strangers = [];
  dialogs = [];
  executions = [];

  static async open(server) {
    const all = new Browsers();
    all.server = server;
    all.browser = await chromium.launch({
      executablePath: browserProgram(),
      args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    });
    const folder = process.env.HARK_SHOTS;
    if (folder) shoot = (n) => Promise.all(all.browser.contexts().flatMap((context) => context.pages()).map((page) => page.screenshot({ path: join(folder, `${n}-${page.who}.png`) }).catch(() => undefined)));
    return all;
  }

  /** A page of a person with a browser of their own. */
  async page(options = {}) {
    const wire = await Wire.lay();
    this.wires.push(wire);
    const context = await this.browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'zh-CN', proxy: { server: wire.address }, ...options });
    context.setDefaultTimeout(WAIT_MS);
    const who = options.who ?? 'page';
    await context.exposeBinding('__xss', (_, what) => { this.executions.push(`${who}: ${what}`); });
    const page = await context.newPage();
    page.on('console', (m) => { if (m.type() === 'error' && !EXPECTED.test(m.text())) this.faults.push(`${who}: ${m.text()}`); });
    page.on('pageerror', (fault) => this.faults.push(`${who}: ${fault}`));
    page.on('dialog', (dialog) => { this.dialogs.push(`${who}: ${dialog.type()} ${dialog.message()}`); void dialog.dismiss(); });
    const own = [this.server.desk, this.server.public, this.server.files].map((origin) => new URL(origin).host);
    context.on('request', (request) => {
      const { protocol, host } = new URL(request.url());
      if (/^(https?|wss?):$/.test(protocol) && !own.includes(host)) this.strangers.push(`${who}: ${request.url()}`);
    });
    return Object.assign(page, { wire, who });
  }

  async desk(login, options = {}) {
    const page = await this.page({ who: login, ...options });
    await page.goto(this.server.desk);
    await page.locator('input[autocomplete=username]').fill(login);
    await page.locator('input[autocomplete=current-password]').fill(PASSWORD);
    await page.locator('form button[type=submit]').click();
    await page.locator('.shell').waitFor();
    await linked(page);
    return page;
  }

  /** A customer in the shop, with the chat open. */
  async visitor(client, options = {}) {
    const page = await this.page({ who: `visitor of ${client}`, viewport: { width: 1180, height: 760 }, locale: client === 'yunfu' ? 'zh-CN' : 'en-GB', ...options });
    await page.goto(`${this.server.public}/shop/?client=${client}`);
    await page.locator('button[aria-expanded]').waitFor();
    await page.locator('.ask:visible').first().click();
    const frame = page.frameLocator('#hark-frame');
    await frame.locator('textarea').waitFor();
    return Object.assign(page, { chat: frame, say: async (text) => { await frame.locator('textarea').fill(text); await frame.locator('textarea').press('Enter'); } });
  }

  /** Everybody goes home: the pages of one part are no load on the next. */
  async leave() {
    await Promise.all(this.browser.contexts().map((context) => context.close()));
    for (const wire of this.wires.splice(0)) wire.end();
  }

  async close() {
    await this.browser.close();
    for (const wire of this.wires) wire.end();
  }
}

/** Is the desk's live connection up? */
export const linked = (page, ms = 60_000) => page.locator('.conn .dot-green').waitFor({ timeout: ms });

export async function goOffline(page) {
  await page.context().setOffline(true);
  page.wire.cut();
}
export async function goOnline(page) {
  page.wire.mend();
  await page.context().setOffline(false);
}

// ── The desk by its words and places ──

export const composer = (page) => page.locator('.composer textarea');
export async function reply(page, text) {
  await page.keyboard.press('Alt+r');
  await composer(page).fill(text);
  await composer(page).press('Enter');
}
export async function note(page, text) {
  await page.keyboard.press('Alt+n');
  await page.locator('.composer.note').waitFor();
  await composer(page).fill(text);
}
export const ours = (page, text) => page.locator('.msg.ours:not(.pending)', { hasText: text });
export const theirs = (page, text) => page.locator('.msg:not(.ours)', { hasText: text });
export const texts = (page, mine) => page.locator('.messages .msg .text').allTextContents().then((all) => all.filter((text) => text.includes(mine)));
export const openId = (page) => /\/c\/([^/?#]+)/.exec(page.url())?.[1] ?? null;
export const open = async (page, id, server) => { await page.goto(`${server.desk}/c/${id}`); await page.locator('.head h1').waitFor(); await linked(page); };

/** Takes up work, unless one is at it already. */
export async function takeUpWork(page) {
  await page.locator('.state-btn').waitFor();
  if (await page.locator('.state-btn .dot-green').count() > 0) return;
  await page.locator('.state-group .top-wide').click();
  await page.locator('.state-btn .dot-green').waitFor();
}

/** Calls the interface as the person whose page it is. */
export const call = (page, method, path, json) => page.evaluate(async ([verb, at, body]) => {
  const answer = await fetch(`/api/v1${at}`, { method: verb, headers: body === undefined ? {} : { 'content-type': 'application/json' }, body: body === undefined ? undefined : JSON.stringify(body) });
  const text = await answer.text();
  return { status: answer.status, body: text ? JSON.parse(text) : null };
}, [method, path, json]);

/** Takes what rings, by Enter, until the conversation with these words is open. */
export async function acceptUntil(page, words, ms = 90_000) {
  const end = Date.now() + ms;
  while (Date.now() < end) {
    const card = page.locator('.reservation').first();
    await card.waitFor({ timeout: end - Date.now() });
    const text = await card.textContent();
    const before = page.url();
    await page.evaluate(() => document.activeElement?.blur());
    await page.keyboard.press('Enter');
    await until(() => page.url() !== before || 'still ringing', 'Enter accepts');
    if (text.includes(words)) return text;
    // Other work that rang first is ended, so that there is room for what the test waits for.
    const other = openId(page);
    const row = (await call(page, 'GET', `/conversations/${other}`)).body;
    const ended = await call(page, 'POST', `/conversations/${other}/resolve`, { disposition: { kind: 'consult', category: row.category, outcome: 'solved' } });
    if (ended.status !== 200) throw new Error(`ending ${other}: ${JSON.stringify(ended)}`);
  }
  throw new Error(`nothing rang with "${words}"`);
}
