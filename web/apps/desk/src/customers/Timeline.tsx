/** Everything a customer and we had with each other, newest first. */
import { useCallback, useEffect, useState } from 'react';
import type { TimelineEntry } from '@hark/api';
import { Button, channelIcon, Empty, ErrorBlock, Icon, IconButton, Skeleton, useT, type Fault } from '@hark/ui';
import { link } from '../app/router';
import { useNow } from '../state/clock';
import { OffersDrawer } from '../conversations/OffersDrawer';
import { faultOf } from '../state/faults';
import { client } from '../state/session';

export function Timeline({ contact, current }: { contact: string; current?: string }) {
  const { t, ago, exact } = useT();
  const at = useNow();
  const [list, setList] = useState<TimelineEntry[] | null>(null);
  const [why, setWhy] = useState<string | null>(null);
  const [next, setNext] = useState<string | null>(null);
  const [fault, setFault] = useState<Fault | null>(null);
  const load = useCallback((cursor: string | null) => {
    setFault(null);
    client.contacts.timeline(contact, cursor).then((page) => {
      setList((before) => (cursor ? [...(before ?? []), ...page.items] : page.items));
      setNext(page.next);
    }).catch((error) => setFault(faultOf(error, t)));
  }, [contact, t]);
  useEffect(() => load(null), [load]);
  if (fault) return <ErrorBlock fault={fault} onRetry={() => load(null)} />;
  if (!list) return <Skeleton lines={6} />;
  if (list.length === 0) return <Empty icon="clock" title={t('timeline.empty')} />;
  return (
    <ol className="timeline">
      {list.map((one, index) => {
        // Not everything that happened has further facts.
        const facts = one.data ?? {};
        return (
        <li key={index} className={one.conversation === current ? 'now' : ''}>
          <span className="timeline-mark"><Icon name={facts.channel ? channelIcon(facts.channel) : one.conversation ? 'chat' : 'user'} size={13} /></span>
          <div>
            <div className="timeline-top">
              {one.conversation ? <a {...link(`/c/${one.conversation}`)}>{t('timeline.conversation', { number: facts.number ?? '' })}</a> : <b>{one.kind === 'contact.created' ? t('timeline.created') : one.text || one.kind}</b>}
              <time title={exact(one.at)}>{ago(one.at, at)}</time>
              {one.conversation ? <IconButton icon="people" size={14} label={t('act.why')} onClick={() => setWhy(one.conversation)} /> : null}
            </div>
            {one.conversation && one.text ? <p>{one.text}</p> : null}
            <small>{[facts.channel ? t(`channel.${facts.channel}`) : null, one.conversation ? t(facts.resolved_at ? 'status.resolved' : 'status.open') : null, one.conversation === current ? t('timeline.this') : null].filter(Boolean).join(' · ')}</small>
          </div>
        </li>
        );
      })}
      {why ? <OffersDrawer conversation={why} onClose={() => setWhy(null)} /> : null}
      {next ? <li><Button small onClick={() => load(next)}>{t('action.more')}</Button></li> : null}
    </ol>
  );
}
