/** The conversations of a view, most urgent first. Plain memoised rows: the list changes while one works in it. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useMemo, useRef, useState, type KeyboardEvent, type MouseEvent } from 'react';
import type { ConversationRow, Counts, SavedView, View, ViewColumn } from '@hark/api';
import { Choice, Empty, ErrorBlock, Icon, Menu, Skeleton, sizes, Tabs, useT, type MenuEntry, type TabItem } from '@hark/ui';
import { act, onAct } from '../app/actions';
import { useDesk } from '../app/context';
import { goHome, steppedTo } from '../app/focus';
import { ringingPlace } from '../app/Reservations';
import { go } from '../app/router';
import { now, useSecond } from '../state/clock';
import { faultOf } from '../state/faults';
import { byDue, byRecent, orderOf } from '../state/order';
import { useStore } from '../state/store';
import { BulkBar } from '../work/BulkBar';
import { clearSelection, extend, selectAll, selection, SELECTED_MAX, toggle } from '../work/selection';
import { ViewEditor } from '../work/ViewEditor';
import { builtInViews, loadViews, savedId, savedKey, savedViews, viewCounts, type ListKey } from '../work/views';
import { composing } from './keys';
import { createPool } from './pool';
import { Row, timeOf } from './Row';
import { useExtras } from './RowExtra';

/** From this many rows before the end the next page is fetched. */
const FETCH_AHEAD = 12;
/** Pages fetched in a row to select a whole view. */
const SELECT_PAGES_MAX = 25;

export function List({ view: asked, onView, open }: { view: ListKey; onView: (view: ListKey) => void; open: string | null }) {
  const { t } = useT();
  const { desk, me } = useDesk();
  const saved = useStore(savedViews);
  const { tabs: shownViews, more: moreViews } = useMemo(() => builtInViews(me), [me]);
  const builtIn: readonly string[] = [...shownViews, ...moreViews];
  const [known, setKnown] = useState(false);
  const current = saved.find((one) => savedKey(one.id) === asked) ?? null;
  // A view that was taken away, or belongs to another person's desk, gives way to one's own list.
  const view: ListKey = builtIn.includes(asked) || current || !known ? asked : 'mine';
  const list = useStore(desk.list(view));
  const rowsKnown = useStore(desk.rows);
  const counts = useStore(desk.counts);
  const savedCounts = useStore(viewCounts);
  const chosen = useStore(selection);
  const [tenant, setTenant] = useState<string | null>(null);
  const [editing, setEditing] = useState<SavedView | 'new' | null>(null);
  useEffect(() => { void loadViews().catch(() => undefined).finally(() => setKnown(true)); }, []);
  useEffect(() => { clearSelection(); desk.shownList = view; }, [desk, view]);
  useEffect(() => {
    const stale = savedId(view) !== null;
    if (stale || (!list.loaded && !list.loading)) void desk.loadList(view);
  }, [desk, view]);
  useEffect(() => {
    if (view === 'mine' || view === 'mentions' || view === 'followed') return;
    const topics = me.lines.map((line) => `line:${line.id}`);
    desk.live?.subscribe(topics);
    return () => desk.live?.unsubscribe(topics);
  }, [desk, view, me.lines]);
  const rows = useMemo(() => {
    const found: ConversationRow[] = [];
    for (const id of list.ids) {
      const row = rowsKnown.get(id);
      if (row && (!tenant || row.tenant === tenant)) found.push(row);
    }
    return found.sort(savedId(view) !== null ? (current?.order === 'recent' ? byRecent : byDue) : orderOf(view as View));
  }, [list.ids, rowsKnown, view, tenant, current?.order]);
  const step = useCallback((by: number) => {
    const at = rows.findIndex((row) => row.id === open);
    const next = rows[Math.max(0, Math.min(rows.length - 1, at + by))];
    if (!next || next.id === open) return;
    steppedTo(next.id);
    go(`/c/${next.id}`);
  }, [rows, open]);
  useEffect(() => onAct((name) => {
    if (name === 'next') step(1);
    if (name === 'previous') step(-1);
    if (name === 'list') (document.getElementById('list-rows') ?? document.getElementById('list'))?.focus();
  }), [step]);
  const some = rows.length > 0;
  // The rows come and go with the last of them; the keyboard stays in the list.
  useEffect(() => {
    if (document.activeElement?.id === 'list') document.getElementById('list-rows')?.focus();
    else goHome();
  }, [some]);
  const order = useMemo(() => rows.map((row) => row.id), [rows]);
  const wholeView = async () => {
    for (let page = 0; page < SELECT_PAGES_MAX; page += 1) {
      const state = desk.list(view).get();
      if (!state.next || state.ids.size >= SELECTED_MAX) break;
      await desk.loadList(view, true);
    }
    selectAll([...desk.list(view).get().ids].filter((id) => !tenant || desk.rows.get().get(id)?.tenant === tenant));
  };
  const tabs: TabItem<ListKey>[] = shownViews.map((key) => ({ key, label: t(`view.${key}`), count: countOf(key, counts) }));
  if (current) tabs.push({ key: view, label: current.name, count: countOfSaved(current, savedCounts) });
  else if ((moreViews as readonly string[]).includes(view)) tabs.push({ key: view, label: t(`view.${view as View}`) });
  const entryOf = (one: SavedView): MenuEntry => ({ key: one.id, label: <>{one.name}<small className="menu-count num">{shownCount(one, savedCounts)}</small></>, checked: savedKey(one.id) === view, run: () => onView(savedKey(one.id)) });
  const own = saved.filter((one) => one.audience === null);
  const shared = saved.filter((one) => one.audience !== null);
  const entries: MenuEntry[] = [
    ...moreViews.map((key): MenuEntry => ({ key, label: <>{t(`view.${key}`)}{key === 'followed' && counts?.followed ? ` ${counts.followed}` : ''}</>, checked: view === key, run: () => onView(key) })),
    ...(own.length > 0 ? [{ key: 'h1', heading: t('view.own') }, ...own.map(entryOf)] : []),
    ...(shared.length > 0 ? [{ key: 'h2', heading: t('view.shared') }, ...shared.map(entryOf)] : []),
    { key: 'd', divider: true },
    ...(current?.editable ? [{ key: 'edit', icon: 'settings' as const, label: t('view.edit'), run: () => setEditing(current) }] : []),
    { key: 'new', icon: 'plus', label: t('view.new'), run: () => setEditing('new') },
  ];
  const recent = current ? current.order === 'recent' : view === 'closed' || view === 'all';
  return (
    <section className="list" id="list" tabIndex={-1} aria-label={t('list.label')}>
      <div className="list-views">
        <Tabs items={tabs} value={view} onChange={onView} label={t('list.views')} />
        <Menu placement="bottomRight" entries={entries}>
          <button type="button" className="icon-btn" aria-label={t('list.more_views')} title={t('list.more_views')}><Icon name="more" size={17} /></button>
        </Menu>
      </div>
      <BulkBar rows={rows} onAll={() => selectAll(order)} onView={list.next ? () => void wholeView() : null} />
      {chosen.size > 0 ? null : (
        <div className="list-sort">
          <span title={t('bulk.hint')}>{current ? t(recent ? 'view.order_recent' : 'view.order_due') : recent ? t('list.order_recent') : t('list.order_due')}</span>
          {me.tenants.length > 1 ? <Choice hidden clear label={t('list.filter_client')} placeholder={t('list.filter_client')} value={tenant} onChange={setTenant} options={me.tenants.map((one) => ({ value: one.id, label: one.name }))} width={116} /> : null}
        </div>
      )}
      {list.fault && rows.length === 0 ? <ErrorBlock fault={faultOf(list.fault, t)} onRetry={() => void desk.loadList(view)} />
        : rows.length === 0 && list.loaded ? (current
          ? <Empty title={t('view.empty')} text={t('view.empty_hint')}>{list.next ? <button type="button" className="btn btn-plain" onClick={() => void desk.loadList(view, true)}>{t('view.more')}</button> : null}</Empty>
          : <Empty title={t(`list.empty.${view as View}`)} text={t(`list.empty_hint.${view as View}`)} />)
          : rows.length === 0 ? <Skeleton rows lines={8} />
            : <Rows rows={rows} order={order} open={open} columns={current?.columns ?? none} onStep={step} onEnd={() => void desk.loadList(view, true)} />}
      <div className="list-ringing" ref={ringingHere} />
      {editing ? <ViewEditor view={editing === 'new' ? null : editing} onClose={() => setEditing(null)} onSaved={(id) => { setEditing(null); onView(savedKey(id)); void desk.loadList(savedKey(id)); }} onRemoved={() => { setEditing(null); onView('mine'); }} /> : null}
    </section>
  );
}

const none: ViewColumn[] = [];
const ringingHere = (node: HTMLDivElement | null) => ringingPlace.set(node);

function countOf(view: View, counts: Counts | null): number | null {
  if (!counts) return null;
  return view === 'mine' ? counts.mine : view === 'queue' ? counts.queue : view === 'mentions' ? counts.mentions || null : view === 'followed' ? counts.followed || null : null;
}

type Lengths = ReadonlyMap<string, { count: number; more: boolean }>;
const countOfSaved = (view: SavedView, lengths: Lengths) => { const found = lengths.get(view.id); return found && !found.more ? found.count : null; };
const shownCount = (view: SavedView, lengths: Lengths) => { const found = lengths.get(view.id); return found ? `${found.count}${found.more ? '+' : ''}` : ''; };

interface RowsProps { rows: ConversationRow[]; order: string[]; open: string | null; columns: readonly ViewColumn[]; onStep: (by: number) => void; onEnd: () => void }

function Rows({ rows, order, open, columns, onStep, onEnd }: RowsProps) {
  const { t, exact } = useT();
  const { desk, me } = useDesk();
  const chosen = useStore(selection);
  const lookers = useStore(desk.lookers);
  // One clock for all of them.
  const second = useSecond();
  const extras = useExtras(columns, rows);
  const scroller = useRef<HTMLDivElement>(null);
  const height = sizes[me.settings.density].row;
  // The same functions from frame to frame: with others, every place would be worked out anew.
  const getScrollElement = useCallback(() => scroller.current, []);
  const estimateSize = useCallback(() => height, [height]);
  const getItemKey = useCallback((at: number) => rows[at]?.id ?? at, [rows]);
  const virtual = useVirtualizer({ count: rows.length, getScrollElement, estimateSize, overscan: 8, getItemKey });
  const shown = virtual.getVirtualItems();
  const last = shown[shown.length - 1]?.index ?? 0;
  const [pool] = useState(createPool);
  const here = shown.map((item) => item.index).filter((index) => index < rows.length);
  const elements = pool.take(here.map((index) => rows[index]?.id ?? ''));
  const places = new Map(elements.map((element, n) => [element, here[n]]));
  useEffect(() => { if (last >= rows.length - FETCH_AHEAD) onEnd(); }, [last, rows.length]);
  useEffect(() => { virtual.measure(); }, [height]);
  const at = useMemo(() => rows.findIndex((row) => row.id === open), [rows, open]);
  useEffect(() => { if (at >= 0) virtual.scrollToIndex(at, { align: 'auto' }); }, [open]);
  const marks = useMemo(() => new Map(me.tenants.map((one) => [one.id as string, one])), [me.tenants]);
  const rowAt = (event: MouseEvent) => {
    const id = (event.target as Element).closest<HTMLElement>('.row')?.dataset['row'];
    return id ? rows.find((row) => row.id === id) ?? null : null;
  };
  const click = (event: MouseEvent) => {
    const row = rowAt(event);
    if (!row) return;
    const box = (event.target as Element).closest('.row-pick') !== null;
    if (event.shiftKey) extend(order, row.id);
    else if (box || event.ctrlKey || event.metaKey || chosen.size > 0) toggle(row.id);
    else {
      steppedTo(null);
      go(`/c/${row.id}`);
    }
  };
  const pointed = useRef<HTMLElement>(null);
  /** The words of the hover are made for what is hovered. */
  const point = (event: MouseEvent) => {
    const target = event.target as HTMLElement;
    // An element may show another row by now.
    pointed.current?.removeAttribute('title');
    pointed.current = target;
    const row = target.matches('.row-time, .row-pick') ? rowAt(event) : null;
    if (!row) {
      pointed.current = null;
      return;
    }
    const at = timeOf(row);
    target.title = target.matches('.row-pick') ? t('bulk.select', { name: row.contact.name }) : at ? exact(at) : '';
  };
  const key = (event: KeyboardEvent) => {
    if (event.altKey || composing(event.nativeEvent)) return;
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : event.key === 'Home' ? -rows.length : event.key === 'End' ? rows.length : 0;
    if (by) {
      if (event.shiftKey && open && at >= 0) {
        const next = order[Math.max(0, Math.min(order.length - 1, at + by))];
        if (!chosen.has(open)) toggle(open);
        if (next) extend(order, next);
      }
      onStep(by);
    } else if (event.key === ' ' && open && at >= 0) toggle(open);
    else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'a') selectAll(order);
    else if (event.key === 'Escape' && chosen.size > 0) clearSelection();
    else if (event.key === 'ContextMenu' || (event.key === 'Enter' && chosen.size > 0)) document.getElementById('bulk-act')?.focus();
    // Enter takes what rings; where nothing does, it goes on to the answer.
    else if (event.key === 'Enter' && at >= 0 && !desk.reservations.get().some((one) => one.expires_at > now())) {
      // Where the answer does not stand yet, it takes the keyboard as soon as it does.
      steppedTo(null);
      act('reply');
    }
    else return;
    event.preventDefault();
  };
  return (
    <div className="list-rows" id="list-rows" ref={scroller} role="listbox" aria-multiselectable="true" aria-label={t('list.label')} tabIndex={0} onKeyDown={key} onClick={click} onMouseOver={point} onMouseDown={(event) => { if (event.shiftKey) event.preventDefault(); }} aria-activedescendant={at >= 0 ? `row-${open}` : undefined}>
      <div className={virtual.isScrolling ? 'list-moving' : undefined} style={{ height: virtual.getTotalSize(), position: 'relative' }} role="presentation">
        {pool.stand(elements, !virtual.isScrolling).map((element) => {
          const index = places.get(element);
          const row = index === undefined ? undefined : rows[index];
          return row && index !== undefined ? <Row key={element} row={row} top={index * height} on={row.id === open} picked={chosen.has(row.id)} picking={chosen.size > 0} extras={extras} tenant={marks.get(row.tenant)} lookers={lookers.get(row.id)} me={me.user.id} second={second} at={index + 1} of={rows.length} /> : null;
        })}
      </div>
    </div>
  );
}
