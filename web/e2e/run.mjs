// The product as people use it: real server, real browser, one run. `HARK_BIN` names the program and `HARK_CHROMIUM` the
// browser; `HARK_STORE=postgres` runs it on a PostgreSQL of its own; arguments name the parts to run; without any, all but
// those that must be named. `HARK_PICTURES=1` writes docs/pictures anew instead.
import { administration, earlier } from './administration.mjs';
import { axe } from './axe.mjs';
import { cuts } from './cuts.mjs';
import { daily } from './daily.mjs';
import { floor } from './floor.mjs';
import { flow } from './flow.mjs';
import { gallery } from './gallery.mjs';
import { joining } from './joining.mjs';
import { keyboard } from './keyboard.mjs';
import { mail } from './mail.mjs';
import { pictures } from './pictures.mjs';
import { Browsers, part, Server, step, summary } from './rig.mjs';
import { sending } from './sending.mjs';
import { scroll } from './scroll.mjs';
import { english, chinese } from './stories.mjs';
import { xss } from './xss.mjs';

const parts = [
  ['chinese', 'one conversation, in Chinese', (all) => flow(all, chinese)],
  ['english', 'one conversation, in English', (all) => flow(all, english)],
  ['daily', 'what an agent and an administrator use daily', daily],
  ['sending', 'from writing to sending', sending],
  ['mail', 'conversations by mail', mail],
  ['joining', 'conversations are merged, split and forwarded', joining],
  ['administration', 'what an administrator sets up', administration],
  ['earlier', 'earlier conversations of somebody proved', earlier],
  ['keyboard', 'a whole day by keyboard alone', keyboard],
  ['scroll', 'ten thousand conversations', scroll],
  ['floor', 'a day of a floor of forty', floor],
  ['cuts', 'the line is cut, the server killed', cuts],
  ['axe', 'usable by everybody', axe],
  ['xss', 'words from outside run nothing', xss],
  ['pictures', 'pictures', pictures],
  ['gallery', 'every page as a picture', gallery],
];
const wanted = process.argv.slice(2);
const taking = Boolean(process.env.HARK_PICTURES);
/** Parts that run only when they are named: what measures would measure what runs beside it, and pictures are looked at. */
const named = ['scroll', 'gallery'];
const chosen = parts.filter(([key]) => (wanted.length > 0 ? wanted.includes(key) : !named.includes(key) && (key === 'pictures') === taking));

const began = performance.now();
const server = await Server.start();
console.log(`server with its demonstration: ${((performance.now() - began) / 1000).toFixed(1)} s`);
let good = false;
try {
  const all = await Browsers.open(server);
  try {
    for (const [, name, run] of chosen) {
      await part(name, () => run(all));
      await all.leave();
    }
    await step('no page reported an error', () => none(all.faults));
    await step('no page spoke by a dialog', () => none(all.dialogs));
    await step('nothing was asked of a stranger', () => none(all.strangers));
  } finally {
    await all.close();
  }
  console.log(`\n${((performance.now() - began) / 1000).toFixed(0)} s in all`);
  good = summary();
} finally {
  await server.end();
}
process.exit(good ? 0 : 1);

function none(found) {
  if (found.length > 0) throw new Error([...new Set(found)].join('\n'));
}
