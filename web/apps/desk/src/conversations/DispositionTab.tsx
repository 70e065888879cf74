/** The record that closes a contact (小结): filled during the talk, sent by ending it. */
import { useEffect, useState } from 'react';
import type { Conversation, DispositionInput, DispositionKind, Outcome } from '@hark/api';
import { AreaField, Button, Choice, Choices, notify, TextField, useT } from '@hark/ui';
import { useDesk } from '../app/context';
import { goHome } from '../app/focus';
import { now } from '../state/clock';
import { tell } from '../state/faults';
import { client } from '../state/session';
import { categoryName, useCategories } from './categories';

const kinds: DispositionKind[] = ['consult', 'query', 'handle', 'complaint', 'suggestion', 'praise', 'fault', 'report'];
const outcomes: Outcome[] = ['solved', 'follow_up', 'unsolved'];
/** What was filled in and not yet sent, per conversation; the server keeps it for every machine of its author. */
const begun = new Map<string, DispositionInput>();
const saving = new Map<string, ReturnType<typeof setTimeout>>();
const SAVE_AFTER_MS = 700;

function keep(id: string, form: DispositionInput): void {
  begun.set(id, form);
  clearTimeout(saving.get(id));
  saving.set(id, setTimeout(() => {
    saving.delete(id);
    // What cannot be kept just now stays on this page, and is kept with the next change.
    void client.conversations.beginDisposition(id, form).catch(() => undefined);
  }, SAVE_AFTER_MS));
}

function forget(id: string): void {
  begun.delete(id);
  clearTimeout(saving.get(id));
  saving.delete(id);
}

export function DispositionTab({ conversation }: { conversation: Conversation }) {
  const { t, language, ago } = useT();
  const { desk } = useDesk();
  const categories = useCategories(conversation.line);
  const done = conversation.disposition;
  const [form, setForm] = useState<DispositionInput>(() => begun.get(conversation.id)
    ?? { kind: done?.kind ?? 'consult', category: done?.category ?? conversation.category, cause: done?.cause ?? '', outcome: done?.outcome ?? 'solved', note: done?.note ?? '' });
  const [busy, setBusy] = useState(false);
  const change = (part: Partial<DispositionInput>) => setForm((before) => {
    const next = { ...before, ...part };
    keep(conversation.id, next);
    return next;
  });
  useEffect(() => {
    if (begun.has(conversation.id) || conversation.status === 'resolved') return;
    void client.conversations.begunDisposition(conversation.id).then(({ disposition }) => {
      if (!disposition || begun.has(conversation.id)) return;
      begun.set(conversation.id, disposition);
      setForm(disposition);
    }).catch(() => undefined);
  }, [conversation.id]);
  const closed = conversation.status === 'resolved';
  const resolve = async () => {
    if (busy) return;
    setBusy(true);
    try {
      desk.took(await client.conversations.resolve(conversation.id, form));
      forget(conversation.id);
      notify(t('done.resolved'));
      // The form is done with; the next one waits in the list.
      if (document.activeElement instanceof HTMLElement && document.activeElement.closest('.disposition')) document.activeElement.blur();
      goHome();
    } catch (error) {
      tell(error, t);
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="disposition" onKeyDown={(event) => { if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !event.nativeEvent.isComposing && !closed) { event.preventDefault(); void resolve(); } }}>
      {done ? <p className="hint">{t('disposition.recorded', { at: ago(done.at, now()) })}</p> : <p className="hint">{t('disposition.hint')}</p>}
      <fieldset className="pick" disabled={closed}>
        <legend>{t('disposition.kind')}</legend>
        {kinds.map((kind) => <label key={kind} className={form.kind === kind ? 'on' : ''}><input type="radio" name="kind" checked={form.kind === kind} onChange={() => change({ kind })} />{t(`kind.${kind}`)}</label>)}
      </fieldset>
      <Choice label={t('disposition.category')} clear disabled={closed} value={form.category ?? null} onChange={(category) => {
        change({ category });
        void client.conversations.category(conversation.id, category).then((next) => desk.took(next)).catch((error) => tell(error, t));
      }} options={categories.map((one) => ({ value: one.id, label: categoryName(categories, one.id, language) ?? '' }))} placeholder={t('disposition.category_hint')} />
      <TextField label={t('disposition.cause')} disabled={closed} value={form.cause} onChange={(cause) => change({ cause })} max={200} />
      <fieldset className="pick" disabled={closed}>
        <legend>{t('disposition.outcome')}</legend>
        {outcomes.map((outcome) => <label key={outcome} className={form.outcome === outcome ? 'on' : ''}><input type="radio" name="outcome" checked={form.outcome === outcome} onChange={() => change({ outcome })} />{t(`outcome.${outcome}`)}</label>)}
      </fieldset>
      <AreaField label={t('disposition.note')} disabled={closed} value={form.note} onChange={(note) => change({ note })} rows={3} max={2000} />
      <Choices label={t('tags.label')} free value={conversation.tags} onChange={(tags) => {
        const add = tags.filter((tag) => !conversation.tags.includes(tag));
        const remove = conversation.tags.filter((tag) => !tags.includes(tag));
        void client.conversations.tags(conversation.id, { ...(add.length ? { add } : {}), ...(remove.length ? { remove } : {}) }).then((next) => desk.took(next)).catch((error) => tell(error, t));
      }} options={[]} placeholder={t('tags.hint')} />
      {closed ? null : <Button id="disposition-send" look="primary" busy={busy} onClick={() => void resolve()} className="wide" aria-keyshortcuts="Control+Enter">{t('disposition.send')}</Button>}
    </div>
  );
}
