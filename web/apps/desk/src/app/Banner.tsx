/** Says that the connection is away, what is kept meanwhile, and when it will be tried again. Silent for the first moments. */
import { useEffect, useState } from 'react';
import { Button, Icon, useT } from '@hark/ui';
import { useNow } from '../state/clock';
import { useStore } from '../state/store';
import { useDesk } from './context';

/** A blink of the network is nobody's business. */
const QUIET_MS = 1_500;

export function Banner() {
  const { t } = useT();
  const { desk } = useDesk();
  const link = useStore(desk.link);
  const pending = useStore(desk.outbox).length;
  const away = link.name === 'waiting' || (link.name === 'connecting' && link.tries > 0);
  const [shown, setShown] = useState(false);
  useEffect(() => {
    if (!away) { setShown(false); return; }
    const timer = setTimeout(() => setShown(true), QUIET_MS);
    return () => clearTimeout(timer);
  }, [away]);
  if (!shown) return null;
  return (
    <div className="banner" role="alert">
      <Icon name="offline" size={17} />
      <span><b>{navigator.onLine ? t('banner.server_away') : t('banner.offline')}</b> <span className="banner-more">{pending > 0 ? t('banner.kept_pending', { n: pending }) : t('banner.kept')}</span></span>
      {link.name === 'waiting' ? <Next until={link.until} /> : <span className="banner-more">{t('link.connecting')}</span>}
      <Button small onClick={() => desk.live?.kick()}>{t('banner.now')}</Button>
    </div>
  );
}

function Next({ until }: { until: number }) {
  const { t } = useT();
  useNow();
  return <span className="num banner-more" aria-hidden="true">{t('banner.next', { n: Math.max(0, Math.ceil((until - Date.now()) / 1000)) })}</span>;
}
