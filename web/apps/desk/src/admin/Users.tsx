/** People: who works here, under which alias and number customers know them, what they may do and where they are signed in. */
import { useEffect, useState } from 'react';
import { items, type Grant, type Role, type Session, type Skill, type SkillAsk, type UserView } from '@hark/api';
import { Button, Chip, Choice, Empty, IconButton, notify, Skeleton, Table, TextField, useT, sure } from '@hark/ui';
import { useDesk } from '../app/context';
import { now } from '../state/clock';
import { tell } from '../state/faults';
import { holdsEverywhere, holdsWhole, holdsAnywhere, holds } from '../state/rights';
import { client } from '../state/session';
import { Bar, Loaded, Once, RecordForm, useLoad, type FieldSpec } from './forms';
import { CapacityPart } from './CapacityPart';
import { SkillLevels } from './SkillLevels';

export default function Users({ id }: { id: string | null }) {
  const { t } = useT();
  const { me } = useDesk();
  // People are the provider's: who answers for one client gives them its skills, and nothing else.
  const manages = holdsEverywhere(me, 'users.manage');
  const all = useLoad(async () => {
    const [users, roles, skills, teams] = await Promise.all([client.users.list(), client.roles.list().catch(() => null), client.skills.list().catch(() => null), client.teams.list().catch(() => null)]);
    return { users: users.items, roles: roles?.items ?? [], skills: skills?.items ?? [], teams: new Map((teams?.items ?? []).map((team) => [team.id, team.name])) };
  });
  const [find, setFind] = useState('');
  const [chosen, setChosen] = useState<UserView | 'new' | null>(null);
  const [invite, setInvite] = useState<{ url: string; mailed: boolean } | null>(null);
  const open = chosen ?? all.data?.users.find((user) => user.id === id) ?? null;
  const fields: FieldSpec[] = [
    { key: 'name', label: 'user.name', kind: 'text', required: true, max: 100 },
    { key: 'alias', label: 'user.alias', kind: 'text', required: true, hint: 'user.alias_hint', max: 40 },
    { key: 'number', label: 'user.number', kind: 'text', required: true, hint: 'user.number_hint', max: 20, mono: true },
    { key: 'login', label: 'signin.login', kind: 'text', required: true, fixed: true, max: 100 },
    { key: 'language', label: 'me.language', kind: 'choice', required: true, options: [{ value: 'zh-CN', label: '简体中文' }, { value: 'en', label: 'English' }] },
    { key: 'email', label: 'user.email', kind: 'text', hint: 'user.email_hint', max: 254 },
    { key: 'password', label: 'signin.password', kind: 'password', hint: 'user.password_hint', only: 'create' },
    { key: 'disabled', label: 'user.disabled', kind: 'toggle', hint: 'user.disabled_hint', only: 'change' },
  ];
  const q = find.trim().toLowerCase();
  return (
    <>
      <Bar>
        <TextField label={t('users.find')} value={find} onChange={setFind} />
        {manages ? <Button look="primary" icon="plus" onClick={() => setChosen('new')}>{t('users.new')}</Button> : <span className="hint">{t('users.by_admin')}</span>}
      </Bar>
      {invite ? <Once label={t('users.invite')} value={invite.url} hint={invite.mailed ? `${t('users.invite_hint')} ${t('users.mailed')}` : t('users.invite_hint')} onClose={() => setInvite(null)} /> : null}
      <Loaded of={all}>{(data) => (
        <Table rows={data.users.filter((user) => !q || [user.name, user.alias, user.number, user.login].some((text) => text.toLowerCase().includes(q)))} label={t('page.users')} idOf={(row) => row.id} onOpen={setChosen} empty={<Empty icon="people" title={t('users.empty')} text={t('users.empty_hint')} />} columns={[
          { key: 'alias', title: t('user.alias'), render: (row) => row.alias },
          { key: 'number', title: t('user.number'), numeric: true, render: (row) => row.number },
          { key: 'name', title: t('user.name'), render: (row) => row.name },
          { key: 'login', title: t('signin.login'), render: (row) => row.login },
          { key: 'teams', title: t('page.teams'), render: (row) => row.teams.map((id) => data.teams.get(id)).filter(Boolean).join('、') },
          { key: 'totp', title: t('user.totp'), render: (row) => (row.totp ? t('state.on') : '') },
          { key: 'state', title: t('field.state'), render: (row) => (row.disabled ? <Chip tone="red">{t('user.disabled')}</Chip> : <Chip tone="green">{t('user.active')}</Chip>) },
        ]} />
      )}</Loaded>
      {open ? <RecordForm key={open === 'new' ? 'new' : open.id} width={560} title={open === 'new' ? t('users.new') : `${open.alias} ${open.number}`} record={open === 'new' ? null : open} fields={fields} locked={manages ? undefined : t('users.by_admin')}
        first={open === 'new' ? { name: '', alias: '', number: '', login: '', language: 'zh-CN', email: '', password: '' } : { name: open.name, alias: open.alias, number: open.number, login: open.login, language: open.language, email: open.email ?? '', disabled: open.disabled }}
        save={async (body) => {
          if (open === 'new') {
            const { password, ...rest } = body;
            const made = await client.users.create<UserView & { invite_url?: string; mailed: boolean }>(password ? body : rest);
            if (made.invite_url) setInvite({ url: made.invite_url, mailed: made.mailed });
          } else await client.users.change(open.id, body);
          all.reload();
        }} onClose={() => setChosen(null)}
        extra={open === 'new' ? null : <>{manages ? <Reset user={open.id} onLink={(link) => { setChosen(null); setInvite(link); }} /> : null}<Grants user={open.id} roles={all.data?.roles ?? []} /><Granted user={open.id} skills={all.data?.skills ?? []} />{holdsEverywhere(me, 'queues.manage') ? <CapacityPart user={open.id} /> : null}{manages ? <Sessions user={open.id} /> : null}</>} /> : null}
    </>
  );
}

function Reset({ user, onLink }: { user: string; onLink: (link: { url: string; mailed: boolean }) => void }) {
  const { t } = useT();
  const make = () => client.users.reset(user).then((answer) => onLink({ url: answer.invite_url, mailed: answer.mailed })).catch((error) => tell(error, t));
  return <section className="part"><h2>{t('signin.password')}</h2><p className="hint">{t('users.reset_hint')}</p><Button onClick={() => void make()}>{t('users.reset')}</Button></section>;
}

function Grants({ user, roles }: { user: string; roles: Role[] }) {
  const { t } = useT();
  const { me } = useDesk();
  const list = useLoad(() => client.users.grants(user).then((all) => items<Grant>(all)), [user]);
  const [role, setRole] = useState<string | null>(null);
  const [scope, setScope] = useState<string | null>(holdsEverywhere(me, 'users.manage') ? 'provider' : null);
  const mayAt = (tenant: string | null, line: string | null) => (tenant === null ? holdsEverywhere(me, 'users.manage') : line === null ? holdsWhole(me, 'users.manage', tenant) : holds(me, 'users.manage', { tenant, line }));
  const tenant = (id: string | null) => me.tenants.find((one) => one.id === id)?.name ?? '';
  const line = (id: string | null) => me.lines.find((one) => one.id === id)?.name ?? '';
  const guard = (deed: Promise<unknown>) => deed.then(list.reload).catch((error) => tell(error, t));
  const add = () => {
    if (!role || !scope) return;
    const [kind, id = ''] = scope.split(':');
    void guard(client.users.addGrant(user, { role, ...(kind === 'tenant' ? { tenant: id } : kind === 'line' ? { line: id, tenant: me.lines.find((one) => one.id === id)?.tenant } : {}) }));
  };
  return (
    <section className="part">
      <h2>{t('users.grants')}</h2>
      <p className="hint">{t('users.grants_hint')}</p>
      <Loaded of={list}>{(grants) => <ul className="plain-list">{grants.map((grant) => {
        const name = roles.find((one) => one.id === grant.role)?.name ?? grant.role;
        return <li key={grant.id}><b>{name}</b><span>{grant.line ? `${tenant(grant.tenant)} · ${line(grant.line)}` : grant.tenant ? tenant(grant.tenant) : t('users.everywhere')}</span>{mayAt(grant.tenant, grant.line) ? <IconButton icon="close" size={14} label={t('users.revoke', { role: name })} onClick={() => void guard(client.users.removeGrant(user, grant.id))} /> : null}</li>;
      })}</ul>}</Loaded>
      {holdsAnywhere(me, 'users.manage') ? <div className="form-row">
        <Choice hidden width={150} label={t('users.role')} placeholder={t('users.role')} value={role} onChange={setRole} options={roles.map((one) => ({ value: one.id, label: one.name }))} />
        <Choice hidden width={210} label={t('users.scope')} value={scope} onChange={setScope} options={[...(mayAt(null, null) ? [{ value: 'provider', label: t('users.everywhere'), group: t('word.provider') }] : []), ...me.tenants.filter((one) => mayAt(one.id, null)).map((one) => ({ value: `tenant:${one.id}`, label: one.name, group: t('word.client') })), ...me.lines.filter((one) => mayAt(one.tenant, one.id)).map((one) => ({ value: `line:${one.id}`, label: `${tenant(one.tenant)} · ${one.name}`, group: t('word.line') }))]} />
        <Button disabled={!role || !scope} onClick={add}>{t('users.grant')}</Button>
      </div> : null}
    </section>
  );
}

function Granted({ user, skills }: { user: string; skills: Skill[] }) {
  const { t } = useT();
  const [value, setValue] = useState<SkillAsk[] | null>(null);
  useEffect(() => {
    client.users.skills(user).then((answer) => setValue(Array.isArray(answer) ? answer : 'skills' in answer ? answer.skills : items(answer))).catch(() => setValue([]));
  }, [user]);
  if (!value) return <Skeleton lines={2} />;
  return <SkillLevels dated title={t('page.skills')} hint={t('users.skills_hint')} skills={skills} value={value} onChange={setValue} onSave={async (next) => { await client.users.setSkills(user, next); }} />;
}

function Sessions({ user }: { user: string }) {
  const { t, ago } = useT();
  const list = useLoad(() => client.users.sessions(user).then((page) => items<Session>(page)), [user]);
  const end = async () => {
    if (await sure(t('users.end_sure'), t('users.end_all'))) client.users.endSessions(user).then(() => { notify(t('done.session_ended')); list.reload(); }).catch((error) => tell(error, t));
  };
  return (
    <section className="part">
      <h2>{t('account.sessions')}</h2>
      <Loaded of={list}>{(sessions) => sessions.length === 0 ? <p className="hint">{t('users.no_sessions')}</p> : (
        <><ul className="plain-list">{sessions.map((one) => <li key={one.id}><b>{one.agent}</b><span className="num">{one.ip}</span><span>{ago(one.seen_at, now())}</span></li>)}</ul><Button look="danger" onClick={() => void end()}>{t('users.end_all')}</Button></>
      )}</Loaded>
    </section>
  );
}
