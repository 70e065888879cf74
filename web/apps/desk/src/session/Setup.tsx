/** The first administrator, from the one-time link. Closes for good afterwards. */
import { useEffect, useState, type FormEvent } from 'react';
import { Problem } from '@hark/api';
import { languages, type Language } from '@hark/i18n';
import { Button, Choice, ErrorBlock, Logo, Skeleton, TextField, useT, type Fault } from '@hark/ui';
import { go } from '../app/router';
import { faultOf } from '../state/faults';
import { client, enter, setLanguage } from '../state/session';

export const PASSWORD_MIN = 10;

export default function Setup({ token }: { token: string }) {
  const { t, language } = useT();
  const [open, setOpen] = useState<boolean | null>(null);
  const [form, setForm] = useState({ name: '', alias: '', login: '', password: '', again: '' });
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<Fault | null>(null);
  const [fields, setFields] = useState<Record<string, string>>({});
  useEffect(() => { client.setup.state().then((state) => setOpen(state.open)).catch((error) => setFault(faultOf(error, t))); }, []);
  const set = (part: Partial<typeof form>) => setForm((now) => ({ ...now, ...part }));
  const short = form.password.length > 0 && form.password.length < PASSWORD_MIN ? t('password.short', { n: PASSWORD_MIN }) : null;
  const differs = form.again.length > 0 && form.again !== form.password ? t('password.differs') : null;
  const complete = form.name.trim() && form.login.trim() && form.password.length >= PASSWORD_MIN && form.again === form.password;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!complete || busy) return;
    setBusy(true);
    setFault(null);
    try {
      const me = await client.setup.finish({ token, name: form.name.trim(), alias: form.alias.trim() || form.name.trim(), login: form.login.trim(), password: form.password, language });
      enter(me);
      go('/settings/clients', true);
    } catch (error) {
      setFault(faultOf(error, t));
      setFields(error instanceof Problem ? Object.fromEntries(error.fields.map((one) => [one.field, one.fault])) : {});
      setBusy(false);
    }
  };
  return (
    <main className="centered">
      <form className="card-page" onSubmit={(event) => void submit(event)}>
        <div className="brand"><Logo size={36} /><b>Hark</b></div>
        <h1>{t('setup.title')}</h1>
        {fault ? <ErrorBlock fault={fault} /> : null}
        {open === null && !fault ? <Skeleton lines={4} /> : open === false ? <><p>{t('setup.closed')}</p><Button look="primary" onClick={() => go('/', true)}>{t('setup.to_sign_in')}</Button></> : (
          <>
            <p className="hint">{t('setup.hint')}</p>
            <Choice label={t('me.language')} value={language} onChange={(next) => setLanguage((next ?? 'zh-CN') as Language)} options={languages.map((one) => ({ value: one.id, label: one.name }))} />
            <TextField label={t('user.name')} value={form.name} onChange={(name) => set({ name })} error={fields['name']} autoFocus max={100} />
            <TextField label={t('user.alias')} hint={t('user.alias_hint')} value={form.alias} onChange={(alias) => set({ alias })} error={fields['alias']} max={40} />
            <TextField label={t('signin.login')} value={form.login} onChange={(login) => set({ login })} error={fields['login']} autoComplete="username" max={100} />
            <TextField label={t('signin.password')} type="password" value={form.password} onChange={(password) => set({ password })} error={short ?? fields['password']} hint={t('password.hint', { n: PASSWORD_MIN })} autoComplete="new-password" max={200} />
            <TextField label={t('password.again')} type="password" value={form.again} onChange={(again) => set({ again })} error={differs} autoComplete="new-password" max={200} />
            <Button look="primary" type="submit" busy={busy} disabled={!complete} className="wide">{t('setup.finish')}</Button>
          </>
        )}
      </form>
    </main>
  );
}
