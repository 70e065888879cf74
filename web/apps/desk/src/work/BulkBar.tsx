/** What can be done to the selected conversations: one deed for all, told item by item, taken back where it can be. */
import { useEffect, useState } from 'react';
import { type Action, type Bulk, type ConversationRow, type DispositionInput, type DispositionKind, type Macro, type Outcome, type Priority, type SnoozePreset } from '@hark/api';
import { Button, Choice, Choices, Dialog, ErrorBlock, Icon, IconButton, Menu, notify, useT, type MenuEntry, sure } from '@hark/ui';
import { useDesk } from '../app/context';
import { goHome } from '../app/focus';
import { go } from '../app/router';
import { categoryName, useCategories } from '../conversations/categories';
import { tell } from '../state/faults';
import { client } from '../state/session';
import { useStore } from '../state/store';
import { useColleagues } from './colleagues';
import { clearSelection, selection } from './selection';

const ASK_EVERY_MS = 400;
const priorities: Priority[] = ['low', 'normal', 'high', 'urgent'];
const presets: SnoozePreset[] = ['one_hour', 'three_hours', 'tomorrow', 'monday', 'next_working'];
type Ask = 'assign' | 'queue' | 'team' | 'tags' | 'category' | 'resolve';

export function BulkBar({ rows, onAll, onView }: { rows: ConversationRow[]; onAll: () => void; onView: (() => void) | null }) {
  const { t } = useT();
  const { desk } = useDesk();
  const chosen = useStore(selection);
  const [ask, setAsk] = useState<Ask | null>(null);
  const [macros, setMacros] = useState<Macro[]>([]);
  const [running, setRunning] = useState<Bulk | null>(null);
  const [failed, setFailed] = useState<Bulk | null>(null);
  const some = chosen.size > 0;
  useEffect(() => { if (some) void client.macros.all().then((page) => setMacros(page.items)).catch(() => undefined); }, [some]);
  const picked = rows.filter((row) => chosen.has(row.id));
  const follow = async (first: Bulk) => {
    let bulk = first;
    setRunning(bulk);
    while (bulk.state === 'running' || bulk.state === 'undoing') {
      await new Promise((resolve) => { setTimeout(resolve, ASK_EVERY_MS); });
      bulk = await client.bulk.get(bulk.id);
      setRunning(bulk);
    }
    setRunning(null);
    desk.refreshCounts();
    const back = bulk.state === 'undone';
    const n = back ? bulk.undone : bulk.done;
    const left = bulk.failed + bulk.left_out;
    const text = back ? (left > 0 ? t('bulk.undone_some', { n, failed: left }) : t('bulk.undone', { n })) : left > 0 ? t('bulk.done_some', { n, failed: left }) : t('bulk.done', { n });
    if (left > 0) setFailed(bulk);
    notify(text, { action: bulk.undoable ? { label: t('bulk.undo'), run: () => { void client.bulk.undo(bulk.id).then(follow).catch((error) => tell(error, t)); } } : undefined });
  };
  const start = async (actions: Action[], macro?: Macro) => {
    setAsk(null);
    const says = (macro?.actions ?? actions).some((action) => action.do === 'reply');
    if (says && !await sure(t('bulk.confirm_reply', { n: chosen.size }), t('bulk.apply'))) return;
    const conversations = [...chosen];
    clearSelection();
    // The bar goes, and with it what had the keyboard.
    setTimeout(goHome, 0);
    client.bulk.start(macro ? { conversations, macro: macro.id } : { conversations, actions }).then(follow).catch((error) => { setRunning(null); tell(error, t); });
  };
  if (!some && !running && !failed) return null;
  const entries: MenuEntry[] = [
    { key: 'take', icon: 'user', label: t('do.take'), run: () => start([{ do: 'take' }]) },
    { key: 'assign', icon: 'user', label: t('do.assign'), run: () => setAsk('assign') },
    { key: 'queue', icon: 'transfer', label: t('do.queue'), run: () => setAsk('queue') },
    { key: 'team', icon: 'people', label: t('do.team'), run: () => setAsk('team') },
    { key: 'put_back', icon: 'out', label: t('do.put_back'), run: () => start([{ do: 'put_back' }]) },
    { key: 'd1', divider: true },
    { key: 'tags', icon: 'tag', label: t('do.tags'), run: () => setAsk('tags') },
    { key: 'category', icon: 'tag', label: t('do.category'), run: () => setAsk('category') },
    { key: 'priority', icon: 'flag', label: t('do.priority'), items: priorities.map((priority) => ({ key: `p.${priority}`, label: t(`priority.${priority}`), run: () => start([{ do: 'priority', priority }]) })) },
    { key: 'snooze', icon: 'clock', label: t('do.snooze'), items: presets.map((preset) => ({ key: `z.${preset}`, label: t(`preset.${preset}`), run: () => start([{ do: 'snooze', preset }]) })) },
    { key: 'wake', icon: 'clock', label: t('do.wake'), run: () => start([{ do: 'wake' }]) },
    { key: 'follow', icon: 'star', label: t('do.follow'), run: () => start([{ do: 'follow' }]) },
    ...(macros.length > 0 ? [{ key: 'macros', icon: 'command' as const, label: t('macro.title'), items: macros.slice(0, 20).map((one) => ({ key: `m.${one.id}`, label: one.name, run: () => start([], one) })) }] : []),
    { key: 'd2', divider: true },
    { key: 'resolve', icon: 'check', label: t('do.resolve'), run: () => setAsk('resolve') },
  ];
  return (
    <>
      {running ? <div className="bulk-bar running" role="status"><Icon name="reload" size={14} />{t('bulk.running', { done: running.done + running.failed + running.undone, total: running.total })}<progress aria-label={t('bulk.act')} max={running.total} value={running.done + running.failed + running.undone} /></div>
        : some ? (
          <div className="bulk-bar" role="toolbar" aria-label={t('bulk.act')}>
            <b className="num" role="status">{t('bulk.selected', { n: chosen.size })}</b>
            <Button small look="quiet" onClick={onAll}>{t('bulk.select_all')}</Button>
            {onView ? <IconButton icon="down" size={14} label={t('bulk.select_view')} onClick={onView} /> : null}
            <span className="head-gap" />
            <Menu entries={entries} placement="bottomRight"><button type="button" className="btn btn-primary btn-small" id="bulk-act">{t('bulk.act')}<Icon name="down" size={13} /></button></Menu>
            <IconButton icon="close" size={15} label={t('bulk.clear')} onClick={clearSelection} />
          </div>
        ) : null}
      {ask ? <AskDialog ask={ask} rows={picked} n={chosen.size} onClose={() => setAsk(null)} onStart={start} /> : null}
      {failed ? (
        <Dialog open title={t('bulk.failures')} onClose={() => setFailed(null)} width={480} confirm={null}>
          <ul className="bulk-failures">
            {failed.failures.map((one) => <li key={one.conversation}><button type="button" className="text-btn num" onClick={() => { setFailed(null); go(`/c/${one.conversation}`); }}>#{one.number ?? one.conversation}</button><span>{one.words}</span></li>)}
          </ul>
          {failed.left_out > 0 ? <p className="hint">{t('bulk.left_out', { n: failed.left_out })}</p> : null}
        </Dialog>
      ) : null}
    </>
  );
}

const kinds: DispositionKind[] = ['consult', 'query', 'handle', 'complaint', 'suggestion', 'praise', 'fault', 'report'];
const outcomes: Outcome[] = ['solved', 'follow_up', 'unsolved'];

function AskDialog({ ask, rows, n, onClose, onStart }: { ask: Ask; rows: ConversationRow[]; n: number; onClose: () => void; onStart: (actions: Action[]) => void }) {
  const { t, language } = useT();
  const { desk, me } = useDesk();
  const tenants = [...new Set(rows.map((row) => row.tenant))];
  const lines = [...new Set(rows.map((row) => row.line))];
  const queues = [...useStore(desk.queues).values()].filter((queue) => tenants.length === 1 && queue.tenant === tenants[0]);
  const categories = useCategories(lines.length === 1 ? lines[0] : undefined);
  const [value, setValue] = useState<string | null>(null);
  const [add, setAdd] = useState<string[]>([]);
  const [remove, setRemove] = useState<string[]>([]);
  const [form, setForm] = useState<Omit<DispositionInput, 'kind' | 'outcome'> & { kind: DispositionKind | null; outcome: Outcome | null }>({ kind: null, category: null, cause: '', outcome: null, note: '' });
  const first = tenants[0] ?? me.tenants[0]?.id;
  const { people, teams, fault, reload } = useColleagues(first, ask === 'assign' ? 'people' : ask === 'team' ? 'teams' : null);
  const held = [...new Set(rows.flatMap((row) => row.tags))].map((tag) => ({ value: tag, label: tag }));
  const actions: Action[] = ask === 'tags' ? (add.length + remove.length > 0 ? [{ do: 'tags', add, remove }] : [])
    : ask === 'resolve' ? (form.kind && form.outcome ? [{ do: 'resolve', disposition: { ...form, kind: form.kind, outcome: form.outcome } }] : [])
      : !value ? [] : ask === 'assign' ? [{ do: 'assign', user: value }] : ask === 'queue' ? [{ do: 'queue', queue: value }] : ask === 'team' ? [{ do: 'team', team: value }] : [{ do: 'category', category: value }];
  const options = categories.map((one) => ({ value: one.id, label: categoryName(categories, one.id, language) ?? '' }));
  return (
    <Dialog open title={t(`bulk.${ask}_title`, { n })} onClose={onClose} width={440} confirm={{ label: t('bulk.apply'), run: () => onStart(actions), disabled: actions.length === 0 }}>
      {fault ? <ErrorBlock fault={fault} onRetry={reload} /> : null}
      {ask === 'assign' ? <Choice autoFocus label={t('do.assign')} value={value} onChange={setValue} options={people.map((one) => ({ value: one.id, label: `${one.alias} ${one.number}` }))} />
        : ask === 'queue' ? (tenants.length === 1 ? <Choice autoFocus label={t('do.queue')} value={value} onChange={setValue} options={queues.map((one) => ({ value: one.id, label: one.name }))} /> : <p className="hint">{t('bulk.one_line')}</p>)
          : ask === 'team' ? <Choice autoFocus label={t('do.team')} hint={t('transfer.rings')} value={value} onChange={setValue} options={teams.map((one) => ({ value: one.id, label: one.name }))} />
          : ask === 'category' ? (lines.length === 1 ? <Choice autoFocus label={t('do.category')} value={value} onChange={setValue} options={options} /> : <p className="hint">{t('bulk.one_line')}</p>)
            : ask === 'tags' ? <><Choices free label={t('do.tags_add')} value={add} onChange={setAdd} options={[]} /><Choices free label={t('do.tags_remove')} value={remove} onChange={setRemove} options={held} /></>
              : (
                <>
                  <p className="hint">{t('bulk.resolve_hint')}</p>
                  <Choice autoFocus label={t('disposition.kind')} value={form.kind} onChange={(kind) => setForm({ ...form, kind: kind as DispositionKind | null })} options={kinds.map((kind) => ({ value: kind, label: t(`kind.${kind}`) }))} />
                  {lines.length === 1 ? <Choice clear label={t('disposition.category')} value={form.category ?? null} onChange={(category) => setForm({ ...form, category })} options={options} /> : null}
                  <Choice label={t('disposition.outcome')} value={form.outcome} onChange={(outcome) => setForm({ ...form, outcome: outcome as Outcome | null })} options={outcomes.map((one) => ({ value: one, label: t(`outcome.${one}`) }))} />
                </>
              )}
    </Dialog>
  );
}
