/** How I stand, how the queues stand, the way to everything, and whether we are connected. */
import { useEffect, useRef } from 'react';
import type { ChosenState, PresenceState } from '@hark/api';
import type { Key } from '@hark/i18n';
import { Button, Icon, Kbd, Menu, sure, useT, type MenuEntry } from '@hark/ui';
import { changeSettings, client, forgetSession, session } from '../state/session';
import { tell } from '../state/faults';
import { useNow } from '../state/clock';
import { useStore } from '../state/store';
import { Bell } from './Bell';
import { breakEntries, BreakNote, breakWord, cancelBreak, Countdown } from '../floor/StateMenu';
import { myBreaks } from '../floor/live';
import { onAct } from './actions';
import { AlertBell } from '../insight/Alerts';
import { useDesk } from './context';
import { go } from './router';
import { mayLeave } from './Leaving';
import { askForNotices } from './Reservations';

const stateWords: Record<PresenceState, Key> = {
  ready: 'presence.ready', serving: 'presence.serving', wrap_up: 'presence.wrap_up', break: 'presence.break',
  busy: 'presence.busy', training: 'presence.training', meeting: 'presence.meeting', offline: 'presence.offline',
};

export function presenceKey(state: PresenceState): Key { return stateWords[state]; }

export function TopLine({ onSearch }: { onSearch: () => void }) {
  const { t } = useT();
  return (
    <header className="top">
      <StateButton />
      <Figures />
      <button type="button" className="search-box" onClick={onSearch} aria-keyshortcuts="Control+K">
        <Icon name="search" size={15} /><span>{t('top.search')}</span><Kbd>Ctrl K</Kbd>
      </button>
      <AlertBell />
      <Connection />
      <Bell />
      <MeMenu />
    </header>
  );
}

function StateButton() {
  const { t, timer, language } = useT();
  const { desk } = useDesk();
  const presence = useStore(desk.presence);
  const breaks = useStore(myBreaks);
  const waits = breaks?.current?.state === 'asked' || breaks?.current?.state === 'queued' || breaks?.current?.state === 'granted';
  const at = useNow();
  const leave = async () => {
    if (await mayLeave(desk, t('presence.sign_off'))) await desk.choose('offline').catch((error) => tell(error, t));
  };
  const choose = (state: ChosenState) => {
    // The focus does not stay here: Enter is to take the work that rings next.
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    if (state === 'ready') askForNotices();
    if (state === 'offline') void leave();
    else void desk.choose(state).catch((error) => tell(error, t));
  };
  const on = presence.state !== 'offline';
  // What a lead set is left by signing out alone, as long as it holds; beside the state stands why.
  const held = on && (breaks?.forced?.held ?? false) && !(breaks?.forced?.until && breaks.forced.until <= at);
  const receiving = presence.state === 'ready' || presence.state === 'serving' || presence.state === 'wrap_up';
  const entries: MenuEntry[] = [
    { key: 'ready', label: t('presence.go_ready'), run: () => choose('ready'), checked: receiving, disabled: held && presence.state !== 'wrap_up' },
    { key: 'busy', label: t('presence.go_busy'), run: () => choose('busy'), checked: presence.state === 'busy', disabled: held },
    { key: 'break', label: t('presence.break'), items: breakEntries(breaks, language, t) },
    ...(waits ? [{ key: 'cancel', label: t('breaks.cancel_wish'), run: () => void cancelBreak(t) }] : []),
    { key: 'training', label: t('presence.training'), run: () => choose('training'), checked: presence.state === 'training', disabled: held },
    { key: 'meeting', label: t('presence.meeting'), run: () => choose('meeting'), checked: presence.state === 'meeting', disabled: held },
    { key: 'd', divider: true },
    { key: 'offline', label: t('presence.sign_off'), run: () => choose('offline'), checked: !on },
  ];
  const kind = presence.state === 'break' ? breakWord(breaks, presence.kind, language) : '';
  const running = presence.state === 'break' && breaks?.current?.state === 'active' ? breaks.current : null;
  return (
    <div className="state-group">
      <Menu entries={entries}>
        <button type="button" className="state-btn" aria-label={t('presence.change', { state: t(stateWords[presence.state]) })}>
          <i className={`dot dot-${receiving ? 'green' : on ? 'amber' : 'grey'}`} />
          <b>{t(stateWords[presence.state])}{kind}{on ? <span className="num"> {presence.load}/{presence.capacity}</span> : null}</b>
          {running?.due_at ? <Countdown due={running.due_at} /> : on && presence.since > 0 ? <span className="num state-time">{timer(at - presence.since)}</span> : null}
          <Icon name="down" size={13} />
        </button>
      </Menu>
      {receiving
        ? <Button className="top-wide" disabled={held} onClick={() => choose('busy')}>{t('presence.go_busy')}</Button>
        : <Button look="primary" className="top-wide" disabled={held && presence.state !== 'wrap_up'} onClick={() => choose('ready')}>{on ? t('presence.go_ready') : t('presence.sign_on')}</Button>}
      <BreakNote />
    </div>
  );
}

function Figures() {
  const { t, timer, number } = useT();
  const { desk } = useDesk();
  const queues = useStore(desk.queues);
  const figures = useStore(desk.figures);
  const all = [...queues.values()];
  const waiting = all.length > 0 ? all.reduce((sum, queue) => sum + queue.waiting, 0) : figures?.waiting;
  const at = useNow();
  // Whoever waits longest waits on between two tellings.
  const waits = all.filter((queue) => queue.waiting > 0).map((queue) => queue.longest_wait_ms + at - queue.seen_at);
  const longest = all.length > 0 ? Math.max(0, ...waits) : figures?.longest_wait_ms;
  if (waiting === undefined) return <div className="figures" />;
  return (
    <div className="figures">
      <span className={waiting > 0 ? 'warn' : ''}>{t('top.waiting')} <b className="num">{number(waiting)}</b></span>
      {waiting > 0 && longest ? <span>{t('top.longest')} <b className="num">{timer(longest)}</b></span> : null}
      {figures?.within_3min_rate != null ? <span className="figure-rate">{t('top.within_3min')} <b className="num">{number(figures.within_3min_rate * 100, 1)} %</b></span> : null}
    </div>
  );
}

function Connection() {
  const { t } = useT();
  const { desk } = useDesk();
  const link = useStore(desk.link);
  const pending = useStore(desk.outbox).length;
  const good = link.name === 'live';
  const word = good ? t('link.live') : link.name === 'connecting' ? t('link.connecting') : link.name === 'waiting' ? t('link.waiting') : t('link.idle');
  return (
    <div className="conn" role="status">
      <i className={`dot dot-small dot-${good ? 'green' : 'amber'}`} /><span>{word}</span>
      {pending > 0 ? <span className="conn-pending">{t('link.pending', { n: pending })}</span> : null}
    </div>
  );
}

function MeMenu() {
  const { t } = useT();
  const { desk, me } = useDesk();
  const { settings } = me;
  const set = (change: Parameters<typeof changeSettings>[0]) => () => void changeSettings(change).catch((error) => tell(error, t));
  const one = <K extends 'language' | 'theme' | 'density' | 'send_key'>(field: K, value: (typeof settings)[K], label: string): MenuEntry =>
    ({ key: `${field}.${value}`, label, checked: settings[field] === value, run: set({ [field]: value }) });
  const signOut = async () => {
    if (desk.outbox.get().length > 0 && !await sure(t('me.unsent', { n: desk.outbox.get().length }), t('me.sign_out'))) return;
    if (!await mayLeave(desk, t('me.sign_out'))) return;
    try {
      await client.session.end();
      forgetSession();
      desk.sender.clear();
      desk.stop();
      session.set({ name: 'out', why: 'new' });
    } catch (error) {
      tell(error, t);
    }
  };
  const leaving = useRef(signOut);
  leaving.current = signOut;
  useEffect(() => onAct((name) => { if (name === 'sign_out') void leaving.current(); }), []);
  const entries: MenuEntry[] = [
    { key: 'who', heading: `${me.user.alias} · ${me.user.number} · ${me.user.name}` },
    { key: 'language', label: t('me.language'), items: [one('language', 'zh-CN', '简体中文'), one('language', 'en', 'English')] },
    { key: 'theme', label: t('me.theme'), items: [one('theme', 'light', t('theme.light')), one('theme', 'dark', t('theme.dark')), one('theme', 'system', t('theme.system'))] },
    { key: 'density', label: t('me.density'), items: [one('density', 'normal', t('density.normal')), one('density', 'large', t('density.large'))] },
    { key: 'send', label: t('me.send_key'), items: [one('send_key', 'enter', t('send_key.enter')), one('send_key', 'ctrl_enter', t('send_key.ctrl_enter'))] },
    { key: 'sound', label: t('me.sound'), checked: settings.layout.sound !== false, run: set({ layout: { sound: settings.layout.sound === false } }) },
    { key: 'd1', divider: true },
    { key: 'account', label: t('me.account'), icon: 'user', run: () => go('/settings/account') },
    { key: 'out', label: t('me.sign_out'), icon: 'out', run: () => void signOut() },
  ];
  return (
    <Menu entries={entries} placement="bottomRight">
      <button type="button" className="me-btn" aria-label={t('me.label', { name: me.user.alias })}>{me.user.alias.slice(0, 1)}</button>
    </Menu>
  );
}
