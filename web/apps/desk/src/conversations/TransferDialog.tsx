/** Hands a conversation to a colleague, a team or a queue, with the reason and what they should know. */
import { useState } from 'react';
import type { Conversation, TransferTarget } from '@hark/api';
import { AreaField, Choice, Dialog, ErrorBlock, TextField, useT, type Option } from '@hark/ui';
import { presenceKey } from '../app/TopLine';
import { useDesk } from '../app/context';
import { go } from '../app/router';
import { client } from '../state/session';
import { useStore } from '../state/store';
import { useColleagues } from '../work/colleagues';
import type { Run } from './ThreadPane';

export function TransferDialog({ conversation, to, onClose, run }: { conversation: Conversation; to?: string; onClose: () => void; run: Run }) {
  const { t } = useT();
  const { desk, me } = useDesk();
  const queues = [...useStore(desk.queues).values()].filter((queue) => queue.tenant === conversation.tenant);
  const [target, setTarget] = useState<string | null>(to ? `user:${to}` : null);
  const [reason, setReason] = useState('');
  const [summary, setSummary] = useState('');
  const [busy, setBusy] = useState(false);
  const { people, teams, fault, reload } = useColleagues(conversation.tenant, 'both', conversation.line);
  const here = new Set<string>(people.filter((one) => one.state !== 'offline').map((one) => one.id));
  const staffed = teams.filter((team) => team.at_work > 0);
  const options: Option[] = [
    ...people.filter((one) => one.id !== me.user.id && one.id !== conversation.assignee?.id && here.has(one.id)).sort((a, b) => Number(b.online) - Number(a.online))
      .map((one) => ({ value: `user:${one.id}`, label: `${one.alias} ${one.number} · ${t(presenceKey(one.state))}`, group: t('transfer.people') })),
    ...staffed.map((team) => ({ value: `team:${team.id}`, label: team.name, group: t('transfer.teams') })),
    ...queues.map((queue) => ({ value: `queue:${queue.id}`, label: `${queue.name} · ${t('transfer.queue_state', { waiting: queue.waiting, ready: queue.agents_ready })}`, group: t('transfer.queues') })),
  ];
  const submit = async () => {
    if (!target || !reason.trim()) return;
    setBusy(true);
    const [kind, id = ''] = target.split(':');
    const done = await run(() => client.conversations.transfer(conversation.id, { to: { [kind ?? 'queue']: id } as TransferTarget, reason: reason.trim(), ...(summary.trim() ? { summary: summary.trim() } : {}) }), t('done.transferred'));
    setBusy(false);
    if (!done) return;
    onClose();
    go('/');
  };
  return (
    <Dialog open title={t('transfer.title', { name: conversation.contact.name })} onClose={onClose} confirm={{ label: t('act.transfer'), run: () => void submit(), busy, disabled: !target || !reason.trim() }}>
      {fault ? <ErrorBlock fault={fault} kept={t('transfer.unknown')} onRetry={reload} /> : null}
      <Choice label={t('transfer.to')} value={target} onChange={setTarget} options={options} placeholder={t('transfer.to_hint')} hint={target && !target.startsWith('queue:') ? t('transfer.rings') : undefined} autoFocus={!to} />
      <TextField label={t('transfer.reason')} value={reason} onChange={setReason} max={200} placeholder={t('transfer.reason_hint')} onEnter={() => void submit()} autoFocus={Boolean(to)} />
      <AreaField label={t('transfer.summary')} value={summary} onChange={setSummary} max={2000} hint={t('transfer.summary_hint')} />
    </Dialog>
  );
}
