/**
 * What a conversation that has begun is shown with: bubbles, system lines, states, files, and who is writing. Loaded with
 * the first message; a visitor who only looks does not pay for it.
 */

import { Component, Fragment, h } from 'preact';
import type { Chat, View } from './chat';
import { admit, sized, FILES_MAX } from './files';
import { Close, icon } from './icons';
import { Letter } from './letter';
import { linkify } from './links';
import type { Kept } from './outbox';
import type { Heard } from './thread';
import type { Attachment, Limits, Message } from './wire';
import { clockTime, day, type Words } from './words';

const Paper = icon('M7 3h7l5 5v13H7zM14 3v5h5');
const Wait = icon('M12 7v5l3 2M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z');
const Alert = icon('M12 8v5M12 16.5v.01M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z');

/** Messages of one person closer than this stand together. */
const TOGETHER_MS = 180_000;

/** All rows of the thread. */
/** `past`: an earlier conversation, read alone; what concerns the present one is not offered there. */
export function Rows({ chat, view, w, now, past }: { chat: Chat; view: View; w: Words; now: number; past?: boolean }) {
  const { messages } = view.thread;
  const lastOwn = messages.findLastIndex((m) => m.from === 'me');
  return (
    <>
      {messages.map((m, i) => (
        <Row key={m.id} m={m} before={messages[i - 1]} after={messages[i + 1]} w={w} now={now} state={i === lastOwn} />
      ))}
      {view.waiting.map((p) => <Own key={p.client_id} parcel={p} chat={chat} view={view} w={w} />)}
      {view.typing !== null && <Writing name={view.typing} w={w} />}
      {!past && messages.length > 0 && view.waiting.length === 0 && <Letter key={view.identity} chat={chat} w={w} ended={view.thread.conversation?.status === 'resolved'} />}
    </>
  );
}

/** Splits chosen files into those that may go and a notice about those that may not. */
export function choose(chosen: File[], already: number, limits: Limits, w: Words): { fit: File[]; notice: string } {
  const { fit, refused } = admit(chosen, already, limits);
  return { fit, notice: refused.map(({ name, why }) => w.refusal[why](name, why === 'size' ? sized(limits.file) : FILES_MAX)).join('\n') };
}

/** The files that wait to be sent. */
export function Chips({ files, w, remove }: { files: File[]; w: Words; remove: (index: number) => void }) {
  return (
    <ul class="chips">
      {files.map((file, i) => (
        <li key={file.name + i} class="chip">
          {file.type.startsWith('image/') ? <LocalImage blob={file} name="" /> : <Paper />}
          <span><b>{file.name}</b><small>{sized(file.size)}</small></span>
          <button type="button" class="icon" aria-label={w.fileRemove(file.name)} onClick={() => remove(i)}><Close /></button>
        </li>
      ))}
    </ul>
  );
}

interface RowProps {
  m: Heard; before: Heard | undefined; after: Heard | undefined; w: Words; now: number; state: boolean;
}

function Row({ m, before, after, w, now, state }: RowProps) {
  const newDay = day(m.at, now, w) !== (before && day(before.at, now, w));
  const first = newDay || !joins(before, m);
  const lastOf = !joins(m, after);
  return (
    <>
      {newDay && <p class="day"><span>{day(m.at, now, w)}</span></p>}
      {m.event || m.from === 'system' ? <p class="event">{eventText(m, w)} · <time>{clockTime(m.at, w)}</time></p> : (
        <article class={`m ${m.from}${first ? ' first' : ''}`} aria-label={m.from === 'me' ? w.you : m.name}>
          {m.from !== 'me' && (lastOf ? <span class="face" aria-hidden="true">{m.initial}</span> : <span class="face none" />)}
          <div class="say">
            <Bubble body={m.body} attachments={m.attachments} w={w} />
            {(lastOf || state) && (
              <p class="meta">
                {m.from !== 'me' && <span>{m.name || w.bot}</span>}
                <time>{clockTime(m.at, w)}</time>
                {state && <State state={m.state} w={w} />}
              </p>
            )}
          </div>
        </article>
      )}
    </>
  );
}

const joins = (a: Message | undefined, b: Message | undefined): boolean =>
  !!a && !!b && !a.event && !b.event && a.from === b.from && a.name === b.name && b.at - a.at < TOGETHER_MS;

/** A system line in the reader's language; a kind that is not known yet shows what the server wrote. */
function eventText({ event, name, body }: Message, w: Words): string {
  return (event && w.event[event.kind]?.(event.name ?? name, event.place ?? 0)) ?? body;
}

function State({ state, w }: { state: Message['state']; w: Words }) {
  return <span class={`state ${state}`}>{state === 'sent' ? '✓ ' : '✓✓ '}{w[state]}</span>;
}

function Own({ parcel, chat, view, w }: { parcel: Kept; chat: Chat; view: View; w: Words }) {
  const held = view.link === 'offline' || view.link === 'connecting';
  return (
    <article class={`m me first ${parcel.refused ? 'failed' : 'sending'}`} aria-label={w.you}>
      <div class="say">
        <Bubble body={parcel.body} attachments={[]} w={w} waiting={parcel} />
        {parcel.refused ? (
          <p class="meta failed"><Alert />{w.failed(parcel.refused)}
            <button type="button" onClick={() => void chat.retry(parcel)}>{w.again}</button>
            <button type="button" onClick={() => void chat.discard(parcel)}>{w.remove}</button>
          </p>
        ) : <p class="meta"><span class="state"><Wait />{held ? w.held : w.sending}</span></p>}
      </div>
    </article>
  );
}

function Bubble({ body, attachments, waiting, w }: { body: string; attachments: Attachment[]; waiting?: Kept; w: Words }) {
  return (
    <div class="bubble">
      {body && <p dir="auto">{linkify(body).map((part) => part.href
        ? <a href={part.href} target="_blank" rel="noopener noreferrer nofollow">{part.text}</a> : part.text)}</p>}
      {attachments.map((a) => <Attached key={a.id} a={a} w={w} />)}
      {waiting?.files.map((f) => f.mime.startsWith('image/')
        ? <LocalImage key={f.name} blob={f.blob} name={f.name} />
        : <span class="file"><FileLine name={f.name} size={f.size} /></span>)}
    </div>
  );
}

/** Only addresses of the web are followed; anything else the server might name is shown as text. */
const webAddress = (url: string): string | undefined => {
  try {
    const { protocol, href } = new URL(url, location.href);
    return protocol === 'https:' || protocol === 'http:' ? href : undefined;
  } catch {
    return undefined;
  }
};

class Attached extends Component<{ a: Attachment; w: Words }, { broken: boolean }> {
  override state = { broken: false };

  override render({ a, w }: { a: Attachment; w: Words }, { broken }: { broken: boolean }) {
    const picture = a.mime.startsWith('image/') && !broken ? webAddress(a.preview_url ?? a.url) : undefined;
    return (
      <a class={picture ? 'picture' : 'file'} href={webAddress(a.url)} target="_blank" rel="noopener noreferrer"
        aria-label={`${a.name}, ${sized(a.size)}, ${w.opensNew}`}>
        {picture
          ? <img src={picture} alt={a.name} loading="lazy" width={a.width ?? undefined} height={a.height ?? undefined}
              onError={() => this.setState({ broken: true })} />
          : <FileLine name={a.name} size={a.size} />}
      </a>
    );
  }
}

const FileLine = ({ name, size }: { name: string; size: number }) => <><Paper /><b>{name}</b><small>{sized(size)}</small></>;

/** A picture that is still in this browser. */
class LocalImage extends Component<{ blob: Blob; name: string }> {
  #url = URL.createObjectURL(this.props.blob);

  override componentWillUnmount(): void {
    URL.revokeObjectURL(this.#url);
  }

  override render() {
    return <span class="picture"><img src={this.#url} alt={this.props.name} /></span>;
  }
}

function Writing({ name, w }: { name: string; w: Words }) {
  return (
    <article class="m agent first" aria-hidden="true">
      <span class="face none" />
      <div class="say">
        <div class="bubble writing" title={w.typing(name)}><i /><i /><i /></div>
        <p class="meta">{w.typing(name)}</p>
      </div>
    </article>
  );
}

interface Heading { messages: Heard[]; w: Words }

/** Reads new messages out, politely and only what arrives after the panel was first shown. */
export class Announcer extends Component<Heading, { text: string }> {
  override state = { text: '' };

  override componentDidUpdate(before: Heading): void {
    const { messages, w } = this.props;
    if (messages === before.messages || !before.messages.length) return;
    const known = new Set(before.messages.map((m) => m.id));
    const fresh = messages.filter((m) => !known.has(m.id) && m.from !== 'me');
    if (!fresh.length) return;
    const text = fresh.map((m) => m.event ? eventText(m, w)
      : `${m.name}: ${m.body} ${m.attachments.map((a) => a.name).join(' ')}`).join('\n');
    this.setState({ text });
  }

  override render(_: Heading, { text }: { text: string }) {
    return <div class="unseen" role="log" aria-live="polite">{text}</div>;
  }
}
