/** The provider: its name, and whether screens with customer data are marked. */
import { useState } from 'react';
import type { Provider } from '@hark/api';
import { Button, ErrorBlock, notify, TextField, Toggle, useT, type Fault } from '@hark/ui';
import { faultOf } from '../state/faults';
import { client } from '../state/session';
import { Loaded, useLoad } from './forms';

export default function ProviderPage() {
  const found = useLoad(() => client.provider.get());
  return <Loaded of={found}>{(provider) => <Form key={`${provider.name} ${provider.watermark}`} provider={provider} onSaved={found.reload} />}</Loaded>;
}

function Form({ provider, onSaved }: { provider: Provider; onSaved: () => void }) {
  const { t } = useT();
  const [name, setName] = useState(provider.name);
  const [watermark, setWatermark] = useState(provider.watermark);
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<Fault | null>(null);
  const changed = [name !== provider.name ? t('provider.name') : '', watermark !== provider.watermark ? t('provider.watermark') : ''].filter(Boolean);
  const save = async () => {
    if (busy || changed.length === 0 || !name.trim()) return;
    setBusy(true);
    setFault(null);
    try {
      await client.provider.change({ ...(name !== provider.name ? { name: name.trim() } : {}), ...(watermark !== provider.watermark ? { watermark } : {}) });
      notify(t('done.saved'));
      onSaved();
    } catch (error) { setFault(faultOf(error, t)); } finally { setBusy(false); }
  };
  return (
    <form className="part" onSubmit={(event) => { event.preventDefault(); void save(); }}>
      {fault ? <ErrorBlock fault={fault} kept={t('error.form_kept')} /> : null}
      <TextField label={t('provider.name')} hint={t('provider.name_hint')} value={name} onChange={setName} max={120} />
      <Toggle label={t('provider.watermark')} hint={t('provider.watermark_hint')} value={watermark} onChange={setWatermark} />
      <div className="record-foot">
        <span className="record-change">{changed.length > 0 ? t('form.will_change', { fields: changed.join('、') }) : t('form.no_change')}</span>
        <Button look="primary" type="submit" busy={busy} disabled={changed.length === 0 || !name.trim()}>{t('action.save')}</Button>
      </div>
    </form>
  );
}
