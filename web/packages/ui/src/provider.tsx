/** Language, colours and density for everything below; the one place where the component library is configured. */
import ConfigProvider from 'antd/es/config-provider';
import enUS from 'antd/es/locale/en_US';
import zhCN from 'antd/es/locale/zh_CN';
import { createContext, use, useEffect, useMemo, useSyncExternalStore, type ReactNode } from 'react';
import { createTranslator, type Dictionary, type Language, type Translator } from '@hark/i18n';
import { antdTheme, type DensityName, type Scheme } from './theme';

const TranslatorContext = createContext<Translator | null>(null);

/** The words and times in the reader's language. */
export function useT(): Translator {
  const translator = use(TranslatorContext);
  if (!translator) throw new Error('useT outside of UiProvider');
  return translator;
}

/** Follows a media query. */
export function useMedia(query: string): boolean {
  const list = useMemo(() => window.matchMedia(query), [query]);
  return useSyncExternalStore(
    (told) => {
      list.addEventListener('change', told);
      return () => list.removeEventListener('change', told);
    },
    () => list.matches,
  );
}

export interface UiProviderProps {
  language: Language; dictionary: Dictionary; scheme: Scheme | 'system'; density: DensityName; nonce?: string; children: ReactNode;
}

export function UiProvider({ language, dictionary, scheme, density, nonce, children }: UiProviderProps) {
  const darkSystem = useMedia('(prefers-color-scheme: dark)');
  const still = useMedia('(prefers-reduced-motion: reduce)');
  const shown: Scheme = scheme === 'system' ? (darkSystem ? 'dark' : 'light') : scheme;
  const theme = useMemo(() => antdTheme(shown, density, !still), [shown, density, still]);
  const translator = useMemo(() => createTranslator(language, dictionary), [language, dictionary]);
  useEffect(() => {
    const root = document.documentElement;
    root.dataset['theme'] = shown;
    root.dataset['density'] = density;
    root.lang = language;
  }, [shown, density, language]);
  return (
    <ConfigProvider theme={theme} locale={language === 'en' ? enUS : zhCN} csp={nonce ? { nonce } : undefined} button={{ autoInsertSpace: false }}>
      <TranslatorContext value={translator}>{children}</TranslatorContext>
    </ConfigProvider>
  );
}
