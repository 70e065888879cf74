/** Webhooks out: what happened, told to another program; every delivery can be seen and sent again. */
import { useState } from 'react';
import type { Webhook } from '@hark/api';
import { Button, Chip, Empty, notify, Table, useT, type Tone, sure } from '@hark/ui';
import { useDesk } from '../app/context';
import { now } from '../state/clock';
import { tell } from '../state/faults';
import { client } from '../state/session';
import { Bar, Loaded, Once, RecordForm, useLoad, type FieldSpec } from './forms';

const tones: Record<string, Tone> = { delivered: 'green', pending: 'amber', failed: 'red' };

export default function Webhooks() {
  const { t, language } = useT();
  const { me } = useDesk();
  const all = useLoad(() => client.webhooks.list().then((page) => page.items));
  const kinds = useLoad(() => client.webhooks.allKinds().then((page) => page.items));
  const [open, setOpen] = useState<Webhook | 'new' | null>(null);
  const [secret, setSecret] = useState<string | null>(null);
  const fields: FieldSpec[] = [
    { key: 'tenant', label: 'word.client', kind: 'choice', required: true, fixed: true, options: me.tenants.map((one) => ({ value: one.id, label: one.name })) },
    { key: 'url', label: 'field.url', kind: 'text', required: true, max: 500, hint: 'webhooks.url_hint' },
    { key: 'kinds', label: 'webhooks.kinds', kind: 'choices', required: true, options: [{ value: '*', label: t('webhooks.everything') }, ...(kinds.data ?? []).map((one) => ({ value: one.kind, label: `${language === 'en' ? one.en : one.zh} · ${one.kind}` }))] },
    { key: 'enabled', label: 'field.enabled', kind: 'toggle' },
  ];
  return (
    <>
      <Bar><Button look="primary" icon="plus" onClick={() => setOpen('new')}>{t('webhooks.new')}</Button></Bar>
      {secret ? <Once label={t('webhooks.secret')} value={secret} hint={t('once.hint')} onClose={() => setSecret(null)} /> : null}
      <Loaded of={all}>{(rows) => (
        <Table rows={rows} label={t('page.webhooks')} idOf={(row) => row.id} onOpen={setOpen} empty={<Empty icon="api" title={t('webhooks.empty')} text={t('webhooks.empty_hint')} />} columns={[
          { key: 'url', title: t('field.url'), render: (row) => row.url },
          { key: 'client', title: t('word.client'), render: (row) => me.tenants.find((one) => one.id === row.tenant)?.name ?? '' },
          { key: 'kinds', title: t('webhooks.kinds'), render: (row) => <span title={row.kinds.join('\n')}>{row.kinds.slice(0, 2).join(', ')}{row.kinds.length > 2 ? ` +${row.kinds.length - 2}` : ''}</span> },
          { key: 'state', title: t('field.state'), render: (row) => (row.stopped ? <Chip tone="red" title={row.stopped}>{t('webhooks.stopped')}</Chip> : row.enabled ? <Chip tone="green">{t('state.on')}</Chip> : <Chip>{t('state.off')}</Chip>) },
        ]} />
      )}</Loaded>
      {open ? <RecordForm key={open === 'new' ? 'new' : open.id} width={620} title={open === 'new' ? t('webhooks.new') : open.url} record={open === 'new' ? null : open} fields={fields}
        first={open === 'new' ? { tenant: me.tenants[0]?.id ?? null, url: 'https://', kinds: ['*'], enabled: true } : { tenant: open.tenant, url: open.url, kinds: open.kinds, enabled: open.enabled }}
        save={async (body) => {
          if (open === 'new') setSecret((await client.webhooks.create<Webhook>(body)).secret ?? null);
          else await client.webhooks.change(open.id, body);
          all.reload();
        }} onClose={() => setOpen(null)}
        remove={open === 'new' ? undefined : { label: t('action.remove'), lost: t('webhooks.remove_sure'), run: async () => { await client.webhooks.remove(open.id); all.reload(); } }}
        extra={open === 'new' ? null : <Deliveries webhook={open} onSecret={setSecret} />} /> : null}
    </>
  );
}

function Deliveries({ webhook, onSecret }: { webhook: Webhook; onSecret: (secret: string) => void }) {
  const { t, ago, exact } = useT();
  const list = useLoad(() => client.webhooks.deliveries(webhook.id).then((page) => page.items), [webhook.id]);
  const test = () => client.webhooks.test(webhook.id).then((answer) => {
    notify(answer.ok ? t('webhooks.test_sent', { status: answer.response_code ?? '' }) : t('webhooks.test_failed', { why: answer.failure?.title ?? answer.response_code ?? '' }), answer.ok ? {} : { tone: 'error', detail: answer.failure?.code });
    list.reload();
  }).catch((error) => tell(error, t));
  const rotate = async () => { if (await sure(t('webhooks.rotate_sure'), t('webhooks.rotate'))) client.webhooks.rotateSecret(webhook.id).then((answer) => onSecret(answer.secret)).catch((error) => tell(error, t)); };
  const replay = (id: string) => client.webhooks.replay(webhook.id, id).then(() => { notify(t('done.replayed')); list.reload(); }).catch((error) => tell(error, t));
  return (
    <section className="part">
      <h2>{t('webhooks.deliveries')}</h2>
      <Bar><Button onClick={() => void test()}>{t('webhooks.test')}</Button><Button onClick={() => void rotate()}>{t('webhooks.rotate')}</Button><Button icon="reload" onClick={list.reload}>{t('action.reload')}</Button></Bar>
      <Loaded of={list}>{(rows) => (
        <Table rows={rows} label={t('webhooks.deliveries')} idOf={(row) => row.id} empty={<span className="hint">{t('webhooks.no_deliveries')}</span>} columns={[
          { key: 'kind', title: t('webhooks.kind'), render: (row) => row.kind },
          { key: 'state', title: t('field.state'), render: (row) => <Chip tone={tones[row.status]} title={row.failure?.title}>{t(`delivery.${row.status}`)}{row.response_code ? ` ${row.response_code}` : ''}</Chip> },
          { key: 'attempts', title: t('webhooks.attempts'), numeric: true, render: (row) => row.attempts },
          { key: 'at', title: t('field.when'), render: (row) => <time title={exact(row.happened_at)}>{ago(row.happened_at, now())}</time> },
          { key: 'act', title: '', render: (row) => <Button small onClick={() => void replay(row.id)}>{t('webhooks.replay')}</Button> },
        ]} />
      )}</Loaded>
    </section>
  );
}
