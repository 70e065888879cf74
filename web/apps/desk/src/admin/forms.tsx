/** What the pages of the settings share: loading a list, and a form that saves as a whole and says what will change. */
import { createContext, use, useCallback, useEffect, useRef, useState, type ReactNode } from 'react';
import { Problem } from '@hark/api';
import type { Key } from '@hark/i18n';
import { AreaField, Button, Choice, Choices, ColorField, ErrorBlock, IconButton, notify, NumberField, SidePanel, Skeleton, TextField, Toggle, useT, type Fault, type Option, sure } from '@hark/ui';
import { faultOf, faultWord, tell } from '../state/faults';
import { labelOf } from './labels';

/** Loads once, again on demand, and keeps showing what is known meanwhile. */
export function useLoad<T>(load: () => Promise<T>, inputs: unknown[] = []): { data: T | null; fault: Fault | null; reload: () => void } {
  const { t } = useT();
  const [data, setData] = useState<T | null>(null);
  const [fault, setFault] = useState<Fault | null>(null);
  const [round, setRound] = useState(0);
  useEffect(() => {
    let current = true;
    load().then((next) => { if (current) { setData(next); setFault(null); } }).catch((error) => { if (current) setFault(faultOf(error, t)); });
    return () => { current = false; };
    // `load` is made anew at every render; its inputs are named by the caller.
  }, [round, ...inputs]);
  return { data, fault, reload: useCallback(() => setRound((now) => now + 1), []) };
}

/** Was the reader refused what a page shows? Then it offers nothing to do with it either. */
export const Refused = createContext<{ refused: boolean; tell: (refused: boolean) => void }>({ refused: false, tell: () => undefined });

/** The list, or what stands for it while it is not there. */
export function Loaded<T>({ of, children }: { of: { data: T | null; fault: Fault | null; reload: () => void }; children: (data: T) => ReactNode }) {
  const { tell: tellPage } = use(Refused);
  const refused = of.data === null && of.fault?.refused === true;
  useEffect(() => {
    if (!refused) return;
    tellPage(true);
    return () => tellPage(false);
  }, [refused, tellPage]);
  if (of.data !== null) return <>{of.fault ? <ErrorBlock fault={of.fault} onRetry={of.reload} /> : null}{children(of.data)}</>;
  return of.fault ? <ErrorBlock fault={of.fault} onRetry={of.reload} /> : <Skeleton lines={6} />;
}

export interface FieldSpec {
  key: string; label: Key; kind: 'text' | 'area' | 'number' | 'toggle' | 'choice' | 'choices' | 'free' | 'color' | 'password' | 'date' | 'note';
  hint?: Key; options?: Option[]; required?: boolean;
  /** Of a text its longest, in signs; of a number, with `min`, what may stand there. */
  min?: number; max?: number; only?: 'create' | 'change'; show?: (form: Form) => boolean; mono?: boolean; fixed?: boolean;
}
export type Form = Record<string, unknown>;

/** What was refused is seen, however far the form was scrolled: the first faulty field, or what is said above the form. */
function useSeen(fault: Fault | null) {
  const top = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!fault) return;
    const form = top.current?.closest('form, .overlay-panel, .part, .page');
    const field = form?.querySelector('.field-error')?.closest('.field');
    (field ?? top.current)?.scrollIntoView({ block: field ? 'center' : 'nearest' });
    field?.querySelector<HTMLElement>('input, textarea')?.focus({ preventScroll: true });
  }, [fault]);
  return top;
}

/**
 * What the server refused of a form that is no record form. `names` says what its fields are called, by the path the server
 * gives them (`points/*\/link` for each of several): `block` stands above the form and names them, `of` is the fault of one.
 */
export function useRefusal(names: Record<string, string>) {
  const { t } = useT();
  const [fault, setFault] = useState<Fault | null>(null);
  const [fields, setFields] = useState<{ path: string; word: string }[]>([]);
  const top = useSeen(fault);
  const named = fields.map(({ path, word }) => `${labelOf(path, names)} ${word}`);
  return {
    refuse: (error: unknown) => {
      setFields(error instanceof Problem ? error.fields.map((one) => ({ path: one.field, word: faultWord(one.fault, t) })) : []);
      setFault(faultOf(error, t));
    },
    clear: () => { setFault(null); setFields([]); },
    of: (path: string) => fields.find((one) => one.path === path || one.path.startsWith(`${path}/`))?.word,
    block: <div ref={top}>{fault ? <ErrorBlock fault={fault} kept={[...named, t('error.form_kept')].join(' · ')} /> : null}</div>,
  };
}

interface Props {
  title: string; fields: FieldSpec[]; first: Form;
  /** Null when a new record is made: then everything is sent; otherwise only what changed. */
  record: unknown; save: (body: Form, whole: Form) => Promise<void>; onClose: () => void; remove?: { label: string; lost: string; run: () => Promise<void> }; extra?: ReactNode; width?: number;
  /** What is seen to be wrong before anything is sent, by field. */
  check?: (form: Form) => Record<string, string>;
  /** What follows from a change: `key` names the field, `before` is how the form stood. */
  derive?: (key: string, form: Form, before: Form) => Form;
  /** Why it can only be looked at; said before anybody fills it in. */
  locked?: string;
}

export function RecordForm({ title, fields, first, record, save, onClose, remove, extra, width = 480, check, derive, locked }: Props) {
  const { t } = useT();
  const [form, setForm] = useState<Form>(first);
  const [faults, setFaults] = useState<Record<string, string>>({});
  const [fault, setFault] = useState<Fault | null>(null);
  const [busy, setBusy] = useState(false);
  const creating = record === null;
  const shown = fields.filter((field) => (!field.only || (field.only === 'create') === creating) && (!field.show || field.show(form)));
  const changed = shown.filter((field) => JSON.stringify(form[field.key]) !== JSON.stringify(first[field.key]));
  const missing = shown.some((field) => field.required && (form[field.key] === null || form[field.key] === undefined || String(form[field.key]).trim() === ''));
  const submit = async () => {
    if (busy || missing) return;
    setFault(null);
    setFaults({});
    const unfit = check?.(form) ?? {};
    if (Object.keys(unfit).length > 0) {
      setFaults(unfit);
      setFault({ title: t('error.fields') });
      return;
    }
    setBusy(true);
    const part = Object.fromEntries((creating ? shown : changed).filter((field) => field.kind !== 'note').map((field) => [field.key, form[field.key]]));
    try {
      await save(part, form);
      notify(creating ? t('done.created') : t('done.saved'));
      onClose();
    } catch (error) {
      setFault(faultOf(error, t));
      if (error instanceof Problem) setFaults(Object.fromEntries(error.fields.map((one) => [keyOf(one.field, shown), `${named(one.field, form)}${faultWord(one.fault, t)}`])));
      setBusy(false);
    }
  };
  const top = useSeen(fault);
  const elsewhere = Object.entries(faults).filter(([key]) => !shown.some((field) => field.key === key)).map(([key, word]) => `${key} ${word}`);
  const drop = async () => {
    if (!remove || !await sure(remove.lost, remove.label)) return;
    try {
      await remove.run();
      notify(t('done.removed'));
      onClose();
    } catch (error) { tell(error, t); }
  };
  return (
    <SidePanel open title={title} onClose={onClose} width={width} unsaved={changed.length > 0 && !locked}>
      <form className="record-form" onSubmit={(event) => { event.preventDefault(); void submit(); }}>
        <div ref={top}>{fault ? <ErrorBlock fault={fault} kept={[...elsewhere, t('error.form_kept')].join(' · ')} /> : null}</div>
        {shown.map((field, at) => <Part key={field.key} field={field} begin={creating && at === 0} value={form[field.key]} error={faults[field.key]} disabled={Boolean(locked) || Boolean(field.fixed && !creating)} onChange={(value) => setForm((now) => { const next = { ...now, [field.key]: value }; return derive ? derive(field.key, next, now) : next; })} />)}
        {locked ? <p className="hint">{locked}</p> : <div className="record-foot">
          {remove ? <Button look="danger" onClick={() => void drop()}>{remove.label}</Button> : null}
          <span className="record-change">{creating ? '' : changed.length > 0 ? t('form.will_change', { fields: changed.map((field) => t(field.label)).join('、') }) : t('form.no_change')}</span>
          <Button onClick={onClose}>{t('action.cancel')}</Button>
          <Button look="primary" type="submit" busy={busy} disabled={missing || (!creating && changed.length === 0)}>{creating ? t('action.create') : t('action.save')}</Button>
        </div>}
      </form>
      {extra}
    </SidePanel>
  );
}

/** The field of the form that a path of the record names: `config/brand/name` is shown as `name` or `brand_name`. */
function keyOf(path: string, shown: FieldSpec[]): string {
  const parts = path.split('/').filter((part) => !/^\d+$/.test(part));
  const names = parts.flatMap((part, at) => [parts.slice(at).join('_'), part]);
  return names.find((name) => shown.some((field) => field.key === name)) ?? path;
}

/** Which of several values is meant, in quotes. */
function named(path: string, form: Form): string {
  const [, list = '', at] = /([^/]+)\/(\d+)$/.exec(path) ?? [];
  const value = at ? (form[list] as unknown[] | undefined)?.[Number(at)] : undefined;
  return typeof value === 'string' ? `“${value}” ` : '';
}

function Part({ field, value, error, disabled, begin, onChange }: { field: FieldSpec; value: unknown; error?: string; disabled: boolean; begin: boolean; onChange: (value: unknown) => void }) {
  const { t } = useT();
  const common = { label: t(field.label), hint: field.hint ? t(field.hint) : undefined, error, disabled };
  const text = value === null || value === undefined ? '' : String(value);
  switch (field.kind) {
    case 'text': case 'password': case 'date': return <TextField {...common} type={field.kind} value={text} max={field.max ?? 200} mono={field.mono} autoFocus={begin} autoComplete={field.kind === 'password' ? 'new-password' : 'off'} onChange={onChange} />;
    case 'area': return <AreaField {...common} value={text} max={field.max ?? 2000} mono={field.mono} onChange={onChange} />;
    case 'number': return <NumberField {...common} min={field.min} max={field.max} value={typeof value === 'number' ? value : null} onChange={onChange} />;
    case 'toggle': return <Toggle {...common} value={Boolean(value)} onChange={onChange} />;
    case 'choice': return <Choice {...common} clear={!field.required} value={text || null} onChange={onChange} options={field.options ?? []} />;
    case 'choices': return <Choices {...common} value={(value as string[] | undefined) ?? []} onChange={onChange} options={field.options ?? []} />;
    case 'free': return <Choices {...common} free value={(value as string[] | undefined) ?? []} onChange={onChange} options={[]} />;
    case 'note': return <p className="field-note">{common.label}</p>;
    case 'color': return <ColorField label={common.label} value={text || '#3a7bd5'} onChange={onChange} />;
  }
}

/** Something shown once: copy it now. */
export function Once({ label, value, hint, onClose }: { label: string; value: string; hint: string; onClose?: () => void }) {
  const { t } = useT();
  return (
    <div className="once" role="status">
      <div><b>{label}</b>{onClose ? <IconButton icon="close" size={14} label={t('action.close')} onClick={onClose} /> : null}</div>
      <CopyBox value={value} />
      <p className="hint">{hint}</p>
    </div>
  );
}

export function CopyBox({ value, lines }: { value: string; lines?: boolean }) {
  const { t } = useT();
  const copy = () => {
    if (navigator.clipboard) void navigator.clipboard.writeText(value).then(() => notify(t('done.copied')));
    else notify(t('copy.by_hand'));
  };
  return <div className={`copy-box${lines ? ' lines' : ''}`}><code>{value}</code><Button small icon="copy" onClick={copy}>{t('action.copy')}</Button></div>;
}

/** What can be done on a page of the settings, above its list. */
export function Bar({ children }: { children: ReactNode }) { return use(Refused).refused ? null : <div className="settings-bar">{children}</div>; }
