/** When a reply is to go: the times people mean, or one of one's own, in the zone of the line. */
import { useEffect, useState } from 'react';
import { Problem, type AttachmentId, type Conversation, type MailInput, type Scheduled } from '@hark/api';
import type { Key } from '@hark/i18n';
import { AreaField, Button, Dialog, notify, TextField, useT } from '@hark/ui';
import { useDesk } from '../app/context';
import { now } from '../state/clock';
import { tell } from '../state/faults';
import { knows, moment, nextAt, wall } from '../state/zones';

const HOUR_MS = 3_600_000;
/** The server wants ten seconds at the least; a person needs no less than a minute. */
const AHEAD_MIN_MS = 60_000;

interface Props {
  conversation: Conversation; seen: number; onClose: () => void;
  /** One that waits already and is changed; otherwise what was written is sent. */
  record?: Scheduled; body?: string; mail?: MailInput; attachments?: AttachmentId[]; onDone?: () => void;
}

export function SendLater({ conversation, seen, record, body, mail, attachments, onClose, onDone }: Props) {
  const { t } = useT();
  const { desk } = useDesk();
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const [zone, setZone] = useState(knows(record?.zone) ? record.zone : own);
  const [text, setText] = useState(record?.body ?? body ?? '');
  const [at, setAt] = useState(record ? wall(zone, Math.max(record.due_at, now() + HOUR_MS)) : '');
  const [busy, setBusy] = useState(false);
  const [asked, setAsked] = useState<string | null>(null);
  useEffect(() => {
    if (record) return;
    // Times are the customer's: those of the line's calendar, where it has one.
    desk.client.conversations.scheduled(conversation.id).then((list) => { if (knows(list.zone)) setZone(list.zone); }).catch(() => undefined);
  }, [desk, conversation.id, record]);
  const start = now();
  const presets: [Key, number][] = [['schedule.hour', start + HOUR_MS], ['schedule.evening', nextAt(zone, start, 18, 0)], ['schedule.tomorrow', nextAt(zone, start, 9, 1)], ['schedule.monday', nextAt(zone, start, 9, 1, 1)]];
  const first = (place: number, due: number) => presets.findIndex(([, other]) => other === due) === place;
  const shown = presets.filter(([key, due], place) => first(place, due) && (key !== 'schedule.evening' || wall(zone, due).slice(0, 10) === wall(zone, start).slice(0, 10)));
  const due = moment(zone, at);
  const fits = due !== null && due - start >= AHEAD_MIN_MS;
  const save = async (when: number, confirmed = false) => {
    setBusy(true);
    try {
      if (record) await desk.client.conversations.changeScheduled(conversation.id, record.id, { body: text, due_at: when, zone, seen_seq: seen, confirmed });
      else await desk.client.conversations.schedule(conversation.id, { body: text, attachments: attachments ?? [], due_at: when, zone, seen_seq: seen, confirmed, ...(mail && { mail }) });
      notify(t('schedule.done'));
      onDone?.();
      onClose();
    } catch (error) {
      setBusy(false);
      if (error instanceof Problem && (error.code === 'message.words_warned' || error.code === 'message.other_client')) setAsked(error.title);
      else tell(error, t);
    }
  };
  return (
    <Dialog open title={t('schedule.title')} onClose={onClose} width={480} confirm={{ label: asked ? t('words.send') : t('schedule.set'), disabled: !fits || text.trim() === '' && !attachments?.length, busy, run: () => { if (due !== null) void save(due, asked !== null); } }}>
      <p className="hint">{t('schedule.hint', { zone: zone.replace('_', ' ') })}</p>
      <div className="later-presets">{shown.map(([key, when]) => <Button key={key} onClick={() => setAt(wall(zone, when))} aria-pressed={at === wall(zone, when)}>{t(key)}<small className="num">{wall(zone, when).slice(5).replace('T', ' ')}</small></Button>)}</div>
      <TextField label={t('schedule.own')} type="datetime-local" value={at} onChange={setAt} error={at && !fits ? t('schedule.past') : null} />
      {record ? <AreaField label={t('schedule.text')} value={text} rows={4} max={16_000} onChange={(next) => { setText(next); setAsked(null); }} /> : null}
      {asked ? <p className="later-asked" role="alert">{asked}</p> : null}
    </Dialog>
  );
}
