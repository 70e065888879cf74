/** A widget in full: its words, what it asks before a conversation, whose word it takes for who a visitor is; seen as one sets it. */
import { useState } from 'react';
import type { Inbox } from '@hark/api';
import type { Key } from '@hark/i18n';
import { AreaField, Button, Choice, Choices, IconButton, notify, NumberField, SidePanel, Tabs, TextField, Toggle, useT, type Option, sure } from '@hark/ui';
import { tell } from '../state/faults';
import { client } from '../state/session';
import { CopyBox, Once, useLoad, useRefusal } from './forms';
import { WidgetPreview } from './WidgetPreview';

export type Config = Inbox['config'];
export type Widget = NonNullable<Config['widget']>;
export type Asked = NonNullable<Widget['prechat']>;
export type AskedField = NonNullable<Asked['fields']>[number];
type Part = 'words' | 'prechat' | 'offline' | 'identity';

const kinds = ['text', 'name', 'email', 'phone', 'choice'] as const;
const emptyForm: Asked = { enabled: false, fields: [], consent: null };

interface Props { inbox: Inbox; queues: Option[]; publicOrigin: string; onSaved: () => void; onClose: () => void }

export function WidgetSettings({ inbox, queues, publicOrigin, onSaved, onClose }: Props) {
  const { t } = useT();
  const [config, setConfig] = useState<Config>(inbox.config);
  const [part, setPart] = useState<Part>('words');
  const refusal = useRefusal({ 
    'config/brand/greeting_zh': t('field.greeting_zh'), 'config/brand/greeting_en': t('field.greeting_en'), 'config/brand/offline_zh': t('field.offline_zh'), 'config/brand/offline_en': t('field.offline_en'),
    'config/widget/queue_zh': t('widget.queue_zh'), 'config/widget/queue_en': t('widget.queue_en'), 'config/widget/answer_within_min': t('widget.answer_within'),
    ...Object.fromEntries((['prechat', 'offline', 'identity'] as const).map((key) => [`config/widget/${key}`, t(`widget.part.${key}`)])),
  });
  const [busy, setBusy] = useState(false);
  const widget: Widget = config.widget ?? {};
  const brand = config.brand ?? {};
  const changed = JSON.stringify(config) !== JSON.stringify(inbox.config);
  const set = (next: Partial<Widget>) => setConfig({ ...config, widget: { ...widget, ...next } });
  const setBrand = (next: Partial<typeof brand>) => setConfig({ ...config, brand: { ...brand, ...next } });
  const save = async () => {
    setBusy(true);
    refusal.clear();
    try {
      await client.inboxes.change(inbox.id, { config });
      notify(t('done.saved'));
      onSaved();
      onClose();
    } catch (error) {
      refusal.refuse(error);
      setBusy(false);
    }
  };
  const area = (label: Key, key: 'greeting_zh' | 'greeting_en' | 'offline_zh' | 'offline_en') => (
    <AreaField label={t(label)} rows={2} max={500} error={refusal.of(`config/brand/${key}`)} value={brand[key] ?? ''} onChange={(value) => setBrand({ [key]: value })} />
  );
  return (
    <SidePanel open title={t('widget.title', { name: inbox.name })} onClose={onClose} width={960} unsaved={changed}>
      <div className="widget-settings">
        <form className="record-form" onSubmit={(event) => { event.preventDefault(); void save(); }}>
          {refusal.block}
          <Tabs label={t('widget.parts')} value={part} onChange={setPart} className="tabs-line" items={(['words', 'prechat', 'offline', 'identity'] as const).map((key) => ({ key, label: t(`widget.part.${key}`) }))} />
          {part === 'words' ? (
            <>
              {area('field.greeting_zh', 'greeting_zh')}{area('field.greeting_en', 'greeting_en')}
              {area('field.offline_zh', 'offline_zh')}{area('field.offline_en', 'offline_en')}
              <AreaField label={t('widget.queue_zh')} rows={2} max={500} error={refusal.of('config/widget/queue_zh')} value={widget.queue_zh ?? ''} onChange={(queue_zh) => set({ queue_zh })} />
              <AreaField label={t('widget.queue_en')} rows={2} max={500} error={refusal.of('config/widget/queue_en')} value={widget.queue_en ?? ''} onChange={(queue_en) => set({ queue_en })} />
              <NumberField label={t('widget.answer_within')} hint={t('widget.answer_within_hint')} error={refusal.of('config/widget/answer_within_min')} value={widget.answer_within_min ?? null} min={1} max={44_640} onChange={(answer_within_min) => set({ answer_within_min })} />
              <Toggle label={t('widget.sneak_peek')} hint={t('widget.sneak_peek_hint')} value={widget.sneak_peek ?? false} onChange={(sneak_peek) => set({ sneak_peek })} />
              <Toggle label={t('widget.transcript')} hint={t('widget.transcript_hint')} value={widget.transcript ?? true} onChange={(transcript) => set({ transcript })} />
            </>
          ) : part === 'identity' ? <Identity inbox={inbox} widget={widget} set={set} />
            : <FormEditor form={widget[part] ?? emptyForm} hint={t(`widget.${part}_hint`)} queues={queues} onChange={(form) => set({ [part]: form })} />}
          <div className="record-foot">
            <span className="record-change">{changed ? '' : t('form.no_change')}</span>
            <Button onClick={onClose}>{t('action.cancel')}</Button>
            <Button look="primary" type="submit" busy={busy} disabled={!changed}>{t('action.save')}</Button>
          </div>
        </form>
        <aside>
          <WidgetPreview config={config} shown={part === 'offline' ? 'offline' : 'open'} />
          <h2>{t('inboxes.snippet')}</h2>
          <p className="hint">{t('inboxes.snippet_hint')}</p>
          <CopyBox lines value={`<script src="${publicOrigin}/w/v1/hark.js" data-inbox="${inbox.key}" async></script>`} />
        </aside>
      </div>
    </SidePanel>
  );
}

function FormEditor({ form, hint, queues, onChange }: { form: Asked; hint: string; queues: Option[]; onChange: (form: Asked) => void }) {
  const { t, language } = useT();
  const fields = form.fields ?? [];
  const put = (at: number, next: Partial<AskedField>) => onChange({ ...form, fields: fields.map((one, i) => (i === at ? { ...one, ...next } : one)) });
  const move = (at: number, by: number) => {
    const next = [...fields];
    const [one] = next.splice(at, 1);
    if (one) next.splice(at + by, 0, one);
    onChange({ ...form, fields: next });
  };
  const key = () => { let n = fields.length + 1; while (fields.some((one) => one.key === `field_${n}`)) n += 1; return `field_${n}`; };
  const consent = form.consent ?? null;
  return (
    <>
      <p className="hint">{hint}</p>
      <Toggle label={t('widget.form_on')} value={form.enabled ?? false} onChange={(enabled) => onChange({ ...form, enabled })} />
      {fields.map((one, at) => (
        <fieldset key={at} className="form-field">
          <legend>{one.label_zh || one.label_en || t('widget.field')}</legend>
          <div className="pair">
            <TextField label={t('widget.label_zh')} max={80} value={one.label_zh ?? ''} onChange={(label_zh) => put(at, { label_zh })} />
            <TextField label={t('widget.label_en')} max={80} value={one.label_en ?? ''} onChange={(label_en) => put(at, { label_en })} />
          </div>
          <div className="pair">
            <Choice label={t('field.kind')} value={one.kind ?? 'text'} onChange={(kind) => put(at, { kind: (kind ?? 'text') as (typeof kinds)[number], options: kind === 'choice' ? one.options ?? [] : [] })} options={kinds.map((kind) => ({ value: kind, label: t(`widget.kind.${kind}`) }))} />
            <TextField label={t('field.key')} mono max={40} value={one.key ?? ''} onChange={(next) => put(at, { key: next })} />
          </div>
          {one.kind === 'choice' ? <Options field={one} queues={queues} onChange={(options) => put(at, { options })} /> : null}
          <div className="form-field-foot">
            <Toggle label={t('widget.required')} value={one.required ?? false} onChange={(required) => put(at, { required })} />
            <Button small disabled={at === 0} onClick={() => move(at, -1)}>{t('widget.up')}</Button>
            <Button small disabled={at === fields.length - 1} onClick={() => move(at, 1)}>{t('widget.down')}</Button>
            <Button small look="danger" onClick={() => onChange({ ...form, fields: fields.filter((_, i) => i !== at) })}>{t('widget.field_remove')}</Button>
          </div>
        </fieldset>
      ))}
      <Button icon="plus" disabled={fields.length >= 12} onClick={() => onChange({ ...form, fields: [...fields, { key: key(), kind: 'text', label_zh: '', label_en: '', required: false, options: [] }] })}>{t('widget.field_add')}</Button>
      <Toggle label={t('widget.consent')} hint={t('widget.consent_hint')} value={consent !== null} onChange={(on) => onChange({ ...form, consent: on ? { version: new Date().toISOString().slice(0, 10), ...(language === 'en' ? { text_zh: '', text_en: t('widget.consent_sample') } : { text_zh: t('widget.consent_sample'), text_en: '' }) } : null })} />
      {consent ? (
        <>
          <TextField label={t('widget.consent_version')} hint={t('widget.consent_version_hint')} mono max={40} value={consent.version ?? ''} onChange={(version) => onChange({ ...form, consent: { ...consent, version } })} />
          <AreaField label={t('widget.consent_zh')} rows={3} max={4000} value={consent.text_zh ?? ''} onChange={(text_zh) => onChange({ ...form, consent: { ...consent, text_zh } })} />
          <AreaField label={t('widget.consent_en')} rows={3} max={4000} value={consent.text_en ?? ''} onChange={(text_en) => onChange({ ...form, consent: { ...consent, text_en } })} />
        </>
      ) : null}
    </>
  );
}

function Options({ field, queues, onChange }: { field: AskedField; queues: Option[]; onChange: (options: NonNullable<AskedField['options']>) => void }) {
  const { t } = useT();
  const options = field.options ?? [];
  const put = (at: number, next: object) => onChange(options.map((one, i) => (i === at ? { ...one, ...next } : one)));
  return (
    <div className="form-options">
      {options.map((one, at) => (
        <div key={at} className="form-option">
          <TextField label={t('widget.label_zh')} max={80} value={one.label_zh ?? ''} onChange={(label_zh) => put(at, { label_zh })} />
          <TextField label={t('widget.label_en')} max={80} value={one.label_en ?? ''} onChange={(label_en) => put(at, { label_en })} />
          <Choice label={t('widget.option_queue')} clear value={one.queue ?? null} onChange={(queue) => put(at, { queue })} options={queues} />
          <IconButton icon="close" size={14} label={t('widget.option_remove')} onClick={() => onChange(options.filter((_, i) => i !== at))} />
        </div>
      ))}
      <Button small icon="plus" disabled={options.length >= 40} onClick={() => onChange([...options, { value: `option_${Date.now().toString(36)}`, label_zh: '', label_en: '', queue: null }])}>{t('widget.option_add')}</Button>
    </div>
  );
}

function Identity({ inbox, widget, set }: { inbox: Inbox; widget: Widget; set: (next: Partial<Widget>) => void }) {
  const { t, exact } = useT();
  const rules = widget.identity ?? {};
  const put = (next: Partial<typeof rules>) => set({ identity: { ...rules, ...next } });
  const state = useLoad(() => client.inboxes.identity(inbox.id), [inbox.id]);
  const [secret, setSecret] = useState<string | null>(null);
  const rotate = async () => {
    if (state.data?.made_at && !await sure(t('widget.rotate_sure'), t('widget.secret_rotate'))) return;
    client.inboxes.rotateIdentity(inbox.id).then((made) => { setSecret(made.secret); state.reload(); }).catch((error) => tell(error, t));
  };
  const made = state.data?.made_at;
  return (
    <>
      <p className="hint">{t('widget.identity_hint')}</p>
      <Toggle label={t('widget.identity_required')} hint={t('widget.identity_required_hint')} value={rules.mode === 'required'} onChange={(on) => put({ mode: on ? 'required' : 'optional' })} />
      <div className="form-field-foot">
        <span>{made ? t('widget.secret_since', { at: exact(made) }) : t('widget.secret_none')}</span>
        <Button onClick={() => void rotate()}>{made ? t('widget.secret_rotate') : t('widget.secret_make')}</Button>
      </div>
      {secret ? <Once label={t('inboxes.secret')} value={secret} hint={t('once.hint')} /> : null}
      <Choices free label={t('widget.public_keys')} hint={t('widget.public_keys_hint')} value={rules.public_keys ?? []} options={[]} onChange={(public_keys) => put({ public_keys })} />
      <Toggle label={t('widget.accept_hash')} hint={t('widget.accept_hash_hint')} value={rules.accept_hash ?? false} onChange={(accept_hash) => put({ accept_hash })} />
      <p className="hint">{t('widget.identity_how')}</p>
      <CopyBox lines value={`hark('identify', { token: '…' })   // aud: "${inbox.key}"`} />
    </>
  );
}
