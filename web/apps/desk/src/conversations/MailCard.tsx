/** A mail as it is read: from whom, to whom, about what, what was found out about the sender, and how ours went out. */
import { useEffect, useMemo, useState, type ReactNode } from 'react';
import type { MailHead, MailPerson, Message } from '@hark/api';
import { Avatar, Button, Chip, Icon, Popup, useT, type Tone } from '@hark/ui';
import { useDesk } from '../app/context';
import { tell } from '../state/faults';
import { useStore } from '../state/store';
import { MailDelivery } from './MailDelivery';
import { MailFrame, type Picture } from './MailFrame';
import { domainOf, folded, nameOf } from './mailLook';
import { fetchPictures, loadMail, readingOf } from './mailStore';
import { Body, Files, linked } from './MessageParts';

interface Props { message: Message; mail: MailHead; subject: string | null }

export function MailCard({ message, mail, subject }: Props) {
  const { t, clock, exact } = useT();
  const { desk } = useDesk();
  const store = readingOf(desk, message.id);
  const reading = useStore(store);
  const ours = message.author.kind !== 'contact';
  const stranger = ours ? null : mail.verdict;
  const name = ours ? message.author.name || t('author.bot') : mail.from?.name || message.author.name;
  const { formatted, unfolded } = reading;
  const shows = formatted && mail.html;
  useEffect(() => { if (shows || unfolded) void loadMail(desk, message); }, [desk, message, shows, unfolded]);
  const set = (part: Partial<typeof reading>) => store.set((now) => ({ ...now, ...part }));
  const files = shows ? message.attachments.filter((_, at) => !within(reading.mail?.written?.html, mail.parts[at])) : message.attachments;
  return (
    <article className={`mail${ours ? ' ours' : ''}${stranger === 'forged' ? ' forged' : ''}${message.state === 'failed' ? ' failed' : ''}`} aria-label={t('email.card', { name, subject: mail.subject || subject || '' })}>
      <header className="mail-head">
        <Avatar initial={message.author.initial || 'H'} color={message.author.color || 'var(--violet)'} size={30} />
        <div className="mail-who">
          <div className="mail-from"><b dir="auto">{name}</b>{mail.from ? <span className="mail-address num">&lt;{mail.from.address}&gt;</span> : null}<Marks mail={mail} ours={ours} /></div>
          <Recipients mail={mail} open={reading.everybody} onOpen={(everybody) => set({ everybody })} />
        </div>
        <div className="mail-side"><time className="num" title={exact(message.at)}>{clock(message.at)}</time><Details message={message} mail={mail} ours={ours} /></div>
      </header>
      {subject ? <h3 className="mail-subject" dir="auto">{subject}</h3> : null}
      {stranger === 'forged' ? <p className="mail-warning"><Icon name="alert" size={16} /><span>{t('email.forged_hint', { domain: domainOf(mail) })}</span></p> : null}
      {shows ? <Formatted message={message} mail={mail} /> : message.body ? <div className="text" dir="auto"><Body message={message} /></div> : null}
      {unfolded && !shows ? <Loading message={message}>{reading.mail?.written ? <div className="mail-quoted text" dir="auto">{linked(reading.mail.written.text_folded)}</div> : null}</Loading> : null}
      {mail.folded || mail.html ? (
        <div className="mail-tools">
          {mail.folded ? <button type="button" className="text-btn" aria-expanded={unfolded} onClick={() => set({ unfolded: !unfolded })}><Icon name="more" size={14} />{unfolded ? t('email.fold') : t('email.unfold')}</button> : null}
          {mail.html ? <button type="button" className="text-btn" aria-pressed={formatted} onClick={() => set({ formatted: !formatted })}><Icon name={formatted ? 'file' : 'image'} size={14} />{formatted ? t('email.plain') : t('email.formatted')}</button> : null}
        </div>
      ) : null}
      <Files files={files} />
      {mail.unkept.length > 0 ? <Unkept message={message} names={mail.unkept} /> : null}
      {ours ? <MailDelivery message={message} /> : null}
    </article>
  );
}

/** Does a picture stand in the text itself? */
const within = (html: string | null | undefined, part: number | undefined) => part !== undefined && Boolean(html?.includes(`data-attachment="${part}"`));

/** What changes how a mail is to be taken, in words. */
function Marks({ mail, ours }: { mail: MailHead; ours: boolean }) {
  const { t } = useT();
  const marks: { key: string; tone: Tone; text: string; hint: string }[] = [];
  if (!ours && mail.verdict === 'forged') marks.push({ key: 'v', tone: 'red', text: t('email.forged'), hint: t('email.forged_hint', { domain: domainOf(mail) }) });
  if (!ours && mail.verdict === 'unknown') marks.push({ key: 'v', tone: 'amber', text: t('email.unknown'), hint: t('email.unknown_hint') });
  if (mail.kind !== 'human') marks.push({ key: 'k', tone: mail.kind === 'bounce' || mail.kind === 'report' ? 'amber' : 'plain', text: t(`email.kind.${mail.kind}`), hint: t(`email.kind_hint.${mail.kind}`) });
  return <>{marks.map((one) => <Chip key={one.key} tone={one.tone} title={one.hint}>{one.tone === 'plain' ? null : <Icon name="alert" size={12} />}{one.text}</Chip>)}</>;
}

function Recipients({ mail, open, onOpen }: { mail: MailHead; open: boolean; onOpen: (open: boolean) => void }) {
  const { t, several } = useT();
  const fields = ([['to', mail.to], ['cc', mail.cc], ['bcc', mail.bcc]] as const).filter(([, people]) => people.length > 0);
  if (fields.length === 0) return null;
  const total = fields.reduce((sum, [, people]) => sum + people.length, 0);
  const line = folded(fields.flatMap(([, people]) => people));
  if (!open) {
    return (
      <div className="mail-to">
        <span>{t('email.to_names', { names: several(line.names) })}</span>
        {line.more > 0 ? <button type="button" className="text-btn" aria-expanded={false} onClick={() => onOpen(true)}>{t('email.more', { n: line.more })}</button>
          : <button type="button" className="text-btn" aria-expanded={false} aria-label={t('email.show_all', { n: total })} title={t('email.show_all', { n: total })} onClick={() => onOpen(true)}><Icon name="down" size={13} /></button>}
      </div>
    );
  }
  return (
    <div className="mail-to open">
      <dl>{fields.map(([key, people]) => <div key={key}><dt>{t(`email.${key}`)}</dt><dd>{people.map((one) => <Person key={one.address} one={one} />)}</dd></div>)}</dl>
      <button type="button" className="text-btn" aria-expanded={true} onClick={() => onOpen(false)}>{t('email.less')}</button>
    </div>
  );
}

function Person({ one }: { one: MailPerson }) { return <span className="mail-person" dir="auto">{nameOf(one)}{one.name ? <small className="num"> {one.address}</small> : null}</span>; }

/** What was asked for, or why it is not there. */
function Loading({ message, children }: { message: Message; children: ReactNode }) {
  const { t } = useT();
  const { desk } = useDesk();
  const { mail, fault, loading } = useStore(readingOf(desk, message.id));
  if (mail) return <>{children}</>;
  if (fault) return <p className="mail-fault" role="alert"><Icon name="alert" size={14} />{t('email.not_loaded')}<Button small look="quiet" onClick={() => void loadMail(desk, message, true)}>{t('action.retry')}</Button></p>;
  return loading ? <p className="mail-fault" role="status">{t('state.loading')}</p> : null;
}

/** The mail with its own look, on paper of its own. */
function Formatted({ message, mail }: { message: Message; mail: MailHead }) {
  const { t } = useT();
  const { desk, me } = useDesk();
  const { mail: behind, unfolded, remote, fetching } = useStore(readingOf(desk, message.id));
  const written = behind?.written ?? null;
  const pictures = useMemo(() => new Map(Object.entries(written?.pictures ?? {}).map(([part, url]): [string, Picture] => {
    const file = message.attachments[mail.parts.indexOf(Number(part))];
    return [part, { url, width: file?.width ?? null, height: file?.height ?? null }];
  })), [written, message.attachments, mail.parts]);
  const missing = remote ? Math.max(0, mail.remote_images - Object.keys(remote).length) : 0;
  return (
    <Loading message={message}>
      {mail.remote_images > 0 && !remote ? (
        <div className="mail-blocked" role="note">
          <Icon name="image" size={15} /><span>{t('email.blocked', { n: mail.remote_images })}</span>
          <Button small busy={fetching} title={t('email.show_pictures_hint')} onClick={() => void fetchPictures(desk, message).catch((error) => tell(error, t))}>{t('email.show_pictures')}</Button>
        </div>
      ) : null}
      {missing > 0 ? <div className="mail-blocked" role="status"><Icon name="image" size={15} /><span>{t('email.pictures_missing', { n: missing })}</span></div> : null}
      {written?.html ? <MailFrame html={written.html + (unfolded && written.html_folded ? `<hr>${written.html_folded}` : '')} label={mail.subject} files={me.origins.files} pictures={pictures} remote={remote} /> : written ? <div className="text" dir="auto"><Body message={message} /></div> : null}
    </Loading>
  );
}

/** Files that stand in the mail alone. */
function Unkept({ message, names }: { message: Message; names: string[] }) {
  const { t, several } = useT();
  const { desk } = useDesk();
  const { mail } = useStore(readingOf(desk, message.id));
  useEffect(() => { void loadMail(desk, message); }, [desk, message]);
  const url = mail?.written?.raw_url;
  return (
    <p className="mail-unkept"><Icon name="alert" size={14} /><span>{t('email.unkept', { names: several(names) })} {url ? <a href={url} download>{t('email.raw')}</a> : null}</span></p>
  );
}

const notes = ['altered', 'expired', 'no_key', 'length', 'from_unsigned', 'weak', 'broken', 'unavailable', 'not_aligned', 'unknown_sealer', 'unvouched', 'no_author', 'p=none', 'p=quarantine', 'p=reject'] as const;

/** Why a method found what it found, in words; one this page does not know as it stands. */
function noteOf(note: string, t: ReturnType<typeof useT>['t']): string {
  const known = notes.find((one) => one === note);
  return known ? t(`email.found.${known}`) : note;
}

/** What was found out about the sender, the way it came, and the mail as it came. */
function Details({ message, mail, ours }: { message: Message; mail: MailHead; ours: boolean }) {
  const { t, exact } = useT();
  const { desk } = useDesk();
  const [open, setOpen] = useState(false);
  const { mail: behind } = useStore(readingOf(desk, message.id));
  useEffect(() => { if (open) void loadMail(desk, message); }, [open, desk, message]);
  const { written = null, delivery = null } = behind ?? {};
  const content = (
    <div className="mail-details">
      <h3>{t('email.details')}</h3>
      <dl className="facts">
        <div><dt>{t('email.subject')}</dt><dd dir="auto">{mail.subject || t('email.subject_none')}</dd></div>
        {mail.from ? <div><dt>{t('email.from')}</dt><dd><Person one={mail.from} /></dd></div> : null}
        {mail.reply_to ? <div><dt>{t('email.reply_to')}</dt><dd><Person one={mail.reply_to} /></dd></div> : null}
        <div><dt>{t('field.when')}</dt><dd className="num">{exact(message.at)}</dd></div>
      </dl>
      <Loading message={message}>
        {ours ? null : (
          <>
            <h4>{t('email.findings')}</h4>
            <p className={`mail-verdict verdict-${mail.verdict}`}><Icon name={mail.verdict === 'aligned' || mail.verdict === 'vouched' ? 'check' : 'alert'} size={14} />{t(`email.verdict.${mail.verdict}`)}</p>
            {written && written.findings.length > 0 ? (
              <table className="mail-findings"><tbody>{written.findings.map((one, at) => <tr key={at} className={one.outcome === 'pass' ? 'pass' : one.outcome === 'none' ? '' : 'fail'}><th scope="row">{one.method.toUpperCase()}</th><td>{one.outcome}{one.note ? <small>{noteOf(one.note, t)}</small> : null}</td><td className="num">{one.domain}</td><td className="by">{t(one.by === 'hark' ? 'email.found_by.hark' : 'email.found_by.server')}</td></tr>)}</tbody></table>
            ) : null}
            {written ? <p className="hint">{t(`email.via.${written.via}`)}</p> : null}
            {written ? written.raw_url ? <p><a className="mail-raw" href={written.raw_url} download><Icon name="download" size={14} />{t('email.raw')}</a></p> : <p className="hint">{t('email.raw_masked')}</p> : null}
          </>
        )}
        {delivery ? (
          <dl className="facts">
            <div><dt>{t('field.state')}</dt><dd>{t(`email.delivery.${delivery.status}`)}</dd></div>
            <div><dt>{t('email.attempts')}</dt><dd className="num">{delivery.attempts}</dd></div>
            {delivery.next_at ? <div><dt>{t('email.next_try')}</dt><dd className="num">{exact(delivery.next_at)}</dd></div> : null}
            {delivery.answer ? <div><dt>{t('email.answer')}</dt><dd className="mail-answer">{delivery.answer}</dd></div> : null}
            {delivery.fault ? <div><dt>{t('email.code')}</dt><dd className="num">{delivery.fault}</dd></div> : null}
          </dl>
        ) : null}
      </Loading>
    </div>
  );
  return <Popup open={open} onOpen={setOpen} content={content} label={t('email.details')} placement="bottomRight"><button type="button" className="icon-btn" aria-label={t('email.details')} title={t('email.details')} aria-expanded={open}><Icon name="down" size={15} /></button></Popup>;
}
