// Holds the budgets: what a customer downloads before a word is typed, which is the script of the page, the frame with
// everything it loads by itself, and one language; with the form, where one is asked first. What comes with the first word (the
// line to the server and the talk) has its own. Fails above them.
import { readFileSync, readdirSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const LOADER_MAX = 3_000;
const BEFORE_MAX = 20_000;
const FORM_MAX = 1_500;
const FIRST_WORD_MAX = 8_500;
const dist = new URL('../../../dist/widget/', import.meta.url);
const text = (name) => readFileSync(new URL(name, dist), 'utf8');
const gz = (name) => gzipSync(readFileSync(new URL(name, dist)), { level: 9 }).length;

const assets = readdirSync(new URL('assets/', dist)).filter((name) => /\.(js|css)$/.test(name));
/** A file with everything it imports by itself. */
function whole(name, seen = new Set()) {
  if (seen.has(name)) return seen;
  seen.add(name);
  for (const [, other] of text(`assets/${name}`).matchAll(/(?:from|import)\s*["'`]\.\/([^"'`]+)["'`]/g)) whole(other, seen);
  return seen;
}
const named = (pattern) => assets.filter((name) => pattern.test(name));
const larger = (pattern) => Math.max(...named(pattern).map((name) => gz(`assets/${name}`)));
const sum = (names) => [...names].reduce((all, name) => all + gz(`assets/${name}`), 0);
const eager = new Set([...text('frame.html').matchAll(/\/assets\/([^"]+)"/g)].flatMap(([, name]) => (name.endsWith('.js') ? [...whole(name)] : [name])));
const later = (pattern) => new Set(named(pattern).flatMap((name) => (name.endsWith('.js') ? [...whole(name)] : [name])).filter((name) => !eager.has(name)));

const loader = gz('hark.js');
const before = loader + gz('frame.html') + sum(eager) + larger(/^words\./);
const form = sum(later(/^(form|ask)[.-]/));
const firstWord = sum(later(/^(line|talk)[.-]/)) + larger(/^later\./);
const row = (name, size, max) => console.log(`${name.padEnd(38)} ${String(size).padStart(6)} B gz of ${max}`);
for (const name of assets) console.log(`  ${eager.has(name) ? '*' : ' '} ${name.padEnd(34)} ${String(gz(`assets/${name}`)).padStart(6)} B gz`);
row('hark.js', loader, LOADER_MAX);
row('before a word is typed, hark.js included', before, BEFORE_MAX);
row('besides, where a form is asked first', form, FORM_MAX);
row('with the first word', firstWord, FIRST_WORD_MAX);
console.log(`all before the first answer ${before + form + firstWord} B gz`);
if (loader > LOADER_MAX || before > BEFORE_MAX || form > FORM_MAX || firstWord > FIRST_WORD_MAX) {
  console.error('over the budget');
  process.exitCode = 1;
}
