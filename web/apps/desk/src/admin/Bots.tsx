/** Whom staff notices are told outside the desk: groups of WeCom, DingTalk and Feishu, or addresses of mail. */
import { useState } from 'react';
import type { Bot } from '@hark/api';
import { Button, Chip, Empty, notify, Table, useT, type Tone } from '@hark/ui';
import { useDesk } from '../app/context';
import { now } from '../state/clock';
import { tell } from '../state/faults';
import { client } from '../state/session';
import { Bar, Loaded, RecordForm, useLoad, type FieldSpec, type Form } from './forms';

const tones: Record<string, Tone> = { delivered: 'green', pending: 'amber', failed: 'red' };
const platforms = ['wecom', 'dingtalk', 'feishu', 'mail'] as const;

export default function Bots() {
  const { t, language } = useT();
  const { me } = useDesk();
  const provider = me.permissions.provider.some((one) => one === '*' || one === 'bots.manage');
  const all = useLoad(() => client.bots.list().then((page) => page.items));
  const kinds = useLoad(() => client.bots.allKinds().then((page) => page.items));
  const teams = useLoad(() => client.teams.list().then((page) => page.items).catch(() => []));
  const [open, setOpen] = useState<Bot | 'new' | null>(null);
  const tenantName = (id: string | null) => (id ? me.tenants.find((one) => one.id === id)?.name ?? '' : t('bots.all_clients'));
  const kindName = (key: string) => { const found = kinds.data?.find((one) => one.kind === key); return key === '*' ? t('bots.everything') : found ? (language === 'en' ? found.en : found.zh) : key; };
  const record = open === 'new' ? null : open;
  const mails = (form: Form) => form['platform'] === 'mail';
  const fields: FieldSpec[] = [
    { key: 'tenant', label: 'word.client', kind: 'choice', fixed: true, required: !provider, options: me.tenants.map((one) => ({ value: one.id, label: one.name })) },
    { key: 'platform', label: 'bots.platform', kind: 'choice', required: true, fixed: true, options: platforms.map((one) => ({ value: one, label: t(`bots.platform.${one}`) })) },
    { key: 'name', label: 'field.name', kind: 'text', required: true, max: 80 },
    { key: 'address', label: 'bots.address', kind: 'password', max: 2_000, hint: 'bots.address_hint', required: open === 'new', show: (form) => !mails(form) },
    { key: 'mails', label: 'bots.mails', kind: 'area', max: 2_000, hint: 'bots.mails_hint', required: open === 'new', show: mails },
    { key: 'secret', label: 'bots.secret', kind: 'password', max: 200, hint: 'bots.secret_hint', show: (form) => form['platform'] === 'dingtalk' || form['platform'] === 'feishu' },
    { key: 'kinds', label: 'bots.kinds', kind: 'choices', required: true, options: [{ value: '*', label: t('bots.everything') }, ...(kinds.data ?? []).map((one) => ({ value: one.kind, label: kindName(one.kind) }))] },
    { key: 'line', label: 'bots.line', kind: 'choice', options: me.lines.map((one) => ({ value: one.id, label: one.name, client: tenantName(one.tenant) })), show: (form) => Boolean(form['tenant']) },
    { key: 'team', label: 'bots.team', kind: 'choice', options: (teams.data ?? []).map((one) => ({ value: one.id, label: one.name })) },
    { key: 'language', label: 'bots.language', kind: 'choice', required: true, options: [{ value: 'zh-CN', label: '简体中文' }, { value: 'en', label: 'English' }] },
    { key: 'enabled', label: 'field.enabled', kind: 'toggle' },
  ];
  /** Sealed values are sent only when they were typed. */
  const sent = (form: Form, whole: Form): Form => {
    const { address, mails: list, secret, ...rest } = form;
    const typed = whole['platform'] === 'mail' ? list : address;
    return { ...rest, ...(typed ? { address: typed } : {}), ...(secret ? { secret } : {}) };
  };
  return (
    <>
      <Bar><Button look="primary" icon="plus" onClick={() => setOpen('new')}>{t('bots.new')}</Button></Bar>
      <Loaded of={all}>{(rows) => (
        <Table rows={rows} label={t('page.bots')} idOf={(row) => row.id} onOpen={setOpen} empty={<Empty icon="flag" title={t('bots.empty')} text={t('bots.empty_hint')} />} columns={[
          { key: 'name', title: t('field.name'), render: (row) => row.name },
          { key: 'platform', title: t('bots.platform'), render: (row) => t(`bots.platform.${row.platform}`) },
          { key: 'client', title: t('word.client'), render: (row) => [tenantName(row.tenant), me.lines.find((one) => one.id === row.line)?.name, teams.data?.find((one) => one.id === row.team)?.name].filter(Boolean).join(' · ') },
          { key: 'kinds', title: t('bots.kinds'), render: (row) => row.kinds.map(kindName).join('、') },
          { key: 'state', title: t('field.state'), render: (row) => (row.enabled ? <Chip tone="green">{t('state.on')}</Chip> : <Chip>{t('state.off')}</Chip>) },
        ]} />
      )}</Loaded>
      {open ? <RecordForm key={record?.id ?? 'new'} width={580} title={record?.name ?? t('bots.new')} record={record} fields={fields}
        first={record ? { tenant: record.tenant, platform: record.platform, name: record.name, address: '', mails: '', secret: '', kinds: record.kinds, line: record.line, team: record.team, language: record.language, enabled: record.enabled }
          : { tenant: provider ? null : me.tenants[0]?.id ?? null, platform: 'wecom', name: '', address: '', mails: '', secret: '', kinds: ['*'], line: null, team: null, language, enabled: true }}
        save={async (part, whole) => {
          if (record) await client.bots.change(record.id, sent(part, whole));
          else await client.bots.create(Object.fromEntries(Object.entries(sent(part, whole)).filter(([, value]) => value !== null)));
          all.reload();
        }} onClose={() => setOpen(null)}
        remove={record ? { label: t('action.remove'), lost: t('bots.remove_sure'), run: async () => { await client.bots.remove(record.id); all.reload(); } } : undefined}
        extra={record ? <Cards bot={record} /> : null} /> : null}
    </>
  );
}

function Cards({ bot }: { bot: Bot }) {
  const { t, ago, exact } = useT();
  const list = useLoad(() => client.bots.cards(bot.id).then((page) => page.items), [bot.id]);
  const test = () => client.bots.test(bot.id).then((answer) => notify(answer.failure?.title ?? t('bots.test_sent'), answer.ok ? {} : { tone: 'error', detail: answer.answer || answer.failure?.code })).catch((error) => tell(error, t));
  const replay = (id: string) => client.bots.replay(bot.id, id).then(() => { notify(t('done.replayed')); list.reload(); }).catch((error) => tell(error, t));
  return (
    <section className="part">
      <h2>{t('bots.cards')}</h2>
      <Bar><Button onClick={() => void test()}>{t('bots.test')}</Button><Button icon="reload" onClick={list.reload}>{t('action.reload')}</Button></Bar>
      <Loaded of={list}>{(rows) => (
        <Table rows={rows} label={t('bots.cards')} idOf={(row) => row.id} empty={<span className="hint">{t('bots.no_cards')}</span>} columns={[
          { key: 'at', title: t('field.when'), render: (row) => <time title={exact(row.created_at)}>{ago(row.created_at, now())}</time> },
          { key: 'state', title: t('field.state'), render: (row) => <><Chip tone={tones[row.status]}>{t(`letters.${row.status}`)}</Chip>{row.failure ? <small className="why" title={row.answer ?? undefined}>{row.failure.title}</small> : null}</> },
          { key: 'act', title: '', render: (row) => (row.status === 'failed' ? <Button small onClick={() => void replay(row.id)}>{t('letters.replay')}</Button> : null) },
        ]} />
      )}</Loaded>
    </section>
  );
}
