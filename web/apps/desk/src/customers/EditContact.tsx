/** Changes what is known about a customer; saved as a whole. */
import { useState } from 'react';
import type { AttributeDefinition, Contact } from '@hark/api';
import { AreaField, Button, Choice, Dialog, IconButton, TextField, useT, useUnsaved } from '@hark/ui';
import { tell } from '../state/faults';
import { client } from '../state/session';
import { useRefusal } from '../admin/forms';

export function EditContact({ contact, definitions, onClose, onSaved }: { contact: Contact; definitions: AttributeDefinition[]; onClose: () => void; onSaved: (contact: Contact) => void }) {
  const { t, language } = useT();
  const [form, setForm] = useState({ name: contact.name, salutation: contact.salutation ?? '', tier: contact.tier ?? '', language: contact.language, channel: contact.preferences.channel ?? '', quiet: contact.preferences.quiet ?? '', note: contact.preferences.note ?? '' });
  const [attributes, setAttributes] = useState(contact.attributes);
  const [handles, setHandles] = useState(contact.handles);
  const [adding, setAdding] = useState<{ kind: string; value: string }>({ kind: 'phone', value: '' });
  const unsaved = useUnsaved([form, attributes, adding.value]);
  const [busy, setBusy] = useState(false);
  const refusal = useRefusal({
    name: t('contact.name'), salutation: t('contact.salutation'), tier: t('contact.tier'), language: t('contact.language'), value: t('contact.new_handle'), preferences: t('contact.note'),
    'preferences/channel': t('contact.channel_wish'), 'preferences/quiet': t('contact.quiet_wish'), 'preferences/note': t('contact.note'),
    ...Object.fromEntries(definitions.map((one) => [`attributes/${one.key}`, language === 'en' ? one.label_en : one.label_zh])),
  });
  const set = (part: Partial<typeof form>) => setForm((now) => ({ ...now, ...part }));
  const save = async () => {
    setBusy(true);
    refusal.clear();
    try {
      const preferences = Object.fromEntries(Object.entries({ channel: form.channel, quiet: form.quiet, note: form.note }).filter(([, value]) => value));
      onSaved(await client.contacts.change(contact.id, { name: form.name, salutation: form.salutation || null, tier: form.tier || null, language: form.language, preferences, attributes: Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, value || null])) }));
    } catch (error) {
      refusal.refuse(error);
      setBusy(false);
    }
  };
  const addHandle = async () => {
    refusal.clear();
    try {
      const next = await client.contacts.addHandle(contact.id, adding);
      setHandles(next.handles ?? (await client.contacts.get(contact.id)).handles);
      setAdding({ ...adding, value: '' });
    } catch (error) { refusal.refuse(error); }
  };
  const removeHandle = async (id: string) => {
    try {
      await client.contacts.removeHandle(contact.id, id);
      setHandles((all) => all.filter((one) => one.id !== id));
    } catch (error) { tell(error, t); }
  };
  return (
    <Dialog open title={t('contact.edit')} onClose={onClose} unsaved={unsaved} width={560} confirm={{ label: t('action.save'), run: () => void save(), busy, disabled: !form.name.trim() }}>
      {refusal.block}
      <div className="form-two">
        <TextField label={t('contact.name')} value={form.name} onChange={(name) => set({ name })} max={100} error={refusal.of('name')} />
        <TextField label={t('contact.salutation')} value={form.salutation} onChange={(salutation) => set({ salutation })} max={40} error={refusal.of('salutation')} />
        <TextField label={t('contact.tier')} value={form.tier} onChange={(tier) => set({ tier })} max={40} error={refusal.of('tier')} />
        <Choice label={t('contact.language')} clear value={form.language} onChange={(next) => set({ language: next as Contact['language'] })} options={[{ value: 'zh-CN', label: '中文' }, { value: 'en', label: 'English' }]} />
        <TextField label={t('contact.channel_wish')} value={form.channel} onChange={(channel) => set({ channel })} max={60} />
        <TextField label={t('contact.quiet_wish')} value={form.quiet} onChange={(quiet) => set({ quiet })} max={60} />
      </div>
      <AreaField label={t('contact.note')} value={form.note} onChange={(note) => set({ note })} rows={2} max={500} />
      {definitions.map((one) => {
        const label = language === 'en' ? one.label_en : one.label_zh;
        const value = attributes[one.key] ?? '';
        const change = (next: string | null) => setAttributes((all) => ({ ...all, [one.key]: next ?? '' }));
        return one.kind === 'choice'
          ? <Choice key={one.id} label={label} clear value={value || null} onChange={change} options={(one.choices ?? []).map((choice) => ({ value: choice, label: choice }))} />
          : <TextField key={one.id} label={label} type={one.kind === 'date' ? 'date' : one.kind === 'number' ? 'number' : 'text'} value={value} onChange={change} error={refusal.of(`attributes/${one.key}`)} />;
      })}
      <h3 className="form-part">{t('contact.handles')}</h3>
      <ul className="plain-list">{handles.map((one) => <li key={one.id}><span>{t(`handle.${one.kind}`)}</span><b className="num">{one.value}</b><IconButton icon="close" size={14} label={t('contact.remove_handle', { value: one.value })} onClick={() => void removeHandle(one.id)} /></li>)}</ul>
      <div className="form-row">
        <Choice hidden label={t('contact.handle_kind')} width={110} value={adding.kind} onChange={(kind) => setAdding({ ...adding, kind: kind ?? 'phone' })} options={(['phone', 'email', 'external'] as const).map((kind) => ({ value: kind, label: t(`handle.${kind}`) }))} />
        <TextField label={t('contact.new_handle')} value={adding.value} onChange={(value) => setAdding({ ...adding, value })} max={200} error={refusal.of('value')} />
        <Button onClick={() => void addHandle()} disabled={!adding.value.trim()}>{t('action.add')}</Button>
      </div>
    </Dialog>
  );
}
