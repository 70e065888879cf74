/** The live floor: lines and queues with who waits and how the day goes, who is at work, and which conversations are at risk. */
import { useState } from 'react';
import type { Figure, Monitor as Picture, MonitorLine, MonitorQueue, MonitorRisk } from '@hark/api';
import { Button, Choice, Empty, ErrorBlock, Icon, Skeleton, useT } from '@hark/ui';
import { useDesk } from '../app/context';
import { go, link } from '../app/router';
import { presenceKey } from '../app/TopLine';
import { useNow } from '../state/clock';
import { AlertList, useAlerts } from './Alerts';
import { Spark, type BarItem } from './Bars';
import { Definition, FigureCell, MetricHead } from './FigureCell';
import { useMonitor } from './live';
import { figure, waitTone } from './values';

const columns = ['service_level', 'abandon_rate', 'answer_speed', 'first_reply', 'within_3min', 'handling'] as const;

export default function Monitor() {
  const { t } = useT();
  const { me } = useDesk();
  const [line, setLine] = useState<string | null>(null);
  const [meaning, setMeaning] = useState<string | null>(null);
  const { monitor, fault, reload } = useMonitor(line);
  const names = new Map(me.tenants.map((one) => [one.id, one.name]));
  return (
    <main className="insight-page" id="main">
      <header className="page-head">
        <h1>{t('monitor.title')}</h1>
        <Choice hidden label={t('word.line')} placeholder={t('monitor.all_lines')} clear value={line} onChange={setLine} width={220}
          options={me.lines.map((one) => ({ value: one.id, label: one.name, client: names.get(one.tenant) ?? '' }))} />
        {fault?.refused ? null : <Button icon="panel" onClick={() => go('/wallboard')}>{t('monitor.wallboard')}</Button>}
      </header>
      {fault ? <ErrorBlock fault={fault} onRetry={reload} /> : null}
      {!monitor ? (fault ? null : <Skeleton lines={8} />) : monitor.lines.length === 0 ? <Empty icon="pulse" title={t('monitor.empty')} text={t('monitor.empty_hint')} /> : (
        <div className="monitor">
          <section className="monitor-main">
            <Lines lines={monitor.lines} onMeaning={setMeaning} />
            <Agents monitor={monitor} onMeaning={setMeaning} />
          </section>
          <aside className="monitor-side">
            <h2>{t('alert.title')}</h2>
            <Open line={line} />
            <h2>{t('monitor.at_risk')}</h2>
            <Risks risks={monitor.at_risk} lines={monitor.lines} />
          </aside>
        </div>
      )}
      {meaning ? <Definition id={meaning} onClose={() => setMeaning(null)} /> : null}
    </main>
  );
}

function Open({ line }: { line: string | null }) {
  const { t } = useT();
  const alerts = useAlerts().filter((one) => line === null || one.line === line);
  return alerts.length === 0 ? <p className="hint">{t('alert.bell_none')}</p> : <AlertList alerts={alerts} />;
}

function Lines({ lines, onMeaning }: { lines: MonitorLine[]; onMeaning: (id: string) => void }) {
  const { t } = useT();
  return (
    <div className="table-scroll">
      <table className="table monitor-table" aria-label={t('monitor.title')}>
        <thead>
          <tr>
            <th scope="col">{t('monitor.line')}</th>
            <th scope="col" className="numeric">{t('monitor.waiting')}</th>
            <th scope="col" className="numeric">{t('monitor.longest')}</th>
            <th scope="col" className="numeric">{t('monitor.free')}</th>
            <th scope="col" className="numeric">{t('monitor.serving')}</th>
            <th scope="col">{t('monitor.last_hour')}</th>
            {columns.map((id) => <th key={id} scope="col" className="numeric"><MetricHead id={id} onOpen={onMeaning} /></th>)}
          </tr>
        </thead>
        <tbody>{lines.map((one) => <LineRows key={one.line} line={one} onMeaning={onMeaning} />)}</tbody>
      </table>
    </div>
  );
}

function LineRows({ line, onMeaning }: { line: MonitorLine; onMeaning: (id: string) => void }) {
  const { t, number } = useT();
  const { me } = useDesk();
  const tenant = me.tenants.find((one) => one.id === line.tenant)?.name ?? '';
  return (
    <>
      <tr className="monitor-line">
        <th scope="row"><b>{line.name}</b> <small>{tenant}</small></th>
        <Waiting waiting={line.waiting} since={line.oldest_since} target={line.target.answer_within_ms} />
        <td className={`numeric num${line.free === 0 && line.waiting > 0 ? ' tone-red' : ''}`}>{number(line.free)}</td>
        <td className="numeric num">{number(line.serving)}</td>
        <td><Hour line={line} label={t('monitor.last_hour')} /></td>
        <Figures figures={line.figures} onMeaning={onMeaning} share={line.target.answer_share} />
      </tr>
      {line.queues.length > 1 ? line.queues.map((one) => <QueueRow key={one.queue} queue={one} line={line} onMeaning={onMeaning} />) : null}
    </>
  );
}

function QueueRow({ queue, line, onMeaning }: { queue: MonitorQueue; line: MonitorLine; onMeaning: (id: string) => void }) {
  return (
    <tr className="monitor-queue">
      <th scope="row">{queue.name}</th>
      <Waiting waiting={queue.waiting} since={queue.oldest_since} target={line.target.answer_within_ms} />
      <td /><td /><td />
      <Figures figures={queue.figures} onMeaning={onMeaning} share={line.target.answer_share} />
    </tr>
  );
}

function Waiting({ waiting, since, target }: { waiting: number; since: number | null; target: number }) {
  const { number, timer } = useT();
  const at = useNow();
  const tone = waitTone(since, target, at);
  return (
    <>
      <td className={`numeric num${waiting > 0 ? ' strong' : ' quiet'}`}>{number(waiting)}</td>
      <td className={`numeric num${tone ? ` tone-${tone}` : ''}`}>{since === null ? '' : <>{tone === 'red' ? <Icon name="alert" size={13} /> : null} {timer(at - since)}</>}</td>
    </>
  );
}

function Figures({ figures, onMeaning, share }: { figures: Figure[]; onMeaning: (id: string) => void; share: number }) {
  return columns.map((id) => {
    const one = figure(figures, id);
    const short = id === 'service_level' && one?.value !== null && one !== undefined && !one.few && one.value * 10_000 < share;
    return <td key={id} className={`numeric${short ? ' tone-amber' : ''}`}><FigureCell figure={one} onOpen={onMeaning} /></td>;
  });
}

export function hourBars(line: MonitorLine, t: ReturnType<typeof useT>['t'], clock: (at: number) => string): { bars: BarItem[]; sentence: string } {
  const bars = line.hour.map((one) => ({
    key: String(one.at), total: one.arrivals, good: one.answered, bad: one.abandoned, label: clock(one.at),
    title: t('monitor.tick', { at: clock(one.at), n: one.arrivals, answered: one.answered, lost: one.abandoned }),
  }));
  const sum = (pick: (bar: BarItem) => number) => bars.reduce((all, bar) => all + pick(bar), 0);
  return { bars, sentence: t('monitor.hour_sum', { n: sum((bar) => bar.total), lost: sum((bar) => bar.bad) }) };
}

function Hour({ line, label }: { line: MonitorLine; label: string }) {
  const { t, clock } = useT();
  const { bars, sentence } = hourBars(line, t, clock);
  return <Spark items={bars} width={108} label={`${label}. ${sentence}`} />;
}

const order = ['ready', 'serving', 'wrap_up', 'busy', 'break', 'training', 'meeting'] as const;
const dots: Record<string, string> = { ready: 'green', serving: 'green', wrap_up: 'green', busy: 'amber', break: 'amber', training: 'grey', meeting: 'grey' };

function Agents({ monitor, onMeaning }: { monitor: Picture; onMeaning: (id: string) => void }) {
  const { t, timer, number } = useT();
  const at = useNow();
  const figures = ['answered', 'handled', 'handling', 'within_3min'] as const;
  const all = [...monitor.agents].sort((a, b) => rank(a.state) - rank(b.state) || a.since - b.since);
  const lineName = (id: string) => monitor.lines.find((one) => one.line === id)?.name ?? '';
  return (
    <>
      <div className="monitor-states">
        <h2>{t('monitor.agents')}</h2>
        {order.map((state) => {
          const n = monitor.agents.filter((one) => one.state === state).length;
          return n > 0 ? <span key={state}><i className={`dot dot-${dots[state]}`} /> {t(presenceKey(state))} <b className="num">{number(n)}</b></span> : null;
        })}
      </div>
      {all.length === 0 ? <p className="hint">{t('monitor.nobody')}</p> : (
        <div className="table-scroll">
          <table className="table" aria-label={t('monitor.agents')}>
            <thead><tr>
              <th scope="col">{t('monitor.agent')}</th><th scope="col">{t('monitor.state')}</th><th scope="col" className="numeric">{t('monitor.since')}</th>
              <th scope="col" className="numeric">{t('monitor.in_hand')}</th>
              {figures.map((id) => <th key={id} scope="col" className="numeric"><MetricHead id={id} onOpen={onMeaning} /></th>)}
              <th scope="col">{t('word.line')}</th>
            </tr></thead>
            <tbody>{all.map((one) => (
              <tr key={one.user}>
                <th scope="row">{one.alias} <small className="num">{one.number}</small></th>
                <td className="floor-state"><i className={`dot dot-${dots[one.state] ?? 'grey'}`} /> {t(presenceKey(one.state as Parameters<typeof presenceKey>[0]))}</td>
                <td className="numeric num">{timer(at - one.since)}</td>
                <td className="numeric num">{number(one.serving)}</td>
                {figures.map((id) => <td key={id} className="numeric"><FigureCell figure={figure(one.figures, id)} onOpen={onMeaning} /></td>)}
                <td className="quiet monitor-of">{one.lines.map(lineName).join(' · ')}</td>
              </tr>
            ))}</tbody>
          </table>
        </div>
      )}
    </>
  );
}

function rank(state: string): number {
  const at = (order as readonly string[]).indexOf(state);
  return at < 0 ? order.length : at;
}

function Risks({ risks, lines }: { risks: MonitorRisk[]; lines: MonitorLine[] }) {
  const { t, timer } = useT();
  const at = useNow();
  if (risks.length === 0) return <p className="hint">{t('monitor.no_risk')}</p>;
  return (
    <ul className="risk-list">
      {risks.map((one) => {
        const late = at - one.due_at;
        return (
          <li key={one.conversation}>
            <a {...link(`/c/${one.conversation}`)}>#{one.number}</a>
            <span>{lines.find((line) => line.line === one.line)?.name} · {t(one.waits_for === 'agent' ? 'monitor.waits_agent' : 'monitor.waits_reply')}</span>
            <b className={`num tone-${late > 0 ? 'red' : 'amber'}`}>{late > 0 ? t('monitor.over_by', { time: timer(late) }) : t('monitor.due_in', { time: timer(-late) })}</b>
          </li>
        );
      })}
    </ul>
  );
}
