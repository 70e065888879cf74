/** Where the visitor writes: text that grows, files by button, paste and drop, Enter that respects input methods. */

import type { Ref } from 'preact';
import { useEffect, useImperativeHandle, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Chat } from './chat';
import { browserClock } from './clock';
import { FILES_MAX, admit, sized, type Refusal } from './files';
import { Clip, Close, Paper, Send } from './icons';
import { sends } from './keys';
import { LocalImage } from './threadview';
import { TypingSignal } from './typing';
import type { Limits } from './wire';
import type { Words } from './words';

/** What the panel may ask of the composer. */
export interface ComposerHandle { focus(): void; add(files: File[]): void }

interface Props { ref?: Ref<ComposerHandle>; chat: Chat; w: Words; limits: Limits; ready: boolean; away: boolean }

const bytes = (text: string): number => new TextEncoder().encode(text).length;

function refusalText(refusal: Refusal, limits: Limits, w: Words): string {
  const { name, why } = refusal;
  switch (why) {
    case 'type': return w.fileType(name);
    case 'size': return w.fileSize(name, sized(limits.file));
    case 'empty': return w.fileEmpty(name);
    case 'many': return w.fileMany(name, FILES_MAX);
  }
}

export function Composer({ ref, chat, w, limits, ready, away }: Props) {
  const [text, setText] = useState('');
  const [files, setFiles] = useState<File[]>([]);
  const [notice, setNotice] = useState('');
  const field = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const sending = useRef(false);
  const signal = useMemo(() => new TypingSignal(browserClock, (on) => chat.typing(on)), [chat]);
  const filesAllowed = ready && limits.mimes.length > 0;

  const add = (chosen: File[]): void => {
    if (!chosen.length || !filesAllowed) return;
    const { fit, refused } = admit(chosen, files.length, limits);
    setFiles([...files, ...fit]);
    setNotice(refused.map((r) => refusalText(r, limits, w)).join('\n'));
    field.current?.focus();
  };
  useImperativeHandle(ref ?? null, () => ({ focus: () => field.current?.focus(), add }), [files, limits, ready]);

  useLayoutEffect(() => {
    const el = field.current!;
    el.style.height = 'auto';
    el.style.height = `${el.scrollHeight}px`;
  }, [text]);
  useEffect(() => () => signal.over(), [signal]);

  const send = async (): Promise<void> => {
    const body = text.trim();
    if ((!body && !files.length) || sending.current) return;
    if (bytes(body) > limits.body) { setNotice(w.tooLong); return; }
    sending.current = true;
    const kept = await chat.send(body, files.map((f) => ({ name: f.name, mime: f.type, size: f.size, blob: f })))
      .catch(() => false);
    sending.current = false;
    if (!kept) { setNotice(w.full); return; }
    // Words typed while it was being kept are the next message's.
    setText((now) => (now.trim() === body ? '' : now));
    setFiles([]);
    setNotice('');
    signal.over();
    field.current?.focus();
  };

  return (
    <form class="composer" onSubmit={(e) => { e.preventDefault(); void send(); }}>
      {notice && <p class="notice" role="alert">{notice}</p>}
      {files.length > 0 && (
        <ul class="chips">
          {files.map((file, i) => (
            <li key={file.name + i} class="chip">
              {file.type.startsWith('image/') ? <LocalImage blob={file} name="" /> : <Paper />}
              <span><b>{file.name}</b><small>{sized(file.size)}</small></span>
              <button type="button" class="icon" aria-label={w.fileRemove(file.name)}
                onClick={() => { setFiles(files.filter((_, n) => n !== i)); field.current?.focus(); }}><Close /></button>
            </li>
          ))}
        </ul>
      )}
      <div class="write">
        {filesAllowed && (
          <button type="button" class="icon" aria-label={w.attach} title={w.attach} onClick={() => picker.current?.click()}><Clip /></button>
        )}
        <input ref={picker} type="file" hidden multiple accept={limits.mimes.join(',')}
          onChange={(e) => { add([...(e.currentTarget.files ?? [])]); e.currentTarget.value = ''; }} />
        <textarea ref={field} rows={1} dir="auto" value={text} enterkeyhint="send" title={w.enterHint}
          aria-label={away ? w.leave : w.write} placeholder={away ? w.leave : w.write}
          onInput={(e) => {
            const now = e.currentTarget.value;
            setText(now);
            setNotice('');
            signal.touched(!now.trim());
          }}
          onBlur={() => signal.over()}
          onPaste={(e) => {
            const pasted = [...(e.clipboardData?.files ?? [])];
            if (pasted.length) { e.preventDefault(); add(pasted); }
          }}
          onKeyDown={(e) => { if (sends(e)) { e.preventDefault(); void send(); } }} />
        <button type="submit" class="send" aria-label={w.send} title={w.send} disabled={!text.trim() && !files.length}><Send /></button>
      </div>
    </form>
  );
}
