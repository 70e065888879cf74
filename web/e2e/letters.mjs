// Mails for the tests: building them byte by byte, bringing them as a mail server's pipe does, a server that takes what we send,
// and one that counts who asks for its picture.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PNG } from './rig.mjs';

const word = (text) => (/^[\x20-\x7e]*$/.test(text) ? text : `=?UTF-8?B?${Buffer.from(text).toString('base64')}?=`);
const person = ([address, name]) => (name ? `${word(name)} <${address}>` : address);
const lines = (bytes) => bytes.toString('base64').replace(/.{76}/g, '$&\r\n');
let made = 0;

/** The server whose word about senders is believed. */
export const JUDGE = 'mx.tests.example';

/** A mail as it comes from outside: `verdict` is what the receiving server found out about its sender. */
export function letter({ from, to, cc = [], subject, text, html, inline, files = [], verdict = 'pass', heads = {} }) {
  made += 1;
  const domain = from[0].split('@')[1];
  const results = verdict ? [`Authentication-Results: ${JUDGE}; spf=${verdict} smtp.mailfrom=${domain}; dkim=${verdict} header.d=${domain}; dmarc=${verdict} header.from=${domain}`] : [];
  const head = [...results, `From: ${person(from)}`, `To: ${person(to)}`, ...(cc.length > 0 ? [`Cc: ${cc.map(person).join(', ')}`] : []), `Subject: ${word(subject)}`, `Date: ${new Date().toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${Date.now()}.${made}@${domain}>`, 'MIME-Version: 1.0', ...Object.entries(heads).map(([name, value]) => `${name}: ${value}`)];
  const part = (type, bytes, more = []) => [`Content-Type: ${type}`, 'Content-Transfer-Encoding: base64', ...more, '', lines(Buffer.from(bytes))].join('\r\n');
  const several = (kind, parts) => { const edge = `edge-${made}-${kind}`; return [`Content-Type: multipart/${kind}; boundary="${edge}"`, '', ...parts.flatMap((one) => [`--${edge}`, one]), `--${edge}--`, ''].join('\r\n'); };
  let body = part('text/plain; charset=utf-8', text);
  if (html) {
    const page = part('text/html; charset=utf-8', html);
    body = several('alternative', [body, inline ? several('related', [page, part('image/png; name="logo.png"', PNG, ['Content-Disposition: inline; filename="logo.png"', `Content-ID: <${inline}>`])]) : page]);
  }
  if (files.length > 0) body = several('mixed', [body, ...files.map(([name, type, bytes]) => part(`${type}; name="${word(name)}"`, bytes, [`Content-Disposition: attachment; filename="${word(name)}"`]))]);
  return `${head.join('\r\n')}\r\n${body}`;
}

/** A report (RFC 3464) that a mail of ours did not reach somebody. */
export function returned({ to, id, recipient }) {
  const [, domain] = recipient.split('@');
  return [`From: MAILER-DAEMON@${domain}`, `To: ${to}`, 'Subject: Undelivered Mail Returned to Sender', 'Auto-Submitted: auto-replied', `Message-ID: <report-${Date.now()}@${domain}>`, 'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status; boundary="edge"', '', '--edge', 'Content-Type: text/plain', '', 'It could not be delivered.', '', '--edge', 'Content-Type: message/delivery-status', '', `Reporting-MTA: dns; mx.${domain}`, '',
    `Final-Recipient: rfc822; ${recipient}`, 'Action: failed', 'Status: 5.1.1', 'Diagnostic-Code: smtp; 550 5.1.1 mailbox unknown', '', '--edge', 'Content-Type: text/rfc822-headers', '', `Message-ID: ${id}`, '', '--edge--', ''].join('\r\n');
}

/** Brings a mail to an address by `hark mail take`, while the server runs. */
export function bring(server, to, raw) {
  const folder = mkdtempSync(join(tmpdir(), 'hark-letter-'));
  const file = join(folder, 'mail.eml');
  writeFileSync(file, raw);
  return new Promise((done, fail) => execFile(server.binary, ['--data', server.data, 'mail', 'take', '--to', to, file], { env: server.environment() }, (fault, out, err) => {
    rmSync(folder, { recursive: true, force: true });
    if (fault) fail(new Error(`${fault.message}\n${out}${err}`)); else done();
  }));
}

function decoded(text) {
  const plain = text.replace(/(=\?[^?]+\?[bq]\?[^?]*\?=)\s+(?==\?)/gi, '$1');
  return plain.replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, how, what) => (how.toLowerCase() === 'b' ? Buffer.from(what, 'base64').toString() : Buffer.from(what.replace(/_/g, ' ').replace(/=([0-9A-F]{2})/gi, (__, hex) => String.fromCharCode(Number.parseInt(hex, 16))), 'latin1').toString()));
}

/** What a mail of ours says: its fields decoded, by lower-case name, and its plain text. */
export function opened(raw) {
  const [head, ...rest] = raw.split('\r\n\r\n');
  const fields = Object.fromEntries(head.replace(/\r\n[ \t]+/g, ' ').split('\r\n').map((line) => { const at = line.indexOf(':'); return [line.slice(0, at).toLowerCase(), decoded(line.slice(at + 1).trim())]; }));
  const edge = /boundary="([^"]+)"/.exec(fields['content-type'] ?? '')?.[1];
  const body = rest.join('\r\n\r\n');
  const part = edge ? body.split(`--${edge}`).find((one) => /content-type: text\/plain/i.test(one)) ?? '' : `${head}\r\n\r\n${body}`;
  const [how, ...words] = part.split('\r\n\r\n');
  const text = words.join('\r\n\r\n');
  const bytes = /encoding: base64/i.test(how) ? Buffer.from(text, 'base64') : Buffer.from(text.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))), /quoted-printable/i.test(how) ? 'latin1' : 'utf8');
  return { fields, text: bytes.toString().replace(/\r\n/g, '\n').trim() };
}

/** A mail server that takes everything, except for `gone@…`, which it does not know. */
export class Taker {
  mails = [];
  static async open() {
    const taker = new Taker();
    taker.server = net.createServer((socket) => taker.serve(socket));
    await new Promise((done) => taker.server.listen(0, '127.0.0.1', done));
    taker.port = taker.server.address().port;
    return taker;
  }
  serve(socket) {
    let [left, recipients, data] = ['', [], null];
    const say = (line) => socket.write(`${line}\r\n`);
    socket.on('error', () => socket.destroy());
    socket.on('data', (part) => {
      left += part.toString('latin1');
      for (let at = left.indexOf('\r\n'); at >= 0; at = left.indexOf('\r\n')) {
        const line = left.slice(0, at);
        left = left.slice(at + 2);
        if (data !== null) {
          if (line === '.') {
            this.mails.push({ recipients, raw: Buffer.from(data, 'latin1').toString() });
            [data, recipients] = [null, []];
            say('250 2.0.0 taken');
          } else data += `${line.startsWith('.') ? line.slice(1) : line}\r\n`;
        } else if (/^EHLO/i.test(line)) say('250-tests\r\n250 8BITMIME');
        else if (/^RCPT/i.test(line)) {
          const address = /<([^>]*)>/.exec(line)?.[1] ?? '';
          if (address.startsWith('gone@')) say('550 5.1.1 no such user here');
          else { recipients.push(address); say('250 2.1.5 ok'); }
        } else if (/^DATA/i.test(line)) { data = ''; say('354 go on'); }
        else if (/^QUIT/i.test(line)) { say('221 bye'); socket.end(); }
        else say('250 ok');
      }
    });
    say('220 tests ESMTP');
  }
  end() { this.server.close(); }
}

/** Somebody else's server with a picture, which counts who asks for it. */
export class Counter {
  asked = 0;
  static async open() {
    const counter = new Counter();
    counter.server = http.createServer((_, answer) => { counter.asked += 1; answer.writeHead(200, { 'content-type': 'image/png' }).end(PNG); });
    await new Promise((done) => counter.server.listen(0, '127.0.0.1', done));
    counter.url = `http://127.0.0.1:${counter.server.address().port}/pixel.png`;
    return counter;
  }
  end() { this.server.closeAllConnections?.(); this.server.close(); }
}
