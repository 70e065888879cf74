// Holds the budgets: what a customer downloads before a word is said, which is one language and no fallback for browsers
// without locks. Fails above them.
import { readFileSync, readdirSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const LOADER_MAX = 3_000;
const FRAME_MAX = 20_000;
const dist = new URL('../../../dist/widget/', import.meta.url);
const gz = (name) => gzipSync(readFileSync(new URL(name, dist)), { level: 9 }).length;

const assets = readdirSync(new URL('assets/', dist)).filter((name) => /\.(js|css)$/.test(name));
const loader = gz('hark.js');
const sum = (pattern) => assets.filter((name) => pattern.test(name)).reduce((all, name) => all + gz(`assets/${name}`), 0);
const languages = assets.filter((name) => name.startsWith('words.')).map((name) => gz(`assets/${name}`));
const frame = sum(/^frame/) + Math.max(...languages);
const row = (name, size, max) => console.log(`${name.padEnd(22)} ${String(size).padStart(6)} B gz of ${max}`);
row('hark.js', loader, LOADER_MAX);
for (const name of assets) console.log(`  ${name.padEnd(20)} ${String(gz(`assets/${name}`)).padStart(6)} B gz`);
row('frame, larger language', frame, FRAME_MAX);
if (loader > LOADER_MAX || frame > FRAME_MAX) {
  console.error('over the budget');
  process.exitCode = 1;
}
