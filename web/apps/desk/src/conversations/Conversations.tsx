/** List, thread and context side by side; fewer of them as the screen gets narrow. */
import { useCallback, useEffect, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { Empty, useMedia, useT } from '@hark/ui';
import { remember, type Vars } from '../app/Shell';
import { useDesk } from '../app/context';
import { onAct } from '../app/actions';
import { focusSoon, goHome } from '../app/focus';
import type { ListKey } from '../work/views';
import { ContextPane } from './ContextPane';
import { List } from './List';
import { ThreadPane } from './ThreadPane';

const LIST = { min: 260, max: 440, first: 352 };
const CONTEXT = { min: 280, max: 420, first: 340 };
const clamp = (value: number, { min, max }: { min: number; max: number }) => Math.min(max, Math.max(min, value));

export type ContextTab = 'contact' | 'phrases' | 'disposition' | 'history';

export function Conversations({ id }: { id: string | null }) {
  const { t } = useT();
  const { me } = useDesk();
  const layout = me.settings.layout;
  const [view, setView] = useState<ListKey>(layout.view ?? 'mine');
  const [listW, setListW] = useState(clamp(layout.list_w ?? LIST.first, LIST));
  const [contextW, setContextW] = useState(clamp(layout.context_w ?? CONTEXT.first, CONTEXT));
  const [docked, setDocked] = useState(layout.context_open !== false);
  const [drawer, setDrawer] = useState(false);
  const [tab, setTab] = useState<ContextTab>((layout.context_tab as ContextTab) ?? 'contact');
  const narrow = useMedia('(max-width: 1099px)');
  const phone = useMedia('(max-width: 719px)');
  useEffect(() => { setDrawer(false); }, [id]);
  useEffect(() => { if (!id) goHome(); }, [id]);
  const changeView = useCallback((next: ListKey) => { setView(next); remember({ view: next }); }, []);
  const showTab = useCallback((next: ContextTab) => {
    setTab(next);
    remember({ context_tab: next });
    if (narrow) setDrawer(true);
    else setDocked(true);
  }, [narrow]);
  useEffect(() => onAct((name, argument) => {
    if (name === 'phrases' && id) {
      showTab('phrases');
      focusSoon('.phrases input');
    }
    if (name === 'view' && argument) changeView(argument);
  }), [id, showTab, changeView]);
  const toggleContext = useCallback(() => {
    if (narrow) setDrawer((open) => !open);
    else setDocked((open) => { remember({ context_open: !open }); return !open; });
  }, [narrow]);
  const showList = !phone || !id;
  const showThread = !phone || Boolean(id);
  const showContext = Boolean(id) && docked && !narrow;
  return (
    <div className={`conversations${showContext ? ' with-context' : ''}${phone ? ' phone' : ''}`} style={{ '--list-w': `${listW}px`, '--context-w': `${contextW}px` } as Vars}>
      {showList ? (
        <>
          <List view={view} onView={changeView} open={id} />
          {!phone ? <Divider label={t('layout.list_width')} value={listW} range={LIST} onMove={setListW} onDone={(list_w) => remember({ list_w })} /> : null}
        </>
      ) : null}
      {showThread ? (
        <main className="thread" id="main" tabIndex={-1}>
          {id ? <ThreadPane key={id} id={id} phone={phone} onContext={toggleContext} contextShown={narrow ? drawer : docked} onTab={showTab} />
            : <Empty title={t('thread.none')} text={t('thread.none_hint')} />}
        </main>
      ) : null}
      {showContext && id ? (
        <>
          <Divider label={t('layout.context_width')} value={contextW} range={CONTEXT} mirrored onMove={setContextW} onDone={(context_w) => remember({ context_w })} />
          <ContextPane id={id} tab={tab} onTab={showTab} />
        </>
      ) : null}
      {narrow && drawer && id ? (
        <div className="drawer-scrim" onMouseDown={(event) => { if (event.target === event.currentTarget) setDrawer(false); }} onKeyDown={(event) => { if (event.key === 'Escape') setDrawer(false); }}>
          <ContextPane id={id} tab={tab} onTab={showTab} onClose={() => setDrawer(false)} />
        </div>
      ) : null}
    </div>
  );
}

function Divider({ label, value, range, mirrored, onMove, onDone }: { label: string; value: number; range: { min: number; max: number }; mirrored?: boolean; onMove: (value: number) => void; onDone: (value: number) => void }) {
  const sign = mirrored ? -1 : 1;
  const drag = (event: PointerEvent<HTMLDivElement>) => {
    const from = event.clientX;
    const node = event.currentTarget;
    node.setPointerCapture(event.pointerId);
    let last = value;
    const move = (moved: globalThis.PointerEvent) => onMove((last = clamp(value + sign * (moved.clientX - from), range)));
    const up = () => {
      node.removeEventListener('pointermove', move);
      onDone(last);
    };
    node.addEventListener('pointermove', move);
    node.addEventListener('pointerup', up, { once: true });
  };
  const key = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowRight' ? 16 : event.key === 'ArrowLeft' ? -16 : 0;
    if (!step) return;
    event.preventDefault();
    const next = clamp(value + sign * step, range);
    onMove(next);
    onDone(next);
  };
  return <div className="divider" role="separator" aria-orientation="vertical" aria-label={label} aria-valuenow={value} aria-valuemin={range.min} aria-valuemax={range.max} tabIndex={0} onPointerDown={drag} onKeyDown={key} />;
}
