/** What a client asks of screens: who looks is written across it, and text that is taken off is held back and recorded. */
import { useCallback, useEffect, useRef, useState, type ClipboardEvent, type DragEvent, type ReactNode } from 'react';
import type { Conversation } from '@hark/api';
import { AreaField, Button, Chip, Dialog, Icon, notify, useT } from '@hark/ui';
import { useDesk } from '../app/context';
import { Watermark } from '../app/Watermark';
import { useNow } from '../state/clock';
import { tell } from '../state/faults';
import type { Run } from './ThreadPane';

type How = 'copy' | 'cut' | 'drag' | 'print';
/** The same way within this time is one attempt. */
const ONCE_MS = 5_000;

export function ScreenGuard({ conversation, children }: { conversation: Conversation | null; children: ReactNode }) {
  const { t } = useT();
  const { desk, me } = useDesk();
  const held = conversation?.protection.copy_control ?? false;
  const told = useRef(new Map<How, number>());
  const record = useCallback((how: How) => {
    if (!conversation) return;
    notify(t('copy.held'), { tone: 'error' });
    const last = told.current.get(how) ?? 0;
    if (Date.now() - last < ONCE_MS) return;
    told.current.set(how, Date.now());
    void desk.client.conversations.copied(conversation.id, how).catch(() => undefined);
  }, [conversation?.id, desk, t]);
  useEffect(() => {
    if (!held) return;
    const root = document.documentElement;
    root.dataset['noprint'] = '';
    const print = () => record('print');
    window.addEventListener('beforeprint', print);
    return () => { delete root.dataset['noprint']; window.removeEventListener('beforeprint', print); };
  }, [held, record]);
  // What one writes oneself is one's own to move.
  const own = (event: { target: EventTarget }) => event.target instanceof HTMLTextAreaElement || event.target instanceof HTMLInputElement;
  const stop = (how: How) => (event: ClipboardEvent | DragEvent) => {
    if (!held || own(event)) return;
    event.preventDefault();
    record(how);
  };
  return (
    <div className="screen-guard" onCopy={stop('copy')} onCut={stop('cut')} onDragStart={stop('drag')}>
      {children}
      {conversation?.protection.watermark && !me.watermark ? <Watermark me={me} within /> : null}
    </div>
  );
}

/** Says that personal data is masked, and opens it for a reason. */
export function MaskChip({ conversation, run }: { conversation: Conversation; run: Run }) {
  const { t, clock } = useT();
  const { desk } = useDesk();
  const now = useNow();
  const [open, setOpen] = useState(false);
  const { masked, unmasked_until: until } = conversation.protection;
  const shownUntil = until !== null && until > now ? until : null;
  useEffect(() => {
    // What was opened for a while is masked again when the while is over.
    if (until === null) return;
    const timer = setTimeout(() => void again(), Math.max(0, until - now) + 500);
    return () => clearTimeout(timer);
  }, [until]);
  const again = async () => {
    await run(() => desk.client.conversations.open(conversation.id));
    await desk.refetch(conversation.id);
  };
  if (shownUntil !== null) return <Chip tone="amber"><Icon name="eye" size={12} />{t('mask.until', { time: clock(shownUntil) })}</Chip>;
  if (!masked) return null;
  return (
    <>
      <Chip><Icon name="lock" size={12} />{t('mask.on')}</Chip>
      <Button small look="quiet" onClick={() => setOpen(true)}>{t('mask.open')}</Button>
      {open ? <Reason onClose={() => setOpen(false)} onShow={async (reason) => { await desk.client.conversations.unmask(conversation.id, reason); setOpen(false); await again(); }} /> : null}
    </>
  );
}

function Reason({ onClose, onShow }: { onClose: () => void; onShow: (reason: string) => Promise<void> }) {
  const { t } = useT();
  const [reason, setReason] = useState('');
  const [busy, setBusy] = useState(false);
  const show = () => {
    setBusy(true);
    onShow(reason.trim()).catch((error) => { setBusy(false); tell(error, t); });
  };
  return (
    <Dialog open title={t('mask.title')} onClose={onClose} confirm={{ label: t('mask.show'), busy, disabled: reason.trim() === '', run: show }}>
      <p className="hint">{t('mask.hint')}</p>
      <AreaField label={t('mask.reason')} value={reason} onChange={setReason} max={500} autoFocus />
    </Dialog>
  );
}
