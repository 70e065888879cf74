/** How a client wants screens protected, and the names that must not slip into another client's conversation. */
import { useEffect, useState } from 'react';
import type { Protection } from '@hark/api';
import { Button, Choice, Choices, notify, Toggle, useT } from '@hark/ui';
import { useDesk } from '../app/context';
import { tell } from '../state/faults';
import { client } from '../state/session';
import { Bar, Loaded, useLoad } from './forms';

export default function ProtectionPage() {
  const { t } = useT();
  const { me } = useDesk();
  const [tenant, setTenant] = useState<string | null>(me.tenants[0]?.id ?? null);
  const kept = useLoad(() => (tenant ? client.protection.get(tenant).then((found) => ({ tenant, found })) : Promise.resolve(null)), [tenant]);
  return (
    <section className="part">
      <Bar><Choice label={t('word.client')} value={tenant} onChange={setTenant} options={me.tenants.map((one) => ({ value: one.id, label: one.name }))} /></Bar>
      <Loaded of={kept}>{(data) => (data && data.tenant === tenant ? <Form key={tenant} tenant={tenant} kept={data.found} onSaved={kept.reload} /> : null)}</Loaded>
    </section>
  );
}

function Form({ tenant, kept, onSaved }: { tenant: string; kept: Protection; onSaved: () => void }) {
  const { t } = useT();
  const [form, setForm] = useState(kept);
  const [busy, setBusy] = useState(false);
  useEffect(() => setForm(kept), [kept]);
  const changed = JSON.stringify(form) !== JSON.stringify(kept);
  const save = async () => {
    setBusy(true);
    try {
      await client.protection.set(tenant, form);
      notify(t('done.saved'));
      onSaved();
    } catch (error) { tell(error, t); } finally { setBusy(false); }
  };
  return (
    <form className="record-form" onSubmit={(event) => { event.preventDefault(); if (changed) void save(); }}>
      <Toggle label={t('protection.watermark')} value={form.watermark} onChange={(watermark) => setForm({ ...form, watermark })} />
      <Toggle label={t('protection.copy')} value={form.copy_control} onChange={(copy_control) => setForm({ ...form, copy_control })} />
      <Choices free label={t('protection.aliases')} hint={t('protection.aliases_hint')} value={form.aliases} onChange={(aliases) => setForm({ ...form, aliases })} options={[]} />
      <div><Button look="primary" type="submit" busy={busy} disabled={!changed}>{t('protection.save')}</Button></div>
    </form>
  );
}
