/** Messages from another conversation, as a card in the thread: from where, by whom, and the way back. */
import { useId, useState } from 'react';
import type { JoinedBlock } from '@hark/api';
import { Button, Icon, useT } from '@hark/ui';
import { useDesk } from '../app/context';
import { link } from '../app/router';
import { now } from '../state/clock';
import { newSubjects } from './mailLook';
import { MessageView } from './Message';
import { undoJoin } from './undoJoin';

/** So many messages stand open; more are folded until asked for. */
const OPEN_MAX = 4;

export function JoinBlock({ block, all, here }: { block: JoinedBlock; all: JoinedBlock[]; here: string }) {
  const words = useT();
  const { t, exact } = words;
  const { desk } = useDesk();
  const [open, setOpen] = useState(block.items.length <= OPEN_MAX);
  const [busy, setBusy] = useState(false);
  const id = useId();
  const { number } = block.origin;
  // What was merged into the one that was merged here stands within its card.
  const within = all.filter((one) => one.holder.id === block.origin.id && one.holder.id !== here);
  const subjects = newSubjects(block.items);
  const back = async () => {
    setBusy(true);
    await undoJoin(desk, block, here, t);
    setBusy(false);
  };
  return (
    <section className={`join-block join-${block.kind}`} aria-label={t('join.split_from', { number })}>
      <header>
        <button type="button" className="join-fold" aria-expanded={open} aria-controls={id} aria-label={t(open ? 'join.hide' : 'join.show', { number })} onClick={() => setOpen(!open)}><Icon name={open ? 'down' : 'next'} size={15} /></button>
        <Icon name={block.kind === 'merged' ? 'merge' : block.kind === 'split' ? 'split' : 'forward'} size={15} />
        <a {...link(`/c/${block.origin.id}`)} title={exact(block.at)}>{t(`join.block.${block.kind}`, { number, n: block.items.length, by: block.by?.alias ?? t('join.program'), when: words.moment(block.at, now()) })}</a>
        {block.undoable ? <Button small look="quiet" busy={busy} aria-label={t('join.undo_label', { number })} onClick={() => void back()}><Icon name="undo" size={13} />{t('join.undo')}</Button> : null}
      </header>
      <div id={id} hidden={!open} className="join-items">
        {open ? (
          <>
            {block.more ? <p className="hint"><a {...link(`/c/${block.origin.id}`)}>{t('join.earlier', { number })}</a></p> : null}
            {within.map((one) => <JoinBlock key={one.id} block={one} all={all} here={here} />)}
            {block.items.map((message) => <div key={message.id} className="line"><MessageView message={message} tail subject={subjects.get(message.id) ?? null} /></div>)}
            {block.items.length === 0 && within.length === 0 ? <p className="hint">{t('join.none')}</p> : null}
          </>
        ) : null}
      </div>
    </section>
  );
}
