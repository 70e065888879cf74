/** What messages of every kind are made of: text with its links and mentions, files, and why one was not delivered. */
import { Fragment, type ReactNode } from 'react';
import type { Attachment, Message } from '@hark/api';
import type { Key } from '@hark/i18n';
import { Icon, useT } from '@hark/ui';

export function Body({ message }: { message: Message }) {
  if (message.mentions.length === 0) return <>{linked(message.body)}</>;
  const names = message.mentions.map((one) => `@${one.alias}`);
  const parts = message.body.split(new RegExp(`(${names.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')})`));
  return <>{parts.map((part, at) => (names.includes(part) ? <span key={at} className="mention">{part}</span> : <Fragment key={at}>{linked(part)}</Fragment>))}</>;
}

/** Web addresses become links that tell their target nothing; everything else stays text. */
export function linked(text: string): ReactNode {
  const parts = text.split(/(https?:\/\/[^\s<>"'）】，。]+)/);
  if (parts.length === 1) return text;
  return parts.map((part, at) => (at % 2 === 1 ? <a key={at} href={part} target="_blank" rel="noopener noreferrer nofollow">{part}</a> : part));
}

export function Files({ files }: { files: Attachment[] }) {
  const { t, size } = useT();
  if (files.length === 0) return null;
  return (
    <div className="files">
      {files.map((file) => {
        const picture = file.mime.startsWith('image/') && (file.preview_url || file.mime !== 'image/svg+xml');
        if (picture) {
          const ratio = file.width && file.height ? file.width / file.height : 4 / 3;
          return (
            <a key={file.id} className="picture" href={file.url} target="_blank" rel="noopener noreferrer" title={`${file.name} · ${size(file.size)}`}>
              <img src={file.preview_url ?? file.url} alt={t('file.picture', { name: file.name })} loading="lazy" style={{ aspectRatio: String(Math.max(0.5, Math.min(3, ratio))) }} />
              <span>{file.name} · {size(file.size)}</span>
            </a>
          );
        }
        return <a key={file.id} className="file" href={file.url} target="_blank" rel="noopener noreferrer" download={file.name}><Icon name="file" size={17} /><span>{file.name}</span><small>{size(file.size)}</small></a>;
      })}
    </div>
  );
}

/** Why a message was not delivered, in words for whoever wrote it; the code stays in the title. */
export function failureOf(code: string): Key {
  switch (code.replace(/^\w+\./, '')) {
    case 'address': case 'not_there': case 'redirect': case 'gone': return 'failure.address';
    case 'no_answer': case 'no_connection': case 'broken': return 'failure.no_answer';
    case 'refused': case 'not_allowed': return 'failure.refused';
    case 'off': case 'no_secret': return 'failure.off';
    case 'busy': case 'failed': return 'failure.busy';
    default: return 'failure.other';
  }
}
