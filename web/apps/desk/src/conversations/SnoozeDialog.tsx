/** Puts a conversation away until a time. */
import { useState } from 'react';
import { Button, Dialog, Field, useT } from '@hark/ui';
import { now } from '../state/clock';

const HOUR = 3_600_000;

export function SnoozeDialog({ onClose, onChoose }: { onClose: () => void; onChoose: (until: number) => void }) {
  const { t, by } = useT();
  const [own, setOwn] = useState('');
  const at = now();
  const tomorrow = new Date(at);
  tomorrow.setDate(tomorrow.getDate() + 1);
  tomorrow.setHours(9, 0, 0, 0);
  const monday = new Date(tomorrow);
  while (monday.getDay() !== 1) monday.setDate(monday.getDate() + 1);
  const choices = [...new Set([at + HOUR, at + 3 * HOUR, tomorrow.getTime(), monday.getTime()])];
  const chosen = own ? new Date(own).getTime() : NaN;
  return (
    <Dialog open title={t('snooze.title')} onClose={onClose} width={380} confirm={{ label: t('snooze.set'), run: () => onChoose(chosen), disabled: !(chosen > at) }}>
      <p className="hint">{t('snooze.hint')}</p>
      <div className="choices">{choices.map((until) => <Button key={until} onClick={() => onChoose(until)}>{by(until, at)}</Button>)}</div>
      <Field label={t('snooze.own')}>{(ids) => <input id={ids.id} className="native" type="datetime-local" value={own} onChange={(event) => setOwn(event.target.value)} />}</Field>
    </Dialog>
  );
}
