/** Where one answers: as the client's brand, or a note only colleagues see. The draft is kept, the words leave once and in order. */
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState, type ClipboardEvent, type DragEvent, type KeyboardEvent } from 'react';
import { uuid, type Attachment, type Conversation, type Mode } from '@hark/api';
import { Button, ErrorBlock, Icon, IconButton, Popup, Tabs, useT } from '@hark/ui';
import { onAct } from '../app/actions';
import { useDesk } from '../app/context';
import { writesAtOnce } from '../app/focus';
import { client } from '../state/session';
import { faultOf, tell } from '../state/faults';
import { useStore } from '../state/store';
import type { Thread } from '../state/thread';
import { uploadFile } from '../state/upload';
import { Emoji } from './Emoji';
import { Guard } from './Guard';
import { composing, mentionAt, sends } from './keys';
import { useColleagues } from '../work/colleagues';
import { SlashList } from '../work/SlashList';
import { caretAfter, missingIn, slashAt } from '../work/phrases';
import { withBlocks } from './joins';
import { Signature } from './Signature';
import { MailFields, useWriting } from './MailFields';
import { forgetMailDraft, mailDraftOf } from './mailDraft';
import { MAIL_MAX_BYTES } from './mailLook';
import { MentionList } from './MentionList';
import { stillOpen } from './stillOpen';
import { usualWay, waysOf } from './ways';
import { WaySwitch } from './WaySwitch';
import { SendLater } from './SendLater';
import { asks, useWording, WordQuestion, WordStrip } from './wording';
import type { Run } from './ThreadPane';

/** Longest message, in characters; the server says the same in bytes. */
const BODY_MAX = 16_000;
export const FILE_MAX_BYTES = 20 * 1024 * 1024;
const FILES_MAX = 10;
const TYPING_EVERY_MS = 3_000;

interface Upload { key: string; share: number; picture: string | null; name: string; size: number; done: Attachment | null; fault: string | null; file: File }

export function Composer({ conversation, thread, run }: { conversation: Conversation; thread: Thread; run: Run }) {
  const { t, several, size } = useT();
  const { desk, me } = useDesk();
  const id = conversation.id;
  const [mode, setMode] = useState<Mode>('reply');
  const draft = useStore(desk.drafts.of(id, mode));
  const held = useStore(desk.outbox).find((entry) => entry.conversation === id && entry.state === 'held');
  const [uploads, setUploads] = useState<Record<Mode, Upload[]>>({ reply: [], note: [] });
  const { people: colleagues, teams, fault: nobodyKnown, reload: askAgain } = useColleagues(conversation.tenant, 'both');
  const [later, setLater] = useState(false);
  const [mention, setMention] = useState<{ from: number; query: string } | null>(null);
  const [slash, setSlash] = useState<{ from: number; query: string } | null>(null);
  const [unfilled, setUnfilled] = useState<string[]>([]);
  const [emoji, setEmoji] = useState(false);
  const [over, setOver] = useState(false);
  const [asked, setAsked] = useState<'block' | 'warn' | null>(null);
  const area = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const typedAt = useRef(0);
  const files = uploads[mode];
  const found = useWording(id, mode, draft.body);
  const closed = conversation.status === 'resolved';
  const lastSeq = thread.messages[thread.messages.length - 1]?.seq ?? 0;
  const inserting = useRef<(text: string) => void>(() => undefined);
  useEffect(() => onAct((name, argument) => {
    if (name === 'insert' && argument) inserting.current(argument);
    if (name !== 'reply' && name !== 'note') return;
    setMode(name);
    // Where the keyboard is here already it is not fetched once more: it may have gone on before that.
    if (document.activeElement === area.current) return;
    // A dialog opened meanwhile keeps the keyboard.
    setTimeout(() => { if (!document.querySelector('[aria-modal=true]')) area.current?.focus(); }, 0);
  }), []);
  useEffect(() => { if (writesAtOnce(id)) area.current?.focus(); }, [id]);
  // One goes on where a draft ends: the first time the keyboard comes into it, not where a click or an own move put it since.
  const placed = useRef('');
  const atEnd = (node: HTMLTextAreaElement) => {
    if (placed.current === `${id}.${mode}` || node.value === '') return;
    placed.current = `${id}.${mode}`;
    node.setSelectionRange(node.value.length, node.value.length);
  };
  useEffect(() => { const node = area.current; if (node && document.activeElement === node && node.selectionEnd === 0) atEnd(node); }, [draft.body, mode, id]);
  useLayoutEffect(() => {
    const node = area.current;
    if (!node) return;
    node.style.height = 'auto';
    node.style.height = `${Math.min(node.scrollHeight, Math.max(120, window.innerHeight * (mailing ? 0.42 : 0.32)))}px`;
  }, [draft.body, mode]);
  // Behind what was put in, before the next key is heard: a moment later it would stand before what is typed on.
  const caret = useRef<[from: number, to: number] | null>(null);
  useLayoutEffect(() => {
    const node = area.current;
    if (!node || caret.current === null) return;
    node.focus();
    node.setSelectionRange(...caret.current);
    caret.current = null;
  }, [draft.body]);
  const write = useCallback((body: string) => {
    placed.current = `${id}.${mode}`;
    desk.drafts.write(id, mode, body.slice(0, BODY_MAX), lastSeq);
    setAsked(null);
    setUnfilled([]);
    if (Date.now() - typedAt.current > TYPING_EVERY_MS) {
      typedAt.current = Date.now();
      // Of a note only colleagues hear.
      desk.live?.typing(id, true, mode);
    }
  }, [desk, id, mode, lastSeq]);
  /** Says that nobody writes any more; the next word is told at once again. */
  const quiet = () => {
    typedAt.current = 0;
    desk.live?.typing(id, false, mode);
  };
  const insert = (text: string, from?: number) => {
    const node = area.current;
    const start = from ?? node?.selectionStart ?? draft.body.length;
    const end = node?.selectionEnd ?? start;
    caret.current = caretAfter(text, start);
    write(draft.body.slice(0, start) + text + draft.body.slice(end));
  };
  inserting.current = (text) => insert(text);
  const patch = (key: string, change: Partial<Upload>) => setUploads((all) => ({ reply: all.reply.map((one) => (one.key === key ? { ...one, ...change } : one)), note: all.note.map((one) => (one.key === key ? { ...one, ...change } : one)) }));
  const upload = (one: Upload) => {
    patch(one.key, { fault: null });
    uploadFile(id, one.file, (share) => patch(one.key, { share })).then((done) => patch(one.key, { done })).catch((error) => patch(one.key, { fault: faultOf(error, t).title }));
  };
  const attach = (list: Iterable<File>) => {
    const fresh = [...list].slice(0, FILES_MAX - files.length).map((file): Upload => ({ key: uuid(), share: 0, picture: file.type.startsWith('image/') ? URL.createObjectURL(file) : null, name: file.name || t('file.pasted'), size: file.size, done: null, fault: file.size > FILE_MAX_BYTES ? t('file.too_large') : null, file }));
    setUploads((all) => ({ ...all, [mode]: [...all[mode], ...fresh] }));
    for (const one of fresh) if (!one.fault) upload(one);
  };
  const mailDraft = mailDraftOf(desk, id);
  const ways = waysOf(conversation);
  const chosen = useStore(mailDraft).way;
  const way = ways.find((one) => one === chosen) ?? usualWay(conversation, thread.messages);
  const mailing = way === 'mail' && mode === 'reply';
  const writing = useWriting(conversation, useMemo(() => withBlocks(thread), [thread]), mailing);
  /** In a conversation of mail it goes to the widget. */
  const chatting = conversation.channel === 'email' && way === 'chat' && mode === 'reply';
  const weight = files.reduce((sum, one) => sum + one.size, 0);
  const heavy = mailing && weight > MAIL_MAX_BYTES;
  const ready = files.every((one) => one.done !== null) && !heavy && (!mailing || writing.addressed);
  const body = draft.body.trim();
  const sendable = (body.length > 0 || files.length > 0) && ready;
  const send = (sure = false) => {
    if (!sendable) return;
    const doubt = mode === 'reply' ? asks(found, draft.body) : null;
    if (doubt === 'block' || (doubt === 'warn' && !sure)) { setAsked(doubt); return; }
    const missing = mode === 'reply' && !sure ? missingIn(body) : [];
    if (missing.length > 0) { setUnfilled(missing); return; }
    const mentions = mode === 'note' ? colleagues.filter((one) => body.includes(`@${one.alias}`)).map((one) => one.id) : [];
    // What was on the screen when writing began decides whether somebody answered in between.
    const seen = Math.max(draft.base_seq, 0) || lastSeq;
    const told = mode === 'note' ? teams.filter((one) => body.includes(`@${one.name}`)).map((one) => one.id) : [];
    const attached = files.flatMap((one) => (one.done ? [one.done.id] : []));
    if (mode === 'reply' && !chatting && (mailing || conversation.undo === 'hold') && me.settings.undo_s > 0) {
      // It cannot be called back once it left, so it waits here for the time in which it can.
      const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
      client.conversations.schedule(id, { body, attachments: attached, zone, seen_seq: seen, confirmed: sure, ...(mailing && { mail: writing.input }) }).then(cleared).catch((error) => tell(error, t));
      return;
    }
    if (!desk.send(id, mode, body, attached, mentions, mode === 'reply' ? seen : lastSeq, { teams: told, confirmed: sure, chat: chatting, ...(mailing && { mail: writing.input }) })) return;
    cleared();
  };
  /** What was written has gone its way. */
  const cleared = () => {
    if (desk.drafts.of(id, mode).get().body.trim() === body) desk.drafts.clear(id, mode);
    if (mailing) forgetMailDraft(desk, id);
    for (const one of files) if (one.picture) URL.revokeObjectURL(one.picture);
    setUploads((all) => ({ ...all, [mode]: [] }));
    setAsked(null);
    setMention(null);
    setSlash(null);
    setUnfilled([]);
    quiet();
    area.current?.focus();
  };
  // A mail has paragraphs: Enter begins one, whatever sends a chat.
  const sendKey = mailing ? 'ctrl_enter' : me.settings.send_key;
  const key = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    const like = { key: event.key, keyCode: event.keyCode, ctrlKey: event.ctrlKey, metaKey: event.metaKey, shiftKey: event.shiftKey, altKey: event.altKey, isComposing: event.nativeEvent.isComposing };
    if (composing(like) || mention || (slash && event.defaultPrevented)) return;
    if (sends(like, sendKey)) {
      event.preventDefault();
      send();
    }
  };
  /** From the head of a mail it is sent the same way. */
  const fromFields = (event: KeyboardEvent) => {
    if (!mailing || event.defaultPrevented || !(event.target instanceof HTMLInputElement) || event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.nativeEvent.isComposing) return;
    event.preventDefault();
    area.current?.focus();
    send();
  };
  const paste = (event: ClipboardEvent) => {
    if (event.clipboardData.files.length === 0) return;
    event.preventDefault();
    attach(event.clipboardData.files);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    attach(event.dataTransfer.files);
  };
  const watchMention = (node: HTMLTextAreaElement) => setMention(mode === 'note' ? mentionAt(node.value, node.selectionStart) : null);
  /** Looks for `/` in front of the caret; never while an input method chooses characters. */
  const watchSlash = (node: HTMLTextAreaElement, composes: boolean) => { if (!composes) setSlash(slashAt(node.value, node.selectionStart)); };
  const saved = draft.body === '' ? null : draft.state === 'saved' ? t('draft.saved') : draft.state === 'kept' ? t('draft.kept') : draft.state === 'refused' ? t('draft.refused') : t('draft.saving');
  const brand = conversation.brand;
  return (
    <section className={`composer ${mode}${mailing ? ' mailing' : ''}${over ? ' over' : ''}`} aria-label={t('composer.label')} onDragOver={(event) => { if (event.dataTransfer.types.includes('Files')) { event.preventDefault(); setOver(true); } }} onDragLeave={() => setOver(false)} onDrop={drop}>
      {held ? <Guard entry={held} /> : null}
      {asked ? <WordQuestion kind={asked} onChange={() => { setAsked(null); area.current?.focus(); }} onSend={() => send(true)} /> : null}
      {unfilled.length > 0 ? (
        <div className="guard" role="alertdialog" aria-label={stillOpen(unfilled, several, t)}>
          <Icon name="alert" size={17} />
          <div><p>{stillOpen(unfilled, several, t)}</p></div>
          <Button small onClick={() => { setUnfilled([]); area.current?.focus(); }}>{t('brand.change')}</Button>
          <Button small onClick={() => send(true)}>{t('phrase.missing_send')}</Button>
        </div>
      ) : null}
      <div className="composer-box" onKeyDown={fromFields}>
        <div className="composer-top">
          <Tabs label={t('composer.mode')} value={mode} onChange={(next) => { setMode(next); area.current?.focus(); }} items={[
            { key: 'reply', label: <><i className="mark" style={{ background: brand.color }} />{t('composer.as', { brand: brand.name })}</> },
            { key: 'note', label: <><Icon name="lock" size={13} />{t('composer.note')}</> },
          ]} />
          {mode === 'reply' && ways.length > 1 ? <WaySwitch way={way} onChange={(next) => { mailDraft.set((now) => ({ ...now, way: next })); area.current?.focus(); }} /> : null}
          <span className={`draft-state draft-${draft.state}`} role="status">{saved}</span>
        </div>
        {slash && !mention ? <SlashList query={slash.query} conversation={conversation} area={area} onClose={() => setSlash(null)} onInsert={(text) => { insert(text, slash.from); setSlash(null); }} onComplete={(word) => { insert(`/${word}`, slash.from); setSlash({ from: slash.from, query: word }); }} /> : null}
        {mention && nobodyKnown ? <div className="mention-list"><ErrorBlock fault={nobodyKnown} onRetry={askAgain} /></div> : mention ? <MentionList query={mention.query} people={colleagues.filter((one) => one.id !== me.user.id)} teams={teams} onTeam={(one) => { insert(`@${one.name} `, mention.from); setMention(null); }} area={area} onClose={() => setMention(null)} onChoose={(one) => { insert(`@${one.alias} `, mention.from); setMention(null); }} /> : null}
        {mailing ? <MailFields key={id} writing={writing} /> : null}
        <textarea ref={area} value={draft.body} maxLength={BODY_MAX} rows={mailing ? 5 : 2} dir="auto"
          placeholder={closed && mode === 'reply' ? t('composer.closed') : mode === 'reply' ? t('composer.placeholder_reply', { name: conversation.contact.salutation ?? conversation.contact.name }) : t('composer.placeholder_note')}
          aria-label={mode === 'reply' ? t('composer.as', { brand: brand.name }) : t('composer.note')} aria-keyshortcuts="Alt+R Alt+N"
          onChange={(event) => { write(event.target.value); watchMention(event.target); watchSlash(event.target, (event.nativeEvent as InputEvent).isComposing); }} onCompositionEnd={(event) => watchSlash(event.currentTarget, false)} onKeyDown={key} onPaste={paste} onBlur={quiet} onFocus={(event) => atEnd(event.currentTarget)} />
        {mailing ? <Signature key={`signature of ${id}`} conversation={id} /> : null}
        {mode === 'reply' ? <WordStrip found={found} body={draft.body} /> : null}
        {files.length > 0 ? (
          <ul className="uploads" aria-label={t('composer.files')}>
            {files.map((one) => (
              <li key={one.key} className={one.fault ? 'bad' : ''}>
                {one.picture ? <img src={one.picture} alt={t('file.picture', { name: one.name })} /> : <Icon name="file" size={15} />}<span>{one.name}</span>
                <small className="num">{one.fault ?? (one.done ? t('file.ready') : t('file.progress', { n: Math.round(one.share * 100) }))}</small>
                {!one.fault && !one.done ? <progress max={1} value={one.share} aria-label={t('file.uploading')} /> : null}
                {one.fault && one.size <= FILE_MAX_BYTES ? <Button small look="quiet" onClick={() => upload(one)}>{t('action.retry')}</Button> : null}
                <IconButton icon="close" size={13} label={t('file.remove', { name: one.name })} onClick={() => setUploads((all) => ({ ...all, [mode]: all[mode].filter((other) => other.key !== one.key) }))} />
              </li>
            ))}
          </ul>
        ) : null}
        {mailing && files.length > 0 ? <p className={`mail-weight${heavy ? ' bad' : ''}`} role={heavy ? 'alert' : undefined}>{heavy ? t('email.too_heavy', { size: size(weight) }) : t('email.weight', { size: size(weight) })}</p> : null}
        <div className="composer-bar">
          <IconButton icon="clip" label={t('composer.attach')} onClick={() => picker.current?.click()} />
          <input ref={picker} type="file" multiple hidden onChange={(event) => { attach(event.target.files ?? []); event.target.value = ''; }} />
          <Popup open={emoji} onOpen={setEmoji} placement="topLeft" label={t('composer.emoji')} content={<Emoji onChoose={(one) => { setEmoji(false); insert(one); }} />}>
            <IconButton icon="smile" label={t('composer.emoji')} />
          </Popup>
          <button type="button" className="text-btn" onClick={() => { insert('/'); setSlash({ from: area.current?.selectionStart ?? draft.body.length, query: '' }); }}>{t('phrase.slash')}</button>
          {mode === 'note' ? <button type="button" className="text-btn" onClick={() => { insert('@'); setMention({ from: area.current?.selectionStart ?? draft.body.length, query: '' }); }}>@ {t('composer.colleague')}</button> : null}
          <span className="composer-who">{mode === 'reply' ? t('composer.seen_customer') : t('composer.seen_inside')}</span>
          <span className="composer-hint">{sendKey === 'enter' ? t('send_key.enter') : t('send_key.ctrl_enter')}</span>
          {closed && mode === 'reply' ? <Button onClick={() => void run(() => client.conversations.reopen(id))}>{t('act.reopen')}</Button> : null}
          {mode === 'reply' && !closed && !chatting ? <IconButton icon="clock" label={t('schedule.open')} disabled={!sendable} onClick={() => setLater(true)} /> : null}
          <Button look="primary" disabled={!sendable} onClick={() => send()}>{mode === 'reply' ? t('composer.send') : t('composer.add_note')}</Button>
        </div>
      </div>
      {later ? <SendLater conversation={conversation} mail={mailing ? writing.input : undefined} seen={Math.max(draft.base_seq, 0) || lastSeq} body={body} attachments={files.flatMap((one) => (one.done ? [one.done.id] : []))} onDone={cleared} onClose={() => setLater(false)} /> : null}
    </section>
  );
}
