/** Why a conversation went where it went: each offer with who was considered and why not they, and where it stands now. */
import { useCallback, useEffect, useState } from 'react';
import type { Considered, Offer, Offers, Standing } from '@hark/api';
import type { Key, Translator } from '@hark/i18n';
import { Button, Chip, Empty, ErrorBlock, SidePanel, Skeleton, useT, type Fault, type Tone } from '@hark/ui';
import { now } from '../state/clock';
import { faultOf } from '../state/faults';
import { client } from '../state/session';

const tones: Record<string, Tone> = { accepted: 'green', active: 'accent', declined: 'amber', lapsed: 'amber', withdrawn: 'plain' };
const points = ['waited', 'item', 'queue', 'contact_tier', 'client_tier', 'repeat', 'straight'] as const;

export function OffersDrawer({ conversation, onClose }: { conversation: string; onClose: () => void }) {
  const { t } = useT();
  const [all, setAll] = useState<Offers | null>(null);
  const [fault, setFault] = useState<Fault | null>(null);
  const load = useCallback((cursor: string | null) => {
    setFault(null);
    client.routing.offers(conversation as never, cursor).then((page) => setAll((before) => (cursor && before ? { ...page, now: before.now, items: [...before.items, ...page.items] } : page))).catch((error) => setFault(faultOf(error, t)));
  }, [conversation, t]);
  useEffect(() => load(null), [load]);
  return (
    <SidePanel open title={t('offers.title')} onClose={onClose} width={520}>
      {fault ? <ErrorBlock fault={fault} onRetry={() => load(null)} /> : null}
      {!all && !fault ? <Skeleton lines={6} /> : null}
      {all?.now ? <Now now={all.now} /> : null}
      {all && all.items.length === 0 && !all.now ? <Empty icon="clock" title={t('offers.empty')} text={t('offers.empty_hint')} /> : null}
      {all?.items.map((offer) => <One key={offer.id} offer={offer} />)}
      {all?.next ? <Button small onClick={() => load(all.next)}>{t('action.more')}</Button> : null}
    </SidePanel>
  );
}

function Now({ now: where }: { now: NonNullable<Offers['now']> }) {
  const { t, length } = useT();
  const said = [where.place ? t('offers.place', { n: where.place }) : '', where.estimate_ms !== null ? t('offers.estimate', { length: length(where.estimate_ms) }) : ''].filter(Boolean);
  return (
    <section className="offer">
      <header><b>{t('offers.now')}</b><span>{t('offers.now_waits', { queue: where.queue_name })}</span><span className="offer-gap" /><span className="num">{said.join(' · ')}</span></header>
      <Points standing={where.standing} />
      {where.considered.length > 0 ? <Others list={where.considered} /> : <p className="hint">{t('offers.nobody')}</p>}
    </section>
  );
}

function One({ offer }: { offer: Offer }) {
  const words = useT();
  const { t, ago, exact, length } = words;
  const name = offer.agent.alias;
  const why = offer.why.map((one) => whyWord(one, words)).filter(Boolean);
  return (
    <section className="offer">
      <header>
        <b>{t(offer.kind === 'given' ? 'offers.given' : 'offers.offered', { name })}</b>
        {offer.state ? <Chip tone={tones[offer.state] ?? 'plain'}>{t(`offers.state.${offer.state}` as Key)}</Chip> : null}
        <span className="offer-gap" /><time title={exact(offer.at)}>{ago(offer.at, now())}</time>
      </header>
      <p className="offer-why">{why.join(' · ')}</p>
      <p className="hint">{[offer.queue_name, offer.waited_ms !== null ? t('offers.waited', { length: length(offer.waited_ms) }) : '', offer.able ? t('offers.able', { count: offer.candidates ?? 0, able: offer.able }) : ''].filter(Boolean).join(' · ')}</p>
      {offer.standing ? <Points standing={offer.standing} /> : null}
      {offer.considered.length > 1 ? <details><summary>{t('offers.others')}</summary><Others list={offer.considered} /></details> : null}
    </section>
  );
}

function Points({ standing }: { standing: Standing }) {
  const { t, number } = useT();
  const parts = points.filter((key) => standing[key] !== 0);
  const sum = points.reduce((total, key) => total + standing[key], 0);
  return <p className="hint num">{[t('offers.points', { n: number(sum) }), ...parts.map((key) => `${t(`points.${key}`)} ${number(standing[key])}`)].join(' · ')}</p>;
}

function Others({ list }: { list: Considered[] }) {
  const words = useT();
  return (
    <ul className="offer-others">{list.map((one) => (
      <li key={one.agent.id} className={one.verdict === 'offered' || one.verdict === 'holds' ? 'on' : ''}>
        <b>{one.agent.alias}</b><span>{verdictWord(one, words)}</span><span className="num">{figures(one, words)}</span>
      </li>
    ))}</ul>
  );
}

function whyWord(why: Offer['why'][number], { t, length, number }: Translator): string {
  const n = why.value ?? 0;
  switch (why.reason) {
    case 'candidates': return n === 1 ? t('offers.why.candidates_one') : t('offers.why.candidates', { n });
    case 'longest_idle': return t('offers.why.longest_idle', { length: length(n) });
    default: return t(`offers.why.${why.reason}` as Key, { n: number(n), of: why.of ?? 0 });
  }
}

function verdictWord(one: Considered, { t, length }: Translator): string {
  return t(`verdict.${one.verdict}` as Key, {
    skill: one.skill ?? '', has: one.has ?? 0, needed: one.needed ?? 0, of: one.of ?? 0, who: one.kept_for ?? '',
    state: one.state ? t(`presence.${one.state}` as Key) : '', length: one.verdict === 'helps_later' ? length(one.until ?? 0) : '',
  });
}

function figures(one: Considered, { t, length }: Translator): string {
  if (one.idle_ms === null) return '';
  return [one.stage ? t('figure.stage') : '', one.levels ? t('figure.skills', { n: one.levels }) : '', t('figure.idle', { length: length(one.idle_ms) }), t('figure.load', { n: one.load ?? 0, of: one.of ?? 0 })].filter(Boolean).join(' · ');
}
