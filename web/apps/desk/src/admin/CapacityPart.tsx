/** How much somebody may have at once. */
import { useEffect, useState } from 'react';
import type { Capacity } from '@hark/api';
import { Button, notify, NumberField, useT } from '@hark/ui';
import { tell } from '../state/faults';
import { client } from '../state/session';

const parts = ['units', 'chat', 'mail', 'task'] as const;

export function CapacityPart({ user }: { user: string }) {
  const { t } = useT();
  const [first, setFirst] = useState<Capacity | null>(null);
  const [form, setForm] = useState<Capacity | null>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    let current = true;
    // Whoever does not set up queues everywhere does not see this part.
    client.routing.capacity(user).then((found) => { if (current) { setFirst(found); setForm(found); } }).catch(() => undefined);
    return () => { current = false; };
  }, [user]);
  if (!form || !first) return null;
  const changed = parts.some((key) => form[key] !== first[key]);
  const save = async () => {
    setBusy(true);
    try {
      // A call takes the whole person, and a ticket as much as a mail, until they are given in other ways.
      const next = await client.routing.setCapacity(user, { ...form, voice: form.units, ticket: Math.min(form.ticket, form.units) });
      setFirst(next);
      setForm(next);
      notify(t('done.saved'));
    } catch (error) { tell(error, t); } finally { setBusy(false); }
  };
  const times = (weight: number) => (weight > 0 ? Math.floor(form.units / weight) : 0);
  return (
    <section className="part">
      <h2>{t('capacity.title')}</h2>
      <p className="hint">{t('capacity.hint')}</p>
      <div className="form-four">
        {parts.map((key) => <NumberField key={key} label={t(`capacity.${key}`)} value={form[key]} min={key === 'units' ? 1 : 0} max={key === 'units' ? 100 : form.units} onChange={(value) => setForm({ ...form, [key]: value ?? (key === 'units' ? 1 : 0) })} />)}
      </div>
      <div className="form-row"><Button busy={busy} disabled={!changed} onClick={() => void save()}>{t('action.save')}</Button><span className="hint">{t('capacity.means', { chat: times(form.chat), mail: times(form.mail) })}</span></div>
    </section>
  );
}
