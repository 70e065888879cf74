/** Over which channel the reply goes, where there are two: one press changes it. */
import { Icon, useT } from '@hark/ui';
import type { Way } from './ways';

export function WaySwitch({ way, onChange }: { way: Way; onChange: (way: Way) => void }) {
  const { t } = useT();
  const other = way === 'mail' ? 'chat' : 'mail';
  return (
    <span className="way-switch">
      <Icon name={way === 'mail' ? 'mail' : 'chat'} size={14} />
      <span>{t(way === 'mail' ? 'way.by_mail' : 'way.by_chat')}</span>
      <button type="button" className="text-btn" onClick={() => onChange(other)}>{t(other === 'mail' ? 'way.to_mail' : 'way.to_chat')}</button>
    </span>
  );
}
