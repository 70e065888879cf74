/** One conversation: who it is and what changes how one answers, what was said, and the place to answer. */
import { useCallback, useEffect, useState } from 'react';
import type { Contact, Conversation } from '@hark/api';
import { Empty, ErrorBlock, Skeleton, useT, notify } from '@hark/ui';
import { onAct } from '../app/actions';
import { useDesk } from '../app/context';
import { focusSoon } from '../app/focus';
import { go } from '../app/router';
import { faultOf, tell } from '../state/faults';
import { useStore } from '../state/store';
import { NewMail } from '../customers/NewMail';
import { HelpBar } from '../floor/Help';
import { ForwardDialog } from './ForwardDialog';
import { MergeDialog } from './MergeDialog';
import { MergedBar, SplitBar } from './JoinBars';
import { usePicking } from './joins';
import { MacroDialog } from '../work/MacroDialogs';
import { Composer } from './Composer';
import type { ContextTab } from './Conversations';
import { Header } from './Header';
import { Messages } from './Messages';
import { OffersDrawer } from './OffersDrawer';
import { ScheduledReplies } from './Scheduled';
import { ScreenGuard } from './ScreenGuard';
import { SnoozeDialog } from './SnoozeDialog';
import { TakeOverDialog } from './TakeOverDialog';
import { TransferDialog } from './TransferDialog';

interface Props { id: string; phone: boolean; onContext: () => void; contextShown: boolean; onTab: (tab: ContextTab) => void }

export function ThreadPane({ id, phone, onContext, contextShown, onTab }: Props) {
  const { t } = useT();
  const { desk } = useDesk();
  const thread = useStore(desk.thread(id));
  const [dialog, setDialog] = useState<{ name: HeadDialog; to?: string } | null>(null);
  const picking = usePicking();
  const [mailTo, setMailTo] = useState<Contact | null>(null);
  const load = useCallback(() => desk.open(id, (error) => faultOf(error, t)), [desk, id]);
  useEffect(() => {
    void load();
    return () => desk.leave(id);
  }, [load, desk, id]);
  const conversation = thread.conversation;
  const unread = useStore(desk.notices.unread);
  // What is about the conversation that one is looking at has been seen.
  useEffect(() => { if (unread > 0 && !document.hidden) desk.notices.read(id); }, [desk, id, unread]);
  /** Runs a deed and takes over its answer; says what was refused. */
  const run = useCallback(async (deed: () => Promise<Conversation>, done?: string) => {
    try {
      desk.took(await deed());
      if (done) notify(done);
      return true;
    } catch (error) {
      tell(error, t);
      return false;
    }
  }, [desk, t]);
  useEffect(() => onAct((name, argument) => {
    if (name === 'transfer') setDialog({ name: 'transfer', to: argument });
    if (name === 'new_mail' && argument) void desk.client.contacts.get(argument).then(setMailTo).catch((error) => tell(error, t));
    if (name === 'merge' && conversation && !conversation.merged_into) setDialog({ name: 'merge' });
    if (name === 'split' && conversation && !conversation.merged_into) picking.begin(argument ? Number(argument) : null);
    if (name === 'forward' && conversation) setDialog({ name: 'forward', to: argument });
    if (name === 'snooze') setDialog({ name: 'snooze' });
    if (name === 'macros') setDialog({ name: 'macro' });
    if (name === 'macro') setDialog({ name: 'macro', to: argument });
    if (/^macro_\d$/.test(name)) setDialog({ name: 'macro', to: `slot:${name.slice(6)}` });
    if (name === 'take' && conversation && conversation.status !== 'resolved') void run(() => desk.client.conversations.assign(id, desk.me), t('done.taken'));
    if (name === 'snooze_until' && argument) void run(() => desk.client.conversations.snooze(id, Number(argument)), t('done.snoozed'));
    if (name === 'resolve' && conversation?.status !== 'resolved') {
      onTab('disposition');
      focusSoon('.disposition input[name=kind]:checked, .disposition fieldset:not(:has(:checked)) input[name=kind]');
    }
  }), [conversation, onTab, run, id, picking]);
  if (thread.fault && !conversation) return <div className="thread-fault"><ErrorBlock fault={thread.fault} onRetry={() => void load()} /></div>;
  if (thread.gone) return <Empty title={t('thread.gone')} text={t('thread.gone_hint')}><button type="button" className="btn btn-plain" onClick={() => go('/')}>{t('thread.back')}</button></Empty>;
  return (
    <ScreenGuard conversation={conversation}>
      <Header id={id} conversation={conversation} thread={thread} phone={phone} onContext={onContext} contextShown={contextShown} onTab={onTab} onDialog={(name) => setDialog({ name })} onSplit={() => picking.begin(null)} run={run} />
      {conversation ? <HelpBar conversation={conversation} /> : null}
      {thread.loading && thread.messages.length === 0 ? <div className="thread-loading"><Skeleton lines={5} /></div> : <Messages id={id} thread={thread} picking={picking} />}
      {conversation ? <ScheduledReplies conversation={conversation} thread={thread} /> : null}
      {conversation?.merged_into ? <MergedBar conversation={conversation} /> : conversation && picking.seqs ? <SplitBar conversation={conversation} thread={thread} picking={picking} /> : conversation ? <Composer conversation={conversation} thread={thread} run={run} /> : null}
      {conversation && dialog?.name === 'merge' ? <MergeDialog conversation={conversation} thread={thread} onClose={() => setDialog(null)} /> : null}
      {conversation && dialog?.name === 'forward' ? <ForwardDialog conversation={conversation} thread={thread} seq={dialog.to ? Number(dialog.to) : null} onClose={() => setDialog(null)} /> : null}
      {conversation && dialog?.name === 'transfer' ? <TransferDialog conversation={conversation} to={dialog.to} onClose={() => setDialog(null)} run={run} /> : null}
      {conversation && dialog?.name === 'take_over' ? <TakeOverDialog conversation={conversation} onClose={() => setDialog(null)} run={run} /> : null}
      {conversation && dialog?.name === 'why' ? <OffersDrawer conversation={id} onClose={() => setDialog(null)} /> : null}
      {conversation && dialog?.name === 'macro' ? <MacroDialog conversation={conversation} first={dialog.to} onClose={() => setDialog(null)} run={run} /> : null}
      {conversation && dialog?.name === 'snooze' ? <SnoozeDialog id={id} onClose={() => setDialog(null)} onChoose={(until) => { setDialog(null); void run(() => desk.client.conversations.snooze(id, until), t('done.snoozed')); }} /> : null}
      {mailTo ? <NewMail contact={mailTo} onClose={() => setMailTo(null)} /> : null}
    </ScreenGuard>
  );
}

/** What the header's deeds open. */
export type HeadDialog = 'transfer' | 'snooze' | 'macro' | 'take_over' | 'why' | 'merge' | 'forward';
export type Run = (deed: () => Promise<Conversation>, done?: string) => Promise<boolean>;
