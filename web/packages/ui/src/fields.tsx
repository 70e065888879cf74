/** Fields: every one has a label that assistive software can read, shown or not. */
import Checkbox from 'antd/es/checkbox';
import AntInput from 'antd/es/input';
import AntInputNumber from 'antd/es/input-number';
import AntSelect from 'antd/es/select';
import AntSwitch from 'antd/es/switch';
import { useId, useState, type KeyboardEvent, type ReactNode } from 'react';
import { flushSync } from 'react-dom';
import { Icon } from './icons';
import { useT } from './provider';
import { soundsLike } from './sounds';

export function Field({ label, hint, error, children, inline }: { label: string; hint?: ReactNode; error?: string | null; children: (ids: { id: string; describedBy: string | undefined; invalid: boolean }) => ReactNode; inline?: boolean }) {
  const id = useId();
  const described = hint || error ? `${id}-d` : undefined;
  return (
    <div className={inline ? 'field field-inline' : 'field'}>
      <label htmlFor={id}>{label}</label>
      {children({ id, describedBy: described, invalid: Boolean(error) })}
      {hint || error ? <div id={described} className={error ? 'field-error' : 'field-hint'}>{error ?? hint}</div> : null}
    </div>
  );
}

interface Common { label: string; hint?: ReactNode; error?: string | null; disabled?: boolean }
interface Text extends Common { value: string; onChange: (value: string) => void; placeholder?: string; type?: string; autoFocus?: boolean; autoComplete?: string; max?: number; onEnter?: () => void; mono?: boolean; inputMode?: 'numeric' | 'text' | 'email' }

export function TextField({ label, hint, error, value, onChange, onEnter, max, mono, ...rest }: Text) {
  const enter = onEnter ? (event: KeyboardEvent) => { if (event.key === 'Enter' && !event.nativeEvent.isComposing && event.keyCode !== 229) onEnter(); } : undefined;
  const Part = rest.type === 'password' ? AntInput.Password : AntInput;
  return (
    <Field label={label} hint={hint} error={error}>
      {(ids) => <Part {...rest} id={ids.id} aria-describedby={ids.describedBy} aria-invalid={ids.invalid} status={ids.invalid ? 'error' : undefined} value={value} maxLength={max}
        className={mono ? 'mono' : undefined} onChange={(event) => onChange(event.target.value)} onKeyDown={enter} />}
    </Field>
  );
}

export function AreaField({ label, hint, error, value, onChange, rows = 3, placeholder, max, disabled, mono, autoFocus }: Common & { value: string; onChange: (value: string) => void; rows?: number; placeholder?: string; max?: number; mono?: boolean; autoFocus?: boolean }) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(ids) => <AntInput.TextArea id={ids.id} aria-describedby={ids.describedBy} aria-invalid={ids.invalid} value={value} rows={rows} placeholder={placeholder} maxLength={max} disabled={disabled}
        autoFocus={autoFocus} className={mono ? 'mono' : undefined} onChange={(event) => onChange(event.target.value)} />}
    </Field>
  );
}

/** A number. What may stand in it is said under it wherever both ends are known; the arrow keys count up and down. */
export function NumberField({ label, hint, error, value, onChange, min, max, disabled }: Common & { value: number | null; onChange: (value: number | null) => void; min?: number; max?: number }) {
  const { t, number } = useT();
  const range = min !== undefined && max !== undefined ? t('field.range', { min: number(min, Number.isInteger(min) ? 0 : 1), max: number(max) }) : null;
  const said = hint && range ? <>{hint} <span className="field-range">{range}</span></> : hint ?? range;
  return (
    <Field label={label} hint={said} error={error && range ? `${error} ${range}` : error}>
      {(ids) => <AntInputNumber id={ids.id} aria-describedby={ids.describedBy} aria-invalid={ids.invalid} status={ids.invalid ? 'error' : undefined} controls={false} value={value} min={min} max={max} disabled={disabled} onChange={(next) => onChange(typeof next === 'number' ? next : null)} style={{ width: '100%' }} />}
    </Field>
  );
}

/** `client` groups as `group` does, and is named with what is chosen: lines of several clients may bear one name. */
export interface Option { value: string; label: string; group?: string; client?: string }

/** Is this one meant by what is typed: by its words, or by how they sound? A heading brings what stands under it. */
const fits = (typed: string, option?: { label?: unknown }) => soundsLike(String(option?.label ?? ''), typed);

/** One of several; searchable when there are many, by pinyin too. */
export function Choice({ label, value, onChange, options, hidden, hint, error, placeholder, clear, disabled, width, autoFocus }: Common & { value: string | null; onChange: (value: string | null) => void; options: Option[]; hidden?: boolean; placeholder?: string; clear?: boolean; width?: number | string; autoFocus?: boolean }) {
  const { t } = useT();
  const several = new Set(options.map((one) => one.client)).size > 1;
  const chosen = (shown: { value?: unknown; label?: ReactNode }) => {
    const client = options.find((one) => one.value === shown.value)?.client;
    return client ? <>{shown.label} <span className="choice-client">{client}</span></> : shown.label;
  };
  // Null is nothing chosen; undefined would leave it to the library, which goes on showing what was chosen last.
  const part = (id?: string) => (
    <AntSelect id={id} aria-label={label} value={value} options={grouped(options) as Option[]} placeholder={placeholder} allowClear={clear ? { label: t('field.clear', { label }), clearIcon: <Icon name="close" size={12} /> } : false} disabled={disabled} autoFocus={autoFocus}
      onChange={(next) => onChange(next ?? null)} labelRender={several ? chosen : undefined} showSearch={options.length > 5 ? { filterOption: fits } : false} style={{ width: width ?? '100%' }} popupMatchSelectWidth={false} />
  );
  if (hidden) return part();
  return <Field label={label} hint={hint} error={error}>{(ids) => part(ids.id)}</Field>;
}

/**
 * Several of several, or free words with `free`. Enter puts in what is typed or chosen; Tab goes on, and takes along what is
 * typed: it neither chooses nor takes away. Free words of which none are known have no list, so that nothing hangs under them.
 */
export function Choices({ label, value, onChange, options, hint, error, placeholder, free, disabled, hidden }: Common & { value: string[]; onChange: (value: string[]) => void; options: Option[]; placeholder?: string; free?: boolean; hidden?: boolean }) {
  const [open, setOpen] = useState(false);
  const bare = Boolean(free) && options.length === 0;
  // The library takes Tab for Enter while its list is open, which takes away what was chosen last: so it is closed by then.
  const leave = (event: KeyboardEvent) => { if (event.key === 'Tab') flushSync(() => setOpen(false)); };
  const part = (id?: string) => (
    <AntSelect id={id} aria-label={label} mode={free ? 'tags' : 'multiple'} value={value} options={grouped(options) as Option[]} placeholder={placeholder} disabled={disabled}
      open={bare ? false : open} onOpenChange={setOpen} suffixIcon={bare ? null : undefined} tokenSeparators={free ? [',', '，', ' ', '\n'] : undefined} onChange={onChange} showSearch={{ filterOption: fits }} style={{ width: '100%' }} />
  );
  if (hidden) return <div className="choices-field" onKeyDownCapture={leave}>{part()}</div>;
  return <Field label={label} hint={hint} error={error}>{(ids) => <div className="choices-field" onKeyDownCapture={leave}>{part(ids.id)}</div>}</Field>;
}

function grouped(options: Option[]) {
  const of = (option: Option) => option.group ?? option.client ?? '';
  if (!options.some(of)) return options;
  const groups = new Map<string, Option[]>();
  for (const option of options) groups.set(of(option), [...(groups.get(of(option)) ?? []), option]);
  return [...groups].map(([label, list]) => ({ label, options: list }));
}

export function Toggle({ label, value, onChange, hint, disabled }: Common & { value: boolean; onChange: (value: boolean) => void }) {
  return <Field label={label} hint={hint} inline>{(ids) => <AntSwitch id={ids.id} aria-describedby={ids.describedBy} checked={value} onChange={onChange} disabled={disabled} size="small" />}</Field>;
}

export function Tick({ label, value, onChange, disabled }: { label: ReactNode; value: boolean; onChange: (value: boolean) => void; disabled?: boolean }) {
  return <Checkbox checked={value} disabled={disabled} onChange={(event) => onChange(event.target.checked)}>{label}</Checkbox>;
}

export function ColorField({ label, value, onChange, hint }: { label: string; value: string; onChange: (value: string) => void; hint?: string }) {
  return <Field label={label} hint={hint}>{(ids) => <span className="color-field"><input id={ids.id} type="color" value={value} onChange={(event) => onChange(event.target.value)} /><code>{value}</code></span>}</Field>;
}
