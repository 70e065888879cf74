/** The wallboard: big figures with their target and the last hour, worst first, dark, readable at three metres. Nobody's name. */
import { useEffect } from 'react';
import type { MonitorLine } from '@hark/api';
import { Empty, Icon, IconButton, useT } from '@hark/ui';
import { useDesk } from '../app/context';
import { go } from '../app/router';
import { useNow } from '../state/clock';
import { useAlerts } from './Alerts';
import { Spark } from './Bars';
import { useMonitor } from './live';
import { hourBars } from './Monitor';
import { figure, shown, troubleOf, waitTone } from './values';

export default function Wallboard() {
  const { t, clock } = useT();
  const { monitor } = useMonitor(null);
  const alerts = useAlerts();
  const at = useNow();
  useEffect(() => {
    const leave = (event: KeyboardEvent) => { if (event.key === 'Escape' && !event.defaultPrevented) go('/monitor'); };
    window.addEventListener('keydown', leave);
    return () => window.removeEventListener('keydown', leave);
  }, []);
  const trouble = (line: MonitorLine) => troubleOf(line, alerts.filter((one) => one.line === line.line).length, at);
  const late = (monitor?.lines ?? []).filter((line) => waitTone(line.oldest_since, line.target.answer_within_ms, at) === 'red').length;
  const lines = [...(monitor?.lines ?? [])].sort((a, b) => trouble(b) - trouble(a) || a.name.localeCompare(b.name));
  return (
    <main className="wallboard" id="main">
      <header>
        <h1>{t('wallboard.title')}</h1>
        <span className={alerts.length > 0 ? 'tone-red' : late > 0 ? 'tone-amber' : 'tone-green'}>{alerts.length > 0 ? <><Icon name="alert" size={26} /> {t('wallboard.alerts', { n: alerts.length })}</> : late > 0 ? <><Icon name="clock" size={26} /> {t('wallboard.late', { n: late })}</> : <><Icon name="check" size={26} /> {t('wallboard.calm')}</>}</span>
        <time className="num">{clock(at)}</time>
        <IconButton icon="close" label={t('wallboard.leave')} size={22} onClick={() => go('/monitor')} />
      </header>
      {monitor && lines.length === 0 ? <Empty icon="pulse" title={t('monitor.empty')} text={t('monitor.empty_hint')} /> : null}
      <div className="wall-grid">{lines.map((one) => <Tile key={one.line} line={one} alerts={alerts.filter((alert) => alert.line === one.line).length} />)}</div>
    </main>
  );
}

function Tile({ line, alerts }: { line: MonitorLine; alerts: number }) {
  const words = useT();
  const { t, number, timer, clock } = words;
  const { me } = useDesk();
  const at = useNow();
  const level = figure(line.figures, 'service_level');
  const reply = figure(line.figures, 'within_3min');
  const target = line.target.answer_share / 10_000;
  const tone = waitTone(line.oldest_since, line.target.answer_within_ms, at);
  const low = level && level.value !== null && !level.few && level.value < target;
  const { bars, sentence } = hourBars(line, t, clock);
  return (
    <section className={`wall-tile${alerts > 0 ? ' alarmed' : ''}`} aria-label={line.name}>
      <h2>{line.name} <small>{me.tenants.find((one) => one.id === line.tenant)?.name ?? ''}</small>{alerts > 0 ? <Icon name="alert" size={24} /> : null}</h2>
      <dl>
        <div className={tone ? `tone-${tone}` : ''}><dt>{t('monitor.waiting')}</dt><dd className="num">{number(line.waiting)}</dd></div>
        <div className={tone ? `tone-${tone}` : ''}><dt>{t('monitor.longest')}</dt><dd className="num">{line.oldest_since === null ? t('insight.none') : timer(at - line.oldest_since)}</dd></div>
        <div className={line.free === 0 && line.waiting > 0 ? 'tone-amber' : ''}><dt>{t('monitor.free')}</dt><dd className="num">{number(line.free)}</dd></div>
        <div className={low ? 'tone-amber' : ''}><dt>{t('metric.service_level')}</dt><dd className="num">{shown(level?.value ?? null, 'share', words)}</dd><dd className="wall-target">{t('insight.target', { value: `${number(target * 100)} %` })}</dd></div>
        <div><dt>{t('metric.within_3min')}</dt><dd className="num">{shown(reply?.value ?? null, 'share', words)}</dd></div>
      </dl>
      <div className="wall-hour"><Spark items={bars} label={sentence} width={520} height={64} stretch /><p>{sentence}</p></div>
    </section>
  );
}
