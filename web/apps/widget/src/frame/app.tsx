/** The whole panel: first line, thread, composer. */

import { useEffect, useRef, useState } from 'preact/hooks';
import type { Chat, View } from './chat';
import { Composer, type ComposerHandle } from './composer';
import { Close, More } from './icons';
import { leaves } from './keys';
import { status } from './status';
import { ThreadView } from './threadview';
import type { Words } from './words';

/** How often the first line is said anew: "opens at" ages. */
const MINUTE_MS = 60_000;

export interface AppProps {
  chat: Chat;
  w: Words;
  opened: boolean;
  /** Null when the frame is a page of its own. */
  onClose: (() => void) | null;
}

export function App({ chat, w, opened, onClose }: AppProps) {
  const [view, setView] = useState<View>(chat.view);
  const [now, setNow] = useState(Date.now());
  const [dragging, setDragging] = useState(false);
  const composer = useRef<ComposerHandle>(null);

  useEffect(() => chat.watch(setView), [chat]);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), MINUTE_MS);
    return () => clearInterval(timer);
  }, []);
  useEffect(() => { if (opened) composer.current?.focus(); }, [opened]);

  const line = status(view, now, w);
  const ready = view.phase === 'ready';
  return (
    <main
      class={dragging ? 'panel dragging' : 'panel'}
      aria-label={view.config ? w.chatWith(view.config.brand.name) : 'Hark'}
      onKeyDown={(e) => { if (leaves(e)) onClose?.(); }}
      onDragOver={(e) => { if (e.dataTransfer?.types.includes('Files')) { e.preventDefault(); setDragging(true); } }}
      onDragLeave={(e) => { if (!e.currentTarget.contains(e.relatedTarget as Node | null)) setDragging(false); }}
      onDrop={(e) => {
        e.preventDefault();
        setDragging(false);
        composer.current?.add([...(e.dataTransfer?.files ?? [])]);
      }}
    >
      <Head chat={chat} view={view} w={w} line={line} onClose={onClose} />
      <ThreadView chat={chat} view={view} w={w} opened={opened} now={now} />
      {view.phase !== 'refused' && (
        <Composer ref={composer} chat={chat} w={w} limits={view.limits} ready={ready}
          away={!!view.config && !view.config.open} />
      )}
      {dragging && <div class="drop" aria-hidden="true">{w.dropHere}</div>}
    </main>
  );
}

interface HeadProps {
  chat: Chat; view: View; w: Words; line: ReturnType<typeof status>; onClose: (() => void) | null;
}

function Head({ chat, view, w, line, onClose }: HeadProps) {
  const [asking, setAsking] = useState(false);
  const keep = useRef<HTMLButtonElement>(null);
  const more = useRef<HTMLButtonElement>(null);
  const { config, thread: { conversation } } = view;
  const going = !!conversation && conversation.status !== 'resolved';
  useEffect(() => { if (asking) keep.current?.focus(); }, [asking]);
  const done = (): void => { setAsking(false); more.current?.focus(); };
  return (
    <header class="head">
      {config && <span class="mark" aria-hidden="true">{config.brand.initial}</span>}
      <div class="who">
        <h1>{config?.brand.name ?? '\u00a0'}</h1>
        <p class={`line ${line.mood}`} role="status"><i aria-hidden="true" />{line.text}</p>
      </div>
      {going && (
        <button ref={more} type="button" class="icon" aria-label={w.end} title={w.end} aria-expanded={asking}
          onClick={() => setAsking(!asking)}><More /></button>
      )}
      {onClose && <button type="button" class="icon" aria-label={w.close} title={w.close} onClick={onClose}><Close /></button>}
      {asking && going && (
        <div class="ask" role="group" aria-label={w.endAsk}
          onKeyDown={(e) => { if (leaves(e)) { e.stopPropagation(); done(); } }}>
          <span>{w.endAsk}</span>
          <button ref={keep} type="button" onClick={done}>{w.endNo}</button>
          <button type="button" class="strong" onClick={() => { chat.end(); done(); }}>{w.endYes}</button>
        </div>
      )}
    </header>
  );
}
