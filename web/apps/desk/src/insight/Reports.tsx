/** The day of a line: a sentence that says what the chart says, the chart, the tables under it, and the files. */
import { useState } from 'react';
import type { DayReport, DayRow, DayTable, ReportFact } from '@hark/api';
import type { Key } from '@hark/i18n';
import { Button, Choice, Empty, ErrorBlock, Icon, IconButton, Menu, SidePanel, Skeleton, Tabs, useT } from '@hark/ui';
import { useLoad } from '../admin/forms';
import { useDesk } from '../app/context';
import { link } from '../app/router';
import { tell } from '../state/faults';
import { client } from '../state/session';
import { DayBars } from './Bars';
import { Definition, FigureCell, MetricHead } from './FigureCell';
import { nameOf, useMetrics } from './figures';
import { dayAway, figure, sentences } from './values';

type Tab = 'line' | 'agents' | 'hours' | 'dispositions';
const tabs: { key: Tab; label: Key }[] = [
  { key: 'line', label: 'reports.tab_line' }, { key: 'agents', label: 'reports.tab_agents' }, { key: 'hours', label: 'reports.tab_hours' }, { key: 'dispositions', label: 'reports.tab_dispositions' },
];
const tables: DayTable[] = ['line', 'agents', 'hours', 'dispositions', 'definitions'];
const tableWords: Record<DayTable, Key> = { line: 'reports.tab_line', agents: 'reports.tab_agents', hours: 'reports.tab_hours', dispositions: 'reports.tab_dispositions', definitions: 'insight.definition' };

interface Behind { metric: string; queue?: string; user?: string; name: string }

export default function Reports() {
  const { t } = useT();
  const { me } = useDesk();
  const [line, setLine] = useState<string | null>(me.lines[0]?.id ?? null);
  const [date, setDate] = useState<string | null>(null);
  const [tab, setTab] = useState<Tab>('line');
  const [meaning, setMeaning] = useState<Behind | null>(null);
  const [behind, setBehind] = useState<Behind | null>(null);
  const day = useLoad(async () => (line ? client.insight.day({ line, ...(date ? { date } : {}) }) : null), [line, date]);
  const names = new Map(me.tenants.map((one) => [one.id, one.name]));
  if (!line) return <main className="insight-page" id="main"><Empty icon="chart" title={t('reports.no_lines')} text={t('reports.no_lines_hint')} /></main>;
  const shownDate = day.data?.date ?? date ?? '';
  return (
    <main className="insight-page" id="main">
      <header className="page-head">
        <h1>{t('reports.title')}</h1>
        <Choice hidden label={t('reports.line')} value={line} onChange={(next) => { if (next) setLine(next); }} width={220}
          options={me.lines.map((one) => ({ value: one.id, label: one.name, client: names.get(one.tenant) ?? '' }))} />
        <IconButton icon="back" label={t('reports.previous')} onClick={() => setDate(dayAway(shownDate, -1))} disabled={!shownDate} />
        <input type="date" className="date-input num" aria-label={t('reports.date')} value={shownDate} onChange={(event) => { if (event.target.value) setDate(event.target.value); }} />
        <IconButton icon="next" label={t('reports.next')} onClick={() => setDate(dayAway(shownDate, 1))} disabled={!shownDate} />
        {day.fault?.refused ? null : <Files line={line} date={shownDate} />}
      </header>
      {day.fault ? <ErrorBlock fault={day.fault} onRetry={day.reload} /> : null}
      {!day.data ? (day.fault ? null : <Skeleton lines={8} />) : (
        <div className="report">
          <Sentence day={day.data} />
          <Chart day={day.data} />
          <Tabs label={t('reports.title')} value={tab} onChange={setTab} panel="report-table" items={tabs.map((one) => ({ key: one.key, label: t(one.label) }))} />
          <div id="report-table" role="tabpanel">
            <Tables day={day.data} tab={tab} onMeaning={(metric) => setMeaning({ metric, name: '' })} onFigure={setMeaning} />
          </div>
        </div>
      )}
      {meaning ? <Definition id={meaning.metric} onClose={() => setMeaning(null)} onBehind={() => { setBehind(meaning); setMeaning(null); }} /> : null}
      {behind && day.data ? <Conversations day={day.data} of={behind} onClose={() => setBehind(null)} /> : null}
    </main>
  );
}

function Files({ line, date }: { line: string; date: string }) {
  const { t } = useT();
  const open = (address: string) => { window.location.assign(address); };
  return (
    <>
      <Menu placement="bottomRight" entries={tables.map((table) => ({ key: table, label: t(tableWords[table]), run: () => open(client.insight.csvOf(line, date, table)) }))}>
        <Button icon="download" disabled={!date}>{t('reports.csv')}</Button>
      </Menu>
      <Button icon="download" look="primary" disabled={!date} onClick={() => open(client.insight.workbookOf(line, date))}>{t('reports.excel')}</Button>
    </>
  );
}

/** The clock on the wall of the line. */
function wall(language: string, zone: string): (at: number) => string {
  const format = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: zone });
  return (at) => format.format(at);
}

function Sentence({ day }: { day: DayReport }) {
  const words = useT();
  const hour = wall(words.language, day.zone);
  const whole = day.until >= day.to;
  return (
    <div className="report-said">
      <p>{sentences(day, words, hour).join(words.language === 'en' ? ' ' : '')}</p>
      <p className="hint">{whole ? words.t('reports.whole', { zone: day.zone }) : words.t('reports.until', { time: hour(day.until), zone: day.zone })}</p>
    </div>
  );
}

function Chart({ day }: { day: DayReport }) {
  const { t, language } = useT();
  const hour = wall(language, day.zone);
  const value = (figures: DayReport['hours'][number]['figures'], id: string) => figure(figures, id)?.value ?? 0;
  const bars = day.hours.map((one) => ({
    key: String(one.at), total: value(one.figures, 'arrivals'), good: value(one.figures, 'answered'), bad: value(one.figures, 'abandoned'), label: hour(one.at).slice(0, 2),
    title: t('monitor.tick', { at: hour(one.at), n: value(one.figures, 'arrivals'), answered: value(one.figures, 'answered'), lost: value(one.figures, 'abandoned') }),
  }));
  return (
    <figure className="report-chart">
      <DayBars items={bars} label={t('reports.chart_label')} />
      <figcaption><i className="key key-all" /> {t('reports.chart_all')} <i className="key key-lost" /> {t('reports.chart_lost')}</figcaption>
    </figure>
  );
}

interface TableProps { day: DayReport; onMeaning: (metric: string) => void; onFigure: (of: Behind) => void }

function Tables({ tab, ...rest }: TableProps & { tab: Tab }) {
  const { t, language } = useT();
  const { day } = rest;
  switch (tab) {
    case 'agents': return <Rows {...rest} rows={day.agents} title={t('reports.agent')} behind={(row) => ({ user: row.id ?? undefined, name: row.name })} />;
    case 'hours': {
      const hour = wall(language, day.zone);
      return <Rows {...rest} rows={day.hours.map((one) => ({ id: String(one.at), name: hour(one.at), figures: one.figures }))} title={t('reports.hour')} behind={null} />;
    }
    case 'dispositions': return <Dispositions day={day} />;
    default: return <Rows {...rest} rows={[{ ...day.total, name: t('reports.whole_line') }, ...day.queues]} title={t('reports.queue')} behind={(row) => ({ queue: row.id ?? undefined, name: row.name })} />;
  }
}

function Rows({ rows, title, behind, onMeaning, onFigure }: TableProps & { rows: DayRow[]; title: string; behind: ((row: DayRow) => Omit<Behind, 'metric'>) | null }) {
  const { t } = useT();
  const ids = rows[0]?.figures.map((one) => one.metric) ?? [];
  if (rows.length === 0) return <Empty icon="chart" title={t('reports.no_rows')} />;
  return (
    <div className="table-scroll report-scroll">
      <table className="table report-table" aria-label={title}>
        <thead><tr><th scope="col">{title}</th>{ids.map((id) => <th key={id} scope="col" className="numeric"><MetricHead id={id} onOpen={onMeaning} /></th>)}</tr></thead>
        <tbody>{rows.map((row) => (
          <tr key={row.id ?? 'whole'} className={row.id === null ? 'report-whole' : undefined}>
            <th scope="row">{row.name}</th>
            {ids.map((id) => <td key={id} className="numeric"><FigureCell figure={figure(row.figures, id)} onOpen={behind ? (metric) => onFigure({ metric, ...behind(row) }) : onMeaning} /></td>)}
          </tr>
        ))}</tbody>
      </table>
    </div>
  );
}

function Dispositions({ day }: { day: DayReport }) {
  const { t, number, language } = useT();
  if (day.dispositions.length === 0) return <Empty icon="tag" title={t('reports.no_rows')} />;
  return (
    <div className="table-scroll">
      <table className="table" aria-label={t('reports.tab_dispositions')}>
        <thead><tr><th scope="col">{t('reports.kind')}</th><th scope="col">{t('reports.category')}</th><th scope="col">{t('reports.outcome')}</th><th scope="col" className="numeric">{t('reports.count')}</th></tr></thead>
        <tbody>{day.dispositions.map((one) => (
          <tr key={`${one.kind} ${one.outcome} ${one.category_zh ?? ''} ${one.category_en ?? ''}`}>
            <td>{t(`kind.${one.kind}` as Key)}</td><td>{(language === 'en' ? one.category_en : one.category_zh) ?? t('insight.none')}</td>
            <td>{t(`outcome.${one.outcome}` as Key)}</td><td className="numeric num">{number(one.count)}</td>
          </tr>
        ))}</tbody>
      </table>
    </div>
  );
}

/** The conversations behind a figure, page by page. */
function Conversations({ day, of, onClose }: { day: DayReport; of: Behind; onClose: () => void }) {
  const { t, timer, language, number } = useT();
  const metrics = useMetrics();
  const [list, setList] = useState<{ items: ReportFact[]; next: string | null } | null>(null);
  const ask = (cursor: string | null) => client.insight.behind({ line: day.line, date: day.date, metric: of.metric, queue: of.queue, user: of.user, cursor });
  const first = useLoad(async () => { setList(await ask(null)); return true; }, [of.metric, of.queue, of.user]);
  const more = () => { if (list) void ask(list.next).then((page) => setList({ items: [...list.items, ...page.items], next: page.next })).catch((error) => tell(error, t)); };
  const hour = wall(language, day.zone);
  const name = nameOf(metrics.get(of.metric), language, of.metric);
  return (
    <SidePanel open title={<>{t('reports.behind', { metric: name })} {of.name ? <small>{of.name}</small> : null}</>} onClose={onClose} width={560}>
      {first.fault ? <ErrorBlock fault={first.fault} onRetry={first.reload} /> : !list ? <Skeleton lines={5} /> : list.items.length === 0 ? <Empty icon="chat" title={t('reports.behind_none')} /> : (
        <>
          <ul className="risk-list">
            {list.items.map((one, at) => (
              <li key={`${one.conversation} ${one.at} ${at}`}>
                <a {...link(`/c/${one.conversation}`)}>#{one.number}</a>
                <span><time className="num">{hour(one.at)}</time> · {t(`outcome.${one.outcome ?? 'open'}` as Key)}{one.user_name ? ` · ${one.user_name}` : ''}</span>
                <b className="num">{one.took_ms === null ? '' : <><Icon name="clock" size={12} /> {timer(one.took_ms)}</>}</b>
              </li>
            ))}
          </ul>
          <p className="hint">{t('reports.behind_of', { n: number(list.items.length) })}</p>
          {list.next ? <div className="more"><Button onClick={more}>{t('action.more')}</Button></div> : null}
        </>
      )}
    </SidePanel>
  );
}
