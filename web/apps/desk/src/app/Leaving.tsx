/** Before one leaves with conversations of one's own: how many there are, and a way to hand them over. */
import { items, type Queue } from '@hark/api';
import { Button, Dialog, useT } from '@hark/ui';
import { heldNow } from '../floor/ownWork';
import type { Desk } from '../state/desk';
import { createStore, useStore } from '../state/store';
import { go } from './router';

interface Question { n: number; stays: string[]; label: string; answer: (yes: boolean) => void }
const asked = createStore<Question | null>(null);

/** May one go? Asks when one holds something; `label` names what one is about to do. */
export async function mayLeave(desk: Desk, label: string): Promise<boolean> {
  const counts = await desk.client.conversations.counts().catch(() => desk.counts.get());
  const n = counts?.mine ?? 0;
  if (n === 0) return true;
  const stays = await staying(desk).catch(() => []);
  return new Promise((answer) => asked.set({ n, stays, label, answer }));
}

/** Whose conversations stay with oneself, since their queue keeps them: nobody else answers these people meanwhile. */
async function staying(desk: Desk): Promise<string[]> {
  const rows = await heldNow();
  const queues = items<Queue>(await desk.client.routing.queues());
  const keeps = new Set(queues.filter((one) => one.on_absence === 'keep').map((one) => one.id as string));
  return rows.filter((row) => row.queue && keeps.has(row.queue)).map((row) => row.contact.name);
}

export function Leaving() {
  const { t, several } = useT();
  const question = useStore(asked);
  if (!question) return null;
  const answer = (yes: boolean) => {
    asked.set(null);
    question.answer(yes);
  };
  const foot = (
    <>
      <Button onClick={() => answer(false)}>{t('leaving.stay')}</Button>
      <Button onClick={() => answer(true)}>{t('leaving.anyway', { deed: question.label })}</Button>
      <Button look="primary" autoFocus onClick={() => { answer(false); go('/floor/handovers'); }}>{t('leaving.hand_over')}</Button>
    </>
  );
  return (
    <Dialog open title={question.label} onClose={() => answer(false)} footer={foot}>
      <p>{t('leaving.open', { n: question.n })}</p>
      {question.stays.length > 0 ? <p role="status"><b>{t('leaving.stays', { n: question.stays.length, names: several(question.stays) })}</b></p> : null}
      <p className="hint">{t('leaving.hint')}</p>
    </Dialog>
  );
}
