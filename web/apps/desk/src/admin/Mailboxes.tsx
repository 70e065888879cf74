/** Mailboxes: how the mail of an inbox comes and goes, whether it does, a test that sends a real mail, and mails laid aside. */
import { useState } from 'react';
import type { Arrival, ArrivalStatus, Inbox, Mailbox, MailboxTestResult } from '@hark/api';
import type { Key } from '@hark/i18n';
import { Button, Chip, Choice, Empty, Icon, notify, Table, useT, type Tone } from '@hark/ui';
import { useDesk } from '../app/context';
import { go, link } from '../app/router';
import { now } from '../state/clock';
import { tell } from '../state/faults';
import { client } from '../state/session';
import { Bar, Loaded, RecordForm, useLoad, type FieldSpec, type Form } from './forms';
import { configOf, derived, formOf, presets, signsByOauth } from './mailboxPresets';

interface Entry { inbox: Inbox; mailbox: Mailbox | null }
const health: Record<Mailbox['health']['status'], Tone> = { ok: 'green', failing: 'red', never: 'amber' };

export default function Mailboxes({ id }: { id: string | null }) {
  const { t } = useT();
  const { me } = useDesk();
  const all = useLoad(async () => {
    const [inboxes, mailboxes] = await Promise.all([client.inboxes.list(), client.mailboxes.list()]);
    return inboxes.items.filter((one) => one.channel === 'email').map((inbox): Entry => ({ inbox, mailbox: mailboxes.items.find((one) => one.inbox === inbox.id) ?? null }));
  });
  const place = (inbox: Inbox) => [me.tenants.find((one) => one.id === inbox.tenant)?.name, me.lines.find((one) => one.id === inbox.line)?.name].filter(Boolean).join(' · ');
  const open = all.data?.find((one) => one.inbox.id === id) ?? null;
  if (id && open) return <One key={id} entry={open} place={place(open.inbox)} reload={all.reload} />;
  return (
    <Loaded of={all}>{(rows) => (
      <Table rows={rows} label={t('page.mailboxes')} idOf={(row) => row.inbox.id} onOpen={(row) => go(`/settings/mailboxes/${row.inbox.id}`)}
        empty={<Empty icon="mail" title={t('mailbox.empty')} text={t('mailbox.empty_hint')}><Button look="primary" onClick={() => go('/settings/inboxes')}>{t('mailbox.to_inboxes')}</Button></Empty>} columns={[
          { key: 'name', title: t('field.name'), render: (row) => row.inbox.name },
          { key: 'address', title: t('mailbox.address'), render: (row) => row.mailbox?.address ?? '' },
          { key: 'client', title: t('word.client'), render: (row) => place(row.inbox) },
          { key: 'health', title: t('field.state'), render: (row) => <Health mailbox={row.mailbox} /> },
          { key: 'aside', title: t('mailbox.aside'), numeric: true, render: (row) => row.mailbox?.quarantined ?? 0 },
        ]} />
    )}</Loaded>
  );
}

function Health({ mailbox }: { mailbox: Mailbox | null }) {
  const { t } = useT();
  if (!mailbox) return <Chip tone="amber">{t('mailbox.not_set_up')}</Chip>;
  if (!mailbox.config.imap) return <Chip>{t('mailbox.brought')}</Chip>;
  return <Chip tone={health[mailbox.health.status]}>{t(`mailbox.health.${mailbox.health.status}`)}</Chip>;
}

function One({ entry: { inbox, mailbox }, place, reload }: { entry: Entry; place: string; reload: () => void }) {
  const { t, ago, exact } = useT();
  const [open, setOpen] = useState(false);
  const secure = (one: { security: 'tls' | 'starttls' | 'none' }) => t(`mail.security.${one.security}`);
  return (
    <>
      <Bar><a {...link('/settings/mailboxes')} className="text-btn"><Icon name="back" size={14} />{t('page.mailboxes')}</a></Bar>
      <section className="part">
        <h2>{inbox.name} <small>{place}</small></h2>
        {mailbox ? (
          <dl className="facts">
            <div><dt>{t('mailbox.address')}</dt><dd>{mailbox.config.from_name ? `${mailbox.config.from_name} <${mailbox.address}>` : mailbox.address}</dd></div>
            <div><dt>{t('mailbox.comes')}</dt><dd>{mailbox.config.imap ? <span className="num">{mailbox.config.imap.host}:{mailbox.config.imap.port} · {secure(mailbox.config.imap)}</span> : t('mailbox.brought_hint')}</dd></div>
            <div><dt>{t('mailbox.goes')}</dt><dd>{mailbox.config.smtp ? <span className="num">{mailbox.config.smtp.host}:{mailbox.config.smtp.port} · {secure(mailbox.config.smtp)}</span> : t('mailbox.by_letters')}</dd></div>
            <div><dt>{t('field.state')}</dt><dd><Health mailbox={mailbox} />{mailbox.health.since ? <> <span title={exact(mailbox.health.since)}>{t('mailbox.since', { when: ago(mailbox.health.since, now()) })}</span></> : null}{mailbox.health.fault ? <p className="field-error">{mailbox.health.fault.title} <small className="num">{mailbox.health.fault.code}</small></p> : null}{mailbox.health.answer ? <p className="mail-answer">{mailbox.health.answer}</p> : null}</dd></div>
            {mailbox.fetched_at ? <div><dt>{t('mailbox.fetched')}</dt><dd title={exact(mailbox.fetched_at)}>{ago(mailbox.fetched_at, now())}</dd></div> : null}
            {mailbox.health.dropped_at ? <div><dt>{t('mailbox.dropped')}</dt><dd>{t('mailbox.dropped_text', { n: mailbox.health.dropped, when: ago(mailbox.health.dropped_at, now()) })}</dd></div> : null}
            {mailbox.pending > 0 ? <div><dt>{t('mailbox.pending')}</dt><dd className="num">{mailbox.pending}</dd></div> : null}
          </dl>
        ) : <Empty icon="mail" title={t('mailbox.not_set_up')} text={t('mailbox.not_set_up_hint')} />}
        <Bar><Button look={mailbox ? 'plain' : 'primary'} onClick={() => setOpen(true)}>{mailbox ? t('mail.edit') : t('mailbox.set_up')}</Button></Bar>
        {mailbox ? <Test inbox={inbox.id} mailbox={mailbox} onChanged={reload} /> : null}
      </section>
      <Arrivals inbox={inbox.id} onRead={reload} />
      {open ? <MailboxForm inbox={inbox} mailbox={mailbox} onClose={() => setOpen(false)} onSaved={reload} /> : null}
    </>
  );
}

function MailboxForm({ inbox, mailbox, onClose, onSaved }: { inbox: Inbox; mailbox: Mailbox | null; onClose: () => void; onSaved: () => void }) {
  const { t } = useT();
  const imap = (form: Form) => Boolean(form['imap_on']);
  const smtp = (form: Form) => Boolean(form['smtp_on']);
  const named = (of: 'imap' | 'smtp') => (form: Form) => Boolean(form[`${of}_on`]) && form[`${of}_security`] !== 'none';
  const password = (of: 'imap' | 'smtp') => (form: Form) => named(of)(form) && form[`${of}_with`] === 'password';
  const securities = (['tls', 'starttls', 'none'] as const).map((one) => ({ value: one, label: t(`mailbox.security.${one}`) }));
  const logins = (['password', 'oauth2'] as const).map((one) => ({ value: one, label: t(`mailbox.with.${one}`) }));
  const kept = mailbox?.secrets;
  const fields: FieldSpec[] = [
    { key: 'preset', label: 'mailbox.preset', kind: 'choice', required: true, options: [...presets.map((one) => ({ value: one.key, label: t(one.name) })), { value: 'other', label: t('mailbox.preset.other') }] },
    ...presets.map((one): FieldSpec => ({ key: `note_${one.key}`, label: one.hint, kind: 'note', show: (form) => form['preset'] === one.key })),
    { key: 'address', label: 'mailbox.address', kind: 'text', required: true, max: 254, hint: 'mailbox.address_hint' },
    { key: 'from_name', label: 'mailbox.from_name', kind: 'text', max: 120, hint: 'mailbox.from_name_hint' },
    { key: 'imap_on', label: 'mailbox.imap_on', kind: 'toggle', hint: 'mailbox.imap_on_hint' },
    { key: 'imap_host', label: 'mailbox.imap_host', kind: 'text', required: true, max: 253, mono: true, show: imap },
    { key: 'imap_security', label: 'mailbox.imap_security', kind: 'choice', required: true, options: securities.slice(0, 2), show: imap },
    { key: 'imap_port', label: 'mailbox.imap_port', kind: 'number', required: true, min: 1, max: 65535, show: imap },
    { key: 'imap_login', label: 'mailbox.imap_login', kind: 'text', required: true, max: 253, show: imap },
    { key: 'imap_with', label: 'mailbox.with', kind: 'choice', required: true, options: logins, show: imap },
    { key: 'imap_password', label: 'mailbox.imap_password', kind: 'password', max: 512, required: !kept?.imap_password, hint: kept?.imap_password ? 'mailbox.password_kept' : 'mailbox.password_hint', show: password('imap') },
    { key: 'imap_password', label: 'mailbox.refresh_token', kind: 'password', max: 4096, required: !kept?.imap_password, hint: kept?.imap_password ? 'mailbox.password_kept' : 'mailbox.refresh_token_hint', show: (form) => imap(form) && form['imap_with'] === 'oauth2' },
    { key: 'folder', label: 'mailbox.folder', kind: 'text', max: 200, hint: 'mailbox.folder_hint', show: imap },
    { key: 'from_the_start', label: 'mailbox.from_the_start', kind: 'toggle', hint: 'mailbox.from_the_start_hint', show: imap },
    { key: 'smtp_on', label: 'mailbox.smtp_on', kind: 'toggle', hint: 'mailbox.smtp_on_hint' },
    { key: 'smtp_host', label: 'mailbox.smtp_host', kind: 'text', required: true, max: 253, mono: true, show: smtp },
    { key: 'smtp_security', label: 'mailbox.smtp_security', kind: 'choice', required: true, options: securities, show: smtp },
    { key: 'smtp_port', label: 'mailbox.smtp_port', kind: 'number', required: true, min: 1, max: 65535, show: smtp },
    { key: 'smtp_login', label: 'mailbox.smtp_login', kind: 'text', max: 253, show: named('smtp') },
    { key: 'smtp_password', label: 'mailbox.smtp_password', kind: 'password', max: 512, hint: kept?.smtp_password ? 'mailbox.password_kept' : 'mailbox.smtp_password_hint', show: password('smtp') },
    { key: 'token_url', label: 'mailbox.token_url', kind: 'text', required: true, max: 500, mono: true, show: signsByOauth },
    { key: 'client_id', label: 'mailbox.client_id', kind: 'text', required: true, max: 500, mono: true, show: signsByOauth },
    { key: 'oauth_client_secret', label: 'mailbox.client_secret', kind: 'password', max: 512, hint: kept?.oauth_client_secret ? 'mailbox.password_kept' : 'mailbox.client_secret_hint', show: signsByOauth },
    { key: 'scope', label: 'mailbox.scope', kind: 'text', max: 1000, mono: true, show: signsByOauth },
    { key: 'signature', label: 'mailbox.signature', kind: 'area', max: 4000, hint: 'mailbox.signature_hint' },
    { key: 'acknowledgement_zh', label: 'mailbox.acknowledgement_zh', kind: 'area', max: 4000, hint: 'mailbox.acknowledgement_hint' },
    { key: 'acknowledgement_en', label: 'mailbox.acknowledgement_en', kind: 'area', max: 4000 },
    { key: 'authserv_id', label: 'mailbox.authserv_id', kind: 'text', max: 253, mono: true, hint: 'mailbox.authserv_id_hint' },
    { key: 'judged_by', label: 'mailbox.judged_by', kind: 'choice', required: true, options: (['auto', 'server', 'hark'] as const).map((one) => ({ value: one, label: t(`mailbox.judged_by.${one}`) })), hint: 'mailbox.judged_by_hint' },
    { key: 'believe_unproved', label: 'mailbox.believe_unproved', kind: 'toggle', hint: 'mailbox.believe_unproved_hint' },
    { key: 'per_minute', label: 'mailbox.per_minute', kind: 'number', min: 1, max: 6000, hint: 'mailbox.per_minute_hint' },
    { key: 'address_per_hour', label: 'mailbox.address_per_hour', kind: 'number', hint: 'mailbox.address_per_hour_hint' },
    { key: 'address_per_day', label: 'mailbox.address_per_day', kind: 'number', hint: 'mailbox.address_per_day_hint' },
    { key: 'imap_ca', label: 'mailbox.imap_ca', kind: 'area', max: 20_000, mono: true, hint: 'mail.ca_hint', show: imap },
    { key: 'smtp_ca', label: 'mailbox.smtp_ca', kind: 'area', max: 20_000, mono: true, hint: 'mail.ca_hint', show: named('smtp') },
  ];
  const save = async (_: Form, whole: Form) => {
    const secret = (key: string) => String(whole[key] ?? '') || undefined;
    const same = whole['imap_on'] && whole['smtp_login'] === whole['imap_login'] && whole['smtp_with'] === whole['imap_with'];
    await client.mailboxes.set(inbox.id, { address: String(whole['address'] ?? '').trim(), config: configOf(whole), imap_password: secret('imap_password'), smtp_password: secret('smtp_password') ?? (same ? secret('imap_password') : undefined), oauth_client_secret: secret('oauth_client_secret') });
    onSaved();
  };
  return (
    <RecordForm title={t('mailbox.of', { name: inbox.name })} fields={fields} first={formOf(mailbox?.address ?? '', mailbox?.config ?? null)} record={mailbox} width={580} onClose={onClose} derive={derived} save={save}
      remove={mailbox ? { label: t('action.remove'), lost: t('mailbox.remove_sure', { address: mailbox.address }), run: async () => { await client.mailboxes.remove(inbox.id); onSaved(); } } : undefined} />
  );
}

function Test({ inbox, mailbox, onChanged }: { inbox: string; mailbox: Mailbox; onChanged: () => void }) {
  const { t, several } = useT();
  const [busy, setBusy] = useState(false);
  const [result, setResult] = useState<MailboxTestResult | null>(null);
  const run = async () => {
    if (busy) return;
    setBusy(true);
    setResult(null);
    try { setResult(await client.mailboxes.test(inbox)); } catch (error) { tell(error, t); } finally { setBusy(false); }
  };
  const adopt = async (authserv_id: string) => {
    try {
      await client.mailboxes.set(inbox, { address: mailbox.address, config: { ...mailbox.config, authserv_id } });
      notify(t('done.saved'));
      onChanged();
    } catch (error) { tell(error, t); }
  };
  const found = result?.authserv_id && result.authserv_id !== mailbox.config.authserv_id ? result.authserv_id : null;
  return (
    <>
      <Bar><Button busy={busy} onClick={() => void run()}>{t('mailbox.test')}</Button><span className="hint">{busy ? t('mailbox.test_runs') : t('mailbox.test_hint')}</span></Bar>
      <div role="status">
        {result ? (
          <>
            {(['fetching', 'sending', 'round_trip'] as const).map((part) => {
              const steps = result.steps.filter((one) => one.part === part);
              return steps.length === 0 ? null : (
                <div key={part}>
                  <h3 className="mail-part">{t(`mailbox.part.${part}`)}</h3>
                  <ol className="mail-steps">{steps.map((one, at) => (
                    <li key={at} className={one.ok ? 'ok' : 'bad'}>
                      <Icon name={one.ok ? 'check' : 'alert'} size={15} /><b>{t(`mailbox.step.${one.step}`)}</b>
                      <span>{one.failure ? <>{one.failure.title} <small className="num">{one.failure.code}</small><br /></> : null}{one.answer}{one.folders.length > 0 ? <><br />{t('mailbox.folders', { names: several(one.folders) })}</> : null}</span>{one.took_ms !== null ? <small className="num">{t('mail.ms', { n: one.took_ms })}</small> : null}
                    </li>
                  ))}</ol>
                </div>
              );
            })}
            {result.ok ? <p className="ok-word">{t('mailbox.test_ok')}</p> : null}
            {found ? <Bar><span>{t('mailbox.authserv_found', { id: found })}</span><Button small onClick={() => void adopt(found)}>{t('mailbox.authserv_take')}</Button></Bar> : null}
          </>
        ) : null}
      </div>
    </>
  );
}

const whys: Record<string, Key> = {
  'mail.unreadable': 'mailbox.why.unreadable', 'mail.no_author': 'mailbox.why.no_author', 'mail.stray_report': 'mailbox.why.stray_report', 'mailbox.too_large': 'mailbox.why.too_large', 'mailbox.unfetched': 'mailbox.why.unfetched',
  'mail.staff_token': 'mailbox.why.staff_token', 'mail.staff_unproved': 'mailbox.why.staff_unproved', 'mail.staff_unknown': 'mailbox.why.staff_unknown', 'mail.staff_right': 'mailbox.why.staff_right', 'mail.staff_over': 'mailbox.why.staff_over', 'mail.staff_empty': 'mailbox.why.staff_empty', 'mail.staff_program': 'mailbox.why.staff_program',
  'message.words_blocked': 'mailbox.why.staff_words', 'message.words_warned': 'mailbox.why.staff_words', 'message.other_client': 'mailbox.why.staff_words', 'conversation.disposition_required': 'mailbox.why.staff_disposition',
};

/** Mails as they came: those laid aside first of all, with why, and the way back. */
function Arrivals({ inbox, onRead }: { inbox: string; onRead: () => void }) {
  const { t, ago, exact, size } = useT();
  const [status, setStatus] = useState<ArrivalStatus | null>('quarantined');
  const [more, setMore] = useState<{ items: Arrival[]; next: string | null } | null>(null);
  const list = useLoad(() => { setMore(null); return client.mailboxes.arrivals({ inbox, status: status ?? undefined, limit: 50 }); }, [inbox, status]);
  const next = more ? more.next : list.data?.next ?? null;
  const further = () => client.mailboxes.arrivals({ inbox, status: status ?? undefined, limit: 50, cursor: next }).then((page) => setMore((now) => ({ items: [...(now?.items ?? []), ...page.items], next: page.next }))).catch((error) => tell(error, t));
  const again = (one: Arrival) => client.mailboxes.readAgain(one.id).then((read) => {
    notify(t(read.status === 'quarantined' ? 'mailbox.still_aside' : 'mailbox.read_again_done'));
    list.reload();
    onRead();
  }).catch((error) => tell(error, t));
  return (
    <section className="part part-wide">
      <h2>{t('mailbox.arrivals')}</h2>
      <p className="hint">{t('mailbox.arrivals_hint')}</p>
      <Bar>
        <Choice label={t('field.state')} value={status ?? ''} onChange={(value) => setStatus((value || null) as ArrivalStatus | null)} options={[{ value: 'quarantined', label: t('mailbox.status.quarantined') }, { value: 'pending', label: t('mailbox.status.pending') }, { value: 'done', label: t('mailbox.status.done') }, { value: '', label: t('letters.all') }]} />
        <Button icon="reload" onClick={list.reload}>{t('action.reload')}</Button>
      </Bar>
      <Loaded of={list}>{(page) => (
        <>
          <Table rows={[...page.items, ...(more?.items ?? [])]} label={t('mailbox.arrivals')} idOf={(row) => row.id} empty={<Empty icon="mail" title={t(status === 'quarantined' ? 'mailbox.none_aside' : 'mailbox.none_came')} text={t(status === 'quarantined' ? 'mailbox.none_aside_hint' : 'mailbox.none_came_hint')} />} columns={[
            { key: 'at', title: t('field.when'), render: (row) => <time title={exact(row.received_at)}>{ago(row.received_at, now())}</time> },
            { key: 'from', title: t('email.from'), render: (row) => row.envelope.from ?? '' },
            { key: 'state', title: t('field.state'), render: (row) => (
              <>
                <Chip tone={row.status === 'quarantined' ? 'red' : row.status === 'pending' ? 'amber' : 'green'}>{t(`mailbox.status.${row.status}`)}</Chip>
                {row.fault ? <small className="why" title={row.detail ?? row.fault}>{t(whys[row.fault] ?? 'mailbox.why.other')} <span className="num">{row.fault}</span></small> : null}
                {row.conversation ? <small className="why"><a {...link(`/c/${row.conversation}`)}>{t('mailbox.to_conversation')}</a></small> : null}
              </>
            ) },
            { key: 'size', title: t('mailbox.size'), numeric: true, render: (row) => size(row.size) },
            { key: 'tries', title: t('email.attempts'), numeric: true, render: (row) => row.tries },
            { key: 'act', title: '', render: (row) => (row.status === 'quarantined' ? <Button small onClick={() => void again(row)}>{t('mailbox.read_again')}</Button> : null) },
          ]} />
          {next ? <Bar><Button onClick={() => void further()}>{t('action.more')}</Button></Bar> : null}
        </>
      )}</Loaded>
    </section>
  );
}
