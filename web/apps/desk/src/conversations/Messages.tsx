/** What was said, oldest above. Holds to the end while one reads there, and stays where it is when older messages come in above. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { ConversationMark, JoinedBlock, Message, OutboxEntry } from '@hark/api';
import { Button, Icon, useT } from '@hark/ui';
import { useDesk } from '../app/context';
import { now, useNow } from '../state/clock';
import { useStore } from '../state/store';
import type { Thread } from '../state/thread';
import { JoinBlock } from './JoinBlock';
import { goneOn, splittable, type Picking } from './joins';
import { newSubjects } from './mailLook';
import { MessageDeeds, Pick, WentOn } from './MessageDeeds';
import { MessageView, PendingView } from './Message';

type Line =
  | { key: string; kind: 'day'; at: number }
  | { key: string; kind: 'new' }
  | { key: string; kind: 'message'; message: Message; tail: boolean; subject: string | null; gone: Gone[] }
  | { key: string; kind: 'block'; block: JoinedBlock; message: Message }
  | { key: string; kind: 'pending'; entry: OutboxEntry };

/** Where a message went on, and how. */
export interface Gone { kind: 'split' | 'forwarded'; mark: ConversationMark }

/** Messages of one author within this time stand as one group, with one picture and one time. */
const GROUP_MS = 2 * 60_000;
const AT_END_PX = 60;
/** Of what a customer is writing so many characters are shown. */
const PEEK_SHOWN = 160;

export function Messages({ id, thread, picking }: { id: string; thread: Thread; picking: Picking }) {
  const { t } = useT();
  const { desk } = useDesk();
  const outbox = useStore(desk.outbox);
  const pending = useMemo(() => outbox.filter((entry) => entry.conversation === id && !thread.messages.some((message) => message.client_id === entry.client_id)), [outbox, id, thread.messages]);
  const gone = useMemo(() => goneOn(thread.conversation), [thread.conversation]);
  const lines = useMemo(() => linesOf(thread.messages, pending, thread.newFrom, thread.blocks, gone), [thread.messages, pending, thread.newFrom, thread.blocks, gone]);
  const scroller = useRef<HTMLDivElement>(null);
  const [below, setBelow] = useState(0);
  const atEnd = useRef(true);
  const lastSeq = thread.messages[thread.messages.length - 1]?.seq ?? 0;
  const seenSeq = useRef(0);
  const virtual = useVirtualizer({
    count: lines.length, getScrollElement: () => scroller.current, estimateSize: (at) => heightOf(lines[at]), overscan: 10,
    getItemKey: (at) => lines[at]?.key ?? at, anchorTo: 'end', paddingStart: 14, paddingEnd: 10,
  });
  const toEnd = useCallback(() => {
    atEnd.current = true;
    setBelow(0);
    virtual.scrollToEnd({ behavior: 'auto' });
  }, [virtual]);
  /** From one message that can be chosen to the next. */
  const step = (seq: number, by: 1 | -1) => {
    const all = lines.flatMap((line, at) => (line.kind === 'message' && splittable(line.message, line.gone) ? [{ seq: line.message.seq, at }] : []));
    const next = all[all.findIndex((one) => one.seq === seq) + by];
    if (!next) return;
    virtual.scrollToIndex(next.at, { align: 'auto' });
    let looks = 0;
    const focus = () => {
      const node = document.getElementById(`pick-${next.seq}`);
      if (node) node.focus();
      else if ((looks += 1) < 20) requestAnimationFrame(focus);
    };
    focus();
  };
  const picks = picking.seqs !== null;
  useEffect(() => {
    if (!picks) return;
    const all = lines.flatMap((line) => (line.kind === 'message' && splittable(line.message, line.gone) ? [line.message.seq] : []));
    const first = [...(picking.seqs ?? [])][0] ?? all[all.length - 1];
    if (first !== undefined) step(first, 1);
    requestAnimationFrame(() => document.getElementById(`pick-${first ?? ''}`)?.focus());
  }, [picks]);
  const settled = useRef(false);
  useLayoutEffect(() => {
    if (settled.current || lines.length === 0) return;
    settled.current = true;
    const at = lines.findIndex((line) => line.kind === 'new');
    if (at > 0 && lines.length - at > 12) virtual.scrollToIndex(at, { align: 'start' });
    else toEnd();
  }, [lines.length]);
  const total = virtual.getTotalSize();
  useLayoutEffect(() => { if (atEnd.current && settled.current) virtual.scrollToEnd({ behavior: 'auto' }); }, [total, pending.length]);
  useEffect(() => {
    const node = scroller.current;
    if (!node) return;
    // The composer grows, a banner comes: what was read at the end stays in sight.
    const watch = new ResizeObserver(() => { if (atEnd.current && settled.current) node.scrollTop = node.scrollHeight; });
    watch.observe(node);
    return () => watch.disconnect();
  }, []);
  useEffect(() => {
    if (atEnd.current && !document.hidden) { desk.markRead(id); seenSeq.current = lastSeq; }
    else setBelow(lastSeq - seenSeq.current);
  }, [lastSeq, id, desk]);
  useEffect(() => {
    const back = () => { if (!document.hidden && atEnd.current) desk.markRead(id); };
    document.addEventListener('visibilitychange', back);
    window.addEventListener('focus', back);
    return () => { document.removeEventListener('visibilitychange', back); window.removeEventListener('focus', back); };
  }, [desk, id]);
  const scrolled = () => {
    const box = scroller.current;
    if (!box) return;
    atEnd.current = box.scrollHeight - box.scrollTop - box.clientHeight < AT_END_PX;
    if (atEnd.current) {
      seenSeq.current = lastSeq;
      setBelow(0);
      desk.markRead(id);
    }
    if (box.scrollTop < 200 && thread.hasOlder && settled.current) void desk.loadOlder(id);
  };
  const first = virtual.getVirtualItems()[0]?.start ?? 0;
  const space = scroller.current ? Math.max(0, scroller.current.clientHeight - total) : 0;
  return (
    <div className="messages-box">
      <div className="messages" ref={scroller} onScroll={scrolled} role="log" aria-label={t('thread.label')} aria-live="off" tabIndex={0}>
        {thread.loadingOlder ? <div className="older" role="status">{t('thread.loading_older')}</div> : null}
        <div style={{ height: total + space, position: 'relative' }}>
          <div style={{ position: 'absolute', top: 0, left: 0, right: 0, transform: `translateY(${first + space}px)` }}>
            {virtual.getVirtualItems().map((item) => {
              const line = lines[item.index];
              return line ? <div key={item.key} data-index={item.index} ref={virtual.measureElement} className={`line${line.kind === 'message' && picking.seqs ? ' picking' : ''}`}><LineView line={line} here={id} blocks={thread.blocks} picking={picking} onStep={step} /></div> : null;
            })}
          </div>
        </div>
      </div>
      <Typing thread={thread} />
      {below > 0 || !atEnd.current ? <Button className="to-end" small onClick={toEnd}><Icon name="down" size={14} />{below > 0 ? t('thread.new_below', { n: below }) : t('thread.to_end')}</Button> : null}
    </div>
  );
}

/** About how high a line will be, before it is seen. */
const heightOf = (line: Line | undefined) => (line?.kind === 'block' ? 110 : line?.kind !== 'message' ? 36 : line.message.mail ? 180 : 64);

function LineView({ line, here, blocks, picking, onStep }: { line: Line; here: string; blocks: JoinedBlock[]; picking: Picking; onStep: (seq: number, by: 1 | -1) => void }) {
  const { t, day, exact } = useT();
  switch (line.kind) {
    case 'day': return <div className="day" title={exact(line.at)}>{day(line.at, now())}</div>;
    case 'new': return <div className="new-since">{t('thread.new_since')}</div>;
    case 'message': {
      const { message, gone } = line;
      const shown = <><MessageView message={message} tail={line.tail} subject={line.subject} />{gone.map((one) => <WentOn key={`${one.kind}${one.mark.id}`} gone={one} ours={message.author.kind !== 'contact'} />)}</>;
      if (message.kind !== 'text') return shown;
      if (picking.seqs) return <Pick message={message} able={splittable(message, gone)} picking={picking} onStep={onStep}>{shown}</Pick>;
      return <>{shown}<MessageDeeds message={message} able={splittable(message, gone)} /></>;
    }
    case 'block': return <JoinBlock block={line.block} all={blocks} here={here} />;
    case 'pending': return <PendingView entry={line.entry} />;
  }
}

function Typing({ thread }: { thread: Thread }) {
  const { t } = useT();
  const at = useNow();
  if (!thread.typing || thread.typing.until < at) return null;
  const { name, text } = thread.typing;
  if (!text) return <div className="typing" role="status"><i /><i /><i />{t('thread.typing', { name })}</div>;
  // The end is what is being written; screen readers are told that somebody writes, not each letter.
  const end = text.length > PEEK_SHOWN ? `…${text.slice(-PEEK_SHOWN)}` : text;
  return (
    <div className="typing peek">
      <i /><i /><i /><span className="sr-only" role="status">{t('thread.typing', { name })}</span>
      <span aria-hidden="true" title={t('thread.peek_hint')}>{t('thread.peek', { name })}<q dir="auto">{end}</q></span>
    </div>
  );
}

const none: Gone[] = [];

function linesOf(messages: Message[], pending: OutboxEntry[], newFrom: number | null, blocks: JoinedBlock[], gone: ReadonlyMap<number, Gone[]>): Line[] {
  const lines: Line[] = [];
  let day = '';
  const subjects = newSubjects(messages);
  messages.forEach((message, at) => {
    const date = new Date(message.at).toDateString();
    if (date !== day) {
      lines.push({ key: `d${date}`, kind: 'day', at: message.at });
      day = date;
    }
    if (message.seq === newFrom) lines.push({ key: 'new', kind: 'new' });
    const block = message.event ? blocks.find((one) => one.id === message.event?.data['join']) : undefined;
    if (block) {
      lines.push({ key: message.id, kind: 'block', block, message });
      return;
    }
    const next = messages[at + 1];
    const grouped = next !== undefined && next.kind === message.kind && next.mode === message.mode && next.author.kind === message.author.kind && next.author.id === message.author.id
      && next.at - message.at < GROUP_MS && next.seq !== newFrom && new Date(next.at).toDateString() === date;
    lines.push({ key: message.client_id ?? message.id, kind: 'message', message, tail: !grouped, subject: subjects.get(message.id) ?? null, gone: gone.get(message.seq) ?? none });
  });
  for (const entry of pending) lines.push({ key: entry.client_id, kind: 'pending', entry });
  return lines;
}
