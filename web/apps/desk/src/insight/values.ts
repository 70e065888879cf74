/** Values and what they mean on a screen: pure, so that they can be tested without one. */
import type { DayReport, Figure, Metric, MonitorLine, ThresholdMetric } from '@hark/api';
import type { Translator } from '@hark/i18n';

type Words = Pick<Translator, 't' | 'timer' | 'number'>;

/** A value as people read it: `12`, `01:38`, `83.3 %`. */
export function shown(value: number | null, unit: Metric['unit'] | undefined, { t, timer, number }: Words): string {
  if (value === null) return t('insight.none');
  switch (unit) {
    case 'share': return `${number(value * 100, 1)} %`;
    case 'duration': return timer(value);
    default: return number(value);
  }
}

export function figure(figures: Figure[], id: string): Figure | undefined { return figures.find((one) => one.metric === id); }

/** What a threshold's value is counted in. */
export function unitOf(metric: ThresholdMetric): 'count' | 'duration' | 'share' {
  switch (metric) {
    case 'waiting': case 'agents_free': return 'count';
    case 'service_level': case 'abandon_rate': case 'within_3min': return 'share';
    default: return 'duration';
  }
}

/** A threshold's or an alert's value: a count, milliseconds or ten-thousandths. */
export function limit(metric: ThresholdMetric, value: number, words: Words): string {
  const unit = unitOf(metric);
  return shown(unit === 'share' ? value / 10_000 : value, unit, words);
}

/** What is typed (people, seconds, percent) as what is sent (people, milliseconds, ten-thousandths), and back. */
export function toSent(metric: ThresholdMetric, typed: number): number {
  const unit = unitOf(metric);
  return Math.round(unit === 'share' ? typed * 100 : unit === 'duration' ? typed * 1000 : typed);
}
export function toTyped(metric: ThresholdMetric, sent: number): number {
  const unit = unitOf(metric);
  return unit === 'share' ? sent / 100 : unit === 'duration' ? sent / 1000 : sent;
}
/** `22:00` as minutes of the day; `null` for what is none. */
export function minuteOf(text: string): number | null {
  const found = /^([01]?\d|2[0-3])[:：]([0-5]\d)$/.exec(text.trim());
  return found ? Number(found[1]) * 60 + Number(found[2]) : null;
}
export function clockOf(minute: number | null): string {
  return minute === null ? '' : `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}

/** A quiet time that cannot be read is said, never dropped; and it has a beginning and an end. */
export function unfitQuiet(form: Readonly<Record<string, unknown>>, t: Translator['t']): Record<string, string> {
  const written = (key: string) => String(form[key] ?? '').trim();
  const faults: Record<string, string> = {};
  for (const key of ['quiet_from', 'quiet_to']) {
    if (written(key) !== '' && minuteOf(written(key)) === null) faults[key] = t('threshold.quiet_unfit');
    else if (written(key) === '' && written(key === 'quiet_to' ? 'quiet_from' : 'quiet_to') !== '') faults[key] = t('threshold.quiet_both');
  }
  return faults;
}

/** Amber when most of the target has passed, red beyond it. */
export function waitTone(since: number | null, target: number, now: number): '' | 'amber' | 'red' {
  if (since === null) return '';
  const waited = now - since;
  return waited > target ? 'red' : waited > target * 0.8 ? 'amber' : '';
}

/** What deserves the first place: alerts, then who waits beyond the target, then a service level below it. */
export function troubleOf(line: MonitorLine, alerts: number, now: number): number {
  const waited = line.oldest_since === null ? 0 : (now - line.oldest_since) / line.target.answer_within_ms;
  const level = figure(line.figures, 'service_level');
  const lack = level && level.value !== null && !level.few ? Math.max(0, line.target.answer_share / 10_000 - level.value) : 0;
  return alerts * 100 + Math.min(waited, 50) + lack * 10 + Math.min(line.waiting, 100) / 100;
}

/** `YYYY-MM-DD` some days away. */
export function dayAway(date: string, days: number): string {
  const at = new Date(`${date}T12:00:00Z`);
  at.setUTCDate(at.getUTCDate() + days);
  return at.toISOString().slice(0, 10);
}

/** What the day was, in a few sentences. */
export function sentences(day: DayReport, words: Pick<Translator, 't' | 'number' | 'timer' | 'length'>, hour: (at: number) => string): string[] {
  const { t, number, length } = words;
  const of = (id: string) => figure(day.total.figures, id);
  const share = (id: string) => shown(of(id)?.value ?? null, 'share', words);
  const arrivals = of('arrivals')?.value ?? 0;
  if (arrivals === 0) return [t('reports.sentence_none', { date: day.date })];
  const said = [t('reports.sentence', {
    date: day.date, n: number(arrivals), connect: share('connect_rate'), share: share('service_level'), within: length(day.target.answer_within_ms),
    target: `${number(day.target.answer_share / 100)} %`,
  })];
  const lost = (of('abandoned')?.value ?? 0) - (of('short_abandoned')?.value ?? 0);
  if (lost > 0) said.push(t('reports.sentence_lost', { n: number(lost), rate: share('abandon_rate') }));
  if ((of('first_reply')?.value ?? null) !== null) said.push(t('reports.sentence_reply', { first: shown(of('first_reply')?.value ?? null, 'duration', words), share: share('within_3min') }));
  const peak = [...day.hours].sort((a, b) => (figure(b.figures, 'arrivals')?.value ?? 0) - (figure(a.figures, 'arrivals')?.value ?? 0))[0];
  if (peak) said.push(t('reports.sentence_peak', { hour: hour(peak.at), n: number(figure(peak.figures, 'arrivals')?.value ?? 0) }));
  return said;
}
