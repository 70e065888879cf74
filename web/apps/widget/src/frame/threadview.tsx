/** The thread as it is read: the opening words, what is asked first, the talk once there is any, and what is asked last. */

import { Component, Fragment, createRef, h, type RefObject } from 'preact';
import type { Chat, View } from './chat';
import { fetched, parts, wanted } from './parts';
import type { Form } from './form';
import { opening, type Words } from './words';

/** Distance from the end, in pixels, within which new messages keep the end in sight. */
const NEAR_END_PX = 80;
interface Props { chat: Chat; view: View; w: Words; opened: boolean; now: number; form: RefObject<Form | null> }

export class ThreadView extends Component<Props, { below: boolean }> {
  override state = { below: false };
  #box = createRef<HTMLDivElement>();
  #atEnd = true;
  #resized?: ResizeObserver;

  #toEnd = (): void => {
    const el = this.#box.current;
    if (el) el.scrollTop = el.scrollHeight;
    this.#atEnd = true;
    if (this.state.below) this.setState({ below: false });
  };

  #seen(): void {
    if (this.props.opened && this.#atEnd && document.visibilityState === 'visible') this.props.chat.read();
  }

  #scrolled = (): void => {
    const el = this.#box.current!;
    this.#atEnd = el.scrollHeight - el.scrollTop - el.clientHeight < NEAR_END_PX;
    if (this.#atEnd && this.state.below) this.setState({ below: false });
    this.#seen();
  };

  override componentDidMount(): void {
    const el = this.#box.current!;
    this.#resized = new ResizeObserver(() => { if (this.#atEnd) this.#toEnd(); });
    this.#resized.observe(el);
    this.#resized.observe(el.firstElementChild!);
    this.#toEnd();
    this.#seen();
    this.#load();
  }

  override componentDidUpdate(before: Props): void {
    const { view, opened } = this.props;
    const { thread: { messages }, typing, waiting } = view;
    // What one writes oneself is always brought into sight.
    const own = waiting.at(-1)?.client_id !== before.view.waiting.at(-1)?.client_id && waiting.length > 0;
    if (own || opened !== before.opened) this.#toEnd();
    if (messages !== before.view.thread.messages || typing !== before.view.typing) {
      if (this.#atEnd) this.#toEnd();
      else if (messages.at(-1)?.from !== 'me' && messages.at(-1)?.id !== before.view.thread.messages.at(-1)?.id) {
        this.setState({ below: true });
      }
    }
    if (view.survey !== before.view.survey && this.#atEnd) this.#toEnd();
    this.#seen();
    this.#load();
  }

  override componentWillUnmount(): void {
    this.#resized?.disconnect();
  }

  #load(): void {
    for (const part of wanted(this.props.view)) void fetched(part).then(() => this.forceUpdate());
  }

  override render({ chat, view, w, now, form }: Props, { below }: { below: boolean }) {
    const { talk, form: asked, survey, past } = parts;
    return (
      <>
        <div ref={this.#box} class="thread" tabIndex={0} role="region" aria-label={w.thread} onScroll={this.#scrolled}>
          <div class="rows">
            {past && view.identity === 'proved' && <past.Past chat={chat} view={view} w={w} now={now} />}
            <Opening view={view} w={w} now={now} />
            {talk && <talk.Rows chat={chat} view={view} w={w} now={now} />}
            {asked && view.asking && view.config?.form && <asked.Form hold={form} form={view.config.form} w={w} />}
            {survey && view.survey && <survey.Survey chat={chat} survey={view.survey} w={w} />}
          </div>
        </div>
        {below && <button type="button" class="below" onClick={this.#toEnd}>↓ {w.latest}</button>}
        {talk && <talk.Announcer messages={view.thread.messages} w={w} />}
      </>
    );
  }
}

function Opening({ view: { config, thread: { conversation } }, w, now }: { view: View; w: Words; now: number }) {
  if (!config) return null;
  const waits = conversation?.status === 'open' && !conversation.agent && config.open;
  const text = waits && config.queue_text || (config.open ? config.greeting : config.offline_text || config.greeting);
  return (
    <p class="opening">{text || w.emptyThread}
      {config.answer_by && <><br />{w.answerBy(opening(config.answer_by, now, w))}</>}
    </p>
  );
}
