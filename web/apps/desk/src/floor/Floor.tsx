/** The floor: its people, raised hands, briefings, handovers and notices. */
import { lazy, Suspense } from 'react';
import type { Key } from '@hark/i18n';
import { Skeleton, useT } from '@hark/ui';
import { useDesk } from '../app/context';
import { link } from '../app/router';
import { concerns } from '../state/rights';
import { useStore } from '../state/store';
import { raised } from './live';

interface FloorPage { key: string; title: Key; about: Key; nouns: string[] }
/** Shown to whoever holds a permission about one of the nouns; empty for everybody. */
const floorPages: FloorPage[] = [
  { key: 'people', title: 'floor.people', about: 'floor.people.about', nouns: ['lead'] },
  { key: 'hands', title: 'floor.hands', about: 'floor.hands.about', nouns: ['hands'] },
  { key: 'briefings', title: 'floor.briefings', about: 'floor.briefings.about', nouns: [] },
  { key: 'handovers', title: 'floor.handovers', about: 'floor.handovers.about', nouns: [] },
  { key: 'announcements', title: 'floor.announcements', about: 'floor.announcements.about', nouns: ['announcements'] },
];
const parts = {
  people: lazy(() => import('./People')),
  hands: lazy(() => import('./Hands')),
  briefings: lazy(() => import('./Briefings')),
  handovers: lazy(() => import('./Handovers')),
  announcements: lazy(() => import('./Announcements')),
};

export default function Floor({ page, id }: { page: string | null; id: string | null }) {
  const { t } = useT();
  const { me } = useDesk();
  const up = useStore(raised).filter((one) => one.state === 'raised').length;
  const allowed = floorPages.filter((one) => one.nouns.length === 0 || concerns(me, one.nouns));
  const current = allowed.find((one) => one.key === page) ?? allowed[0];
  if (!current) return null;
  const Part = parts[current.key as keyof typeof parts];
  return (
    <main className="floor" id="main">
      <header className="floor-head">
        <div><h1>{t(current.title)}</h1><p>{t(current.about)}</p></div>
        <nav className="floor-nav" aria-label={t('floor.label')}>
          {allowed.map((one) => (
            <a key={one.key} {...link(`/floor/${one.key}`)} className={one.key === current.key ? 'on' : ''} aria-current={one.key === current.key ? 'page' : undefined}>
              {t(one.title)}{one.key === 'hands' && up > 0 ? <small className="num">{up}</small> : null}
            </a>
          ))}
        </nav>
      </header>
      <div className="floor-body"><Suspense fallback={<Skeleton lines={6} />}><Part id={id} /></Suspense></div>
    </main>
  );
}
