/** What is asked at the end: a score, a few more, and a word. Can be put off, and answered later. */

import { Component, Fragment, h } from 'preact';
import type { Chat } from './chat';
import type { Answer, Survey as Asked } from './wire';
import type { Words } from './words';

/** Its own words, which most visitors never load. */
type Said = typeof import('./survey.zh').zh;

interface Props { chat: Chat; survey: Asked; w: Words }
interface State { answer: Partial<Answer>; busy: boolean; fault: string; said: Said | null }

const SCORES = [1, 2, 3, 4, 5];

export class Survey extends Component<Props, State> {
  override state: State = { answer: {}, busy: false, fault: '', said: null };

  override componentDidMount(): void {
    const words = this.props.w.lang === 'zh-CN' ? import('./survey.zh').then((m) => m.zh) : import('./survey.en').then((m) => m.en);
    words.then((said) => this.setState({ said })).catch(() => undefined);
  }

  async #send(): Promise<void> {
    const { chat, survey } = this.props;
    this.setState({ busy: true, fault: '' });
    const fault = await chat.answer({ remark: '', ...this.state.answer, conversation: survey.conversation } as Answer);
    this.setState({ busy: false, fault: fault === null ? '' : fault || this.state.said!.notSent });
  }

  override render({ chat, survey }: Props, { answer, busy, fault, said: w }: State) {
    if (!w) return null;
    if (survey.thanks) return <p class="event" role="status">{w.thanks}</p>;
    const set = (part: Partial<Answer>) => this.setState({ answer: { ...answer, ...part } });
    const scale = (name: 'score' | 'attitude' | 'expertise' | 'resolution', label: string) => (
      <fieldset key={name}>
        <legend>{label}</legend>
        <div class="scale">
          {SCORES.map((n) => (
            <label key={n} title={w.scores[n - 1]!}>
              <input type="radio" name={name} checked={answer[name] === n} onChange={() => set({ [name]: n })} aria-label={`${n} · ${w.scores[n - 1]!}`} />
              <span aria-hidden="true">{n}</span>
            </label>
          ))}
        </div>
        {name === 'score' && <p class="ends" aria-hidden="true"><span>{w.scores[0]}</span><span>{w.scores[4]}</span></p>}
      </fieldset>
    );
    return (
      <form class="ask" aria-label={survey.question} onSubmit={(e) => { e.preventDefault(); void this.#send(); }}>
        {scale('score', survey.question)}
        {answer.score && (
          <>
            {survey.dimensions.map((name) => scale(name, w.dimension[name]))}
            {survey.solved && (
              <fieldset>
                <legend>{w.solvedAsk}</legend>
                <div class="scale two">{([true, false] as const).map((is) => (
                  <label key={String(is)}><input type="radio" name="solved" checked={answer.solved === is} onChange={() => set({ solved: is })} /><span>{is ? w.yes : w.no}</span></label>
                ))}</div>
              </fieldset>
            )}
            {survey.remark && <label><span>{w.remark}</span><textarea rows={2} maxLength={1000} value={answer.remark ?? ''} onInput={(e) => set({ remark: e.currentTarget.value })} /></label>}
          </>
        )}
        {fault && <p class="notice" role="alert">{fault}</p>}
        <div class="two">
          <button type="button" onClick={() => chat.later()}>{w.later}</button>
          <button type="submit" class="send wide" disabled={!answer.score || busy}>{w.submit}</button>
        </div>
      </form>
    );
  }
}
