/** What can be done with one message: sent on, split off, chosen for that; and where it went on. */
import type { KeyboardEvent, ReactNode } from 'react';
import type { Message } from '@hark/api';
import { Icon, IconButton, useT } from '@hark/ui';
import { act } from '../app/actions';
import { link } from '../app/router';
import { forwardable, type Picking } from './joins';
import type { Gone } from './Messages';

/** Characters of a message by which a screen reader tells it from the next. */
const TOLD = 60;

/** Shown where the pointer or the keyboard is. */
export function MessageDeeds({ message, able }: { message: Message; able: boolean }) {
  const { t } = useT();
  const sends = forwardable(message);
  if (!sends && !able) return null;
  return (
    <span className="message-deeds" role="group" aria-label={t('deeds.label')}>
      {sends ? <IconButton icon="forward" size={14} label={t('deeds.forward')} onClick={() => act('forward', String(message.seq))} /> : null}
      {able ? <IconButton icon="split" size={14} label={t('deeds.split')} onClick={() => act('split', String(message.seq))} /> : null}
    </span>
  );
}

/** A message with a box beside it: space chooses, the arrows go to the next one. */
export function Pick({ message, able, picking, onStep, children }: { message: Message; able: boolean; picking: Picking; onStep: (seq: number, by: 1 | -1) => void; children: ReactNode }) {
  const { t } = useT();
  const { seq } = message;
  const chosen = picking.seqs?.has(seq) ?? false;
  const key = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') onStep(seq, event.key === 'ArrowDown' ? 1 : -1);
    else if (event.key === 'Escape') picking.end();
    else return;
    event.preventDefault();
  };
  const text = (message.body || message.attachments[0]?.name || '').slice(0, TOLD);
  return (
    <label className={`pick-line${chosen ? ' on' : ''}${able ? '' : ' off'}`}>
      <input type="checkbox" id={`pick-${seq}`} checked={chosen} disabled={!able} aria-label={t('split.pick', { text })} onChange={() => picking.toggle(seq)} onKeyDown={key} />
      <div className="pick-shown">{children}</div>
    </label>
  );
}

/** Where a message went on. */
export function WentOn({ gone, ours }: { gone: Gone; ours: boolean }) {
  const { t } = useT();
  return <div className={`went-on${ours ? ' ours' : ''}`}><Icon name={gone.kind === 'split' ? 'split' : 'forward'} size={13} /><a {...link(`/c/${gone.mark.id}`)}>{t(`join.went_${gone.kind}`, { number: gone.mark.number })}</a></div>;
}
