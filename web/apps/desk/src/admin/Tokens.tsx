/** API tokens: keys for programs, shown once. */
import { useState } from 'react';
import { items, type ApiToken } from '@hark/api';
import { Button, Empty, notify, Table, useT, sure } from '@hark/ui';
import { useDesk } from '../app/context';
import { now } from '../state/clock';
import { tell } from '../state/faults';
import { client } from '../state/session';
import { Bar, Loaded, Once, RecordForm, useLoad } from './forms';

export default function Tokens() {
  const { t, ago, day, language } = useT();
  const { me } = useDesk();
  const all = useLoad(async () => {
    const [tokens, areas] = await Promise.all([client.tokens.list(), client.permissions().catch(() => [])]);
    return { tokens: tokens.items, areas: items(areas) };
  });
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState<string | null>(null);
  const drop = async (token: ApiToken) => {
    if (await sure(t('tokens.remove_sure', { name: token.name }), t('tokens.revoke'))) client.tokens.remove(token.id).then(() => { notify(t('done.removed')); all.reload(); }).catch((error) => tell(error, t));
  };
  const scope = (row: ApiToken) => (row.line ? me.lines.find((one) => one.id === row.line)?.name : row.tenant ? me.tenants.find((one) => one.id === row.tenant)?.name : t('users.everywhere')) ?? '';
  return (
    <>
      <Bar><Button look="primary" icon="plus" onClick={() => setMaking(true)}>{t('tokens.new')}</Button></Bar>
      {made ? <Once label={t('tokens.made')} value={made} hint={t('once.hint')} onClose={() => setMade(null)} /> : null}
      <Loaded of={all}>{(data) => (
        <Table rows={data.tokens} label={t('page.tokens')} idOf={(row) => row.id} empty={<Empty icon="lock" title={t('tokens.empty')} text={t('tokens.empty_hint')} />} columns={[
          { key: 'name', title: t('field.name'), render: (row) => row.name },
          { key: 'scope', title: t('users.scope'), render: scope },
          { key: 'permissions', title: t('roles.permissions'), render: (row) => <span title={row.permissions.join('\n')}>{t('tokens.permissions', { n: row.permissions.length })}</span> },
          { key: 'expires', title: t('tokens.expires'), render: (row) => (row.expires_at ? day(row.expires_at, now()) : t('tokens.never')) },
          { key: 'created', title: t('field.created'), render: (row) => ago(row.created_at, now()) },
          { key: 'act', title: '', render: (row) => <Button small look="danger" onClick={() => drop(row)}>{t('tokens.revoke')}</Button> },
        ]} />
      )}</Loaded>
      {making ? <RecordForm title={t('tokens.new')} record={null} first={{ name: '', scope: '', permissions: [], expires_at: '' }}
        fields={[
          { key: 'name', label: 'field.name', kind: 'text', required: true, max: 100, hint: 'tokens.name_hint' },
          { key: 'scope', label: 'users.scope', kind: 'choice', options: [...me.tenants.map((one) => ({ value: `tenant:${one.id}`, label: one.name, group: t('word.client') })), ...me.lines.map((one) => ({ value: `line:${one.id}`, label: one.name, group: t('word.line') }))], hint: 'tokens.scope_hint' },
          { key: 'permissions', label: 'roles.permissions', kind: 'choices', required: true, options: (all.data?.areas ?? []).flatMap((area) => area.permissions.map((one) => ({ value: one.key, label: language === 'en' ? one.en : one.zh, group: area.area }))) },
          { key: 'expires_at', label: 'tokens.expires', kind: 'date' },
        ]}
        save={async (body) => {
          const [kind, id] = String(body['scope'] ?? '').split(':');
          const answer = await client.tokens.create<{ token: string }>({ name: body['name'], permissions: body['permissions'], ...(kind === 'tenant' ? { tenant: id } : kind === 'line' ? { tenant: me.lines.find((one) => one.id === id)?.tenant, line: id } : {}), ...(body['expires_at'] ? { expires_at: new Date(`${String(body['expires_at'])}T23:59:59`).getTime() } : {}) });
          setMade(answer.token);
          all.reload();
        }} onClose={() => setMaking(false)} /> : null}
    </>
  );
}
