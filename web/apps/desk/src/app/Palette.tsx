/** One box for everything: actions with their keys, people, conversations, and what the search finds. */
import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { items, type Colleague, type SearchResult } from '@hark/api';
import { Icon, Kbd, useT, type IconName } from '@hark/ui';
import { presenceKey } from './TopLine';
import { settingsPages } from '../admin/pages';
import { client, changeSettings } from '../state/session';
import { useNow } from '../state/clock';
import { useStore } from '../state/store';
import { useDesk } from './context';
import { act } from './actions';
import { go, routeNow } from './router';

interface Entry { id: string; group: string; icon: IconName; label: ReactNode; detail?: ReactNode; keys?: string; run: () => void }
const SEARCH_AFTER_MS = 150;
const PER_GROUP = 6;

export function Palette({ onClose }: { onClose: () => void }) {
  const { t } = useT();
  const [query, setQuery] = useState('');
  const [chosen, setChosen] = useState(0);
  const box = useRef<HTMLInputElement>(null);
  const before = useRef(document.activeElement as HTMLElement | null);
  const list = useRef<HTMLDivElement>(null);
  const found = useFound(query);
  const entries = useEntries(query, found);
  useEffect(() => { box.current?.focus(); return () => before.current?.focus(); }, []);
  useEffect(() => { setChosen(0); }, [query]);
  useEffect(() => { list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' }); }, [chosen]);
  const run = (entry: Entry | undefined) => {
    if (!entry) return;
    before.current = null;
    onClose();
    entry.run();
  };
  const at = Math.min(chosen, Math.max(0, entries.length - 1));
  return (
    <div className="scrim" onMouseDown={(event) => { if (event.target === event.currentTarget) onClose(); }}>
      <div className="palette" role="dialog" aria-modal="true" aria-label={t('palette.label')}>
        <div className="palette-box">
          <Icon name="search" size={17} />
          <input ref={box} value={query} onChange={(event) => setQuery(event.target.value)} placeholder={t('palette.placeholder')} role="combobox" aria-expanded="true" aria-controls="palette-list"
            aria-activedescendant={entries[at] ? `p-${at}` : undefined} aria-label={t('palette.placeholder')} spellCheck={false}
            onKeyDown={(event) => {
              if (event.nativeEvent.isComposing || event.keyCode === 229) return;
              if (event.key === 'Escape') onClose();
              else if (event.key === 'ArrowDown') setChosen((at + 1) % Math.max(1, entries.length));
              else if (event.key === 'ArrowUp') setChosen((at - 1 + entries.length) % Math.max(1, entries.length));
              else if (event.key === 'Enter') run(entries[at]);
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
                <Icon name={entry.icon} size={16} /><span className="palette-label">{entry.label}{entry.detail ? <small>{entry.detail}</small> : null}</span>{entry.keys ? <Kbd>{entry.keys}</Kbd> : null}
              </div>
            </div>
          ))}
          {entries.length === 0 ? <div className="palette-none" role="status">{found.fault ? t('palette.fault') : found.loading ? t('state.searching') : t('palette.none', { q: query })}</div> : null}
        </div>
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
  const { t, brief } = useT();
  const { desk, me } = useDesk();
  const rows = useStore(desk.rows);
  const at = useNow();
  const minute = Math.floor(at / 60_000);
  return useMemo(() => {
    const q = query.trim().toLowerCase();
    const fits = (...texts: (string | null | undefined)[]) => q === '' || texts.some((text) => text?.toLowerCase().includes(q));
    const actions: Entry[] = [];
    const route = routeNow();
    const add = (id: string, icon: IconName, label: string, run: () => void, keys?: string) => {
      if (fits(label, id)) actions.push({ id: `a.${id}`, group: t('palette.actions'), icon, label, run, keys });
    };
    if (route.name === 'conversations' && route.id) {
      add('transfer', 'transfer', t('act.transfer'), () => act('transfer'), 'Alt T');
      add('resolve', 'check', t('act.resolve'), () => act('resolve'), 'Alt E');
      add('snooze', 'clock', t('act.snooze'), () => act('snooze'), 'Alt Z');
      add('note', 'lock', t('act.note'), () => act('note'), 'Alt N');
    }
    add('ready', 'user', t('presence.go_ready'), () => void client.routing.setPresence({ state: 'ready' }).then((p) => desk.presence.set(p)));
    add('busy', 'user', t('presence.go_busy'), () => void client.routing.setPresence({ state: 'busy' }).then((p) => desk.presence.set(p)));
    add('theme', 'settings', t('palette.theme'), () => void changeSettings({ theme: document.documentElement.dataset['theme'] === 'dark' ? 'light' : 'dark' }));
    add('language', 'settings', t('palette.language'), () => void changeSettings({ language: me.settings.language === 'en' ? 'zh-CN' : 'en' }));
    const shown = q === '' ? actions.slice(0, 8) : actions;
    const conversations: Entry[] = [...rows.values()].filter((row) => fits(row.contact.name, row.last?.text, String(row.number))).slice(0, q === '' ? 4 : PER_GROUP).map((row) => ({
      id: `c.${row.id}`, group: t('rail.conversations'), icon: 'chat', label: row.contact.name, detail: row.last?.text, run: () => go(`/c/${row.id}`),
    }));
    if (q === '') return [...shown, ...conversations];
    const people: Entry[] = route.name !== 'conversations' || !route.id ? [] : found.people.filter((one) => fits(one.alias, one.number)).slice(0, PER_GROUP).map((one) => ({
      id: `p.${one.id}`, group: t('palette.people'), icon: 'user', label: `${one.alias} ${one.number}`, detail: t(presenceKey(one.state)), run: () => act('transfer', one.id),
    }));
    const contacts: Entry[] = (found.result?.contacts ?? []).map((one) => ({ id: `k.${one.id}`, group: t('rail.customers'), icon: 'people', label: one.name, detail: one.tier, run: () => go(`/customers/${one.id}`) }));
    const messages: Entry[] = (found.result?.messages ?? []).map((hit) => ({
      id: `m.${hit.message.id}`, group: t('palette.messages'), icon: 'search', label: <>{hit.contact_name} <em>{brief(hit.at, minute * 60_000)}</em></>, detail: <Snippet html={hit.snippet_html} />, run: () => go(`/c/${hit.conversation}`),
    }));
    const settings: Entry[] = settingsPages.filter((page) => fits(t(page.title), t(page.about))).slice(0, 4).map((page) => ({
      id: `s.${page.key}`, group: t('rail.settings'), icon: 'settings', label: t(page.title), detail: t(page.about), run: () => go(`/settings/${page.key}`),
    }));
    return [...shown, ...conversations, ...people, ...contacts, ...messages, ...settings];
  }, [query, found.result, found.people, rows, t, minute]);
}

/** Shows a found text with its marks; nothing of it ever becomes markup. */
export function Snippet({ html }: { html: string }) {
  const plain = (text: string) => text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&quot;/g, '"').replace(/&#(?:39|x27);/g, "'").replace(/&amp;/g, '&');
  return <>{html.split(/(<mark>.*?<\/mark>)/s).map((part, i) => (part.startsWith('<mark>') ? <mark key={i}>{plain(part.slice(6, -7))}</mark> : plain(part)))}</>;
}
