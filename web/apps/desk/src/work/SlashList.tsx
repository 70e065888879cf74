/** Phrases under the words being written, after `/`. Enter inserts, Tab completes the shortcut; an input method is never disturbed. */
import { useEffect, useMemo, useState, type RefObject } from 'react';
import type { Conversation, Phrase } from '@hark/api';
import { useT } from '@hark/ui';
import { composing } from '../conversations/keys';
import { useDesk } from '../app/context';
import { client } from '../state/session';
import { useStore } from '../state/store';
import { Marked } from './PhrasesTab';
import { fillVariables, loadPhrases, phrases, searchPhrases, servingLine, textOf } from './phrases';

const SHOWN_MAX = 8;

interface Props { query: string; conversation: Conversation; area: RefObject<HTMLTextAreaElement | null>; onInsert: (text: string) => void; onComplete: (word: string) => void; onClose: () => void }

export function SlashList({ query, conversation, area, onInsert, onComplete, onClose }: Props) {
  const { t, language } = useT();
  const { me } = useDesk();
  const { all } = useStore(phrases);
  const [at, setAt] = useState(0);
  useEffect(() => { void loadPhrases(); }, []);
  const shown = useMemo(() => {
    const here = servingLine(all, conversation.tenant, conversation.line);
    return query === '' ? [...here].sort((a, b) => b.used - a.used).slice(0, SHOWN_MAX) : searchPhrases(here, query, SHOWN_MAX);
  }, [all, query, conversation.tenant, conversation.line]);
  useEffect(() => { setAt(0); }, [query]);
  const insert = (one: Phrase) => {
    onInsert(fillVariables(textOf(one, language), conversation, me));
    void client.phrases.used(one.id).catch(() => undefined);
  };
  useEffect(() => {
    const node = area.current;
    if (!node) return;
    const key = (event: KeyboardEvent) => {
      if (composing(event)) return;
      const chosen = shown[Math.min(at, shown.length - 1)];
      if (event.key === 'Escape') onClose();
      else if (!chosen) return;
      else if (event.key === 'ArrowDown') setAt((at + 1) % shown.length);
      else if (event.key === 'ArrowUp') setAt((at - 1 + shown.length) % shown.length);
      else if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey && !event.shiftKey) insert(chosen);
      else if (event.key === 'Tab' && !event.shiftKey) onComplete(chosen.shortcut || chosen.title);
      else return;
      event.preventDefault();
      event.stopPropagation();
    };
    node.addEventListener('keydown', key);
    return () => node.removeEventListener('keydown', key);
  }, [shown, at, area, onClose, onComplete, onInsert]);
  if (shown.length === 0) return null;
  return (
    <div className="mention-list slash-list" role="listbox" aria-label={t('phrase.insert')}>
      {shown.map((one, index) => (
        <div key={one.id} role="option" aria-selected={index === at} className={index === at ? 'on' : ''} onMouseDown={(event) => { event.preventDefault(); insert(one); }} onMouseMove={() => setAt(index)}>
          <span className="slash-head"><b>{one.title}</b>{one.shortcut ? <code>/{one.shortcut}</code> : null}</span>
          <small><Marked text={fillVariables(textOf(one, language), conversation, me)} /></small>
        </div>
      ))}
      <p className="slash-foot">{t('phrase.slash_hint')}</p>
    </div>
  );
}
