/** A password chosen by a one-time link: for somebody new, or for somebody who forgot theirs. */
import { useEffect, useState, type FormEvent } from 'react';
import type { LinkView } from '@hark/api';
import { Button, ErrorBlock, Logo, Skeleton, TextField, useT, type Fault } from '@hark/ui';
import { go } from '../app/router';
import { faultOf } from '../state/faults';
import { boot, client } from '../state/session';
import { PASSWORD_MIN } from './Setup';

export default function Invite({ token }: { token: string }) {
  const { t } = useT();
  const [who, setWho] = useState<LinkView | null>(null);
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<Fault | null>(null);
  useEffect(() => { client.invites.look(token).then(setWho).catch((error) => setFault(faultOf(error, t))); }, [token]);
  const fits = password.length >= PASSWORD_MIN && password === again;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!fits || busy) return;
    setBusy(true);
    setFault(null);
    try {
      await client.invites.accept(token, password);
      go('/', true);
      await boot(true);
    } catch (error) {
      setFault(faultOf(error, t));
      setBusy(false);
    }
  };
  return (
    <main className="centered">
      <form className="card-page" onSubmit={(event) => void submit(event)}>
        <div className="brand"><Logo size={36} /><b>Hark</b></div>
        <h1>{who?.kind === 'reset' ? t('invite.reset') : t('invite.title')}</h1>
        {fault ? <ErrorBlock fault={fault} /> : null}
        {who ? (
          <>
            <p className="hint">{t('invite.for', { name: who.name, login: who.login })}</p>
            <input type="text" name="username" autoComplete="username" value={who.login} readOnly hidden />
            <TextField label={t('password.next')} type="password" value={password} onChange={setPassword} autoComplete="new-password" autoFocus max={200} hint={t('password.hint', { n: PASSWORD_MIN })} error={password && password.length < PASSWORD_MIN ? t('password.short', { n: PASSWORD_MIN }) : null} />
            <TextField label={t('password.again')} type="password" value={again} onChange={setAgain} autoComplete="new-password" max={200} error={again && again !== password ? t('password.differs') : null} />
            <Button look="primary" type="submit" busy={busy} disabled={!fits} className="wide">{t('invite.set')}</Button>
          </>
        ) : fault ? <Button onClick={() => go('/', true)}>{t('setup.to_sign_in')}</Button> : <Skeleton lines={3} />}
      </form>
    </main>
  );
}
