/** Which of the few whole screens is shown: set-up, sign-in, or the desk. */
import { lazy, Suspense, useEffect, useState } from 'react';
import { loadDictionary, type Dictionary, type Language } from '@hark/i18n';
import { Button, Notices, Questions, UiProvider, useT } from '@hark/ui';
import { boot, language as languageStore, session } from '../state/session';
import { useStore } from '../state/store';
import { useRoute } from './router';
import { Shell } from './Shell';

const SignIn = lazy(() => import('../session/SignIn'));
const Setup = lazy(() => import('../session/Setup'));
const Invite = lazy(() => import('../session/Invite'));

export function App({ nonce }: { nonce?: string }) {
  const language = useStore(languageStore);
  const state = useStore(session);
  const [words, setWords] = useState<{ language: Language; dictionary: Dictionary } | null>(null);
  useEffect(() => {
    let current = true;
    void loadDictionary(language).then((dictionary) => { if (current) setWords({ language, dictionary }); });
    return () => { current = false; };
  }, [language]);
  useEffect(() => { void boot(); }, []);
  if (!words) return null;
  const settings = state.name === 'in' ? state.me.settings : null;
  return (
    <UiProvider language={words.language} dictionary={words.dictionary} scheme={settings?.theme ?? 'system'} density={settings?.density ?? 'normal'} nonce={nonce}>
      <Suspense fallback={null}><Screen /></Suspense>
      <Notices />
      <Questions />
    </UiProvider>
  );
}

function Screen() {
  const { t } = useT();
  const state = useStore(session);
  const route = useRoute();
  if (route.name === 'setup') return <Setup token={route.token} />;
  if (route.name === 'invite') return <Invite token={route.token} />;
  switch (state.name) {
    case 'loading': return null;
    case 'unreachable': return <Unreachable label={t('error.unreachable')} hint={t('error.unreachable_hint')} action={t('action.retry')} />;
    case 'out': return <SignIn ended={state.why === 'ended'} />;
    case 'in': return <Shell key={state.me.user.id} me={state.me} />;
  }
}

/** Seconds between two tries of the first load while the server is away. */
const AGAIN_S = 5;

function Unreachable({ label, hint, action }: { label: string; hint: string; action: string }) {
  useEffect(() => {
    const timer = setTimeout(() => void boot(), AGAIN_S * 1000);
    return () => clearTimeout(timer);
  }, []);
  return <main className="centered"><div className="card-page"><h1>{label}</h1><p>{hint}</p><Button look="primary" onClick={() => void boot()}>{action}</Button></div></main>;
}
