/** The frame around every screen: rail, top line, what floats, and the desk's life from sign-in to sign-out. */
import { lazy, Suspense, useEffect, useState, type CSSProperties } from 'react';
import type { Me } from '@hark/api';
import { LiveRegion, setFocusHome, Skeleton, useT } from '@hark/ui';
import { Conversations } from '../conversations/Conversations';
import { changeSettings, client, session, updateMe } from '../state/session';
import { Desk } from '../state/desk';
import { useStore } from '../state/store';
import { MustRead } from '../floor/MustRead';
import { startFloor } from '../floor/live';
import { AlertBanner } from '../insight/Alerts';
import { Banner } from './Banner';
import { DeskContext } from './context';
import { KeySheet } from '../work/KeySheet';
import { loadKeys } from '../work/ownKeys';
import { forgetPhrases } from '../work/phrases';
import { tell } from '../state/faults';
import { act, actionOf, combination, isTyping, onAct } from './actions';
import { goHome, openMenu } from './focus';
import { Leaving } from './Leaving';
import { Missed } from './Missed';
import { Palette } from './Palette';
import { Rail } from './Rail';
import { Reservations } from './Reservations';
import { useRoute } from './router';
import { TopLine } from './TopLine';
import { Watermark } from './Watermark';

const Customers = lazy(() => import('../customers/Customers'));
const Day = lazy(() => import('../day/Day'));
const Floor = lazy(() => import('../floor/Floor'));
const Monitor = lazy(() => import('../insight/Monitor'));
const Wallboard = lazy(() => import('../insight/Wallboard'));
const Reports = lazy(() => import('../insight/Reports'));
const Settings = lazy(() => import('../admin/Settings'));

export function Shell({ me }: { me: Me }) {
  const [desk, setDesk] = useState<Desk | null>(null);
  const [palette, setPalette] = useState(false);
  useEffect(() => {
    const made = new Desk(client, me, (fresh) => updateMe(() => fresh), () => session.set({ name: 'out', why: 'ended' }));
    setDesk(made);
    void made.start(me.settings.layout.view ?? 'mine');
    const stopFloor = startFloor(me);
    return () => { stopFloor(); made.stop(); };
    // The desk lives as long as the person is signed in; later changes of `me` reach it through the session.
  }, []);
  const [sheet, setSheet] = useState(false);
  const { t } = useT();
  useEffect(() => setFocusHome(goHome), []);
  useEffect(() => { void loadKeys().catch(() => undefined); return forgetPhrases; }, []);
  useEffect(() => {
    const key = (event: KeyboardEvent) => {
      const name = actionOf(event) ?? (/^[?？]$/.test(event.key) && !event.isComposing && !isTyping(event.target) && !event.ctrlKey && !event.altKey && !event.metaKey ? 'sheet' : null);
      // What a dialog asks is answered first.
      if (!name && event.target === document.body && /^Arrow(Up|Down)$/.test(event.key) && combination(event) === event.code) {
        goHome();
        return;
      }
      if (!name || (document.querySelector('[aria-modal=true]') && name !== 'palette' && name !== 'sheet')) return;
      event.preventDefault();
      act(name);
    };
    window.addEventListener('keydown', key);
    return () => window.removeEventListener('keydown', key);
  }, []);
  useEffect(() => onAct((name) => {
    if (name === 'palette') setPalette((open) => !open);
    if (name === 'sheet') setSheet((open) => !open);
    if (name === 'state') openMenu('.state-btn');
    if (name === 'decline') openMenu('.reservation-decline');
    if ((name === 'ready' || name === 'busy') && desk) {
      // Enter takes what rings from now on.
      if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
      goHome();
      void desk.choose(name).catch((error) => tell(error, t));
    }
  }), [desk, t]);
  if (!desk) return null;
  return (
    <DeskContext value={{ desk, me }}>
      <div className="shell">
        <SkipLink />
        <Rail />
        <TopLine onSearch={() => setPalette(true)} />
        <div className="shell-stage">
          <Banner />
          <Missed />
          <MustRead />
          <AlertBanner />
          <Suspense fallback={<div className="page"><Skeleton lines={6} /></div>}><Area /><Arrived /></Suspense>
        </div>
        <Reservations />
        <Leaving />
        {palette ? <Palette onClose={() => setPalette(false)} /> : null}
        {sheet ? <KeySheet onClose={() => setSheet(false)} /> : null}
        {me.watermark ? <Watermark me={me} /> : null}
        <Spoken />
      </div>
    </DeskContext>
  );

  function Spoken() { return <LiveRegion text={useStore(desk!.announce)} />; }
}

function SkipLink() {
  const { t } = useT();
  return <a className="skip" href="#main">{t('shell.skip')}</a>;
}

/** Whoever goes to another area has the keyboard there, once it stands. */
function Arrived() {
  const { name } = useRoute();
  useEffect(goHome, [name]);
  return null;
}

function Area() {
  const route = useRoute();
  switch (route.name) {
    case 'customers': return <Customers id={route.id} sub={route.sub} />;
    case 'day': return <Day />;
    case 'floor': return <Floor page={route.page} id={route.id} />;
    case 'monitor': return <Monitor />;
    case 'wallboard': return <Wallboard />;
    case 'reports': return <Reports />;
    case 'settings': return <Settings page={route.page} id={route.id} />;
    default: return <Conversations id={route.name === 'conversations' ? route.id : null} />;
  }
}

/** Remembers a part of the person's layout, for every machine they sit at. */
export function remember(layout: Partial<Me['settings']['layout']>): void {
  void changeSettings({ layout }).catch(() => undefined);
}

export type Vars = CSSProperties & Record<`--${string}`, string>;
