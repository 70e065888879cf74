/** Says that an offer was not taken in time, and, where the routing took one out of work for it, how to go on: in a line of its own, until one works again or closes it. */
import { useEffect, useRef, useState } from 'react';
import { Button, Icon, IconButton, notify, useT } from '@hark/ui';
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
  const words = useRef(t);
  words.current = t;
  /** Whose offer took one out of work; null where nothing did, or it was dealt with. */
  const [busyFor, setBusyFor] = useState<{ name: string; since: number } | null>(null);
  useEffect(() => {
    if (!missed) return;
    const timer = setTimeout(() => {
      const { state, since } = desk.presence.get();
      if (state === 'busy' && since >= missed.at - NEAR_MS && desk.choseAt < missed.at - NEAR_MS) setBusyFor({ name: missed.name, since });
      else notify(words.current('missed.passed'), { detail: missed.name });
    }, STATE_AFTER_MS);
    return () => clearTimeout(timer);
  }, [missed, desk]);
  // Whoever chose a state since needs no reminder.
  useEffect(() => setBusyFor((of) => (of && presence.state === 'busy' && presence.since === of.since ? of : null)), [presence.state, presence.since]);
  if (busyFor === null) return null;
  return (
    <div className="banner missed" role="alert">
      <Icon name="alert" size={17} />
      <span><b>{t('missed.busy')}</b> <span className="banner-more">{busyFor.name}</span></span>
      <Button small look="primary" onClick={() => void desk.choose('ready').catch((error) => tell(error, t))}>{t('presence.go_ready')}</Button>
      <IconButton icon="close" size={14} label={t('action.close')} onClick={() => setBusyFor(null)} />
    </div>
  );
}
