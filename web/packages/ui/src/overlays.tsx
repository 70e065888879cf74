/** What floats: dialogs, drawers, menus, hints, and the short notices at the head of the screen. */
import Dropdown from 'antd/es/dropdown';
import Popover from 'antd/es/popover';
import Tooltip from 'antd/es/tooltip';
import { useEffect, useId, useRef, useState, useSyncExternalStore, type KeyboardEvent as ReactKeyboardEvent, type ReactElement, type ReactNode } from 'react';
import { createPortal } from 'react-dom';
import { Button, IconButton } from './basics';
import { Icon, type IconName } from './icons';
import { useT } from './provider';

export interface DialogProps {
  open: boolean; title: string; onClose: () => void; children: ReactNode; width?: number;
  confirm?: { label: string; run: () => void; busy?: boolean; danger?: boolean; disabled?: boolean } | null; footer?: ReactNode;
  /** Something was written that closing would lose: then closing asks first. */
  unsaved?: boolean;
}

let home: () => void = () => undefined;
/** Names who gives the keyboard a place when what had it before a dialog is gone. */
export function setFocusHome(next: () => void): void { home = next; }

const focusable = 'a[href],button:not([disabled]),input:not([disabled]),select,textarea:not([disabled]),[tabindex]:not([tabindex="-1"])';

/**
 * A panel over everything: keeps the keyboard inside, closes on Escape and on the ground around it, gives the focus back.
 * Our own: lighter than the library's, and it writes no style element that the page's security policy would refuse.
 */
function Overlay({ title, label, onClose, onSend, className, width, unsaved = false, children }: { onSend?: () => void; unsaved?: boolean; title: ReactNode; label?: string; onClose: () => void; className: string; width: number; children: ReactNode }) {
  const { t } = useT();
  const id = useId();
  const panel = useRef<HTMLDivElement>(null);
  const close = useRef<() => void>(onClose);
  const asking = useRef(false);
  // What was written is not lost by a key or a click beside it; who says so by a button of the form has said it.
  close.current = () => {
    if (!unsaved) { onClose(); return; }
    if (asking.current) return;
    asking.current = true;
    void sure(t('form.discard_text'), t('form.discard'), t('form.keep'), t('form.discard_ask')).then((yes) => {
      asking.current = false;
      if (yes) onClose();
    });
  };
  // What has the keyboard now: once this stands, a field in it may have taken it.
  const had = useRef(document.activeElement as HTMLElement | null);
  useEffect(() => {
    // One that took the place of another gives the keyboard back where that one would have.
    const before = had.current?.isConnected ? had.current : (document.activeElement as HTMLElement | null);
    const node = panel.current;
    if (node && !node.contains(document.activeElement)) (node.querySelector<HTMLElement>('[autofocus]') ?? node).focus();
    return () => {
      if (before && before !== document.body && before.isConnected) before.focus();
      // What was there may be gone a moment later: the deed that closed this also left the page.
      setTimeout(home, 0);
    };
  }, []);
  const key = (event: ReactKeyboardEvent) => {
    if (event.nativeEvent.isComposing || event.keyCode === 229) return;
    if (event.key === 'Escape' && !event.defaultPrevented) {
      event.stopPropagation();
      close.current();
    }
    // A text of several lines keeps Enter; with Ctrl it does what the dialog is for.
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !event.defaultPrevented && onSend) {
      event.preventDefault();
      onSend();
    }
    if (event.key !== 'Tab' || !panel.current) return;
    const stops = [...panel.current.querySelectorAll<HTMLElement>(focusable)].filter((one) => one.offsetParent !== null);
    const edge = event.shiftKey ? stops[0] : stops[stops.length - 1];
    if (document.activeElement !== edge && document.activeElement !== panel.current) return;
    event.preventDefault();
    (event.shiftKey ? stops[stops.length - 1] : stops[0])?.focus();
  };
  return createPortal(
    <div className={`overlay ${className}`} onMouseDown={(event) => {
      if (event.target !== event.currentTarget) return;
      // The keyboard stays where it is: in what opens now, or in the form that was kept.
      event.preventDefault();
      close.current();
    }}>
      <div ref={panel} className="overlay-panel" role="dialog" aria-modal="true" aria-labelledby={label ? undefined : id} aria-label={label} tabIndex={-1} style={{ width }} onKeyDown={key}>
        <div className="overlay-head"><h2 id={id}>{title}</h2><IconButton icon="close" size={16} label={t('action.close')} onClick={() => close.current()} /></div>
        <div className="overlay-body">{children}</div>
      </div>
    </div>, document.body);
}

/** Has what stands in a form changed since it opened? Compared by what would be sent, so that what was put back counts as unchanged. */
export function useUnsaved(value: unknown): boolean {
  const now = JSON.stringify(value);
  const [first] = useState(now);
  return now !== first;
}

/** A question in the middle of the screen, with its answer at the foot. */
export function Dialog({ open, title, onClose, children, width = 460, confirm, footer, unsaved }: DialogProps) {
  const { t } = useT();
  if (!open) return null;
  return (
    <Overlay title={title} onClose={onClose} className="overlay-middle" width={width} unsaved={unsaved} onSend={confirm && !confirm.disabled && !confirm.busy ? confirm.run : undefined}>
      {children}
      {footer !== undefined ? <div className="dialog-foot">{footer}</div> : (
        <div className="dialog-foot">
          <Button onClick={onClose}>{t('action.cancel')}</Button>
          {confirm ? <Button look={confirm.danger ? 'danger' : 'primary'} busy={confirm.busy} disabled={confirm.disabled} onClick={confirm.run}>{confirm.label}</Button> : null}
        </div>
      )}
    </Overlay>
  );
}

// ── Questions ──

interface Question { id: number; text: string; label: string; keep: string | null; title: string | null; answer: (yes: boolean) => void }
let questions: Question[] = [];
const asked = new Set<() => void>();

/** Asks before what cannot be taken back: `text` says what is lost, `label` what is done, `keep` what the other answer is, `title` what is asked. The safe one has the keyboard. For all else: do it, and offer the way back. */
export function sure(text: string, label: string, keep: string | null = null, title: string | null = null): Promise<boolean> {
  return new Promise((answer) => {
    questions = [...questions, { id: nextId++, text, label, keep, title, answer }];
    for (const tell of asked) tell();
  });
}

/** Where the questions are shown; once in an application. */
export function Questions() {
  const { t } = useT();
  const first = useSyncExternalStore((tell) => { asked.add(tell); return () => asked.delete(tell); }, () => questions[0]);
  if (!first) return null;
  const answer = (yes: boolean) => {
    questions = questions.filter((one) => one !== first);
    for (const tell of asked) tell();
    first.answer(yes);
  };
  const foot = <><Button autoFocus onClick={() => answer(false)}>{first.keep ?? t('action.cancel')}</Button><Button look="danger" onClick={() => answer(true)}>{first.label}</Button></>;
  return <Dialog key={first.id} open title={first.title ?? first.label} onClose={() => answer(false)} footer={foot}><p>{first.text}</p></Dialog>;
}

/** A panel at the right edge: one record with its form. */
export function SidePanel({ open, title, onClose, children, width = 420, unsaved }: { open: boolean; title: ReactNode; onClose: () => void; children: ReactNode; width?: number; unsaved?: boolean }) {
  if (!open) return null;
  return <Overlay title={title} onClose={onClose} className="overlay-side" width={width} unsaved={unsaved}>{children}</Overlay>;
}

export type MenuEntry =
  | { key: string; label: ReactNode; icon?: IconName; danger?: boolean; disabled?: boolean; run: () => void; checked?: boolean }
  | { key: string; label: ReactNode; icon?: IconName; items: MenuEntry[] }
  | { key: string; divider: true }
  | { key: string; heading: ReactNode };

function toItems(entries: MenuEntry[], back: () => void): never[] {
  return entries.map((entry) => {
    if ('divider' in entry) return { type: 'divider', key: entry.key };
    if ('heading' in entry) return { type: 'group', key: entry.key, label: entry.heading };
    const icon = entry.icon ? <Icon name={entry.icon} size={15} /> : undefined;
    if ('items' in entry) return { key: entry.key, label: entry.label, icon, children: toItems(entry.items, back) };
    return {
      key: entry.key, icon, danger: entry.danger, disabled: entry.disabled, onClick: () => { back(); entry.run(); },
      label: entry.checked === undefined ? entry.label : <span className="menu-check"><span>{entry.label}</span>{entry.checked ? <Icon name="check" size={14} /> : null}</span>,
    };
  }) as never[];
}

/** The library gives the keyboard to a menu within by itself in this time, if it stands by then. */
const WITHIN_MS = 150;

/** A menu under a button, opened by click, Enter or the down arrow. */
export function Menu({ entries, children, placement = 'bottomLeft' }: { entries: MenuEntry[]; children: ReactElement; placement?: 'bottomLeft' | 'bottomRight' | 'topLeft' | 'topRight' }) {
  const button = useRef<HTMLElement | null>(null);
  const [open, setOpen] = useState(false);
  const [inner, setInner] = useState<string[]>([]);
  // The keyboard goes back to the button before anything is done, so that what opens then can give it back there too.
  const back = () => { if (button.current?.isConnected) button.current.focus(); };
  const opened = (next: boolean) => {
    setOpen(next);
    setInner([]);
    if (next) button.current = document.activeElement instanceof HTMLElement ? document.activeElement : null;
    else setTimeout(() => { if (document.activeElement === document.body || document.activeElement?.closest('.ant-dropdown')) back(); }, 0);
  };
  // A menu within that is opened by keyboard gets it, however late it stands.
  const within = (keys: string[]) => {
    setInner(keys);
    let looks = 0;
    const look = () => {
      const title = document.activeElement;
      if (title?.getAttribute('aria-expanded') !== 'true' || !title.closest('.ant-dropdown')) return;
      const first = document.getElementById(title.getAttribute('aria-controls') ?? '')?.querySelector<HTMLElement>('[role=menuitem]:not([aria-disabled=true])');
      if (first && first.offsetParent !== null) first.focus();
      else if (looks++ < LOOKS_MAX) requestAnimationFrame(look);
    };
    if (keys.length > 0) setTimeout(look, WITHIN_MS);
  };
  // What was chosen in a menu within closes both, and every menu begins anew: one that remembered where the keyboard was would look for it in a menu that is closed.
  return (
    <Dropdown open={open} onOpenChange={opened} destroyOnHidden trigger={['click']} placement={placement} autoFocus
      menu={{ items: toItems(entries, back), openKeys: open ? inner : [], onOpenChange: (keys: string[]) => { if (open) within(keys); } }}>{children}</Dropdown>
  );
}

export function Hint({ text, children }: { text: ReactNode; children: ReactElement }) {
  return <Tooltip title={text} mouseEnterDelay={0.4}>{children}</Tooltip>;
}

/** Looks for what takes the keyboard this often, frame by frame: a popup is shown only when its place is found. */
const LOOKS_MAX = 30;

/** What pops up has the keyboard while it is open, and gives it back. */
function Inside({ label, onClose, children }: { label?: string; onClose: () => void; children: ReactNode }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    const node = box.current;
    let looks = 0;
    let frame = 0;
    const take = () => {
      (node?.querySelector<HTMLElement>(focusable) ?? node)?.focus({ preventScroll: true });
      looks += 1;
      if (!node?.contains(document.activeElement) && looks < LOOKS_MAX) frame = requestAnimationFrame(take);
    };
    frame = requestAnimationFrame(take);
    return () => {
      cancelAnimationFrame(frame);
      if (document.activeElement === document.body && before?.isConnected) before.focus();
    };
  }, []);
  const key = (event: ReactKeyboardEvent) => {
    if (event.key !== 'Escape' || event.nativeEvent.isComposing) return;
    event.stopPropagation();
    onClose();
  };
  return <div ref={box} role="dialog" aria-label={label} tabIndex={-1} onKeyDown={key}>{children}</div>;
}

export function Popup({ open, onOpen, content, children, placement = 'bottomLeft', label }: { open: boolean; onOpen: (open: boolean) => void; content: ReactNode; children: ReactElement; placement?: 'bottomLeft' | 'bottomRight' | 'topLeft' | 'topRight' | 'bottom'; label?: string }) {
  return <Popover open={open} onOpenChange={onOpen} content={<Inside label={label} onClose={() => onOpen(false)}>{content}</Inside>} trigger="click" placement={placement} arrow={false} destroyOnHidden>{children}</Popover>;
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

/** Shows a short notice; errors stay longer and can carry a code to quote. What must stay until it is dealt with is a banner of the page, not a notice: it would cover what is below. */
export function notify(text: string, options: Partial<Pick<Notice, 'tone' | 'detail' | 'action'>> = {}): () => void {
  const notice: Notice = { id: nextId++, text, tone: 'plain', ...options };
  publish([...notices, notice].slice(-NOTICES_MAX));
  setTimeout(() => dismiss(notice.id), notice.tone === 'error' ? NOTICE_ERROR_MS : NOTICE_MS);
  return () => dismiss(notice.id);
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
