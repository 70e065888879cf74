/** Small parts that every screen uses, in plain elements: buttons, marks, chips, tabs, and what is shown when there is nothing. */
import { useEffect, useRef, useState, type ButtonHTMLAttributes, type KeyboardEvent, type ReactNode, type Ref } from 'react';
import { useT } from './provider';
import { Icon, type IconName } from './icons';

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  look?: 'plain' | 'primary' | 'quiet' | 'danger'; icon?: IconName; busy?: boolean; small?: boolean; ref?: Ref<HTMLButtonElement>;
}

export function Button({ look = 'plain', icon, busy, small, className = '', children, type = 'button', disabled, ...rest }: ButtonProps) {
  return (
    <button type={type} {...rest} disabled={disabled} aria-busy={busy || undefined} aria-disabled={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : rest.onClick}
      className={`btn btn-${look}${small ? ' btn-small' : ''}${busy ? ' btn-busy' : ''} ${className}`}>
      {icon ? <Icon name={icon} size={16} /> : null}{children}
    </button>
  );
}

/** A button that is only a picture; its label is read aloud and shown on hover. */
export function IconButton({ icon, label, size = 18, className = '', ...rest }: { icon: IconName; label: string; size?: number; ref?: Ref<HTMLButtonElement> } & ButtonHTMLAttributes<HTMLButtonElement>) {
  return <button type="button" title={label} aria-label={label} {...rest} className={`icon-btn ${className}`}><Icon name={icon} size={size} /></button>;
}

export function Kbd({ children }: { children: ReactNode }) { return <kbd aria-hidden="true">{children}</kbd>; }

/** The mark of a channel. */
export const channelIcon = (channel: 'webchat' | 'api' | 'email'): IconName => (channel === 'api' ? 'api' : channel === 'email' ? 'mail' : 'chat');

export interface AvatarProps { initial: string; color: string; size?: number; channel?: 'webchat' | 'api' | 'email'; label?: string }

export function Avatar({ initial, color, size = 34, channel }: AvatarProps) {
  return (
    <span className="avatar" style={{ width: size, height: size, background: color, fontSize: Math.round(size * 0.39) }} aria-hidden="true">
      {initial}
      {channel ? <i><Icon name={channelIcon(channel)} size={11} /></i> : null}
    </span>
  );
}

export type Tone = 'plain' | 'amber' | 'red' | 'green' | 'violet' | 'accent';
export function Chip({ tone = 'plain', children, onRemove, removeLabel, title }: { tone?: Tone; children: ReactNode; onRemove?: () => void; removeLabel?: string; title?: string }) {
  return (
    <span className={`chip chip-${tone}`} title={title}>
      {children}
      {onRemove ? <button type="button" className="chip-x" aria-label={removeLabel} onClick={onRemove}><Icon name="close" size={11} /></button> : null}
    </span>
  );
}

export interface TabItem<K extends string> { key: K; label: ReactNode; count?: number | null }

/** Tabs with one stop in the tab order; arrows move. */
export function Tabs<K extends string>({ items, value, onChange, label, className = '', panel }: { items: TabItem<K>[]; value: K; onChange: (key: K) => void; label: string; className?: string; panel?: string }) {
  const row = useRef<HTMLDivElement>(null);
  const move = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (!step) return;
    event.preventDefault();
    const at = items.findIndex((item) => item.key === value);
    const next = items[(at + step + items.length) % items.length];
    if (!next) return;
    onChange(next.key);
    row.current?.querySelector<HTMLElement>(`[data-key="${next.key}"]`)?.focus();
  };
  return (
    <div className={`tabs ${className}`} role="tablist" aria-label={label} onKeyDown={move} ref={row}>
      {items.map((item) => (
        <button key={item.key} type="button" role="tab" data-key={item.key} aria-selected={item.key === value} aria-controls={panel}
          tabIndex={item.key === value ? 0 : -1} className={item.key === value ? 'on' : ''} onClick={() => onChange(item.key)}>
          {item.label}{item.count != null ? <small>{item.count}</small> : null}
        </button>
      ))}
    </div>
  );
}

/** Nothing here yet: what comes here, and the first step. */
export function Empty({ title, text, children, icon = 'chat' }: { title: string; text?: string; children?: ReactNode; icon?: IconName }) {
  return <div className="empty"><Icon name={icon} size={28} /><b>{title}</b>{text ? <p>{text}</p> : null}{children}</div>;
}

/** `refused`: the reader may not; asking again changes nothing. */
export interface Fault { title: string; code?: string | null; request?: string | null; refused?: boolean }

/** What happened, what was kept, what to do, and a code to quote. What one may not see is not refused otherwise a moment later: there is nothing to try again. */
export function ErrorBlock({ fault, kept, onRetry }: { fault: Fault; kept?: string; onRetry?: () => void }) {
  const { t } = useT();
  return (
    <div className="error-block" role="alert">
      <Icon name="alert" size={20} />
      <div>
        <b>{fault.title}</b>
        {kept ? <p>{kept}</p> : null}
        {fault.code ? <p className="code">{t('error.code', { code: [fault.code, fault.request].filter(Boolean).join(' · ') })}</p> : null}
        {onRetry && !fault.refused ? <Button small onClick={onRetry}>{t('action.retry')}</Button> : null}
      </div>
    </div>
  );
}

/** True once `ms` have passed while `on`: what is quick shows no placeholder at all. */
export function useAfter(on: boolean, ms: number): boolean {
  const [late, setLate] = useState(false);
  useEffect(() => {
    if (!on) { setLate(false); return; }
    const timer = setTimeout(() => setLate(true), ms);
    return () => clearTimeout(timer);
  }, [on, ms]);
  return late && on;
}

/** Grey lines where content will be, only when it takes noticeable time. */
export function Skeleton({ lines = 3, rows }: { lines?: number; rows?: boolean }) {
  const { t } = useT();
  const late = useAfter(true, 200);
  return (
    <div className={rows ? 'skeleton skeleton-rows' : 'skeleton'} role="status" aria-busy="true" aria-label={t('state.loading')}>
      {late ? Array.from({ length: lines }, (_, i) => <span key={i} style={{ width: `${92 - ((i * 37) % 45)}%` }} />) : null}
    </div>
  );
}

/** Several lines of text read out once when they change. */
export function LiveRegion({ text, urgent }: { text: string; urgent?: boolean }) {
  return <div className="sr-only" role={urgent ? 'alert' : 'status'} aria-live={urgent ? 'assertive' : 'polite'}>{text}</div>;
}
