/** One phrase: what it says, and for whom it is. */
import { useState } from 'react';
import type { AudienceInput, Phrase, PhraseText } from '@hark/api';
import { AreaField, Button, notify, NumberField, SidePanel, TextField, useT, useUnsaved, sure } from '@hark/ui';
import { tell } from '../state/faults';
import { client } from '../state/session';
import { useLoad, useRefusal } from '../admin/forms';
import { AudienceField, audienceFits, firstAudience } from './AudienceField';
import { useDesk } from '../app/context';

interface Props { phrase: Phrase | null; own?: boolean; tenant?: string; onClose: () => void; onDone: () => void }

export function PhraseForm({ phrase, own, tenant, onClose, onDone }: Props) {
  const { t, language } = useT();
  const { me } = useDesk();
  const [audience, setAudience] = useState<AudienceInput>(() => firstAudience(me, tenant, own));
  const [form, setForm] = useState<PhraseText>(() => ({ folder: phrase?.folder ?? '', title: phrase?.title ?? '', shortcut: phrase?.shortcut ?? '', zh: phrase?.zh ?? '', en: phrase?.en ?? '', place: phrase?.place ?? 0 }));
  const unsaved = useUnsaved([form, audience]);
  const refusal = useRefusal({ title: t('phrase.title'), folder: t('phrase.folder'), shortcut: t('phrase.shortcut'), zh: t('phrase.text_zh'), en: t('phrase.text_en'), place: t('phrase.place') });
  const [busy, setBusy] = useState(false);
  const variables = useLoad(() => client.phrases.variables().then((page) => page.items));
  const set = (part: Partial<PhraseText>) => setForm((before) => ({ ...before, ...part }));
  const whole = form.title.trim() !== '' && (form.zh ?? '').trim() + (form.en ?? '').trim() !== '' && (phrase !== null || audienceFits(audience));
  const save = async () => {
    if (busy || !whole) return;
    setBusy(true);
    refusal.clear();
    try {
      if (phrase) await client.phrases.change(phrase.id, form);
      else await client.phrases.create(audience, form);
      notify(phrase ? t('done.saved') : t('done.created'));
      onDone();
      onClose();
    } catch (error) {
      refusal.refuse(error);
      setBusy(false);
    }
  };
  const drop = async () => {
    if (!phrase || !await sure(t('phrase.remove_lost'), t('phrase.remove'))) return;
    try {
      await client.phrases.remove(phrase.id);
      notify(t('done.removed'));
      onDone();
      onClose();
    } catch (error) { tell(error, t); }
  };
  const names = (variables.data ?? []).map((one) => `{{${one.name}}} ${language === 'en' ? one.en : one.zh}`).join(' · ');
  return (
    <SidePanel open title={phrase ? t('phrase.edit') : own ? t('phrase.new_own') : t('phrase.new')} onClose={onClose} unsaved={unsaved} width={520}>
      <form className="record-form" onSubmit={(event) => { event.preventDefault(); void save(); }}>
        {refusal.block}
        {phrase === null && !own ? <AudienceField value={audience} onChange={setAudience} permission="phrases.manage" /> : null}
        <TextField label={t('phrase.title')} value={form.title} onChange={(title) => set({ title })} max={80} autoFocus error={refusal.of('title')} />
        <TextField label={t('phrase.folder')} hint={t('phrase.folder_hint')} value={form.folder ?? ''} onChange={(folder) => set({ folder })} max={60} error={refusal.of('folder')} />
        <TextField label={t('phrase.shortcut')} hint={t('phrase.shortcut_hint')} value={form.shortcut ?? ''} onChange={(shortcut) => set({ shortcut })} max={24} mono error={refusal.of('shortcut')} />
        <AreaField label={t('phrase.text_zh')} value={form.zh ?? ''} onChange={(zh) => set({ zh })} rows={5} max={4000} error={refusal.of('zh')} />
        <AreaField label={t('phrase.text_en')} value={form.en ?? ''} onChange={(en) => set({ en })} rows={4} max={4000} error={refusal.of('en')} hint={names ? t('phrase.variables', { names }) : undefined} />
        <NumberField label={t('phrase.place')} value={form.place ?? 0} min={0} max={100000} onChange={(place) => set({ place: place ?? 0 })} />
        <div className="record-foot">
          {phrase ? <Button look="danger" onClick={() => void drop()}>{t('phrase.remove')}</Button> : null}
          <span className="record-change" />
          <Button onClick={onClose}>{t('action.cancel')}</Button>
          <Button look="primary" type="submit" busy={busy} disabled={!whole}>{phrase ? t('action.save') : t('action.create')}</Button>
        </div>
      </form>
    </SidePanel>
  );
}
