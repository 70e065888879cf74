/** All keys at a glance: what each does, as the person has set them. */
import type { Key } from '@hark/i18n';
import { Button, Dialog, Kbd, useT } from '@hark/ui';
import { keysOf, ownKeys, shownKeys, usualKeys, type ActionName, type KeyGroup } from '../app/actions';
import { useDesk } from '../app/context';
import { go } from '../app/router';
import { useStore } from '../state/store';

export function keyName(name: ActionName, t: ReturnType<typeof useT>['t']): string {
  const slot = /^macro_(\d)$/.exec(name)?.[1];
  return slot ? t('keys.act.macro', { n: slot }) : t(`keys.act.${name}` as Key);
}

export const keyGroups: { key: KeyGroup; title: Key }[] = [{ key: 'conversation', title: 'keys.group.conversation' }, { key: 'list', title: 'keys.group.list' }, { key: 'desk', title: 'keys.group.desk' }];

export function KeySheet({ onClose }: { onClose: () => void }) {
  const { t } = useT();
  const { me } = useDesk();
  const own = useStore(ownKeys);
  const send = me.settings.send_key === 'enter' ? 'Enter' : 'Ctrl Enter';
  const fixed: Record<string, [Key, string][]> = {
    desk: [['keys.fixed.accept', 'Enter · Alt Enter']],
    list: [['keys.fixed.move', '↓ ↑'], ['keys.fixed.open', 'Enter'], ['keys.fixed.select', 'Space'], ['keys.fixed.extend', 'Shift ↓'], ['keys.fixed.bulk', 'Enter'], ['keys.fixed.all', 'Ctrl A'], ['keys.fixed.clear', 'Esc']],
    writing: [['keys.fixed.send', send], ['keys.fixed.newline', 'Shift Enter'], ['keys.fixed.slash', '/'], ['keys.fixed.mention', '@']],
  };
  const lines = (group: string) => (fixed[group] ?? []).map(([title, keys]) => <div key={title}><dt>{t(title)}</dt><dd><Kbd>{keys}</Kbd></dd></div>);
  return (
    <Dialog open title={t('keys.title')} onClose={onClose} width={720} footer={<><span className="hint key-hint">{t('keys.hint')}</span><Button onClick={() => { onClose(); go('/settings/keys'); }}>{t('keys.customise')}</Button></>}>
      <div className="key-sheet">
        {keyGroups.flatMap((group) => [
          <section key={group.key}>
            <h3>{t(group.title)}</h3>
            <dl>
              {usualKeys.filter((one) => one.group === group.key && !/^macro_[2-9]$/.test(one.name)).map((one) => {
                const keys = keysOf(one.name, own);
                const shown = one.name === 'macro_1' && keys === 'Alt+Digit1' ? 'Alt 1 – 9' : shownKeys(keys);
                return <div key={one.name}><dt>{one.name === 'macro_1' ? t('keys.act.macro', { n: '1 – 9' }) : keyName(one.name, t)}</dt><dd>{keys ? <Kbd>{shown}</Kbd> : <small>{t('keys.none')}</small>}</dd></div>;
              })}
              {lines(group.key)}
            </dl>
          </section>,
          // What one presses while writing stands under what one does with the conversation.
          group.key === 'conversation' ? <section key="writing"><h3>{t('keys.group.writing')}</h3><dl>{lines('writing')}</dl></section> : null,
        ])}
      </div>
    </Dialog>
  );
}
