/** What floats: dialogs, drawers, menus, hints, and the short notices at the foot of the screen. */
import Drawer from 'antd/es/drawer';
import Dropdown from 'antd/es/dropdown';
import Modal from 'antd/es/modal';
import Popover from 'antd/es/popover';
import Tooltip from 'antd/es/tooltip';
import { useSyncExternalStore, type ReactElement, type ReactNode } from 'react';
import { Button, IconButton } from './basics';
import { Icon, type IconName } from './icons';
import { useT } from './provider';

export interface DialogProps {
  open: boolean; title: string; onClose: () => void; children: ReactNode; width?: number;
  confirm?: { label: string; run: () => void; busy?: boolean; danger?: boolean; disabled?: boolean } | null; footer?: ReactNode;
}

/** A dialog that keeps the keyboard inside, closes on Escape and gives the focus back. */
export function Dialog({ open, title, onClose, children, width = 460, confirm, footer }: DialogProps) {
  const { t } = useT();
  return (
    <Modal open={open} title={title} onCancel={onClose} width={width} destroyOnHidden centered closeIcon={<Icon name="close" size={16} />}
      closable={{ 'aria-label': t('action.close') }}
      footer={footer !== undefined ? footer : (
        <div className="dialog-foot">
          <Button onClick={onClose}>{t('action.cancel')}</Button>
          {confirm ? <Button look={confirm.danger ? 'danger' : 'primary'} busy={confirm.busy} disabled={confirm.disabled} onClick={confirm.run}>{confirm.label}</Button> : null}
        </div>
      )}>
      {children}
    </Modal>
  );
}

export function SidePanel({ open, title, onClose, children, width = 420, extra }: { open: boolean; title: ReactNode; onClose: () => void; children: ReactNode; width?: number; extra?: ReactNode }) {
  const { t } = useT();
  return (
    <Drawer open={open} onClose={onClose} title={title} placement="right" size={width} destroyOnHidden extra={extra} styles={{ wrapper: { maxWidth: '100vw' } }}
      closable={{ closeIcon: <Icon name="close" size={16} />, 'aria-label': t('action.close') } as never}>
      {children}
    </Drawer>
  );
}

export type MenuEntry =
  | { key: string; label: ReactNode; icon?: IconName; danger?: boolean; disabled?: boolean; run: () => void; checked?: boolean }
  | { key: string; label: ReactNode; icon?: IconName; items: MenuEntry[] }
  | { key: string; divider: true }
  | { key: string; heading: ReactNode };

function toItems(entries: MenuEntry[]): never[] {
  return entries.map((entry) => {
    if ('divider' in entry) return { type: 'divider', key: entry.key };
    if ('heading' in entry) return { type: 'group', key: entry.key, label: entry.heading };
    const icon = entry.icon ? <Icon name={entry.icon} size={15} /> : undefined;
    if ('items' in entry) return { key: entry.key, label: entry.label, icon, children: toItems(entry.items) };
    return {
      key: entry.key, icon, danger: entry.danger, disabled: entry.disabled, onClick: entry.run,
      label: entry.checked === undefined ? entry.label : <span className="menu-check"><span>{entry.label}</span>{entry.checked ? <Icon name="check" size={14} /> : null}</span>,
    };
  }) as never[];
}

/** A menu under a button, opened by click, Enter or the down arrow. */
export function Menu({ entries, children, placement = 'bottomLeft' }: { entries: MenuEntry[]; children: ReactElement; placement?: 'bottomLeft' | 'bottomRight' | 'topLeft' | 'topRight' }) {
  return <Dropdown menu={{ items: toItems(entries) }} trigger={['click']} placement={placement} autoFocus>{children}</Dropdown>;
}

export function Hint({ text, children }: { text: ReactNode; children: ReactElement }) {
  return <Tooltip title={text} mouseEnterDelay={0.4}>{children}</Tooltip>;
}

export function Popup({ open, onOpen, content, children, placement = 'bottomLeft', label }: { open: boolean; onOpen: (open: boolean) => void; content: ReactNode; children: ReactElement; placement?: 'bottomLeft' | 'bottomRight' | 'topLeft' | 'topRight' | 'bottom'; label?: string }) {
  return <Popover open={open} onOpenChange={onOpen} content={<div role="dialog" aria-label={label}>{content}</div>} trigger="click" placement={placement} arrow={false} destroyOnHidden>{children}</Popover>;
}

// ── Notices ──

interface Notice { id: number; text: string; tone: 'plain' | 'error'; detail?: string; action?: { label: string; run: () => void } }
/** Most notices shown at once; older ones make room. */
const NOTICES_MAX = 4;
const NOTICE_MS = 5_000;
const NOTICE_ERROR_MS = 12_000;
let notices: Notice[] = [];
let nextId = 1;
const told = new Set<() => void>();
const publish = (next: Notice[]) => {
  notices = next;
  for (const tell of told) tell();
};

/** Shows a short notice; errors stay longer and can carry a code to quote. */
export function notify(text: string, options: Partial<Pick<Notice, 'tone' | 'detail' | 'action'>> = {}): void {
  const notice: Notice = { id: nextId++, text, tone: 'plain', ...options };
  publish([...notices, notice].slice(-NOTICES_MAX));
  setTimeout(() => dismiss(notice.id), notice.tone === 'error' ? NOTICE_ERROR_MS : NOTICE_MS);
}
const dismiss = (id: number) => publish(notices.filter((notice) => notice.id !== id));

export function Notices() {
  const { t } = useT();
  const shown = useSyncExternalStore((tell) => { told.add(tell); return () => told.delete(tell); }, () => notices);
  return (
    <div className="notices" role="status" aria-live="polite">
      {shown.map((notice) => (
        <div key={notice.id} className={`notice notice-${notice.tone}`}>
          {notice.tone === 'error' ? <Icon name="alert" size={16} /> : null}
          <span>{notice.text}{notice.detail ? <small>{notice.detail}</small> : null}</span>
          {notice.action ? <Button small onClick={() => { notice.action?.run(); dismiss(notice.id); }}>{notice.action.label}</Button> : null}
          <IconButton icon="close" size={14} label={t('action.close')} onClick={() => dismiss(notice.id)} />
        </div>
      ))}
    </div>
  );
}
