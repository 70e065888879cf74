/** The areas, with words under the marks: people change often, and the first day must be findable. */
import { Fragment } from 'react';
import { Icon, Logo, useT } from '@hark/ui';
import { useStore } from '../state/store';
import { raised } from '../floor/live';
import { areasOf, type AreaEntry } from './areas';
import { useDesk } from './context';
import { link, useRoute } from './router';

export function Rail() {
  const { t } = useT();
  const { desk, me } = useDesk();
  const route = useRoute();
  const waiting = useStore(desk.counts)?.waiting_for_me ?? 0;
  const hands = useStore(raised).filter((one) => one.state === 'raised').length;
  const counts: Partial<Record<AreaEntry['name'], number>> = { conversations: waiting, floor: hands };
  return (
    <nav className="rail" aria-label={t('rail.label')}>
      <Logo />
      {areasOf(me).map(({ name, path, icon, label }) => {
        const count = counts[name] ?? 0;
        return (
          <Fragment key={name}>
            {name === 'settings' ? <span className="rail-gap" /> : null}
            <a {...link(path)} className={route.name === name ? 'on' : ''} aria-current={route.name === name ? 'page' : undefined}>
              <Icon name={icon} />
              {count > 0 ? <span className="rail-n" title={name === 'floor' ? t('rail.hands', { n: count }) : t('rail.waiting_for_me', { n: count })}>{count > 99 ? '99+' : count}</span> : null}
              <b>{t(label)}</b>
            </a>
          </Fragment>
        );
      })}
    </nav>
  );
}
