/** Puts a conversation away until a time: one that people say, worked out on the line's calendar, or one's own. */
import { useEffect, useState } from 'react';
import type { SnoozeTime } from '@hark/api';
import { Dialog, ErrorBlock, Field, Skeleton, useT, type Fault } from '@hark/ui';
import { now } from '../state/clock';
import { faultOf } from '../state/faults';
import { client } from '../state/session';

export function SnoozeDialog({ id, onClose, onChoose }: { id: string; onClose: () => void; onChoose: (until: number) => void }) {
  const { t, moment } = useT();
  const [own, setOwn] = useState('');
  const [times, setTimes] = useState<SnoozeTime[] | null>(null);
  const [fault, setFault] = useState<Fault | null>(null);
  useEffect(() => { client.conversations.snoozeTimes(id).then((page) => setTimes(page.items)).catch((error) => setFault(faultOf(error, t))); }, [id]);
  const at = now();
  const chosen = own ? new Date(own).getTime() : NaN;
  // Two presets that fall together are offered once.
  const offered = (times ?? []).filter((one, index, all) => all.findIndex((other) => other.at === one.at) === index);
  return (
    <Dialog open title={t('snooze.title')} onClose={onClose} width={380} confirm={{ label: t('snooze.set'), run: () => onChoose(chosen), disabled: !(chosen > at) }}>
      <p className="hint">{t('snooze.hint')}</p>
      {fault ? <ErrorBlock fault={fault} /> : times === null ? <Skeleton lines={3} /> : (
        <div className="choices snooze-times">
          {offered.map((one, index) => (
            <button key={one.preset} type="button" className="snooze-time" ref={index === 0 ? (node) => { if (node && !node.dataset['seen']) { node.dataset['seen'] = '1'; node.focus(); } } : undefined} onClick={() => onChoose(one.at)}
              onKeyDown={(event) => {
                const step = event.key === 'ArrowDown' ? 'nextElementSibling' : event.key === 'ArrowUp' ? 'previousElementSibling' : null;
                if (!step) return;
                event.preventDefault();
                (event.currentTarget[step] as HTMLElement | null)?.focus();
              }}><span>{t(`preset.${one.preset}`)}</span><small className="num">{moment(one.at, at)}</small></button>
          ))}
        </div>
      )}
      <Field label={t('snooze.pick')}>{(ids) => <input id={ids.id} className="native" type="datetime-local" value={own} onChange={(event) => setOwn(event.target.value)} />}</Field>
    </Dialog>
  );
}
