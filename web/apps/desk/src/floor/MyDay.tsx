/** The floor's parts of "my day": breaks that are left, what waits for one's signature, and one's raised hands. */
import { useT } from '@hark/ui';
import { link } from '../app/router';
import { useNow } from '../state/clock';
import { useStore } from '../state/store';
import { myBreaks, myFloor } from './live';
import { useWaiting } from './MustRead';
import { kindName } from './StateMenu';

const MINUTE_MS = 60_000;

export function BreaksLeft() {
  const { t, language } = useT();
  const breaks = useStore(myBreaks);
  return (
    <ul className="plain-list">
      {(breaks?.kinds ?? []).map((left) => (
        <li key={left.kind.id}>
          <b>{kindName(left.kind, language)}</b>
          <span className="num">{[
            left.left_times !== null ? t('breaks.times_left', { n: left.left_times }) : null,
            left.left_ms !== null ? t('breaks.minutes_left', { n: Math.floor(left.left_ms / MINUTE_MS) }) : null,
          ].filter(Boolean).join(' · ') || t('breaks.no_limit')}</span>
        </li>
      ))}
    </ul>
  );
}

export function ToSign() {
  const { t } = useT();
  const waiting = useWaiting();
  if (waiting.length === 0) return <p className="hint">{t('must.nothing')}</p>;
  return (
    <ul className="plain-list">
      {waiting.map((one) => (
        <li key={`${one.kind}.${one.one.id}`}>
          <b>{one.kind === 'notice' ? t('must.notice', { title: one.one.title }) : one.kind === 'briefing' ? t('must.briefing', { title: one.one.title }) : <a {...link(`/floor/handovers/${one.one.id}`)}>{t('must.handover', { name: one.one.from_alias })}</a>}</b>
        </li>
      ))}
    </ul>
  );
}

export function MyHands() {
  const { t, timer } = useT();
  const hands = useStore(myFloor)?.hands ?? [];
  const at = useNow();
  if (hands.length === 0) return null;
  return (
    <ul className="plain-list">
      {hands.map((hand) => (
        <li key={hand.id}><a {...link(`/c/${hand.conversation}`)}>{hand.reason}</a><span className="num">{hand.state === 'taken' ? t('help.taken_by', { name: hand.taken_alias ?? '' }) : timer(at - hand.raised_at)}</span></li>
      ))}
    </ul>
  );
}
