/** The hands that are up, longest first: take one, and the conversation opens. */
import type { Hand } from '@hark/api';
import { Button, Empty, Icon, notify, useT } from '@hark/ui';
import { useDesk } from '../app/context';
import { go, link } from '../app/router';
import { useNow } from '../state/clock';
import { tell } from '../state/faults';
import { client } from '../state/session';
import { useStore } from '../state/store';
import { raised, refreshFloor } from './live';

export default function Hands() {
  const { t, timer } = useT();
  const { me } = useDesk();
  const hands = useStore(raised);
  const at = useNow();
  const run = async (deed: () => Promise<unknown>, done: string, then?: () => void) => {
    try {
      await deed();
      notify(done);
      then?.();
    } catch (error) { tell(error, t); }
    refreshFloor();
  };
  const take = (hand: Hand) => void run(() => client.floor.takeHand(hand.id), t('hands.taken'), () => go(`/c/${hand.conversation}`));
  if (hands.length === 0) return <Empty icon="hand" title={t('hands.none')} text={t('hands.none_hint')} />;
  return (
    <ul className="cards">
      {hands.map((hand) => (
        <li key={hand.id} className={hand.state === 'raised' ? 'card raised' : 'card'}>
          <Icon name="hand" size={20} />
          <div>
            <b>{hand.alias} <span className="num meta">{hand.number}</span></b>
            <p>{hand.reason}</p>
            <small className="meta">{[me.tenants.find((one) => one.id === hand.tenant)?.name, me.lines.find((one) => one.id === hand.line)?.name].filter(Boolean).join(' · ')}</small>
          </div>
          <span className="num wait">{hand.state === 'taken' ? t('help.taken_by', { name: hand.taken_alias ?? '' }) : timer(at - hand.raised_at)}</span>
          <span className="card-acts">
            {hand.state === 'raised' ? <Button look="primary" onClick={() => take(hand)}>{t('hands.take')}</Button> : <a className="btn btn-plain" {...link(`/c/${hand.conversation}`)}>{t('hands.look')}</a>}
            <Button look="quiet" onClick={() => void run(() => client.floor.lowerHand(hand.id), t('hands.lowered'))}>{t('hands.lower')}</Button>
          </span>
        </li>
      ))}
    </ul>
  );
}
