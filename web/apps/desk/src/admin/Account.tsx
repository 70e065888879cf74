/** My account: how the desk looks, my password, the second step, and where I am signed in. */
import { useState } from 'react';
import type { HowTold, TotpSecret } from '@hark/api';
import { AreaField, Button, Choice, Dialog, notify, Table, TextField, Tick, Toggle, useT, type Option } from '@hark/ui';
import { askForNotices } from '../app/Reservations';
import { useDesk } from '../app/context';
import { now } from '../state/clock';
import { tell } from '../state/faults';
import { howTold, noticeKinds, type NoticeKind } from '../state/notices';
import { changeSettings, client, updateMe } from '../state/session';
import { PASSWORD_MIN } from '../session/Setup';
import { CopyBox, Loaded, useLoad } from './forms';

/** Seconds to choose from. */
const undoSeconds = [0, 5, 10, 20, 30, 60];

export default function Account() {
  const { t } = useT();
  const { me } = useDesk();
  const { settings, user } = me;
  const set = (change: Parameters<typeof changeSettings>[0]) => void changeSettings(change).catch((error) => tell(error, t));
  const options = <K extends string>(...list: [K, string][]): Option[] => list.map(([value, label]) => ({ value, label }));
  return (
    <>
      <section className="part">
        <h2>{t('account.who')}</h2>
        <dl className="facts"><div><dt>{t('user.name')}</dt><dd>{user.name}</dd></div><div><dt>{t('user.alias')}</dt><dd>{user.alias}</dd></div><div><dt>{t('user.number')}</dt><dd className="num">{user.number}</dd></div><div><dt>{t('signin.login')}</dt><dd>{user.login}</dd></div></dl>
      </section>
      <section className="part">
        <h2>{t('account.look')}</h2>
        <div className="form-two">
          <Choice label={t('me.language')} value={settings.language} onChange={(value) => set({ language: value as typeof settings.language })} options={options(['zh-CN', '简体中文'], ['en', 'English'])} />
          <Choice label={t('me.theme')} value={settings.theme} onChange={(value) => set({ theme: value as typeof settings.theme })} options={options(['light', t('theme.light')], ['dark', t('theme.dark')], ['system', t('theme.system')])} />
          <Choice label={t('me.density')} value={settings.density} onChange={(value) => set({ density: value as typeof settings.density })} options={options(['normal', t('density.normal')], ['large', t('density.large')])} />
          <Choice label={t('me.send_key')} value={settings.send_key} onChange={(value) => set({ send_key: value as typeof settings.send_key })} options={options(['enter', t('send_key.enter')], ['ctrl_enter', t('send_key.ctrl_enter')])} />
        </div>
        <Choice label={t('me.undo')} value={String(settings.undo_s)} onChange={(value) => set({ undo_s: Number(value) })} options={undoSeconds.map((n) => ({ value: String(n), label: n === 0 ? t('me.undo_none') : t('me.undo_s', { n }) }))} />
        <Toggle label={t('me.mail_when_away')} hint={t('me.mail_when_away_hint')} value={settings.mail_when_away} onChange={(mail_when_away) => set({ mail_when_away })} />
        <OwnSignature />
        <Toggle label={t('me.sound')} value={settings.layout.sound !== false} onChange={(sound) => set({ layout: { sound } })} />
      </section>
      <Told />
      <Password />
      <Totp on={user.totp} />
      <Sessions />
    </>
  );
}

/** What stands below my own mails. */
function OwnSignature() {
  const { t } = useT();
  const { me } = useDesk();
  const [text, setText] = useState(me.settings.mail_signature);
  const [busy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    try { await changeSettings({ mail_signature: text.replace(/\r/g, '').trim() }); notify(t('done.saved')); } catch (error) { tell(error, t); }
    setBusy(false);
  };
  return (
    <>
      <AreaField label={t('me.mail_signature')} hint={t('me.mail_signature_hint')} value={text} onChange={setText} rows={3} max={2000} />
      {text === me.settings.mail_signature ? null : <Button busy={busy} onClick={() => void save()}>{t('action.save')}</Button>}
    </>
  );
}

/** How I am told of each kind of notice, besides in the list. */
function Told() {
  const { t } = useT();
  const { me } = useDesk();
  const set = (kind: NoticeKind, change: Partial<HowTold>) => {
    askForNotices();
    const notices = { ...me.settings.notices, [kind]: { ...howTold(me, kind), ...change } };
    void changeSettings({ notices }).catch((error) => tell(error, t));
  };
  return (
    <section className="part">
      <h2>{t('bell.settings')}</h2>
      <p className="hint">{t('bell.settings_hint')}</p>
      <Table rows={[...noticeKinds]} label={t('bell.settings')} idOf={(kind) => kind} columns={[
        { key: 'kind', title: t('bell.kind'), render: (kind) => t(`bell.kind.${kind}`) },
        { key: 'desktop', title: t('bell.desktop'), render: (kind) => <Tick label={<span className="sr-only">{t('bell.desktop')}: {t(`bell.kind.${kind}`)}</span>} value={howTold(me, kind).desktop} onChange={(desktop) => set(kind, { desktop })} /> },
        { key: 'sound', title: t('bell.sound'), render: (kind) => <Tick label={<span className="sr-only">{t('bell.sound')}: {t(`bell.kind.${kind}`)}</span>} value={howTold(me, kind).sound} onChange={(sound) => set(kind, { sound })} /> },
      ]} />
    </section>
  );
}

function Password() {
  const { t } = useT();
  const [form, setForm] = useState({ current: '', next: '', again: '' });
  const [busy, setBusy] = useState(false);
  const fits = form.current && form.next.length >= PASSWORD_MIN && form.next === form.again;
  const save = async () => {
    setBusy(true);
    try {
      await client.me.password({ current: form.current, next: form.next });
      setForm({ current: '', next: '', again: '' });
      notify(t('done.password'));
    } catch (error) { tell(error, t); } finally { setBusy(false); }
  };
  return (
    <section className="part">
      <h2>{t('account.password')}</h2>
      <form className="form-three" onSubmit={(event) => { event.preventDefault(); if (fits) void save(); }}>
        <TextField label={t('password.current')} type="password" autoComplete="current-password" value={form.current} onChange={(current) => setForm({ ...form, current })} />
        <TextField label={t('password.next')} type="password" autoComplete="new-password" value={form.next} onChange={(next) => setForm({ ...form, next })} hint={t('password.hint', { n: PASSWORD_MIN })} error={form.next && form.next.length < PASSWORD_MIN ? t('password.short', { n: PASSWORD_MIN }) : null} />
        <TextField label={t('password.again')} type="password" autoComplete="new-password" value={form.again} onChange={(again) => setForm({ ...form, again })} error={form.again && form.again !== form.next ? t('password.differs') : null} />
        <Button type="submit" busy={busy} disabled={!fits}>{t('account.password_change')}</Button>
      </form>
    </section>
  );
}

function Totp({ on }: { on: boolean }) {
  const { t } = useT();
  const [start, setStart] = useState<TotpSecret | null>(null);
  const [code, setCode] = useState('');
  const [codes, setCodes] = useState<string[] | null>(null);
  const [off, setOff] = useState(false);
  const [password, setPassword] = useState('');
  const guard = (deed: () => Promise<void>) => void deed().catch((error) => tell(error, t));
  const mark = (totp: boolean) => updateMe((me) => ({ ...me, user: { ...me.user, totp } }));
  return (
    <section className="part">
      <h2>{t('account.totp')}</h2>
      <p className="hint">{on ? t('totp.on') : t('totp.off')}</p>
      {on ? <Button onClick={() => setOff(true)}>{t('totp.turn_off')}</Button> : <Button onClick={() => guard(async () => setStart(await client.me.totpStart()))}>{t('totp.turn_on')}</Button>}
      {start ? (
        <Dialog open title={t('account.totp')} onClose={() => setStart(null)} confirm={{ label: t('totp.confirm'), disabled: code.trim().length < 6, run: () => guard(async () => { const done = await client.me.totpConfirm(code.trim()); setCodes(done.recovery_codes); setStart(null); setCode(''); mark(true); }) }}>
          <p>{t('totp.scan')}</p>
          <svg className="qr" viewBox={`0 0 ${start.qr_side} ${start.qr_side}`} role="img" aria-label={t('totp.qr')} shapeRendering="crispEdges"><path d={start.qr_path} fill="currentColor" /></svg>
          <CopyBox value={start.secret} />
          <p><a href={start.uri}>{t('totp.open_app')}</a></p>
          <TextField label={t('signin.code')} value={code} onChange={setCode} inputMode="numeric" autoComplete="one-time-code" max={10} mono />
        </Dialog>
      ) : null}
      {codes ? <Dialog open title={t('totp.codes')} onClose={() => setCodes(null)} footer={<Button look="primary" onClick={() => setCodes(null)}>{t('totp.kept')}</Button>}><p>{t('totp.codes_hint')}</p><CopyBox lines value={codes.join('\n')} /></Dialog> : null}
      {off ? <Dialog open title={t('totp.turn_off')} onClose={() => setOff(false)} confirm={{ label: t('totp.turn_off'), danger: true, disabled: !password, run: () => guard(async () => { await client.me.totpOff(password); setOff(false); setPassword(''); mark(false); }) }}><p>{t('totp.off_hint')}</p><TextField label={t('signin.password')} type="password" value={password} onChange={setPassword} autoComplete="current-password" /></Dialog> : null}
    </section>
  );
}

function Sessions() {
  const { t, ago, exact } = useT();
  const list = useLoad(() => client.me.sessions().then((page) => page.items));
  const end = (id: string) => client.me.endSession(id).then(() => { notify(t('done.session_ended')); list.reload(); }).catch((error) => tell(error, t));
  return (
    <section className="part">
      <h2>{t('account.sessions')}</h2>
      <Loaded of={list}>{(rows) => (
        <Table rows={rows} label={t('account.sessions')} idOf={(row) => row.id} columns={[
          { key: 'agent', title: t('session.agent'), render: (row) => <>{row.agent}{row.current ? <span className="ok-word"> · {t('session.current')}</span> : null}</> },
          { key: 'ip', title: t('session.ip'), render: (row) => <span className="num">{row.ip}</span> },
          { key: 'seen', title: t('session.seen'), render: (row) => <time title={exact(row.seen_at)}>{ago(row.seen_at, now())}</time> },
          { key: 'act', title: '', render: (row) => (row.current ? null : <Button small onClick={() => void end(row.id)}>{t('session.end')}</Button>) },
        ]} />
      )}</Loaded>
    </section>
  );
}
