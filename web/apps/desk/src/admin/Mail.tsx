/** Outgoing mail: where it goes out, a test that goes step by step, and every letter with what became of it. */
import { useState } from 'react';
import type { Letter, MailServer, MailTestResult } from '@hark/api';
import { Button, Chip, Choice, Empty, Icon, notify, Table, TextField, useT, type Tone } from '@hark/ui';
import { useDesk } from '../app/context';
import { now } from '../state/clock';
import { tell } from '../state/faults';
import { client } from '../state/session';
import { Bar, Loaded, RecordForm, useLoad, type FieldSpec, type Form } from './forms';

const tones: Record<Letter['status'], Tone> = { delivered: 'green', pending: 'amber', failed: 'red' };
const kinds: Record<string, 'invited' | 'reset' | 'notice' | 'transcript'> = { 'user.invited': 'invited', 'user.reset': 'reset', 'staff.notice': 'notice', 'conversation.transcript': 'transcript' };

export default function Mail() {
  const { t } = useT();
  const { me } = useDesk();
  const provider = me.permissions.provider.some((one) => one === '*' || one === 'mail.manage');
  const clients = me.tenants.map((one) => ({ value: one.id, label: one.name }));
  const [tenant, setTenant] = useState<string | null>(provider ? null : clients[0]?.value ?? null);
  return (
    <>
      <Bar>
        <Choice label={t('mail.whose')} value={tenant ?? ''} onChange={(next) => setTenant(next || null)} options={[...(provider ? [{ value: '', label: t('mail.provider') }] : []), ...clients]} />
      </Bar>
      <Server key={tenant ?? ''} tenant={tenant} />
      <Letters tenant={tenant} />
    </>
  );
}

function Server({ tenant }: { tenant: string | null }) {
  const { t } = useT();
  const found = useLoad(() => client.mail.server(tenant), [tenant]);
  const [open, setOpen] = useState(false);
  return (
    <section className="part">
      <Loaded of={found}>{({ server }) => (
        <>
          {server ? (
            <dl className="facts">
              <div><dt>{t('mail.host')}</dt><dd className="num">{server.host}:{server.port} · {t(`mail.security.${server.security}`)}</dd></div>
              <div><dt>{t('mail.from_address')}</dt><dd>{server.from_name} &lt;{server.from_address}&gt;</dd></div>
              <div><dt>{t('field.state')}</dt><dd>{server.enabled ? <Chip tone="green">{t('state.on')}</Chip> : <Chip>{t('state.off')}</Chip>}</dd></div>
            </dl>
          ) : <Empty icon="at" title={t('mail.none')} text={tenant ? t('mail.own_none') : t('mail.none_hint')}><Button look="primary" onClick={() => setOpen(true)}>{t('mail.set_up')}</Button></Empty>}
          {server ? <Bar><Button onClick={() => setOpen(true)}>{t('mail.edit')}</Button></Bar> : null}
          {server ? <Test tenant={tenant} /> : null}
          {open ? <ServerForm tenant={tenant} server={server} onClose={() => setOpen(false)} onSaved={found.reload} /> : null}
        </>
      )}</Loaded>
    </section>
  );
}

function ServerForm({ tenant, server, onClose, onSaved }: { tenant: string | null; server: MailServer | null; onClose: () => void; onSaved: () => void }) {
  const { t } = useT();
  const guarded = (form: Form) => form['security'] !== 'none';
  const fields: FieldSpec[] = [
    { key: 'host', label: 'mail.host', kind: 'text', required: true, max: 253, hint: 'mail.host_hint', mono: true },
    { key: 'security', label: 'mail.security', kind: 'choice', required: true, options: (['tls', 'starttls', 'none'] as const).map((one) => ({ value: one, label: t(`mail.security.${one}`) })) },
    { key: 'port', label: 'mail.port', kind: 'number', required: true, min: 1, max: 65535 },
    { key: 'login', label: 'mail.login', kind: 'text', max: 256, hint: 'mail.login_hint', show: guarded },
    { key: 'password', label: 'mail.password', kind: 'password', max: 256, hint: server?.has_password ? 'mail.password_kept' : 'mail.password_hint', show: (form) => guarded(form) && Boolean(form['login']) },
    { key: 'from_name', label: 'mail.from_name', kind: 'text', required: true, max: 80 },
    { key: 'from_address', label: 'mail.from_address', kind: 'text', required: true, max: 254 },
    { key: 'reply_to', label: 'mail.reply_to', kind: 'text', max: 254, hint: 'mail.reply_to_hint' },
    { key: 'per_minute', label: 'mail.per_minute', kind: 'number', required: true, min: 1, max: 6000 },
    { key: 'ca', label: 'mail.ca', kind: 'area', max: 32_768, hint: 'mail.ca_hint', mono: true, show: guarded },
    { key: 'enabled', label: 'mail.enabled', kind: 'toggle' },
  ];
  const first: Form = server ? { ...server, login: server.login ?? '', password: '', reply_to: server.reply_to ?? '', ca: server.ca ?? '' }
    : { host: '', port: 465, security: 'tls', login: '', password: '', from_name: '', from_address: '', reply_to: '', per_minute: 60, ca: '', enabled: true };
  return (
    <RecordForm title={t('page.mail')} fields={fields} first={first} record={server} width={560} onClose={onClose}
      save={async (_, whole) => {
        const { host, port, security, from_name, from_address, reply_to, per_minute, ca, enabled } = whole;
        const login = guarded(whole) ? whole['login'] : '';
        await client.mail.set({ tenant: tenant ?? undefined, host, port, security, login, password: login && whole['password'] ? whole['password'] : undefined, from_name, from_address, reply_to, per_minute, ca: guarded(whole) ? ca : '', enabled });
        onSaved();
      }}
      remove={server ? { label: t('action.remove'), lost: t('mail.remove_sure'), run: async () => { await client.mail.remove(tenant); onSaved(); } } : undefined} />
  );
}

function Test({ tenant }: { tenant: string | null }) {
  const { t } = useT();
  const { me } = useDesk();
  const [to, setTo] = useState(me.user.email ?? '');
  const [busy, setBusy] = useState(false);
  const [result, setResult] = useState<MailTestResult | null>(null);
  const run = async () => {
    if (busy || !to.trim()) return;
    setBusy(true);
    setResult(null);
    try { setResult(await client.mail.test(tenant, to.trim())); } catch (error) { tell(error, t); } finally { setBusy(false); }
  };
  return (
    <>
      <Bar>
        <TextField label={t('mail.test_to')} value={to} onChange={setTo} onEnter={() => void run()} inputMode="email" max={254} />
        <Button busy={busy} disabled={!to.trim()} onClick={() => void run()}>{t('mail.test')}</Button>
      </Bar>
      <div role="status">
        {result ? (
          <>
            <ol className="mail-steps">
              {result.steps.map((one) => (
                <li key={one.step} className={one.ok ? 'ok' : 'bad'}>
                  <Icon name={one.ok ? 'check' : 'alert'} size={15} /><b>{t(`mail.step.${one.step}`)}</b>
                  <span>{one.answer}</span>{one.took_ms !== null ? <small className="num">{t('mail.ms', { n: one.took_ms })}</small> : null}
                </li>
              ))}
            </ol>
            {result.failure ? <p className="field-error">{result.failure.title} <small className="num">{result.failure.code}</small></p> : <p className="ok-word">{t('mail.test_ok')}</p>}
          </>
        ) : null}
      </div>
    </>
  );
}

function Letters({ tenant }: { tenant: string | null }) {
  const { t, ago, exact } = useT();
  const [status, setStatus] = useState<string | null>(null);
  const list = useLoad(() => client.mail.letters({ tenant: tenant ?? undefined, status: status ?? undefined }).then((page) => page.items), [tenant, status]);
  const replay = (id: string) => client.mail.replay(id).then(() => { notify(t('done.replayed')); list.reload(); }).catch((error) => tell(error, t));
  return (
    <section className="part part-wide">
      <h2>{t('letters.title')}</h2>
      <Bar>
        <Choice label={t('field.state')} clear placeholder={t('letters.all')} value={status} onChange={setStatus} options={(['pending', 'delivered', 'failed'] as const).map((one) => ({ value: one, label: t(`letters.${one}`) }))} />
        <Button icon="reload" onClick={list.reload}>{t('action.reload')}</Button>
      </Bar>
      <Loaded of={list}>{(rows) => (
        <Table rows={rows} label={t('letters.title')} idOf={(row) => row.id} empty={<Empty icon="at" title={t('letters.empty')} text={t('letters.empty_hint')} />} columns={[
          { key: 'at', title: t('field.when'), render: (row) => <time title={exact(row.created_at)}>{ago(row.created_at, now())}</time> },
          { key: 'kind', title: t('letters.what'), render: (row) => t(`letters.kind.${kinds[row.kind] ?? (row.kind.includes('transcript') ? 'transcript' : 'other')}`) },
          { key: 'to', title: t('letters.to'), render: (row) => row.to_hint },
          { key: 'state', title: t('field.state'), render: (row) => <><Chip tone={tones[row.status]}>{t(`letters.${row.status}`)}</Chip>{row.failure ? <small className="why" title={row.answer ?? undefined}>{row.failure.title}</small> : null}{row.next_at && row.attempts > 0 ? <small className="why">{t('letters.next', { time: exact(row.next_at) })}</small> : null}</> },
          { key: 'act', title: '', render: (row) => (row.status === 'failed' ? <Button small onClick={() => void replay(row.id)}>{t('letters.replay')}</Button> : null) },
        ]} />
      )}</Loaded>
    </section>
  );
}
