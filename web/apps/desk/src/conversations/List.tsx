/** The conversations of a view, most urgent first. Plain memoised rows: the list changes while one works in it. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import type { ConversationRow, Counts, View } from '@hark/api';
import { Choice, Empty, ErrorBlock, Icon, Menu, Skeleton, sizes, Tabs, useT, type TabItem } from '@hark/ui';
import { onAct } from '../app/actions';
import { useDesk } from '../app/context';
import { go } from '../app/router';
import { faultOf } from '../state/faults';
import { orderOf } from '../state/order';
import { useStore } from '../state/store';
import { Row } from './Row';

const shownViews = ['mine', 'queue', 'mentions', 'all'] as const;
const moreViews = ['followed', 'open', 'closed'] as const;
/** From this many rows before the end the next page is fetched. */
const FETCH_AHEAD = 12;

export function List({ view, onView, open }: { view: View; onView: (view: View) => void; open: string | null }) {
  const { t } = useT();
  const { desk, me } = useDesk();
  const list = useStore(desk.list(view));
  const known = useStore(desk.rows);
  const counts = useStore(desk.counts);
  const [tenant, setTenant] = useState<string | null>(null);
  useEffect(() => { if (!list.loaded && !list.loading) void desk.loadList(view); }, [desk, view]);
  useEffect(() => {
    if (view === 'mine' || view === 'mentions' || view === 'followed') return;
    const topics = me.lines.map((line) => `line:${line.id}`);
    desk.live?.subscribe(topics);
    return () => desk.live?.unsubscribe(topics);
  }, [desk, view, me.lines]);
  const rows = useMemo(() => {
    const found: ConversationRow[] = [];
    for (const id of list.ids) {
      const row = known.get(id);
      if (row && (!tenant || row.tenant === tenant)) found.push(row);
    }
    return found.sort(orderOf(view));
  }, [list.ids, known, view, tenant]);
  const step = useCallback((by: number) => {
    const at = rows.findIndex((row) => row.id === open);
    const next = rows[Math.max(0, Math.min(rows.length - 1, at + by))];
    if (next && next.id !== open) go(`/c/${next.id}`);
  }, [rows, open]);
  useEffect(() => onAct((name) => {
    if (name === 'next') step(1);
    if (name === 'previous') step(-1);
  }), [step]);
  const tabs: TabItem<View>[] = shownViews.map((key) => ({ key, label: t(`view.${key}`), count: countOf(key, counts) }));
  if (!(shownViews as readonly View[]).includes(view)) tabs.push({ key: view, label: t(`view.${view}`) });
  return (
    <section className="list" aria-label={t('list.label')}>
      <div className="list-views">
        <Tabs items={tabs} value={view} onChange={onView} label={t('list.views')} />
        <Menu placement="bottomRight" entries={moreViews.map((key) => ({ key, label: <>{t(`view.${key}`)}{key === 'followed' && counts?.followed ? ` ${counts.followed}` : ''}</>, checked: view === key, run: () => onView(key) }))}>
          <button type="button" className="icon-btn" aria-label={t('list.more_views')} title={t('list.more_views')}><Icon name="more" size={17} /></button>
        </Menu>
      </div>
      <div className="list-sort">
        <span>{view === 'closed' || view === 'all' ? t('list.order_recent') : t('list.order_due')}</span>
        {me.tenants.length > 1 ? <Choice hidden clear label={t('list.filter_client')} placeholder={t('list.filter_client')} value={tenant} onChange={setTenant} options={me.tenants.map((one) => ({ value: one.id, label: one.name }))} width={116} /> : null}
      </div>
      {list.fault && rows.length === 0 ? <ErrorBlock fault={faultOf(list.fault, t)} onRetry={() => void desk.loadList(view)} />
        : rows.length === 0 && list.loaded ? <Empty title={t(`list.empty.${view}`)} text={t(`list.empty_hint.${view}`)} />
          : rows.length === 0 ? <Skeleton rows lines={8} />
            : <Rows rows={rows} open={open} onStep={step} onEnd={() => void desk.loadList(view, true)} />}
    </section>
  );
}

function countOf(view: View, counts: Counts | null): number | null {
  if (!counts) return null;
  return view === 'mine' ? counts.mine : view === 'queue' ? counts.queue : view === 'mentions' ? counts.mentions || null : null;
}

function Rows({ rows, open, onStep, onEnd }: { rows: ConversationRow[]; open: string | null; onStep: (by: number) => void; onEnd: () => void }) {
  const { t } = useT();
  const { me } = useDesk();
  const scroller = useRef<HTMLDivElement>(null);
  const height = sizes[me.settings.density].row;
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => scroller.current, estimateSize: () => height, overscan: 8, getItemKey: (at) => rows[at]?.id ?? at });
  const shown = virtual.getVirtualItems();
  const last = shown[shown.length - 1]?.index ?? 0;
  useEffect(() => { if (last >= rows.length - FETCH_AHEAD) onEnd(); }, [last, rows.length]);
  useEffect(() => { virtual.measure(); }, [height]);
  const at = rows.findIndex((row) => row.id === open);
  useEffect(() => { if (at >= 0) virtual.scrollToIndex(at, { align: 'auto' }); }, [open]);
  const marks = useMemo(() => new Map(me.tenants.map((one) => [one.id as string, one])), [me.tenants]);
  const key = (event: KeyboardEvent) => {
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : event.key === 'Home' ? -rows.length : event.key === 'End' ? rows.length : 0;
    if (!by) return;
    event.preventDefault();
    onStep(by);
  };
  return (
    <div className="list-rows" ref={scroller} role="listbox" aria-label={t('list.label')} tabIndex={0} onKeyDown={key} aria-activedescendant={at >= 0 ? `row-${open}` : undefined}>
      <div style={{ height: virtual.getTotalSize(), position: 'relative' }} role="presentation">
        {shown.map((item) => {
          const row = rows[item.index];
          return row ? <Row key={item.key} row={row} top={item.start} on={row.id === open} tenant={marks.get(row.tenant)} me={me.user.id} at={item.index + 1} of={rows.length} /> : null;
        })}
      </div>
    </div>
  );
}
