/** Before one leaves with conversations of one's own: how many there are, and a way to hand them over. */
import { Button, Dialog, useT } from '@hark/ui';
import type { Desk } from '../state/desk';
import { createStore, useStore } from '../state/store';
import { go } from './router';

interface Question { n: number; label: string; answer: (yes: boolean) => void }
const asked = createStore<Question | null>(null);

/** May one go? Asks when one holds something; `label` names what one is about to do. */
export async function mayLeave(desk: Desk, label: string): Promise<boolean> {
  const counts = await desk.client.conversations.counts().catch(() => desk.counts.get());
  const n = counts?.mine ?? 0;
  if (n === 0) return true;
  return new Promise((answer) => asked.set({ n, label, answer }));
}

export function Leaving() {
  const { t } = useT();
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
      <p className="hint">{t('leaving.hint')}</p>
    </Dialog>
  );
}
