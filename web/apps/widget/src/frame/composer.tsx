/** Where the visitor writes: text that grows, files by button, paste and drop, Enter that respects input methods. */

import { Component, createRef, h, type RefObject } from 'preact';
import type { Chat } from './chat';
import { browserClock } from './clock';
import { FILES_MAX, admit, sized } from './files';
import { Clip, Close, Paper, Send } from './icons';
import { sends } from './keys';
import { LocalImage } from './threadview';
import { TypingSignal } from './typing';
import type { Limits } from './wire';
import type { Words } from './words';

interface Props { hold: RefObject<Composer | null>; chat: Chat; w: Words; limits: Limits; ready: boolean; away: boolean }
interface State { text: string; files: File[]; notice: string }

const bytes = (text: string): number => new TextEncoder().encode(text).length;

export class Composer extends Component<Props, State> {
  override state: State = { text: '', files: [], notice: '' };
  #field = createRef<HTMLTextAreaElement>();
  #picker = createRef<HTMLInputElement>();
  #signal = new TypingSignal(browserClock, (on) => this.props.chat.typing(on));

  focus(): void {
    this.#field.current?.focus();
  }

  /** Takes chosen, pasted or dropped files, and says which it cannot take. */
  add(chosen: File[]): void {
    const { limits, w } = this.props;
    if (!chosen.length || !this.#filesAllowed()) return;
    const { files } = this.state;
    const { fit, refused } = admit(chosen, files.length, limits);
    const notice = refused.map(({ name, why }) => w.refusal[why](name, why === 'size' ? sized(limits.file) : FILES_MAX)).join('\n');
    this.setState({ files: [...files, ...fit], notice });
    this.focus();
  }

  override componentDidMount(): void {
    this.props.hold.current = this;
  }

  override componentDidUpdate(_: Props, before: State): void {
    if (before.text === this.state.text) return;
    const field = this.#field.current!;
    field.style.height = 'auto';
    field.style.height = `${field.scrollHeight}px`;
  }

  override componentWillUnmount(): void {
    this.#signal.over();
  }

  #filesAllowed(): boolean {
    return this.props.ready && this.props.limits.mimes.length > 0;
  }

  async #send(): Promise<void> {
    const { chat, limits, w } = this.props;
    const { files, text } = this.state;
    const body = text.trim();
    if (!body && !files.length) return;
    if (bytes(body) > limits.body) { this.setState({ notice: w.tooLong }); return; }
    this.setState({ text: '', files: [], notice: '' });
    this.#signal.over();
    this.focus();
    const kept = await chat.send(body, files.map((f) => ({ name: f.name, mime: f.type, size: f.size, blob: f })))
      .catch(() => false);
    // What could not be kept goes back before what was written meanwhile.
    if (!kept) this.setState((now) => ({ text: body + now.text, files: [...files, ...now.files], notice: w.full }));
  }

  override render({ w, limits, away }: Props, { text, files, notice }: State) {
    const filesAllowed = this.#filesAllowed();
    return (
      <form class="composer" onSubmit={(e) => { e.preventDefault(); void this.#send(); }}>
        {notice && <p class="notice" role="alert">{notice}</p>}
        {files.length > 0 && (
          <ul class="chips">
            {files.map((file, i) => (
              <li key={file.name + i} class="chip">
                {file.type.startsWith('image/') ? <LocalImage blob={file} name="" /> : <Paper />}
                <span><b>{file.name}</b><small>{sized(file.size)}</small></span>
                <button type="button" class="icon" aria-label={w.fileRemove(file.name)}
                  onClick={() => { this.setState({ files: files.filter((_, n) => n !== i) }); this.focus(); }}><Close /></button>
              </li>
            ))}
          </ul>
        )}
        <div class="write">
          {filesAllowed && (
            <button type="button" class="icon" aria-label={w.attach} title={w.attach} onClick={() => this.#picker.current?.click()}><Clip /></button>
          )}
          <input ref={this.#picker} type="file" hidden multiple accept={limits.mimes.join(',')}
            onChange={(e) => { this.add([...(e.currentTarget.files ?? [])]); e.currentTarget.value = ''; }} />
          <textarea ref={this.#field} rows={1} dir="auto" value={text} enterkeyhint="send"
            aria-label={away ? w.leave : w.write} placeholder={away ? w.leave : w.write}
            onInput={(e) => {
              const now = e.currentTarget.value;
              this.setState({ text: now, notice: '' });
              this.#signal.touched(!now.trim());
            }}
            onBlur={() => this.#signal.over()}
            onPaste={(e) => {
              const pasted = [...(e.clipboardData?.files ?? [])];
              if (pasted.length) { e.preventDefault(); this.add(pasted); }
            }}
            onKeyDown={(e) => { if (sends(e)) { e.preventDefault(); void this.#send(); } }} />
          <button type="submit" class="send" aria-label={w.send} title={w.send} disabled={!text.trim() && !files.length}><Send /></button>
        </div>
      </form>
    );
  }
}
