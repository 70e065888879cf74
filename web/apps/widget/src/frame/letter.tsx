/**
 * The conversation as a letter: offered where the server knows an address of the visitor that was proved, quietly while it goes
 * on and openly at its end. Comes with the talk.
 */

import { Component, h } from 'preact';
import { Refused } from './api';
import type { Chat } from './chat';
import type { Words } from './words';

interface Props { chat: Chat; w: Words; ended: boolean }
interface State { to: string | null; said: string; sent: boolean; busy: boolean }

export class Letter extends Component<Props, State> {
  override state: State = { to: null, said: '', sent: false, busy: false };
  #gone = false;

  override componentDidMount(): void {
    this.#look();
  }

  override componentDidUpdate(before: Props): void {
    // Who was proved meanwhile has an address now; what was sent may be asked for again after the end.
    if (before.ended === this.props.ended) return;
    this.setState({ sent: false, said: '' });
    this.#look();
  }

  override componentWillUnmount(): void {
    this.#gone = true;
  }

  #look(): void {
    this.props.chat.ask<{ to: string | null }>('GET', 'transcript').then(({ to }) => { if (!this.#gone) this.setState({ to }); }).catch(() => undefined);
  }

  async #send(): Promise<void> {
    const { chat, w } = this.props;
    this.setState({ busy: true, said: '' });
    try {
      const { to } = await chat.ask<{ to: string }>('POST', 'transcript');
      this.setState({ busy: false, sent: true, said: w.letterSent(to) });
    } catch (fault) {
      this.setState({ busy: false, said: fault instanceof Refused && fault.title ? fault.title : w.letterNot });
    }
  }

  override render({ w, ended }: Props, { to, said, sent, busy }: State) {
    if (!to) return null;
    return (
      <div class={ended ? 'letter ended' : 'letter'}>
        {ended && !sent && <p>{w.letterOffer}</p>}
        {!sent && <button type="button" disabled={busy} onClick={() => void this.#send()}>{w.letterTo(to)}</button>}
        <p role="status" class={sent || !said ? '' : 'notice'}>{said}</p>
      </div>
    );
  }
}
