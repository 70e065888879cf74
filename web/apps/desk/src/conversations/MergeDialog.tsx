/** Merges two conversations of one customer: which other one, which of the two goes on, and what it will look like. */
import { useEffect, useState } from 'react';
import type { Conversation, TimelineEntry } from '@hark/api';
import { Dialog, ErrorBlock, Icon, notify, Skeleton, useT, type Fault } from '@hark/ui';
import { useDesk } from '../app/context';
import { go } from '../app/router';
import { now } from '../state/clock';
import { faultOf, tell } from '../state/faults';
import type { Thread } from '../state/thread';
import { undoJoin } from './undoJoin';

/** Pages of the customer's past that are looked through. */
const PAGES_MAX = 4;

interface Other { id: string; number: number; at: number; text: string; ended: boolean }

export function MergeDialog({ conversation, thread, onClose }: { conversation: Conversation; thread: Thread; onClose: () => void }) {
  const { t } = useT();
  const { desk } = useDesk();
  const [others, setOthers] = useState<Other[] | null>(null);
  const [fault, setFault] = useState<Fault | null>(null);
  const [chosen, setChosen] = useState<string | null>(null);
  const [there, setThere] = useState(false);
  const [busy, setBusy] = useState(false);
  const { name } = conversation.contact;
  const closed = conversation.status === 'resolved';
  useEffect(() => {
    let current = true;
    void othersOf(desk.client, conversation)
      .then((all) => { if (current) { setOthers(all); setChosen(all.find((one) => !closed || !one.ended)?.id ?? null); setThere(closed); } })
      .catch((error) => { if (current) setFault(faultOf(error, t)); });
    return () => { current = false; };
  }, [desk, conversation.id]);
  const other = others?.find((one) => one.id === chosen) ?? null;
  const into = other ? (there && !other.ended ? { id: other.id, number: other.number } : { id: conversation.id, number: conversation.number }) : null;
  const from = other && into ? (into.id === other.id ? { id: conversation.id, number: conversation.number } : { id: other.id, number: other.number }) : null;
  const able = Boolean(into && from) && !(into?.id === conversation.id && closed);
  const merge = async () => {
    if (!able || !into || !from || busy) return;
    setBusy(true);
    try {
      const done = desk.took(await desk.client.conversations.merge(from.id, into.id));
      void desk.rejoin(from.id);
      const join = done.joins.find((one) => one.kind === 'merged' && one.origin.id === from.id);
      notify(t('merge_c.done', { from: from.number, into: into.number }), join ? { action: { label: t('join.undo'), run: () => void undoJoin(desk, join, done.id, t) } } : {});
      onClose();
      go(`/c/${done.id}`);
    } catch (error) {
      tell(error, t);
      setBusy(false);
    }
  };
  return (
    <Dialog open title={t('merge_c.title', { number: conversation.number })} onClose={onClose} width={640} confirm={into ? { label: t('merge_c.do', { number: into.number }), busy, disabled: !able, run: () => void merge() } : null}>
      {fault ? <ErrorBlock fault={fault} /> : others === null ? <Skeleton lines={4} /> : others.length === 0 ? <p className="hint">{t('merge_c.none', { name })}</p> : (
        <div className="merge-conversations">
          <p className="hint">{t('merge_c.hint', { name })}</p>
          <fieldset className="merge-list">
            <legend>{t('merge_c.which')}</legend>
            {others.map((one, at) => <OtherLine key={one.id} one={one} first={at === 0} on={one.id === chosen} disabled={closed && one.ended} onChoose={() => { setChosen(one.id); if (one.ended) setThere(false); }} />)}
          </fieldset>
          {other ? (
            <fieldset className="merge-way">
              <legend>{t('merge_c.direction')}</legend>
              <label><input type="radio" name="way" checked={into?.id === conversation.id} disabled={closed} onChange={() => setThere(false)} />{t('merge_c.here', { number: conversation.number })}</label>
              <label><input type="radio" name="way" checked={into?.id === other.id} disabled={other.ended} onChange={() => setThere(true)} />{t('merge_c.there', { number: other.number })}{other.ended ? <small> · {t('merge_c.ended')}</small> : null}</label>
            </fieldset>
          ) : null}
          {into && from && other ? <Preview into={into.number} from={from.number} mine={into.id === conversation.id ? lastSaid(thread) : other.text} theirs={into.id === conversation.id ? other.text : lastSaid(thread)} /> : null}
        </div>
      )}
    </Dialog>
  );
}

const lastSaid = (thread: Thread): string => [...thread.messages].reverse().find((one) => one.kind === 'text' && !one.whisper)?.body ?? '';

function OtherLine({ one, first, on, disabled, onChoose }: { one: Other; first: boolean; on: boolean; disabled: boolean; onChoose: () => void }) {
  const { t, moment, exact } = useT();
  return (
    <label className={`merge-other${on ? ' on' : ''}`}>
      <input type="radio" name="other" checked={on} disabled={disabled} autoFocus={first} onChange={onChoose} />
      <span className="num">#{one.number}</span>
      <span className="merge-text" dir="auto">{one.text || '—'}</span>
      <small>{t(one.ended ? 'status.resolved' : 'merge_c.open')}</small>
      <time className="num" title={exact(one.at)}>{moment(one.at, now())}</time>
    </label>
  );
}

/** The thread as it will be: the block, then what goes on. */
function Preview({ into, from, mine, theirs }: { into: number; from: number; mine: string; theirs: string }) {
  const { t } = useT();
  return (
    <section className="merge-preview" aria-label={t('merge_c.preview')}>
      <h3>{t('merge_c.preview')}</h3>
      <div className="merge-thread" aria-hidden="true">
        <b className="num">#{into}</b>
        {mine ? <p dir="auto">{mine}</p> : null}
        <div className="join-block join-merged"><header><Icon name="merge" size={14} /><span>#{from}</span></header>{theirs ? <p dir="auto">{theirs}</p> : null}</div>
      </div>
      <ul className="hint"><li>{t('merge_c.preview_goes', { number: into })}</li><li>{t('merge_c.preview_ends', { number: from })}</li></ul>
    </section>
  );
}

/** The customer's other conversations on this line and channel, the newest first; those that go on elsewhere are left out. */
async function othersOf(client: ReturnType<typeof useDesk>['desk']['client'], conversation: Conversation): Promise<Other[]> {
  const all: TimelineEntry[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const found: { items: TimelineEntry[]; next: string | null } = await client.contacts.timeline(conversation.contact.id, cursor);
    all.push(...found.items);
    cursor = found.next;
    if (!cursor) break;
  }
  return all.flatMap((one) => {
    const facts = one.data;
    const fits = one.conversation && one.conversation !== conversation.id && one.line === conversation.line && facts?.channel === conversation.channel && !facts.merged;
    return fits ? [{ id: one.conversation ?? '', number: Number(facts.number), at: one.at, text: one.text, ended: Boolean(facts.resolved_at) }] : [];
  });
}
