/** The record that closes a contact (小结): filled during the talk, sent by ending it. */
import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import type { Conversation, DispositionInput, DispositionKind, Outcome } from '@hark/api';
import { AreaField, Button, Choice, Choices, notify, TextField, useT } from '@hark/ui';
import { useDesk } from '../app/context';
import { goHome } from '../app/focus';
import { useNow } from '../state/clock';
import { tell } from '../state/faults';
import { client } from '../state/session';
import { categoryName, useCategories } from './categories';

const kinds: DispositionKind[] = ['consult', 'query', 'handle', 'complaint', 'suggestion', 'praise', 'fault', 'report'];
const outcomes: Outcome[] = ['solved', 'follow_up', 'unsolved'];
/** What is filled in so far: kind and outcome are chosen by whoever closes, never for them. */
type Begun = Omit<DispositionInput, 'kind' | 'outcome'> & { kind: DispositionKind | null; outcome: Outcome | null };
type Chosen = 'kind' | 'outcome';
/** What was filled in and not yet sent, per conversation. Once kind and outcome are chosen the server keeps it for every machine of its author; until then this page does, over a reload too. */
const begun = new Map<string, Begun>();
const saving = new Map<string, ReturnType<typeof setTimeout>>();
const SAVE_AFTER_MS = 700;
const place = (id: string) => `hark.disposition.${id}`;

const whole = (form: Begun): form is DispositionInput => form.kind !== null && form.outcome !== null;
const blank = (form: Begun) => form.kind === null && form.outcome === null && !form.cause.trim() && !form.note.trim();

function keep(id: string, form: Begun): void {
  begun.set(id, form);
  try { sessionStorage.setItem(place(id), JSON.stringify(form)); } catch { /* Then it lives as long as the page. */ }
  clearTimeout(saving.get(id));
  if (!whole(form)) return;
  saving.set(id, setTimeout(() => {
    saving.delete(id);
    // What cannot be kept just now stays on this page, and is kept with the next change.
    void client.conversations.beginDisposition(id, form).then(() => sessionStorage.removeItem(place(id))).catch(() => undefined);
  }, SAVE_AFTER_MS));
}

function kept(id: string): Begun | undefined {
  const known = begun.get(id);
  const stored = known ? null : sessionStorage.getItem(place(id));
  if (!stored) return known;
  try { return JSON.parse(stored) as Begun; } catch { return undefined; }
}

function forget(id: string): void {
  begun.delete(id);
  sessionStorage.removeItem(place(id));
  clearTimeout(saving.get(id));
  saving.delete(id);
}

export function DispositionTab({ conversation }: { conversation: Conversation }) {
  const { t, language, ago } = useT();
  const { desk } = useDesk();
  const at = useNow();
  const categories = useCategories(conversation.line);
  const done = conversation.disposition;
  const [form, setForm] = useState<Begun>(() => kept(conversation.id)
    ?? { kind: done?.kind ?? null, category: done?.category ?? conversation.category, cause: done?.cause ?? '', outcome: done?.outcome ?? null, note: done?.note ?? '' });
  const [busy, setBusy] = useState(false);
  const [lacking, setLacking] = useState<Chosen[]>([]);
  const box = useRef<HTMLDivElement>(null);
  const change = (part: Partial<Begun>) => {
    setLacking((before) => before.filter((one) => !(one in part)));
    setForm((before) => {
      const next = { ...before, ...part };
      keep(conversation.id, next);
      return next;
    });
  };
  useEffect(() => {
    if (kept(conversation.id) || conversation.status === 'resolved') return;
    void client.conversations.begunDisposition(conversation.id).then(({ disposition }) => {
      if (!disposition || begun.has(conversation.id)) return;
      begun.set(conversation.id, disposition);
      setForm(disposition);
    }).catch(() => undefined);
  }, [conversation.id]);
  const goTo = (part: Chosen) => {
    const radios = box.current?.querySelectorAll<HTMLInputElement>(`input[name=${part}]`) ?? [];
    ([...radios].find((one) => one.checked) ?? radios[0])?.focus();
  };
  const closed = conversation.status === 'resolved';
  const resolve = async () => {
    if (busy) return;
    // Where the line asks for no record, closing without one is closing without one.
    const bare = blank(form) && !conversation.disposition_required;
    if (!bare && !whole(form)) {
      const missing = (['kind', 'outcome'] as const).filter((one) => form[one] === null);
      setLacking(missing);
      if (missing[0]) goTo(missing[0]);
      return;
    }
    setBusy(true);
    try {
      desk.took(await client.conversations.resolve(conversation.id, whole(form) ? form : undefined));
      forget(conversation.id);
      notify(t(whole(form) ? 'done.resolved' : 'done.resolved_bare'));
      // The form is done with; the next one waits in the list.
      if (document.activeElement instanceof HTMLElement && document.activeElement.closest('.disposition')) document.activeElement.blur();
      goHome();
    } catch (error) {
      tell(error, t);
    } finally {
      setBusy(false);
    }
  };
  /** A digit chooses in the group that has the keyboard; after the kind comes the outcome. */
  const digit = (event: KeyboardEvent) => {
    const part = event.target instanceof HTMLInputElement && event.target.type === 'radio' ? event.target.name : '';
    const n = /^[1-9]$/.test(event.key) && !event.ctrlKey && !event.altKey && !event.metaKey ? Number(event.key) : 0;
    const kind = part === 'kind' ? kinds[n - 1] : undefined;
    const outcome = part === 'outcome' ? outcomes[n - 1] : undefined;
    if (kind) { change({ kind }); goTo('outcome'); }
    if (outcome) { change({ outcome }); box.current?.querySelectorAll<HTMLInputElement>('input[name=outcome]')[n - 1]?.focus(); }
    if (kind || outcome) event.preventDefault();
  };
  const pick = <V extends string>(part: Chosen, all: readonly V[], word: (one: V) => string) => (
    <fieldset className="pick" disabled={closed} aria-invalid={lacking.includes(part) || undefined} onKeyDown={digit}>
      <legend>{t(`disposition.${part}`)}</legend>
      {all.map((one, index) => <label key={one} className={form[part] === one ? 'on' : ''}><input type="radio" name={part} checked={form[part] === one} onChange={() => change({ [part]: one })} aria-keyshortcuts={`${index + 1}`} /><span>{word(one)}</span>{closed ? null : <small aria-hidden="true">{index + 1}</small>}</label>)}
      {lacking.includes(part) ? <p className="field-error" role="alert">{t(`disposition.${part}_needed`)}</p> : null}
    </fieldset>
  );
  return (
    <div className="disposition" ref={box} onKeyDown={(event) => { if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !event.nativeEvent.isComposing && !closed) { event.preventDefault(); void resolve(); } }}>
      {done ? <p className="hint">{t('disposition.recorded', { at: ago(done.at, at) })}</p> : <p className="hint">{t(conversation.disposition_required ? 'disposition.hint_needed' : 'disposition.hint')}</p>}
      {pick('kind', kinds, (one) => t(`kind.${one}`))}
      <Choice label={t('disposition.category')} clear disabled={closed} value={form.category ?? null} onChange={(category) => {
        change({ category });
        void client.conversations.category(conversation.id, category).then((next) => desk.took(next)).catch((error) => tell(error, t));
      }} options={categories.map((one) => ({ value: one.id, label: categoryName(categories, one.id, language) ?? '' }))} placeholder={t('disposition.category_hint')} />
      <TextField label={t('disposition.cause')} disabled={closed} value={form.cause} onChange={(cause) => change({ cause })} max={200} />
      {pick('outcome', outcomes, (one) => t(`outcome.${one}`))}
      <AreaField label={t('disposition.note')} disabled={closed} value={form.note} onChange={(note) => change({ note })} rows={3} max={2000} />
      <Choices label={t('tags.label')} free value={conversation.tags} onChange={(tags) => {
        const add = tags.filter((tag) => !conversation.tags.includes(tag));
        const remove = conversation.tags.filter((tag) => !tags.includes(tag));
        void client.conversations.tags(conversation.id, { ...(add.length ? { add } : {}), ...(remove.length ? { remove } : {}) }).then((next) => desk.took(next)).catch((error) => tell(error, t));
      }} options={[]} placeholder={t('tags.hint')} />
      {closed ? null : <Button id="disposition-send" look="primary" busy={busy} onClick={() => void resolve()} className="wide" aria-keyshortcuts="Control+Enter">{t(blank(form) && !conversation.disposition_required ? 'disposition.send_bare' : 'disposition.send')}</Button>}
    </div>
  );
}
