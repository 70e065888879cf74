/** The way in: name and password, and the second step where one is set up. */
import { useState, type FormEvent } from 'react';
import { Problem } from '@hark/api';
import { languages } from '@hark/i18n';
import { Forgot } from './Forgot';
import { Button, ErrorBlock, Logo, TextField, useT, type Fault } from '@hark/ui';
import { faultOf } from '../state/faults';
import { client, enter, setLanguage } from '../state/session';

export default function SignIn({ ended }: { ended: boolean }) {
  const { t, language } = useT();
  const [login, setLogin] = useState('');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [second, setSecond] = useState(false);
  const [forgot, setForgot] = useState(false);
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<Fault | null>(null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setFault(null);
    try {
      enter(await client.session.start({ login: login.trim(), password, ...(second ? { code: code.replace(/\s/g, '') } : {}) }));
    } catch (error) {
      if (error instanceof Problem && error.code === 'sign_in.code_required' && !second) setSecond(true);
      else setFault(faultOf(error, t));
      setBusy(false);
    }
  };
  if (forgot) return <main className="centered"><div className="card-page sign-in"><div className="brand"><Logo size={36} /><b>Hark</b></div><Forgot login={login} onBack={() => setForgot(false)} /></div></main>;
  return (
    <main className="centered">
      <form className="card-page sign-in" onSubmit={(event) => void submit(event)}>
        <div className="brand"><Logo size={36} /><b>Hark</b></div>
        <h1>{second ? t('signin.second') : t('signin.title')}</h1>
        {ended && !fault && !second ? <p className="hint" role="status">{t('signin.ended')}</p> : null}
        {fault ? <ErrorBlock fault={fault} /> : null}
        {second ? (
          <>
            <TextField label={t('signin.code')} hint={t('signin.code_hint')} value={code} onChange={setCode} inputMode="numeric" autoComplete="one-time-code" autoFocus max={20} mono />
            <Button look="primary" type="submit" busy={busy} disabled={!code.trim()} className="wide">{t('signin.go')}</Button>
            <Button look="quiet" onClick={() => { setSecond(false); setCode(''); setFault(null); }}>{t('signin.other')}</Button>
          </>
        ) : (
          <>
            <TextField label={t('signin.login')} value={login} onChange={setLogin} autoComplete="username" autoFocus max={100} />
            <TextField label={t('signin.password')} value={password} onChange={setPassword} type="password" autoComplete="current-password" max={200} />
            <Button look="primary" type="submit" busy={busy} disabled={!login.trim() || !password} className="wide">{t('signin.go')}</Button>
            <Button look="quiet" className="wide" onClick={() => setForgot(true)}>{t('forgot.link')}</Button>
          </>
        )}
        <div className="sign-in-languages">{languages.map((one) => <button key={one.id} type="button" className={one.id === language ? 'on' : ''} aria-pressed={one.id === language} lang={one.id} onClick={() => setLanguage(one.id)}>{one.name}</button>)}</div>
      </form>
    </main>
  );
}
