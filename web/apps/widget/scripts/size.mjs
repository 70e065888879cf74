// Holds the budgets: what a customer downloads before a word is said, which is the script, the frame, one language, and the
// form where one is asked; not what comes with the first message or after it. Fails above them.
import { readFileSync, readdirSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const LOADER_MAX = 3_000;
const FRAME_MAX = 20_500;
const FORM_MAX = 1_500;
const dist = new URL('../../../dist/widget/', import.meta.url);
const gz = (name) => gzipSync(readFileSync(new URL(name, dist)), { level: 9 }).length;

const assets = readdirSync(new URL('assets/', dist)).filter((name) => /\.(js|css)$/.test(name));
const loader = gz('hark.js');
const sum = (pattern) => assets.filter((name) => pattern.test(name)).reduce((all, name) => all + gz(`assets/${name}`), 0);
const languages = assets.filter((name) => name.startsWith('words.')).map((name) => gz(`assets/${name}`));
const frame = sum(/^frame/) + Math.max(...languages);
const form = sum(/^(form|ask)[.-]/);
const row = (name, size, max) => console.log(`${name.padEnd(22)} ${String(size).padStart(6)} B gz of ${max}`);
row('hark.js', loader, LOADER_MAX);
for (const name of assets) console.log(`  ${name.padEnd(20)} ${String(gz(`assets/${name}`)).padStart(6)} B gz`);
row('frame, larger language', frame, FRAME_MAX);
row('form, where asked', form, FORM_MAX);
console.log(`before the first message ${loader + frame} B gz, with a form ${loader + frame + form} B gz`);
if (loader > LOADER_MAX || frame > FRAME_MAX || form > FORM_MAX) {
  console.error('over the budget');
  process.exitCode = 1;
}
