/** The breaks of the state menu: what is left of each kind, the running countdown, and what is waited for. */
import { useEffect } from 'react';
import type { BreakKind, MyBreaks } from '@hark/api';
import type { Language, Translator } from '@hark/i18n';
import { Button, notify, useT, type MenuEntry } from '@hark/ui';
import { ring } from '../app/sound';
import { go } from '../app/router';
import { useNow } from '../state/clock';
import { tell } from '../state/faults';
import { client } from '../state/session';
import { useStore } from '../state/store';
import { myBreaks, onCall, refreshFloor } from './live';

type T = Translator['t'];
const MINUTE_MS = 60_000;

export function kindName(kind: Pick<BreakKind, 'name_en' | 'name_zh'>, language: Language): string {
  return language === 'en' ? kind.name_en : kind.name_zh;
}

/** " · Meal", for the state that says it is a break. */
export function breakWord(breaks: MyBreaks | null, key: string | null, language: Language): string {
  const kind = breaks?.kinds.find((one) => one.kind.key === key)?.kind;
  return kind ? ` · ${kindName(kind, language)}` : '';
}

/** One entry per kind, with what the day still allows. */
export function breakEntries(breaks: MyBreaks | null, language: Language, t: T): MenuEntry[] {
  const open = Boolean(breaks?.current);
  const held = Boolean(breaks?.forced?.held);
  return (breaks?.kinds ?? []).map((left) => {
    const used = left.left_times === 0 || (left.left_ms !== null && left.left_ms < 1_000);
    const rest = [
      left.left_times !== null ? t('breaks.times_left', { n: left.left_times }) : null,
      left.left_ms !== null ? t('breaks.minutes_left', { n: Math.floor(left.left_ms / MINUTE_MS) }) : null,
      left.kind.approval || held ? t('breaks.by_approval') : null,
    ].filter(Boolean).join(' · ');
    return {
      key: `break.${left.kind.id}`, disabled: used || open, run: () => void ask(left.kind.id, t),
      label: <span className="break-entry"><span>{kindName(left.kind, language)}</span><small className="num">{used ? t('breaks.used_up') : rest}</small></span>,
    };
  });
}

async function ask(kind: string, t: T): Promise<void> {
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  try {
    const own = await client.floor.askForBreak(kind);
    myBreaks.set(own);
    if (own.current?.state === 'asked') notify(t('breaks.asked'));
    if (own.current?.state === 'granted') notify(t('breaks.granted'));
    if (own.current?.state === 'queued') notify(t('breaks.queued', { n: own.current.place ?? 1 }));
  } catch (error) { tell(error, t); }
  refreshFloor();
}

export async function cancelBreak(t: T): Promise<void> {
  try {
    myBreaks.set(await client.floor.cancelBreak());
    notify(t('breaks.cancelled'));
  } catch (error) { tell(error, t); }
  refreshFloor();
}

/** What is left of a break; red and counting up once its time is over. */
export function Countdown({ due }: { due: number }) {
  const { t, timer } = useT();
  const left = due - useNow();
  return left > 0
    ? <span className="num state-time" title={t('breaks.left')}>{timer(left)}</span>
    : <span className="num state-time over" role="alert">{t('breaks.over', { timer: timer(-left) })}</span>;
}

/** Beside the state: the break one waits for, why one was refused, and who set the state. */
export function BreakNote() {
  const { t, clock } = useT();
  const breaks = useStore(myBreaks);
  useEffect(() => onCall((call) => {
    if (call.kind === 'hand') { ring(); notify(t('hands.heard'), { action: { label: t('hands.look'), run: () => go('/floor/hands') } }); }
    if (call.kind === 'overrun') notify(t('breaks.someone_over'), { action: { label: t('hands.look'), run: () => go('/floor/people') } });
    if (call.kind === 'own_overrun') { ring(); notify(t('breaks.own_over'), { tone: 'error' }); }
    if (call.kind === 'whisper') { ring(); notify(t('whisper.heard'), { action: { label: t('hands.look'), run: () => { if (call.conversation) go(`/c/${call.conversation}`); } } }); }
  }), [t]);
  const { current, refused, forced } = breaks ?? { current: null, refused: null, forced: null };
  if (current?.state === 'asked' || current?.state === 'queued' || current?.state === 'granted') {
    return (
      <span className="break-note">
        {current.state === 'asked' ? t('breaks.waits_lead') : current.state === 'granted' ? t('breaks.after_last') : t('breaks.waits_place', { n: current.place ?? 1 })}
        <Button small look="quiet" onClick={() => void cancelBreak(t)}>{t('breaks.cancel')}</Button>
      </span>
    );
  }
  if (forced) {
    const until = forced.held ? (forced.until ? t('forced.until', { at: clock(forced.until) }) : t('forced.until_lead')) : '';
    const text = t('forced.note', { by: forced.by, reason: forced.reason }) + until;
    return <span className="break-note warn" title={text}>{text}</span>;
  }
  if (refused?.reason) return <span className="break-note" title={refused.reason}>{t('breaks.refused', { reason: refused.reason })}</span>;
  return null;
}
