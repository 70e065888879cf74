/** "Forgot password": a link by mail. The answer is the same whoever asks. */
import { useState, type FormEvent } from 'react';
import { Button, ErrorBlock, TextField, useT, type Fault } from '@hark/ui';
import { faultOf } from '../state/faults';
import { client } from '../state/session';

export function Forgot({ login: first, onBack }: { login: string; onBack: () => void }) {
  const { t } = useT();
  const [login, setLogin] = useState(first);
  const [busy, setBusy] = useState(false);
  const [sent, setSent] = useState(false);
  const [fault, setFault] = useState<Fault | null>(null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy || !login.trim()) return;
    setBusy(true);
    setFault(null);
    try {
      await client.session.forgot(login.trim());
      setSent(true);
    } catch (error) { setFault(faultOf(error, t)); } finally { setBusy(false); }
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <h1>{t('forgot.title')}</h1>
      {fault ? <ErrorBlock fault={fault} /> : null}
      {sent ? <p role="status">{t('forgot.sent')}</p> : (
        <>
          <TextField label={t('forgot.login')} value={login} onChange={setLogin} autoComplete="username" autoFocus max={254} />
          <Button look="primary" type="submit" busy={busy} disabled={!login.trim()} className="wide">{t('forgot.send')}</Button>
        </>
      )}
      <Button look="quiet" className="wide" onClick={onBack}>{t('forgot.back')}</Button>
    </form>
  );
}
