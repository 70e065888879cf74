/** Where customers come in: the chat on a client's pages, and the API for any other source. */
import { useState } from 'react';
import { items, type Inbox } from '@hark/api';
import { Button, Chip, Empty, Table, useT, sure } from '@hark/ui';
import { useDesk } from '../app/context';
import { go } from '../app/router';
import { tell } from '../state/faults';
import { client } from '../state/session';
import { WidgetSettings } from './WidgetSettings';
import { Bar, CopyBox, Loaded, Once, RecordForm, useLoad, type FieldSpec, type Form } from './forms';

const brandKeys = ['brand_name', 'brand_color', 'greeting_zh', 'greeting_en', 'offline_zh', 'offline_en'] as const;

/** The form is flat; the record is not. */
function toForm(inbox: Inbox): Form {
  const { brand } = inbox.config;
  return { name: inbox.name, queue: inbox.queue, enabled: inbox.enabled, line: inbox.line, channel: inbox.channel, allowed_sites: inbox.config.allowed_sites, webhook_url: inbox.config.webhook_url ?? '', brand_name: brand.name, brand_color: brand.color, greeting_zh: brand.greeting_zh, greeting_en: brand.greeting_en, offline_zh: brand.offline_zh, offline_en: brand.offline_en };
}
function configOf(form: Form, kept: Partial<Inbox['config']> = {}): Partial<Inbox['config']> {
  const text = (key: string) => String(form[key] ?? '');
  return { ...kept, allowed_sites: (form['allowed_sites'] as string[] | undefined) ?? [], brand: { ...kept.brand, name: text('brand_name'), color: text('brand_color') || '#3a7bd5', greeting_zh: text('greeting_zh'), greeting_en: text('greeting_en'), offline_zh: text('offline_zh'), offline_en: text('offline_en') }, webhook_url: text('webhook_url') || null };
}

export default function Inboxes({ id }: { id: string | null }) {
  const { t } = useT();
  const { me } = useDesk();
  const all = useLoad(async () => {
    const [inboxes, queues] = await Promise.all([client.inboxes.list(), client.routing.queues().catch(() => [])]);
    return { inboxes: inboxes.items, queues: items(queues) };
  });
  const [chosen, setChosen] = useState<Inbox | 'new' | null>(null);
  const [secret, setSecret] = useState<string | null>(null);
  const [widget, setWidget] = useState<Inbox | null>(null);
  const open = chosen ?? all.data?.inboxes.find((one) => one.id === id) ?? null;
  const tenantName = (tenant: string) => me.tenants.find((one) => one.id === tenant)?.name ?? '';
  const webchat = (form: Form) => form['channel'] === 'webchat';
  const fields: FieldSpec[] = [
    { key: 'line', label: 'word.line', kind: 'choice', required: true, fixed: true, options: me.lines.map((line) => ({ value: line.id, label: line.name, client: tenantName(line.tenant) })) },
    { key: 'channel', label: 'field.channel', kind: 'choice', required: true, fixed: true, options: [{ value: 'webchat', label: t('channel.webchat') }, { value: 'email', label: t('channel.email') }, { value: 'api', label: t('channel.api') }] },
    { key: 'name', label: 'field.name', kind: 'text', required: true, max: 100 },
    { key: 'queue', label: 'field.queue', kind: 'choice', options: (all.data?.queues ?? []).map((queue) => ({ value: queue.id, label: queue.name, client: tenantName(queue.tenant) })) },
    { key: 'enabled', label: 'field.enabled', kind: 'toggle', only: 'change' },
    { key: 'allowed_sites', label: 'field.allowed_sites', kind: 'free', hint: 'field.allowed_sites_hint', show: webchat },
    { key: 'brand_name', label: 'field.brand_name', kind: 'text', max: 60 },
    { key: 'brand_color', label: 'field.color', kind: 'color' },
    { key: 'greeting_zh', label: 'field.greeting_zh', kind: 'area', max: 500, show: webchat },
    { key: 'greeting_en', label: 'field.greeting_en', kind: 'area', max: 500, show: webchat },
    { key: 'offline_zh', label: 'field.offline_zh', kind: 'area', max: 500, show: webchat },
    { key: 'offline_en', label: 'field.offline_en', kind: 'area', max: 500, show: webchat },
    { key: 'webhook_url', label: 'field.webhook_url', kind: 'text', max: 500, show: (form) => form['channel'] === 'api', hint: 'field.webhook_url_hint' },
  ];
  const save = async (part: Form, whole: Form) => {
    if (open === 'new') {
      const line = me.lines.find((one) => one.id === whole['line']);
      const made = await client.inboxes.create<Inbox>({ tenant: line?.tenant, line: whole['line'], channel: whole['channel'], name: whole['name'], ...(whole['queue'] ? { queue: whole['queue'] } : {}), config: configOf(whole) });
      // A mailbox is what an inbox of mail needs next.
      if (made.channel === 'email') setTimeout(() => go(`/settings/mailboxes/${made.id}`), 0);
    } else if (open) {
      const touched = Object.keys(part).some((key) => key === 'allowed_sites' || key === 'webhook_url' || (brandKeys as readonly string[]).includes(key));
      const plain = Object.fromEntries(Object.entries(part).filter(([key]) => key === 'name' || key === 'queue' || key === 'enabled'));
      await client.inboxes.change(open.id, { ...plain, ...(touched ? { config: configOf(whole, open.config) } : {}) });
    }
    all.reload();
  };
  const rotate = async (inbox: Inbox) => {
    if (!await sure(t('inboxes.rotate_sure'), t('inboxes.rotate'))) return;
    client.inboxes.rotateSecret(inbox.id).then((answer) => setSecret(answer.secret)).catch((error) => tell(error, t));
  };
  return (
    <>
      <Bar><Button look="primary" icon="plus" onClick={() => setChosen('new')}>{t('inboxes.new')}</Button></Bar>
      <Loaded of={all}>{(data) => (
        <Table rows={data.inboxes} label={t('page.inboxes')} idOf={(row) => row.id} onOpen={setChosen} empty={<Empty title={t('inboxes.empty')} text={t('inboxes.empty_hint')} />} columns={[
          { key: 'name', title: t('field.name'), render: (row) => row.name },
          { key: 'client', title: t('word.client'), render: (row) => `${tenantName(row.tenant)} · ${me.lines.find((line) => line.id === row.line)?.name ?? ''}` },
          { key: 'channel', title: t('field.channel'), render: (row) => t(`channel.${row.channel}`) },
          { key: 'queue', title: t('field.queue'), render: (row) => data.queues.find((queue) => queue.id === row.queue)?.name ?? '' },
          { key: 'sites', title: t('field.allowed_sites'), render: (row) => row.config.allowed_sites.join(', ') },
          { key: 'state', title: t('field.state'), render: (row) => (row.enabled ? <Chip tone="green">{t('state.on')}</Chip> : <Chip>{t('state.off')}</Chip>) },
        ]} />
      )}</Loaded>
      {open ? <RecordForm key={open === 'new' ? 'new' : open.id} width={540} title={open === 'new' ? t('inboxes.new') : open.name} fields={fields} record={open === 'new' ? null : open}
        first={open === 'new' ? { channel: 'webchat', line: me.lines[0]?.id ?? null, name: '', queue: null, brand_color: '#3a7bd5', brand_name: '', allowed_sites: [], greeting_zh: t('inboxes.greeting_zh'), greeting_en: t('inboxes.greeting_en'), offline_zh: t('inboxes.offline_zh'), offline_en: t('inboxes.offline_en') } : toForm(open)}
        save={save} onClose={() => { setChosen(null); setSecret(null); }}
        extra={open === 'new' ? null : open.channel === 'email' ? <section className="part"><h2>{t('mailbox.title')}</h2><p className="hint">{t('mailbox.from_inbox')}</p><Button onClick={() => go(`/settings/mailboxes/${open.id}`)}>{t('mailbox.open')}</Button></section> : (
          <section className="part">
            <h2>{open.channel === 'api' ? t('inboxes.api') : t('inboxes.snippet')}</h2>
            {open.channel === 'api'
              ? <><p className="hint">{t('inboxes.api_hint')}</p><CopyBox value={`${me.origins.public}/in/v1/${open.key}`} /><Button onClick={() => rotate(open)}>{t('inboxes.rotate')}</Button>{secret ? <Once label={t('inboxes.secret')} value={secret} hint={t('once.hint')} /> : null}</>
              : <><p className="hint">{t('widget.open_hint')}</p><Button onClick={() => { setWidget(open); setChosen(null); }}>{t('widget.open')}</Button><p className="hint">{t('inboxes.snippet_hint')}</p><CopyBox lines value={`<script src="${me.origins.public}/w/v1/hark.js" data-inbox="${open.key}" async></script>`} /></>}
          </section>
        )} /> : null}
      {widget ? <WidgetSettings inbox={widget} publicOrigin={me.origins.public} queues={(all.data?.queues ?? []).filter((queue) => queue.tenant === widget.tenant).map((queue) => ({ value: queue.id, label: queue.name }))} onSaved={all.reload} onClose={() => setWidget(null)} /> : null}
    </>
  );
}
