/** Under a conversation's header: its raised hand, who helps, who reads along, and a whisper to its agent. */
import { useCallback, useEffect, useState } from 'react';
import { uuid, type Conversation, type Help } from '@hark/api';
import { AreaField, Button, Dialog, Icon, notify, TextField, useT } from '@hark/ui';
import { keysOf, onAct, ownKeys, shownKeys } from '../app/actions';
import { useDesk } from '../app/context';
import { useNow } from '../state/clock';
import { tell } from '../state/faults';
import { client } from '../state/session';
import { useStore } from '../state/store';
import { floorTurn, refreshFloor } from './live';

export function HelpBar({ conversation }: { conversation: Conversation }) {
  const { t, timer, several } = useT();
  const { me } = useDesk();
  const turn = useStore(floorTurn);
  const at = useNow();
  const id = conversation.id;
  const [help, setHelp] = useState<Help | null>(null);
  const [dialog, setDialog] = useState<'raise' | 'whisper' | null>(null);
  useEffect(() => {
    let current = true;
    client.floor.help(id).then((next) => { if (current) setHelp(next); }).catch(() => undefined);
    return () => { current = false; };
  }, [id, turn]);
  const watching = help?.watchers.some((one) => one.user === me.user.id) ?? false;
  // Whoever goes elsewhere does not read along any more.
  useEffect(() => () => { if (watching) void client.floor.unwatch(id).catch(() => undefined); }, [id, watching]);
  // What is done beside a dialog leaves it open: somebody may be writing in it already.
  const run = useCallback(async (deed: () => Promise<unknown>, done?: string, from?: 'dialog') => {
    try {
      await deed();
      if (done) notify(done);
      if (from) setDialog(null);
    } catch (error) { tell(error, t); }
    refreshFloor();
  }, [t]);
  const held = conversation.assignee?.id === me.user.id;
  useEffect(() => onAct((name) => { if (name === 'hand' && held) setDialog('raise'); }), [held]);
  const keys = useStore(ownKeys);
  if (!help || conversation.status === 'resolved') return null;
  const mine = help.hands.find((one) => one.user === me.user.id);
  const others = help.watchers.filter((one) => one.user !== me.user.id);
  const whispered = help.may_help && !held && conversation.assignee;
  if (!held && help.hands.length === 0 && !help.may_help) return null;
  return (
    <div className="help-bar" role="group" aria-label={t('help.label')}>
      {help.hands.map((hand) => (
        <span key={hand.id} className={`help-hand${hand.state === 'taken' ? ' taken' : ''}`}>
          <Icon name="hand" size={15} />
          <b>{hand.alias}</b> {hand.reason}
          <em className="num">{hand.state === 'taken' ? t('help.taken_by', { name: hand.taken_alias ?? '' }) : timer(at - hand.raised_at)}</em>
          {hand.state === 'raised' && help.may_help && hand.user !== me.user.id ? <Button small look="primary" onClick={() => void run(() => client.floor.takeHand(hand.id), t('hands.taken'))}>{t('hands.take')}</Button> : null}
          {hand.user === me.user.id || help.may_help ? <Button small look="quiet" onClick={() => void run(() => client.floor.lowerHand(hand.id), t('hands.lowered'))}>{t('hands.lower')}</Button> : null}
        </span>
      ))}
      {others.length > 0 ? <span className="help-watch"><Icon name="eye" size={14} />{t('help.watchers', { names: several(others.map((one) => one.alias)) })}</span> : null}
      <span className="help-gap" />
      {held && !mine ? <Button small icon="hand" onClick={() => setDialog('raise')} title={shownKeys(keysOf('hand', keys))}>{t('hands.raise')}</Button> : null}
      {whispered ? <Button small icon="eye" aria-pressed={watching} onClick={() => void run(() => (watching ? client.floor.unwatch(id) : client.floor.watch(id)), watching ? t('help.unwatched') : t('help.watched'))}>{watching ? t('help.unwatch') : t('help.watch')}</Button> : null}
      {whispered ? <Button small icon="whisper" onClick={() => setDialog('whisper')}>{t('whisper.open')}</Button> : null}
      {dialog === 'raise' && !mine ? <Raise onClose={() => setDialog(null)} onRaise={(reason) => void run(() => client.floor.raise(id, reason), t('hands.raised'), 'dialog')} /> : null}
      {dialog === 'whisper' && conversation.assignee ? <Whisper to={conversation.assignee.alias} onClose={() => setDialog(null)} onSay={(key, body) => void run(() => client.floor.whisper(id, key, body), t('whisper.sent'), 'dialog')} /> : null}
    </div>
  );
}

function Raise({ onClose, onRaise }: { onClose: () => void; onRaise: (reason: string) => void }) {
  const { t } = useT();
  const [reason, setReason] = useState('');
  const say = () => { if (reason.trim()) onRaise(reason.trim()); };
  return (
    <Dialog open title={t('hands.raise')} onClose={onClose} confirm={{ label: t('hands.raise'), run: say, disabled: !reason.trim() }}>
      <p className="hint">{t('hands.raise_hint')}</p>
      <TextField label={t('hands.reason')} hint={t('hands.send_hint')} value={reason} onChange={setReason} max={200} onEnter={say} autoFocus placeholder={t('hands.reason_hint')} />
    </Dialog>
  );
}

function Whisper({ to, onClose, onSay }: { to: string; onClose: () => void; onSay: (key: string, body: string) => void }) {
  const { t } = useT();
  const [body, setBody] = useState('');
  const [key] = useState(uuid);
  return (
    <Dialog open title={t('whisper.title', { name: to })} onClose={onClose} confirm={{ label: t('whisper.say'), run: () => onSay(key, body.trim()), disabled: !body.trim() }}>
      <p className="hint">{t('whisper.hint')}</p>
      <AreaField label={t('whisper.text')} hint={t('whisper.send_hint')} value={body} onChange={setBody} max={2000} autoFocus />
    </Dialog>
  );
}
