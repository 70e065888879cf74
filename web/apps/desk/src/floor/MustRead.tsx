/** Above every screen: what waits for one's signature, one thing at a time. */
import { useState } from 'react';
import type { Briefing, Handover, Announcement } from '@hark/api';
import { Button, Icon, notify, SidePanel, useT } from '@hark/ui';
import { useDesk } from '../app/context';
import { go } from '../app/router';
import { now } from '../state/clock';
import { tell } from '../state/faults';
import { client } from '../state/session';
import { useStore } from '../state/store';
import { myFloor, refreshFloor } from './live';
import { Points } from './Points';

type Waiting = { kind: 'notice'; one: Announcement } | { kind: 'briefing'; one: Briefing } | { kind: 'handover'; one: Handover };

export function useWaiting(): Waiting[] {
  const floor = useStore(myFloor);
  if (!floor) return [];
  return [
    ...floor.announcements.map((one) => ({ kind: 'notice' as const, one })),
    ...floor.briefings.map((one) => ({ kind: 'briefing' as const, one })),
    ...floor.handovers.map((one) => ({ kind: 'handover' as const, one })),
  ];
}

export function MustRead() {
  const { t } = useT();
  const waiting = useWaiting();
  const [open, setOpen] = useState(false);
  const first = waiting[0];
  if (!first) return null;
  const bars = waiting.some((one) => one.kind === 'notice' && one.one.bars_ready);
  return (
    <>
      <div className="banner must-read" role="status">
        <Icon name="file" size={17} />
        <span><b>{t('must.count', { n: waiting.length })}</b> {titleOf(first, t)}{bars ? ` · ${t('must.bars')}` : ''}</span>
        <Button small look="primary" onClick={() => setOpen(true)}>{t('must.open')}</Button>
      </div>
      {open ? <Sheet key={`${first.kind}.${first.one.id}`} of={first} more={waiting.length - 1} onClose={() => setOpen(false)} /> : null}
    </>
  );
}

function titleOf(of: Waiting, t: ReturnType<typeof useT>['t']): string {
  switch (of.kind) {
    case 'notice': return t('must.notice', { title: of.one.title });
    case 'briefing': return t('must.briefing', { title: of.one.title });
    case 'handover': return t('must.handover', { name: of.one.from_alias });
  }
}

function Sheet({ of, more, onClose }: { of: Waiting; more: number; onClose: () => void }) {
  const { t, ago } = useT();
  const { me } = useDesk();
  const [busy, setBusy] = useState(false);
  const sign = async () => {
    setBusy(true);
    try {
      if (of.kind === 'notice') await client.floor.read(of.one.id);
      if (of.kind === 'briefing') await client.floor.acknowledge(of.one.id);
      notify(t('must.signed'));
      if (more === 0) onClose();
      refreshFloor();
    } catch (error) { tell(error, t); setBusy(false); }
  };
  const line = me.lines.find((one) => one.id === of.one.line)?.name;
  const tenant = me.tenants.find((one) => one.id === of.one.tenant)?.name;
  const by = of.kind === 'notice' ? of.one.by : of.kind === 'briefing' ? (of.one.signed_by ?? of.one.by) : of.one.from_alias;
  return (
    <SidePanel open title={titleOf(of, t)} onClose={onClose} width={560}>
      <p className="hint">{[tenant, line, by, ago(of.one.created_at, now())].filter(Boolean).join(' · ')}</p>
      {of.kind === 'notice' ? <div className="sheet-text">{of.one.body}</div> : null}
      {of.kind === 'briefing' ? <Points points={of.one.points} /> : null}
      {of.kind === 'handover' ? <p>{t('must.handover_hint', { n: of.one.items.length })}</p> : null}
      <div className="dialog-foot">
        <span className="hint">{more > 0 ? t('must.more', { n: more }) : ''}</span>
        {of.kind === 'handover'
          ? <Button look="primary" onClick={() => { onClose(); go(`/floor/handovers/${of.one.id}`); }}>{t('must.handover_open')}</Button>
          : <Button look="primary" busy={busy} onClick={() => void sign()}>{t('must.sign')}</Button>}
      </div>
    </SidePanel>
  );
}
