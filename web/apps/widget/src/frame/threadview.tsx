/** The thread as it is read: days, who speaks, bubbles, system lines, states, and who is writing. */

import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Chat, View } from './chat';
import { sized } from './files';
import { Alert, Down, Paper, Tick, Ticks, Wait } from './icons';
import { linkify } from './links';
import type { Kept } from './outbox';
import type { Heard } from './thread';
import type { Attachment, Message } from './wire';
import { clockTime, day, type Words } from './words';

/** Distance from the end, in pixels, within which new messages keep the end in sight. */
const NEAR_END_PX = 80;
/** Messages of one person closer than this stand together. */
const TOGETHER_MS = 180_000;

interface Props { chat: Chat; view: View; w: Words; opened: boolean; now: number }

export function ThreadView({ chat, view, w, opened, now }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const [below, setBelow] = useState(false);
  const { messages } = view.thread;
  const last = messages.at(-1);

  const toEnd = (): void => { const el = box.current; if (el) el.scrollTop = el.scrollHeight; };
  const seen = (): void => {
    if (opened && atEnd.current && document.visibilityState === 'visible') chat.read();
  };
  const scrolled = (): void => {
    const el = box.current!;
    atEnd.current = el.scrollHeight - el.scrollTop - el.clientHeight < NEAR_END_PX;
    if (atEnd.current) setBelow(false);
    seen();
  };

  // What one writes oneself is always brought into sight.
  useLayoutEffect(() => { atEnd.current = true; toEnd(); setBelow(false); }, [view.waiting.at(-1)?.client_id, opened]);
  useLayoutEffect(() => {
    if (atEnd.current) toEnd();
    else if (last && last.from !== 'me') setBelow(true);
    seen();
  }, [messages, view.typing, opened]);
  useEffect(() => {
    const el = box.current!;
    const resized = new ResizeObserver(() => { if (atEnd.current) toEnd(); });
    resized.observe(el);
    if (el.firstElementChild) resized.observe(el.firstElementChild);
    document.addEventListener('visibilitychange', seen);
    return () => { resized.disconnect(); document.removeEventListener('visibilitychange', seen); };
  });

  return (
    <>
      <div ref={box} class="thread" tabIndex={0} role="region" aria-label={w.thread} onScroll={scrolled}>
        <div class="rows">
          <Opening view={view} w={w} />
          {messages.map((m, i) => (
            <Row key={m.id} m={m} before={messages[i - 1]} after={messages[i + 1]} w={w} now={now}
              state={m.from === 'me' && !messages.slice(i + 1).some((n) => n.from === 'me')} />
          ))}
          {view.waiting.map((p) => <Own key={p.client_id} parcel={p} chat={chat} view={view} w={w} />)}
          {view.typing !== null && <Writing name={view.typing} w={w} />}
        </div>
      </div>
      {below && (
        <button type="button" class="below" onClick={() => { atEnd.current = true; toEnd(); setBelow(false); }}>
          <Down />{w.latest}
        </button>
      )}
      <Announcer messages={messages} w={w} />
    </>
  );
}

function Opening({ view, w }: { view: View; w: Words }) {
  const { config } = view;
  if (!config) return null;
  const text = config.open ? config.greeting : config.offline_text || config.greeting;
  return <p class="opening">{text || w.emptyThread}</p>;
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
                {m.from === 'bot' ? `${m.name || w.bot} · ` : m.from === 'agent' ? `${m.name} · ` : ''}
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
function eventText(m: Message, w: Words): string {
  const { event } = m;
  switch (event?.kind) {
    case 'joined': return w.joined(event.name ?? m.name);
    case 'left': return w.left(event.name ?? m.name);
    case 'queued': return event.place ? w.queued(event.place) : w.queuedOnly;
    case 'resolved': return w.resolved;
    case 'reopened': return w.reopened;
    default: return m.body;
  }
}

function State({ state, w }: { state: Message['state']; w: Words }) {
  return <span class={`state ${state}`}>{state === 'sent' ? <Tick /> : <Ticks />}{w[state]}</span>;
}

function Own({ parcel, chat, view, w }: { parcel: Kept; chat: Chat; view: View; w: Words }) {
  const held = view.link === 'offline' || view.link === 'connecting';
  return (
    <article class={`m me first ${parcel.refused ? 'failed' : 'sending'}`} aria-label={w.you}>
      <div class="say">
        <Bubble body={parcel.body} attachments={[]} w={w} waiting={parcel} />
        {parcel.refused ? (
          <p class="meta failed"><Alert />{w.failed}{parcel.refused && `：${parcel.refused}`}
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
      {attachments.map((a) => <File key={a.id} a={a} w={w} />)}
      {waiting?.files.map((f) => f.mime.startsWith('image/')
        ? <LocalImage key={f.name} blob={f.blob} name={f.name} />
        : <span class="file"><Paper /><b>{f.name}</b><small>{sized(f.size)}</small></span>)}
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

function File({ a, w }: { a: Attachment; w: Words }) {
  const href = webAddress(a.url);
  const picture = a.mime.startsWith('image/') ? webAddress(a.preview_url ?? a.url) : undefined;
  const [broken, setBroken] = useState(false);
  const label = `${a.name}, ${sized(a.size)}, ${w.opensNew}`;
  if (picture && !broken) {
    return (
      <a class="picture" href={href} target="_blank" rel="noopener noreferrer" aria-label={label}>
        <img src={picture} alt={a.name} loading="lazy" decoding="async" width={a.width ?? undefined} height={a.height ?? undefined}
          onError={() => setBroken(true)} />
      </a>
    );
  }
  return (
    <a class="file" href={href} target="_blank" rel="noopener noreferrer" aria-label={label}>
      <Paper /><b>{a.name}</b><small>{sized(a.size)}</small>
    </a>
  );
}

/** A picture that is still in this browser. */
export function LocalImage({ blob, name }: { blob: Blob; name: string }) {
  const url = useMemo(() => URL.createObjectURL(blob), [blob]);
  useEffect(() => () => URL.revokeObjectURL(url), [url]);
  return <span class="picture"><img src={url} alt={name} /></span>;
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

/** Reads new messages out, politely and only what arrives after the panel was first shown. */
function Announcer({ messages, w }: { messages: Heard[]; w: Words }) {
  const known = useRef<Set<string> | null>(null);
  const [text, setText] = useState('');
  useEffect(() => {
    const before = known.current;
    known.current = new Set(messages.map((m) => m.id));
    if (!before?.size) return;
    const fresh = messages.filter((m) => !before.has(m.id) && m.from !== 'me');
    if (fresh.length) {
      setText(fresh.map((m) => m.event ? eventText(m, w)
        : `${m.name}: ${m.body}${m.attachments.map((a) => ` ${a.name}`).join('')}`).join('\n'));
    }
  }, [messages]);
  return <div class="unseen" role="log" aria-live="polite">{text}</div>;
}
