/** My keys: each can be pressed anew; what is taken or cannot be a key is said at once. */
import { useEffect, useState } from 'react';
import { Button, Kbd, useT } from '@hark/ui';
import { combination, fitsAsKey, keysOf, ownKeys, shownKeys, usualKeys, type ActionName } from '../app/actions';
import { tell } from '../state/faults';
import { useStore } from '../state/store';
import { keyGroups, keyName } from '../work/KeySheet';
import { loadKeys, saveKeys } from '../work/ownKeys';

export default function Keys() {
  const { t } = useT();
  const own = useStore(ownKeys);
  const [asking, setAsking] = useState<ActionName | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  useEffect(() => { void loadKeys().catch((error) => tell(error, t)); }, []);
  const save = (keys: Record<string, string>) => void saveKeys(keys).catch((error) => tell(error, t));
  useEffect(() => {
    if (!asking) return;
    const key = (event: KeyboardEvent) => {
      event.preventDefault();
      event.stopPropagation();
      if (event.key === 'Escape') { setAsking(null); return; }
      const pressed = combination(event);
      if (!pressed || /(^|\+)(Alt|Control|Shift|Meta)(Left|Right)$/.test(pressed)) return;
      const taken = usualKeys.find((one) => one.name !== asking && keysOf(one.name, own) === pressed);
      if (!fitsAsKey(pressed)) { setFault(t('keys.unfit')); return; }
      if (taken) { setFault(t('keys.taken', { name: keyName(taken.name, t) })); return; }
      setAsking(null);
      save({ ...own, [asking]: pressed });
    };
    window.addEventListener('keydown', key, true);
    return () => window.removeEventListener('keydown', key, true);
  }, [asking, own, t]);
  const changed = Object.keys(own).length > 0;
  return (
    <>
      {keyGroups.map((group) => (
        <section className="part" key={group.key}>
          <h2>{t(group.title)}</h2>
          <ul className="key-list">
            {usualKeys.filter((one) => one.group === group.key).map((one) => {
              const keys = keysOf(one.name, own);
              const asked = asking === one.name;
              return (
                <li key={one.name}>
                  <span>{keyName(one.name, t)}</span>
                  {asked ? <em role="status">{fault ?? t('keys.press')}</em> : keys ? <Kbd>{shownKeys(keys)}</Kbd> : <small className="hint">{t('keys.none')}</small>}
                  <Button small onClick={() => { setFault(null); setAsking(asked ? null : one.name); }} aria-pressed={asked}>{asked ? t('action.cancel') : t('keys.change')}</Button>
                </li>
              );
            })}
          </ul>
        </section>
      ))}
      <Button disabled={!changed} onClick={() => save({})}>{t('keys.reset')}</Button>
    </>
  );
}
