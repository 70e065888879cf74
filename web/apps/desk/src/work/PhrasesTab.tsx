/** Phrases beside the conversation (话术): groups, search, one key inserts. For those who live in them. */
import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import type { Conversation, Language, Phrase } from '@hark/api';
import { Button, Empty, ErrorBlock, Icon, IconButton, Skeleton, useT } from '@hark/ui';
import { act } from '../app/actions';
import { useDesk } from '../app/context';
import { faultOf } from '../state/faults';
import { client } from '../state/session';
import { useStore } from '../state/store';
import { PhraseForm } from './PhraseForm';
import { fillVariables, loadPhrases, missingIn, phrases, searchPhrases, servingLine, textOf } from './phrases';

const OFTEN = '\u0000often';
const ALL = '\u0000all';
const OFTEN_MAX = 12;

export function PhrasesTab({ conversation }: { conversation: Conversation }) {
  const { t, language } = useT();
  const { me } = useDesk();
  const { all, loaded, fault } = useStore(phrases);
  const [query, setQuery] = useState('');
  const [folder, setFolder] = useState(ALL);
  const [at, setAt] = useState(0);
  const [speaks, setSpeaks] = useState<Language>(language);
  const [writing, setWriting] = useState<Phrase | 'new' | null>(null);
  const box = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => { void loadPhrases(); }, []);
  const here = useMemo(() => servingLine(all, conversation.tenant, conversation.line), [all, conversation.tenant, conversation.line]);
  const folders = useMemo(() => [...new Set(here.map((one) => one.folder))].sort((a, b) => a.localeCompare(b, 'zh')), [here]);
  const shown = useMemo(() => {
    if (query.trim()) return searchPhrases(here, query);
    if (folder === OFTEN) return [...here].filter((one) => one.used > 0).sort((a, b) => b.used - a.used).slice(0, OFTEN_MAX);
    return searchPhrases(folder === ALL ? here : here.filter((one) => one.folder === folder), '');
  }, [here, query, folder]);
  const chosen = Math.min(at, Math.max(0, shown.length - 1));
  useEffect(() => { setAt(0); }, [query, folder]);
  useEffect(() => { list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' }); }, [chosen]);
  const insert = (one: Phrase | undefined, back: boolean) => {
    if (!one) return;
    act('insert', fillVariables(textOf(one, speaks), conversation, me));
    void client.phrases.used(one.id).catch(() => undefined);
    if (!back) setTimeout(() => box.current?.focus(), 20);
  };
  const key = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing || event.keyCode === 229) return;
    if (event.key === 'ArrowDown') setAt((chosen + 1) % Math.max(1, shown.length));
    else if (event.key === 'ArrowUp') setAt((chosen - 1 + shown.length) % Math.max(1, shown.length));
    else if (event.key === 'Enter') insert(shown[chosen], event.ctrlKey || event.metaKey);
    else if (event.key === 'Escape' && query) setQuery('');
    else if (event.key === 'Escape') act('reply');
    else return;
    event.preventDefault();
  };
  const name = (key: string) => (key === ALL ? t('phrase.group_all') : key === OFTEN ? t('phrase.group_often') : key || t('phrase.group_none'));
  return (
    <div className="phrases">
      <div className="phrases-top">
        <label className="find"><Icon name="search" size={15} />
          <input ref={box} value={query} onChange={(event) => setQuery(event.target.value)} onKeyDown={key} placeholder={t('phrase.find')} aria-label={t('phrase.find')} role="combobox" aria-expanded="true"
            aria-controls="phrases-list" aria-activedescendant={shown[chosen] ? `phrase-${shown[chosen].id}` : undefined} spellCheck={false} />
        </label>
        <button type="button" className="phrases-lang" aria-label={t('phrase.language')} title={t('phrase.language')} onClick={() => setSpeaks(speaks === 'en' ? 'zh-CN' : 'en')}>{speaks === 'en' ? 'EN' : '中'}</button>
        <IconButton icon="plus" size={16} label={t('phrase.new_own')} onClick={() => setWriting('new')} />
      </div>
      {query.trim() === '' && here.length > 0 ? (
        <div className="phrases-groups" role="radiogroup" aria-label={t('phrase.groups')}>
          {[ALL, OFTEN, ...folders].map((one) => <button key={one} type="button" role="radio" aria-checked={folder === one} className={folder === one ? 'on' : ''} onClick={() => { setFolder(one); box.current?.focus(); }}>{name(one)}</button>)}
        </div>
      ) : null}
      {fault && !loaded ? <ErrorBlock fault={faultOf(fault, t)} onRetry={() => void loadPhrases(true)} />
        : !loaded ? <Skeleton lines={6} />
          : here.length === 0 ? <Empty title={t('phrase.empty')} text={t('phrase.empty_hint')}><Button small onClick={() => setWriting('new')}>{t('phrase.new_own')}</Button></Empty>
            : shown.length === 0 ? <Empty icon="search" title={t('phrase.not_found')} />
              : (
                <div className="phrases-list" id="phrases-list" role="listbox" aria-label={t('phrase.list')} ref={list}>
                  {shown.map((one, index) => {
                    const text = fillVariables(textOf(one, speaks), conversation, me);
                    const under = folder === ALL && query.trim() === '' && shown[index - 1]?.folder !== one.folder;
                    return (
                      <div key={one.id} role="presentation">
                        {under ? <div className="phrases-folder" role="presentation">{name(one.folder)}</div> : null}
                        <div id={`phrase-${one.id}`} role="option" aria-selected={index === chosen} className={`phrase${index === chosen ? ' on' : ''}`} onMouseDown={(event) => event.preventDefault()} onClick={() => { setAt(index); insert(one, true); }}>
                          <div className="phrase-head"><b>{one.title}</b>{one.audience.owner ? <small className="phrase-own">{t('phrase.own')}</small> : null}<span className="head-gap" />{one.shortcut ? <code>/{one.shortcut}</code> : null}</div>
                          <p><Marked text={text} /></p>
                        </div>
                      </div>
                    );
                  })}
                </div>
              )}
      <p className="phrases-hint">{t('phrase.hint')}{shown[chosen]?.audience.owner ? <button type="button" className="text-btn" onClick={() => setWriting(shown[chosen] ?? null)}>{t('phrase.edit')}</button> : null}</p>
      {writing ? <PhraseForm phrase={writing === 'new' ? null : writing} own tenant={conversation.tenant} onClose={() => setWriting(null)} onDone={() => void loadPhrases(true)} /> : null}
    </div>
  );
}

/** A text with the variables that have no value made visible. */
export function Marked({ text }: { text: string }) {
  if (missingIn(text).length === 0) return <>{text}</>;
  return <>{text.split(/(\{\{[^}]*\}\})/).map((part, index) => (part.startsWith('{{') ? <mark key={index} className="variable">{part.slice(2, -2).trim()}</mark> : part))}</>;
}
