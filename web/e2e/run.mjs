// The product as people use it: real server, real browser. `HARK_BINARY` names the program, `HARK_CHROMIUM` the browser.
import { Browsers, Server, step, summary } from './rig.mjs';
import { flow } from './flow.mjs';

const server = await Server.start();
let good = false;
try {
  const all = await Browsers.open(server);
  try {
    await step('one conversation, to its end', () => flow(all, server));
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
