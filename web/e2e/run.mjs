// The product as people use it: real server, real browser. `HARK_BINARY` names the program, `HARK_CHROMIUM` the browser.
// `node e2e/run.mjs [part …]` runs some parts only: flow broken screens hostile pictures.
import { Browsers, Server, step, summary } from './rig.mjs';
import { flow } from './flow.mjs';

const asked = process.argv.slice(2);
const wanted = (part) => asked.length === 0 || asked.includes(part);
const server = await Server.start();
let good = false;
try {
  const all = await Browsers.open(server);
  try {
    for (const part of ['flow', 'broken', 'screens', 'hostile', 'pictures']) {
      if (!wanted(part)) continue;
      console.log(part);
      const run = part === 'flow' ? flow : (await import(`./${part}.mjs`))[part];
      await step(`${part}: to its end`, () => run(all, server));
    }
    await step('no page reported an error', async () => { if (all.faults.length) throw new Error([...new Set(all.faults)].join('\n')); });
    await step('nothing was asked of a stranger', async () => { if (all.strangers.length) throw new Error([...new Set(all.strangers)].join('\n')); });
  } finally {
    await all.close();
  }
  good = summary();
} finally {
  await server.end();
}
process.exit(good ? 0 : 1);
