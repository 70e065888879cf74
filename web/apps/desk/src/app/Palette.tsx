/** One box for everything: actions with their keys, people, conversations, phrases, macros, and what the search finds. Choices nest. */
import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { items, type Colleague, type SearchResult } from '@hark/api';
import { channelIcon, Icon, Kbd, useT, type IconName } from '@hark/ui';
import { presenceKey } from './TopLine';
import { settingsPages } from '../admin/pages';
import { client, changeSettings } from '../state/session';
import { useNow } from '../state/clock';
import { useStore } from '../state/store';
import { useDesk } from './context';
import { act, keysOf, ownKeys, shownKeys, type ActionName } from './actions';
import { fillVariables, loadPhrases, phrases, searchPhrases, servingLine, textOf } from '../work/phrases';
import { builtInViews, savedKey, savedViews } from '../work/views';
import { concerns } from '../state/rights';
import { tell } from '../state/faults';
import { areasOf } from './areas';
import { calledSo } from './commandWords';
import { mayLeave } from './Leaving';
import { breakEntries, kindName } from '../floor/StateMenu';
import { myBreaks } from '../floor/live';
import { goHome } from './focus';
import { go, routeNow } from './router';

interface Entry { id: string; group: string; icon: IconName; label: ReactNode; text?: string; detail?: ReactNode; keys?: string; run?: () => void; items?: () => Entry[] | Promise<Entry[]> }
const SEARCH_AFTER_MS = 150;
const PER_GROUP = 6;

/** One step into the palette: its name, and what can be chosen there. */
interface Level { title: ReactNode; entries: Entry[] }

export function Palette({ onClose }: { onClose: () => void }) {
  const { t } = useT();
  const [query, setQuery] = useState('');
  const [chosen, setChosen] = useState(0);
  const [levels, setLevels] = useState<Level[]>([]);
  const box = useRef<HTMLInputElement>(null);
  const before = useRef(document.activeElement as HTMLElement | null);
  const list = useRef<HTMLDivElement>(null);
  const level = levels[levels.length - 1];
  const found = useFound(level ? '' : query);
  const all = useEntries(level ? '' : query, found);
  const entries = useMemo(() => {
    if (!level) return all;
    const q = query.trim().toLowerCase();
    return level.entries.filter((one) => q === '' || (one.text ?? (typeof one.label === 'string' ? one.label : '')).toLowerCase().includes(q));
  }, [level, all, query]);
  useEffect(() => { box.current?.focus(); return () => { before.current?.focus(); setTimeout(goHome, 0); }; }, []);
  useEffect(() => { setChosen(0); }, [query, levels.length]);
  useEffect(() => { list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' }); }, [chosen]);
  const run = (entry: Entry | undefined) => {
    if (!entry) return;
    if (entry.items) {
      const { label } = entry;
      void Promise.resolve(entry.items()).then((inside) => { setLevels((held) => [...held, { title: label, entries: inside }]); setQuery(''); }).catch((error) => tell(error, t));
      return;
    }
    before.current = null;
    onClose();
    entry.run?.();
  };
  const back = () => setLevels((held) => held.slice(0, -1));
  const at = Math.min(chosen, Math.max(0, entries.length - 1));
  return (
    <div className="scrim" onMouseDown={(event) => { if (event.target === event.currentTarget) onClose(); }}>
      <div className="palette" role="dialog" aria-modal="true" aria-label={t('palette.label')}>
        <div className="palette-box">
          {levels.length > 0 ? levels.map((one, index) => <button key={index} type="button" className="palette-level" aria-label={t('palette.back')} onClick={() => { setLevels(levels.slice(0, index)); box.current?.focus(); }}>{one.title}</button>) : <Icon name="search" size={17} />}
          <input ref={box} value={query} onChange={(event) => setQuery(event.target.value)} placeholder={level ? '' : t('palette.placeholder')} role="combobox" aria-expanded="true" aria-controls="palette-list"
            aria-activedescendant={entries[at] ? `p-${at}` : undefined} aria-label={t('palette.placeholder')} spellCheck={false}
            onKeyDown={(event) => {
              if (event.nativeEvent.isComposing || event.keyCode === 229) return;
              const end = event.currentTarget.selectionStart === query.length;
              if (event.key === 'Escape') onClose();
              else if (event.key === 'ArrowDown') setChosen((at + 1) % Math.max(1, entries.length));
              else if (event.key === 'ArrowUp') setChosen((at - 1 + entries.length) % Math.max(1, entries.length));
              else if (event.key === 'Enter') run(entries[at]);
              else if (event.key === 'ArrowRight' && end && entries[at]?.items) run(entries[at]);
              else if (event.key === 'Backspace' && query === '' && levels.length > 0) back();
              else if (event.key !== 'Tab') return;
              event.preventDefault();
            }} />
          <Kbd>Esc</Kbd>
        </div>
        <div className="palette-list" id="palette-list" role="listbox" aria-label={t('palette.label')} ref={list}>
          {entries.map((entry, index) => (
            <div key={entry.id}>
              {entries[index - 1]?.group !== entry.group ? <div className="palette-group" role="presentation">{entry.group}</div> : null}
              <div id={`p-${index}`} role="option" aria-selected={index === at} className={index === at ? 'on' : ''} onMouseMove={() => setChosen(index)} onClick={() => run(entry)}>
                <Icon name={entry.icon} size={16} /><span className="palette-label">{entry.label}{entry.detail ? <small>{entry.detail}</small> : null}</span>{entry.keys ? <Kbd>{entry.keys}</Kbd> : null}{entry.items ? <Icon name="next" size={14} /> : null}
              </div>
            </div>
          ))}
          {entries.length === 0 ? <div className="palette-none" role="status">{found.fault ? t('palette.fault') : found.loading ? t('state.searching') : t('palette.none', { q: query })}</div> : null}
        </div>
        {entries.some((one) => one.items) || levels.length > 0 ? <div className="palette-foot">{t('palette.more')}</div> : null}
      </div>
    </div>
  );
}

function useFound(query: string): { result: SearchResult | null; people: Colleague[]; loading: boolean; fault: boolean } {
  const { me } = useDesk();
  const [result, setResult] = useState<SearchResult | null>(null);
  const [loading, setLoading] = useState(false);
  const [fault, setFault] = useState(false);
  const [people, setPeople] = useState<Colleague[]>([]);
  useEffect(() => {
    const first = me.tenants[0];
    if (first) void client.conversations.colleagues(first.id).then((all) => setPeople(items(all))).catch(() => undefined);
  }, [me.tenants]);
  useEffect(() => {
    const q = query.trim();
    if (q.length === 0) { setResult(null); setLoading(false); return; }
    const stop = new AbortController();
    setLoading(true);
    const timer = setTimeout(() => {
      client.conversations.search({ q, kind: 'all', limit: PER_GROUP }, stop.signal)
        .then((next) => { setResult(next); setFault(false); setLoading(false); })
        .catch(() => { if (!stop.signal.aborted) { setFault(true); setLoading(false); } });
    }, SEARCH_AFTER_MS);
    return () => { clearTimeout(timer); stop.abort(); };
  }, [query]);
  return { result, people, loading, fault };
}

function useEntries(query: string, found: ReturnType<typeof useFound>): Entry[] {
  const { t, brief, by, language } = useT();
  const { desk, me } = useDesk();
  const saved = useStore(savedViews);
  const own = useStore(ownKeys);
  const breaks = useStore(myBreaks);
  const rows = useStore(desk.rows);
  const at = useNow();
  const minute = Math.floor(at / 60_000);
  return useMemo(() => {
    const q = query.trim().toLowerCase();
    const fits = (...texts: (string | null | undefined)[]) => q === '' || texts.some((text) => text?.toLowerCase().includes(q));
    const actions: Entry[] = [];
    const route = routeNow();
    const keys = (name: ActionName) => shownKeys(keysOf(name, own)) || undefined;
    const add = (id: string, icon: IconName, label: string, run: () => void, shown?: string) => {
      if (fits(label, id) || calledSo(id, q)) actions.push({ id: `a.${id}`, group: t('palette.actions'), icon, label, run, keys: shown });
    };
    const nest = (id: string, icon: IconName, label: string, inside: () => Entry[] | Promise<Entry[]>, shown?: string) => {
      if (fits(label, id) || calledSo(id, q)) actions.push({ id: `a.${id}`, group: t('palette.actions'), icon, label, items: inside, keys: shown });
    };
    const open = route.name === 'conversations' ? route.id : null;
    const current = open ? desk.known(open)?.get().conversation ?? null : null;
    if (open) {
      nest('macros', 'command', t('palette.macros'), async () => (await client.macros.offered(open)).items.map((one) => ({ id: `x.${one.id}`, group: t('palette.macros'), icon: 'command' as const, label: one.name, detail: one.actions.map((action) => t(`do.${action.do}`)).join(' · '), keys: one.slot ? keys(`macro_${one.slot}` as ActionName) : undefined, run: () => act('macro', one.id) })), keys('macros'));
      if (current) nest('phrases', 'chat', t('palette.phrases'), async () => {
        await loadPhrases();
        return searchPhrases(servingLine(phrases.get().all, current.tenant, current.line), '', 500).map((one) => ({ id: `f.${one.id}`, group: one.folder || t('phrase.group_none'), icon: 'chat' as const, label: one.title, text: `${one.title} ${one.shortcut} ${one.sounds.full} ${one.sounds.initials}`, detail: textOf(one, language), keys: one.shortcut ? `/${one.shortcut}` : undefined, run: () => { act('reply'); setTimeout(() => act('insert', fillVariables(textOf(one, language), current, me)), 20); void client.phrases.used(one.id).catch(() => undefined); } }));
      }, keys('phrases'));
      if (current) nest('transfer', 'transfer', t('act.transfer'), async () => items(await client.conversations.colleagues(current.tenant)).filter((one) => one.id !== me.user.id).sort((a, b) => Number(b.online) - Number(a.online)).map((one) => ({ id: `t.${one.id}`, group: t('palette.people'), icon: 'user' as const, label: `${one.alias} ${one.number}`, detail: t(presenceKey(one.state)), run: () => act('transfer', one.id) })), keys('transfer'));
      add('resolve', 'check', t('act.resolve'), () => act('resolve'), keys('resolve'));
      nest('snooze', 'clock', t('act.snooze'), async () => [
        ...(await client.conversations.snoozeTimes(open)).items.map((one) => ({ id: `z.${one.preset}`, group: t('act.snooze'), icon: 'clock' as const, label: t(`preset.${one.preset}`), detail: by(one.at, minute * 60_000), run: () => act('snooze_until', String(one.at)) })),
        { id: 'z.own', group: t('act.snooze'), icon: 'clock' as const, label: t('snooze.pick'), run: () => act('snooze') },
      ], keys('snooze'));
      nest('priority', 'flag', t('act.priority'), () => (['low', 'normal', 'high', 'urgent'] as const).map((priority) => ({ id: `p.${priority}`, group: t('act.priority'), icon: 'flag' as const, label: t(`priority.${priority}`), run: () => void client.conversations.priority(open, priority).then((next) => desk.took(next)).catch((error) => tell(error, t)) })));
      add('take', 'user', t('act.take'), () => act('take'), keys('take'));
      if (current && !current.merged_into) add('merge', 'merge', t('act.merge'), () => setTimeout(() => act('merge'), 0), keys('merge'));
      if (current && !current.merged_into) add('split', 'split', t('act.split'), () => setTimeout(() => act('split'), 0), keys('split'));
      if (current) add('forward', 'forward', t('act.forward'), () => setTimeout(() => act('forward'), 0), keys('forward'));
      add('reply', 'chat', t('keys.act.reply'), () => act('reply'), keys('reply'));
      if (current) add('new_mail', 'mail', t('email.new_to', { name: current.contact.name }), () => setTimeout(() => act('new_mail', current.contact.id), 0));
      add('note', 'lock', t('act.note'), () => act('note'), keys('note'));
    }
    if (route.name === 'customers' && route.id) add('new_mail', 'mail', t('email.new'), () => setTimeout(() => act('new_mail'), 0));
    const views: Entry[] = Object.values(builtInViews(me)).flat().map((view) => ({ id: `v.${view}`, group: t('palette.views'), icon: 'chat' as const, label: t(`view.${view}`), run: () => { go('/'); setTimeout(() => act('view', view), 0); } }));
    views.push(...saved.map((one): Entry => ({ id: `v.${one.id}`, group: t('palette.views'), icon: 'chat', label: one.name, run: () => { go('/'); setTimeout(() => act('view', savedKey(one.id)), 0); } })));
    nest('views', 'chat', t('palette.views'), () => views);
    const areas = areasOf(me).map((one): Entry => ({ id: `r.${one.name}`, group: t('palette.areas'), icon: one.icon, label: t(one.label), run: () => go(one.path) }));
    if (open && current?.assignee?.id === me.user.id) add('hand', 'hand', t('hands.raise'), () => act('hand'), keys('hand'));
    if (desk.reservations.get().length > 0) add('decline', 'close', t('keys.act.decline'), () => act('decline'), keys('decline'));
    nest('areas', 'next', t('palette.areas'), () => areas);
    add('ready', 'user', desk.presence.get().state === 'offline' ? t('presence.sign_on') : t('presence.go_ready'), () => act('ready'), keys('ready'));
    add('busy', 'user', t('presence.go_busy'), () => act('busy'), keys('busy'));
    const kinds = (breaks?.kinds ?? []).map((one) => kindName(one.kind, language));
    const entries = breakEntries(breaks, language, t);
    const rest = (): Entry[] => entries.flatMap((one, n) => ('run' in one && !one.disabled ? [{ id: `b.${one.key}`, group: t('presence.break'), icon: 'clock' as const, label: one.label, text: kinds[n] ?? '', run: one.run }] : []));
    if (entries.length > 0) nest('break', 'clock', t('presence.break'), rest);
    add('offline', 'out', t('presence.sign_off'), () => void mayLeave(desk, t('presence.sign_off')).then((yes) => (yes ? desk.choose('offline') : undefined)).catch((error) => tell(error, t)));
    add('handovers', 'transfer', t('floor.handovers'), () => go('/floor/handovers'));
    add('state', 'user', t('keys.act.state'), () => act('state'), keys('state'));
    add('keys', 'command', t('keys.title'), () => act('sheet'), '?');
    add('theme', 'settings', t('palette.theme'), () => void changeSettings({ theme: document.documentElement.dataset['theme'] === 'dark' ? 'light' : 'dark' }));
    add('language', 'settings', t('palette.language'), () => void changeSettings({ language: me.settings.language === 'en' ? 'zh-CN' : 'en' }));
    nest('settings', 'settings', t('rail.settings'), () => settingsPages.filter((page) => page.nouns.length === 0 || concerns(me, page.nouns)).map((page) => ({ id: `s.${page.key}`, group: t(page.group), icon: 'settings' as const, label: t(page.title), detail: t(page.about), run: () => go(`/settings/${page.key}`) })));
    add('out', 'out', t('me.sign_out'), () => act('sign_out'));
    // What is called exactly so comes first.
    const exact = (one: Entry) => (typeof one.label === 'string' && one.label.toLowerCase() === q ? 0 : 1);
    const shown = q === '' ? actions.slice(0, 20) : [...actions].sort((a, b) => exact(a) - exact(b));
    const conversations: Entry[] = [...rows.values()].filter((row) => fits(row.contact.name, row.subject, row.last?.text, String(row.number))).slice(0, q === '' ? 4 : PER_GROUP).map((row) => ({
      id: `c.${row.id}`, group: t('rail.conversations'), icon: channelIcon(row.channel), label: row.contact.name, detail: row.subject ?? row.last?.text, run: () => go(`/c/${row.id}`),
    }));
    if (q === '') return [...shown, ...conversations];
    const people: Entry[] = route.name !== 'conversations' || !route.id ? [] : found.people.filter((one) => fits(one.alias, one.number)).slice(0, PER_GROUP).map((one) => ({
      id: `p.${one.id}`, group: t('palette.people'), icon: 'user', label: `${one.alias} ${one.number}`, detail: t(presenceKey(one.state)), run: () => act('transfer', one.id),
    }));
    const contacts: Entry[] = (found.result?.contacts ?? []).map((one) => ({ id: `k.${one.id}`, group: t('rail.customers'), icon: 'people', label: one.name, detail: one.tier, run: () => go(`/customers/${one.id}`) }));
    const messages: Entry[] = (found.result?.messages ?? []).map((hit) => ({
      id: `m.${hit.message.id}`, group: t('palette.messages'), icon: 'search', label: <>{hit.contact_name}{hit.message.mail?.subject ? <span className="palette-subject"> · {hit.message.mail.subject}</span> : null} <em>{brief(hit.at, minute * 60_000)}</em></>, detail: <Snippet html={hit.snippet_html} />, run: () => go(`/c/${hit.conversation}`),
    }));
    const settings: Entry[] = settingsPages.filter((page) => (page.nouns.length === 0 || concerns(me, page.nouns)) && fits(t(page.title), t(page.about))).slice(0, 4).map((page) => ({
      id: `s.${page.key}`, group: t('rail.settings'), icon: 'settings', label: t(page.title), detail: t(page.about), run: () => go(`/settings/${page.key}`),
    }));
    const named = q === '' ? [] : [...areas, ...views].filter((one) => fits(String(one.label)) || calledSo(one.id.replace(/^r\./, ''), q)).slice(0, PER_GROUP);
    return [...shown, ...named, ...conversations, ...people, ...contacts, ...messages, ...settings];
  }, [query, found.result, found.people, rows, saved, own, breaks, t, minute]);
}

/** Shows a found text with its marks; nothing of it ever becomes markup. */
export function Snippet({ html }: { html: string }) {
  const plain = (text: string) => text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&quot;/g, '"').replace(/&#(?:39|x27);/g, "'").replace(/&amp;/g, '&');
  return <>{html.split(/(<mark>.*?<\/mark>)/s).map((part, i) => (part.startsWith('<mark>') ? <mark key={i}>{plain(part.slice(6, -7))}</mark> : plain(part)))}</>;
}
