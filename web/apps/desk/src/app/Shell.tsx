/** The frame around every screen: rail, top line, what floats, and the desk's life from sign-in to sign-out. */
import { lazy, Suspense, useEffect, useState, type CSSProperties } from 'react';
import type { Me } from '@hark/api';
import { LiveRegion, Skeleton, useT } from '@hark/ui';
import { Conversations } from '../conversations/Conversations';
import { changeSettings, client, session, updateMe } from '../state/session';
import { Desk } from '../state/desk';
import { useStore } from '../state/store';
import { MustRead } from '../floor/MustRead';
import { startFloor } from '../floor/live';
import { Banner } from './Banner';
import { DeskContext } from './context';
import { Palette } from './Palette';
import { Rail } from './Rail';
import { Reservations } from './Reservations';
import { useRoute } from './router';
import { TopLine } from './TopLine';

const Customers = lazy(() => import('../customers/Customers'));
const Floor = lazy(() => import('../floor/Floor'));
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
  useEffect(() => {
    const key = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k' && !event.isComposing) {
        event.preventDefault();
        setPalette((open) => !open);
      }
    };
    window.addEventListener('keydown', key);
    return () => window.removeEventListener('keydown', key);
  }, []);
  if (!desk) return null;
  return (
    <DeskContext value={{ desk, me }}>
      <div className="shell">
        <SkipLink />
        <Rail />
        <TopLine onSearch={() => setPalette(true)} />
        <div className="stage">
          <Banner />
          <MustRead />
          <Suspense fallback={<div className="page"><Skeleton lines={6} /></div>}><Area /></Suspense>
        </div>
        <Reservations />
        {palette ? <Palette onClose={() => setPalette(false)} /> : null}
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

function Area() {
  const route = useRoute();
  switch (route.name) {
    case 'customers': return <Customers id={route.id} />;
    case 'floor': return <Floor page={route.page} id={route.id} />;
    case 'settings': return <Settings page={route.page} id={route.id} />;
    default: return <Conversations id={route.name === 'conversations' ? route.id : null} />;
  }
}

/** Alias, number and time across the screen, where a client asks for it: a photograph names its source. */
function Watermark({ me }: { me: Me }) {
  const [at, setAt] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setAt(new Date()), 60_000);
    return () => clearInterval(timer);
  }, []);
  const two = (value: number) => String(value).padStart(2, '0');
  const text = `${me.user.alias} ${me.user.number} · ${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`;
  return <div className="watermark" aria-hidden="true">{Array.from({ length: 40 }, (_, i) => <span key={i}>{text}</span>)}</div>;
}

/** Remembers a part of the person's layout, for every machine they sit at. */
export function remember(layout: Partial<Me['settings']['layout']>): void {
  void changeSettings({ layout }).catch(() => undefined);
}

export type Vars = CSSProperties & Record<`--${string}`, string>;
