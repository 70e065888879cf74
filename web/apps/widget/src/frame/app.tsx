/** The whole panel: first line, thread, composer. Components are classes: hooks would cost a twentieth of the budget. */

import { Component, createRef, h } from 'preact';
import type { Chat, View } from './chat';
import { Composer } from './composer';
import type { Form } from './form';
import { Close } from './icons';
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

interface AppState { view: View; now: number; dragging: boolean }

export class App extends Component<AppProps, AppState> {
  override state: AppState = { view: this.props.chat.view, now: Date.now(), dragging: false };
  #composer = createRef<Composer>();
  #form = createRef<Form>();
  #stop?: () => void;
  #timer?: ReturnType<typeof setInterval>;

  /** Puts words into the field for the visitor to send. */
  fill(text: string): void {
    this.#composer.current?.fill(text);
  }

  override componentDidMount(): void {
    this.#stop = this.props.chat.watch((view) => this.setState({ view }));
    this.#timer = setInterval(() => this.setState({ now: Date.now() }), MINUTE_MS);
    if (this.props.opened) this.#composer.current?.focus();
  }

  override componentDidUpdate(before: AppProps): void {
    if (this.props.opened && !before.opened) this.#composer.current?.focus();
  }

  override componentWillUnmount(): void {
    this.#stop?.();
    clearInterval(this.#timer);
  }

  override render({ chat, w, opened, onClose }: AppProps, { view, now, dragging }: AppState) {
    const line = status(view, now, w);
    const ready = view.phase === 'ready';
    return (
      <main
        class={dragging ? 'panel dragging' : 'panel'}
        aria-label={view.config ? w.chatWith(view.config.brand.name) : 'Hark'}
        onKeyDown={(e) => { if (leaves(e)) onClose?.(); }}
        onDragOver={(e) => { if (e.dataTransfer?.types.includes('Files')) { e.preventDefault(); this.setState({ dragging: true }); } }}
        onDragLeave={(e) => { if (!e.currentTarget.contains(e.relatedTarget as Node | null)) this.setState({ dragging: false }); }}
        onDrop={(e) => {
          e.preventDefault();
          this.setState({ dragging: false });
          void this.#composer.current?.add([...(e.dataTransfer?.files ?? [])]);
        }}
      >
        <Head chat={chat} view={view} w={w} line={line} onClose={onClose} />
        <ThreadView chat={chat} view={view} w={w} opened={opened} now={now} form={this.#form} />
        {view.phase !== 'refused' && view.identity !== 'needed' && (
          <Composer hold={this.#composer} form={this.#form} asking={view.asking} peek={!!view.config?.peek} chat={chat} w={w} limits={view.limits} ready={ready}
            away={!!view.config && !view.config.open} />
        )}
        {dragging && <div class="drop" aria-hidden="true">{w.dropHere}</div>}
      </main>
    );
  }
}

interface HeadProps {
  chat: Chat; view: View; w: Words; line: ReturnType<typeof status>; onClose: (() => void) | null;
}

class Head extends Component<HeadProps, { asking: boolean }> {
  override state = { asking: false };

  override render({ chat, view: { config, thread: { conversation } }, w, line, onClose }: HeadProps, { asking }: { asking: boolean }) {
    // Ending is asked twice in one place, and offered only once somebody is there: nobody loses a place by a slip.
    const end = (): void => { this.setState({ asking: !asking }); if (asking) chat.end(); };
    return (
      <header class="head">
        {config && <span class="mark" aria-hidden="true">{config.brand.initial}</span>}
        <div class="who">
          <h1>{config ? config.brand.name : '\u00a0'}</h1>
          <p class={`line ${line.mood}`} role="status"><i aria-hidden="true" />{line.text}</p>
        </div>
        {conversation?.agent && conversation.status !== 'resolved' && (
          <button type="button" class={asking ? 'end sure' : 'end'} onClick={end} onBlur={() => this.setState({ asking: false })}>
            {asking ? w.endAsk : w.end}
          </button>
        )}
        {onClose && <button type="button" class="icon" aria-label={w.close} title={w.close} onClick={onClose}><Close /></button>}
      </header>
    );
  }
}
