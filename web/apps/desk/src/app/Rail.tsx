/** The areas, with words under the marks: people change often, and the first day must be findable. */
import { Icon, Logo, useT, type IconName } from '@hark/ui';
import { useStore } from '../state/store';
import { raised } from '../floor/live';
import { concerns } from '../state/rights';
import { useDesk } from './context';
import { link, useRoute } from './router';

export function Rail() {
  const { t } = useT();
  const { desk, me } = useDesk();
  const route = useRoute();
  const waiting = useStore(desk.counts)?.waiting_for_me ?? 0;
  const hands = useStore(raised).filter((one) => one.state === 'raised').length;
  const item = (name: 'conversations' | 'customers' | 'day' | 'floor' | 'monitor' | 'reports' | 'settings', path: string, icon: IconName, label: string, count = 0) => (
    <a {...link(path)} className={route.name === name ? 'on' : ''} aria-current={route.name === name ? 'page' : undefined}>
      <Icon name={icon} />
      {count > 0 ? <span className="rail-n" title={name === 'floor' ? t('rail.hands', { n: count }) : t('rail.waiting_for_me', { n: count })}>{count > 99 ? '99+' : count}</span> : null}
      <b>{label}</b>
    </a>
  );
  return (
    <nav className="rail" aria-label={t('rail.label')}>
      <Logo />
      {item('conversations', '/', 'chat', t('rail.conversations'), waiting)}
      {item('day', '/day', 'today', t('rail.day'))}
      {item('customers', '/customers', 'people', t('rail.customers'))}
      {item('floor', '/floor', 'headset', t('rail.floor'), hands)}
      {concerns(me, ['monitor']) ? item('monitor', '/monitor', 'pulse', t('rail.monitor')) : null}
      {concerns(me, ['reports']) ? item('reports', '/reports', 'chart', t('rail.reports')) : null}
      <span className="rail-gap" />
      {item('settings', '/settings', 'settings', t('rail.settings'))}
    </nav>
  );
}
