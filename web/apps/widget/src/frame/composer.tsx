/** Where the visitor writes: text that grows, files by button, paste and drop, Enter that respects input methods. */

import { Component, createRef, h, type RefObject } from 'preact';
import type { Chat } from './chat';
import { browserClock } from './clock';
import type { Form } from './form';
import { Clip, Send } from './icons';
import { sends } from './keys';
import { fetched, parts } from './parts';
import { TypingSignal } from './typing';
import type { Limits } from './wire';
import type { Words } from './words';

interface Props {
  hold: RefObject<Composer | null>; form: RefObject<Form | null>; chat: Chat; w: Words; limits: Limits; ready: boolean;
  away: boolean; asking: boolean; peek: boolean;
}
interface State { text: string; files: File[]; notice: string; seen: boolean }

const bytes = (text: string): number => new TextEncoder().encode(text).length;

export class Composer extends Component<Props, State> {
  override state: State = { text: '', files: [], notice: '', seen: false };
  #field = createRef<HTMLTextAreaElement>();
  #picker = createRef<HTMLInputElement>();
  #signal = new TypingSignal(browserClock, (on) => this.props.chat.typing(on, this.state.seen ? this.state.text : undefined));

  focus(): void {
    this.#field.current?.focus();
  }

  /** Puts words into the field for the visitor to send. */
  fill(text: string): void {
    this.setState({ text });
    this.focus();
  }

  /** Takes chosen, pasted or dropped files, and says which it cannot take. */
  async add(chosen: File[]): Promise<void> {
    if (!chosen.length || !this.#filesAllowed()) return;
    await fetched('talk');
    const { limits, w } = this.props;
    this.setState(({ files }) => {
      const picked = parts.talk?.choose(chosen, files.length, limits, w);
      return picked ? { files: [...files, ...picked.fit], notice: picked.notice } : null;
    });
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
    const { chat, limits, w, asking, form } = this.props;
    const { files, text } = this.state;
    const body = text.trim();
    if (!body && !files.length) return;
    if (bytes(body) > limits.body) { this.setState({ notice: w.tooLong }); return; }
    // The form says itself what is missing.
    const filled = asking ? form.current?.take() : undefined;
    if (asking && !filled) return;
    this.setState({ text: '', files: [], notice: '' });
    this.#signal.over();
    this.focus();
    const kept = await chat.send(body, files.map((f) => ({ name: f.name, mime: f.type, size: f.size, blob: f })), filled ?? undefined)
      .catch(() => false);
    // What could not be kept goes back before what was written meanwhile.
    if (!kept) this.setState((now) => ({ text: body + now.text, files: [...files, ...now.files], notice: w.full }));
  }

  override render({ chat, w, limits, away, peek }: Props, { text, files, notice, seen }: State) {
    const filesAllowed = this.#filesAllowed();
    return (
      <form class="composer" onSubmit={(e) => { e.preventDefault(); void this.#send(); }}>
        {notice && <p class="notice" role="alert">{notice}</p>}
        {files.length > 0 && parts.talk && (
          <parts.talk.Chips files={files} w={w} remove={(i) => { this.setState({ files: files.filter((_, n) => n !== i) }); this.focus(); }} />
        )}
        <div class="write">
          {filesAllowed && (
            <button type="button" class="icon" aria-label={w.attach} title={w.attach} onClick={() => this.#picker.current?.click()}><Clip /></button>
          )}
          <input ref={this.#picker} type="file" hidden multiple accept={limits.mimes.join(',')}
            onChange={(e) => { void this.add([...(e.currentTarget.files ?? [])]); e.currentTarget.value = ''; }} />
          <textarea ref={this.#field} rows={1} dir="auto" value={text} enterkeyhint="send"
            aria-label={away ? w.leave : w.write} placeholder={away ? w.leave : w.write}
            onInput={(e) => {
              const now = e.currentTarget.value;
              // What shows the first message is here before it is sent, also where the network is then gone.
              void fetched('talk');
              this.setState({ text: now, notice: '' });
              this.#signal.touched(!now.trim());
            }}
            onBlur={() => this.#signal.over()}
            onPaste={(e) => {
              const pasted = [...(e.clipboardData?.files ?? [])];
              if (pasted.length) { e.preventDefault(); void this.add(pasted); }
            }}
            onKeyDown={(e) => { if (sends(e)) { e.preventDefault(); void this.#send(); } }} />
          <button type="submit" class="send" aria-label={w.send} title={w.send} disabled={!text.trim() && !files.length}><Send /></button>
        </div>
        {peek && (
          <label class="agree"><input type="checkbox" checked={seen} onChange={(e) => {
            const on = e.currentTarget.checked;
            this.setState({ seen: on });
            chat.peek(on ? w.peek : null);
          }} /><span>{w.peek}</span></label>
        )}
      </form>
    );
  }
}
