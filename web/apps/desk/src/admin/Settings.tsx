/** The settings: a list that can be searched, and one page, each saying in a line what it is for. */
import { lazy, Suspense, useEffect, useMemo, useState, type ComponentType, type KeyboardEvent, type LazyExoticComponent } from 'react';
import { languages, loadDictionary, type Dictionary } from '@hark/i18n';
import { Icon, IconButton, Skeleton, useMedia, useT } from '@hark/ui';
import { useDesk } from '../app/context';
import { go, link } from '../app/router';
import { concerns } from '../state/rights';
import { useStore } from '../state/store';
import { Refused } from './forms';
import { settingUp } from './lineInMind';
import { search, type Found } from './search';
import { settingsPages } from './pages';

const loaded = new Map<string, LazyExoticComponent<ComponentType<{ id: string | null }>>>();
function pageOf(key: string) {
  const page = settingsPages.find((one) => one.key === key);
  if (!page) return null;
  if (!loaded.has(key)) loaded.set(key, lazy(page.load));
  return loaded.get(key) ?? null;
}

export default function Settings({ page, id }: { page: string | null; id: string | null }) {
  const { t } = useT();
  const { me } = useDesk();
  const phone = useMedia('(max-width: 719px)');
  const [find, setFind] = useState('');
  const allowed = useMemo(() => settingsPages.filter((one) => one.nouns.length === 0 || concerns(me, one.nouns)), [me]);
  const [words, setWords] = useState<Dictionary[]>([]);
  const [at, setAt] = useState(0);
  // Both languages are searched: people know a setting by the word they learned first.
  useEffect(() => { if (find && words.length === 0) void Promise.all(languages.map((one) => loadDictionary(one.id))).then(setWords); }, [find]);
  const shown: Found[] = useMemo(() => search(allowed, find, words), [allowed, find, words]);
  const onKey = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step && shown.length > 0) {
      event.preventDefault();
      setAt((now) => (now + step + shown.length) % shown.length);
    } else if (event.key === 'Enter') {
      const chosen = shown[at];
      if (chosen) go(`/settings/${chosen.page.key}`);
    } else if (event.key === 'Escape') setFind('');
  };
  const up = useStore(settingUp);
  const back = me.lines.find((one) => one.id === up);
  // Whoever leaves the settings is no longer at setting up that line.
  useEffect(() => () => settingUp.set(null), []);
  const [refused, tell] = useState(false);
  const refusal = useMemo(() => ({ refused, tell }), [refused]);
  const key = page ?? (phone ? null : 'account');
  const current = allowed.find((one) => one.key === key);
  const Page = current ? pageOf(current.key) : null;
  return (
    <div className="settings">
      {!phone || !current ? (
        <nav className="settings-nav" aria-label={t('rail.settings')}>
          <label className="find"><Icon name="search" size={15} /><input value={find} onChange={(event) => { setFind(event.target.value); setAt(0); }} onKeyDown={onKey} placeholder={t('settings.find')} aria-label={t('settings.find')} title={t('settings.find_hint')} /></label>
          {shown.map(({ page: one, fields }, index) => (
            <div key={one.key}>
              {shown[index - 1]?.page.group !== one.group ? <h2>{t(one.group)}</h2> : null}
              <a {...link(`/settings/${one.key}`)} className={`${one.key === key ? 'on' : ''}${find && index === at ? ' at' : ''}`} aria-current={one.key === key ? 'page' : undefined}>{t(one.title)}{fields.map((field) => <span key={field} className="found">{t(field)}</span>)}</a>
            </div>
          ))}
          {shown.length === 0 ? <p className="hint">{t('settings.none')}</p> : null}
        </nav>
      ) : null}
      {current && Page ? (
        <main className="settings-page" id="main">
          <header className="settings-head">
            {phone ? <IconButton icon="back" label={t('thread.back')} onClick={() => go('/settings')} /> : null}
            <div><h1>{t(current.title)}</h1><p>{t(current.about)}</p></div>
            {back && current.key !== 'start' ? <a className="settings-back" {...link(`/settings/start/${back.id}`)}>{t('start.back', { line: back.name })}</a> : null}
          </header>
          <Suspense fallback={<Skeleton lines={6} />}><Refused value={refusal}><Page id={id} /></Refused></Suspense>
        </main>
      ) : key && !current ? <main className="settings-page"><h1>{t('error.not_found')}</h1></main> : null}
    </div>
  );
}
