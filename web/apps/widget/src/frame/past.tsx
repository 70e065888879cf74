/**
 * Earlier conversations of a visitor who was proved: a list, and each of them to be read. Fetched only once the visitor is proved;
 * the server gives nobody else any. The conversation that goes on is not read here but gone back to.
 */

import { Component, createRef, Fragment, h } from 'preact';
import { PAGE_LIMIT } from './api';
import type { Chat, View } from './chat';
import './past.css';
import { Rows } from './talk';
import { merge, EMPTY, type Thread } from './thread';
import type { Page, Past as Earlier } from './wire';
import { clockTime, day, type Words } from './words';

/** Its own words, which most visitors never load. */
type Said = typeof import('./past.zh').zh;

interface Props { chat: Chat; view: View; w: Words; now: number }
interface State { open: boolean; list: Earlier[] | null; one: Earlier | null; thread: Thread; more: boolean; failed: boolean; said: Said | null }

export class Past extends Component<Props, State> {
  override state: State = { open: false, list: null, one: null, thread: EMPTY, more: false, failed: false, said: null };
  #in = createRef<HTMLButtonElement>();
  #back = createRef<HTMLButtonElement>();

  override componentDidMount(): void {
    const words = this.props.w.lang === 'zh-CN' ? import('./past.zh').then((m) => m.zh) : import('./past.en').then((m) => m.en);
    words.then((said) => this.setState({ said })).catch(() => undefined);
  }

  override componentDidUpdate(_: Props, before: State): void {
    const { open, one } = this.state;
    if (open && (!before.open || one !== before.one)) this.#back.current?.focus();
    if (!open && before.open) this.#in.current?.focus();
  }

  /** What is read for one screen is not shown on the next. */
  async #read<T>(ask: () => Promise<T>, take: (answer: T) => void): Promise<void> {
    const { open, one } = this.state;
    this.setState({ failed: false });
    const is = (): boolean => this.state.open === open && this.state.one === one;
    try {
      const answer = await ask();
      if (is()) take(answer);
    } catch {
      if (is()) this.setState({ failed: true });
    }
  }

  #list = (): void => {
    this.setState({ open: true, one: null, list: null }, () =>
      void this.#read(() => this.props.chat.look<{ items: Earlier[] }>('conversations'), ({ items }) => this.setState({ list: items })));
  };

  #more = (): void => {
    const { one, thread } = this.state;
    const path = `conversations/${one!.id}/messages?after=${thread.cursor}&limit=${PAGE_LIMIT}`;
    void this.#read(() => this.props.chat.look<Page>(path), ({ items, last_seq }) => this.setState({
      thread: { ...merge(thread, items), cursor: last_seq }, more: items.length >= PAGE_LIMIT,
    }));
  };

  #openOne = (one: Earlier): void => {
    if (one.current) { this.#close(); return; }
    this.setState({ one, thread: EMPTY, more: false }, this.#more);
  };

  #close = (): void => this.setState({ open: false, one: null });
  #leave = (): void => (this.state.one ? this.setState({ one: null, failed: false }) : this.#close());

  override render({ chat, view, w, now }: Props, { open, list, one, thread, more, failed, said }: State) {
    if (!said) return null;
    return (
      <>
        <button ref={this.#in} type="button" class="past-in" onClick={this.#list}>{said.title}</button>
        {open && (
          <section class="past" role="dialog" aria-modal="true" aria-label={said.title}
            onKeyDown={(e) => { if (e.key === 'Escape') { e.stopPropagation(); this.#leave(); } }}>
            <header class="head">
              <button ref={this.#back} type="button" onClick={this.#leave}>‹ {said.back}</button>
              <h2>{one ? one.about || said.about : said.title}</h2>
            </header>
            {failed ? <p class="note" role="alert">{said.failed}<br /><button type="button" onClick={one ? this.#more : this.#list}>{said.again}</button></p>
              : one ? (
                <>
                  <div class="thread" tabIndex={0} role="region" aria-label={w.thread}>
                    <div class="rows">
                      <Rows past chat={chat} view={{ ...view, thread, waiting: [], typing: null }} w={w} now={now} />
                      {more && <button type="button" class="past-in" onClick={this.#more}>{said.more}</button>}
                    </div>
                  </div>
                  <p class="foot">{said.over}<br /><button type="button" onClick={this.#close}>{said.toCurrent}</button></p>
                </>
              ) : !list ? <p class="note" role="status">{said.loading}</p>
              : !list.length ? <p class="note">{said.none}</p> : (
                <ul class="past-list">{list.map((p) => (
                  <li key={p.id}><button type="button" onClick={() => this.#openOne(p)}>
                    <b dir="auto">{p.about || said.about}</b>
                    <small><time>{day(p.begun_at, now, w)} {clockTime(p.begun_at, w)}</time><span>{p.current ? said.current : said.ended}</span></small>
                  </button></li>
                ))}</ul>
              )}
          </section>
        )}
      </>
    );
  }
}
