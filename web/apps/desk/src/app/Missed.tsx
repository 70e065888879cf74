/** Says that an offer was not taken in time, and, where the routing took one out of work for it, how to go on. */
import { useEffect, useRef } from 'react';
import { notify, useT } from '@hark/ui';
import { tell } from '../state/faults';
import { useStore } from '../state/store';
import { useDesk } from './context';

/** The state that follows from it is told beside it, before or after. */
const STATE_AFTER_MS = 1_200;
/** A state that began this near to it comes of it, unless one chose it oneself. */
const NEAR_MS = 5_000;

export function Missed() {
  const { t } = useT();
  const { desk } = useDesk();
  const missed = useStore(desk.missed);
  const presence = useStore(desk.presence);
  const close = useRef<() => void>(() => undefined);
  const words = useRef(t);
  words.current = t;
  useEffect(() => {
    if (!missed) return;
    const timer = setTimeout(() => {
      const { state, since } = desk.presence.get();
      const say = words.current;
      close.current();
      const busy = state === 'busy' && since >= missed.at - NEAR_MS && desk.choseAt < missed.at - NEAR_MS;
      const ready = () => void desk.choose('ready').catch((error) => tell(error, words.current));
      close.current = busy
        ? notify(say('missed.busy'), { tone: 'error', detail: missed.name, stays: true, action: { label: say('presence.go_ready'), run: ready } })
        : notify(say('missed.passed'), { detail: missed.name });
    }, STATE_AFTER_MS);
    return () => clearTimeout(timer);
  }, [missed, desk]);
  // Whoever works again needs no reminder.
  const receives = presence.state === 'ready' || presence.state === 'serving';
  useEffect(() => { if (receives) close.current(); }, [receives]);
  return null;
}
