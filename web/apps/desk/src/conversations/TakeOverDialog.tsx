/** A supervisor takes a conversation from the agent who holds it, and says why. */
import { useState } from 'react';
import type { Conversation } from '@hark/api';
import { Dialog, TextField, useT } from '@hark/ui';
import { client } from '../state/session';
import type { Run } from './ThreadPane';

export function TakeOverDialog({ conversation, onClose, run }: { conversation: Conversation; onClose: () => void; run: Run }) {
  const { t } = useT();
  const [reason, setReason] = useState('');
  const [busy, setBusy] = useState(false);
  const name = conversation.assignee?.alias ?? '';
  const submit = async () => {
    if (!reason.trim() || busy) return;
    setBusy(true);
    const done = await run(() => client.conversations.takeOver(conversation.id, reason.trim()), t('done.taken_over'));
    setBusy(false);
    if (done) onClose();
  };
  return (
    <Dialog open title={t('takeover.title', { name })} onClose={onClose} confirm={{ label: t('act.take_over'), run: () => void submit(), busy, disabled: !reason.trim() }}>
      <p>{t('takeover.text', { name })}</p>
      <TextField label={t('takeover.reason')} value={reason} onChange={setReason} max={200} onEnter={() => void submit()} autoFocus />
    </Dialog>
  );
}
