/** What is found in a reply while it is written: words to be careful with, and other clients' names. */
import { useEffect, useState } from 'react';
import type { ConversationId, Mode, WordHit } from '@hark/api';
import { Button, Icon, useT } from '@hark/ui';
import { client } from '../state/session';

const ASK_AFTER_MS = 350;
/** Places named one by one; more are counted only. */
const SHOWN_MAX = 4;

export interface Found { body: string; hits: WordHit[] }
const nothing: Found = { body: '', hits: [] };

/** Asks the server, once the writer pauses, what is found in a reply. A note is nobody's business. */
export function useWording(conversation: ConversationId, mode: Mode, body: string): Found {
  const [found, setFound] = useState<Found>(nothing);
  useEffect(() => {
    if (mode === 'note' || body.trim() === '') { setFound(nothing); return; }
    const abort = new AbortController();
    const timer = setTimeout(() => {
      client.conversations.wording(conversation, body, abort.signal).then((answer) => setFound({ body, hits: answer.hits })).catch(() => undefined);
    }, ASK_AFTER_MS);
    return () => { clearTimeout(timer); abort.abort(); };
  }, [conversation, mode, body]);
  return found;
}

/** Is a person to look once more before this is sent? */
export function asks(found: Found, body: string): 'block' | 'warn' | null {
  if (found.body !== body) return null;
  if (found.hits.some((hit) => hit.action === 'block')) return 'block';
  return found.hits.some((hit) => hit.action === 'warn') ? 'warn' : null;
}

/** The places, as words of the text itself. */
export function WordStrip({ found, body }: { found: Found; body: string }) {
  const { t } = useT();
  if (found.body !== body || found.hits.length === 0) return null;
  const shown = found.hits.slice(0, SHOWN_MAX);
  return (
    <div className="word-strip" role="status" aria-label={t('words.found')}>
      {shown.map((hit, at) => (
        <span key={at} className={`word-hit word-${hit.action}`}>
          <Icon name="alert" size={12} /><b>{body.slice(hit.start, hit.end)}</b> {hit.kind === 'other_client' ? t('words.other_client') : `${hit.category ?? ''} · ${t(`words.${hit.action}`)}`}
        </span>
      ))}
      {found.hits.length > SHOWN_MAX ? <span className="num">+{found.hits.length - SHOWN_MAX}</span> : null}
    </div>
  );
}

/** The question before sending: change it, or stand by it where that is allowed. */
export function WordQuestion({ kind, title, onChange, onSend }: { kind: 'block' | 'warn'; title?: string; onChange: () => void; onSend: () => void }) {
  const { t } = useT();
  const head = kind === 'block' ? t('words.blocked_title') : t('words.warned_title');
  return (
    <div className={`guard${kind === 'block' ? ' guard-red' : ''}`} role="alertdialog" aria-label={head}>
      <Icon name="alert" size={17} />
      <div><b>{head}</b>{title ? <p>{title}</p> : null}</div>
      <div className="guard-acts">
        <Button small look="primary" onClick={onChange}>{t('words.change')}</Button>
        {kind === 'warn' ? <Button small onClick={onSend}>{t('words.send')}</Button> : null}
      </div>
    </div>
  );
}
