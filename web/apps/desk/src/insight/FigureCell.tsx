/** One figure: its value, what it was counted from on hover, its definition and its conversations on demand. */
import type { Figure } from '@hark/api';
import { Button, Hint, SidePanel, useT } from '@hark/ui';
import { aboutOf, nameOf, useMetrics } from './figures';
import { shown } from './values';

export function FigureText({ figure }: { figure: Figure | undefined }) {
  const words = useT();
  const metrics = useMetrics();
  if (!figure) return <>{words.t('insight.none')}</>;
  return <span className={`num${figure.few && figure.value !== null ? ' figure-few' : ''}`}>{shown(figure.value, metrics.get(figure.metric)?.unit, words)}</span>;
}

export function FigureCell({ figure, onOpen }: { figure: Figure | undefined; onOpen?: (metric: string) => void }) {
  const { t, number, language } = useT();
  const metrics = useMetrics();
  if (!figure) return null;
  const metric = metrics.get(figure.metric);
  const counted = figure.denominator !== null && metric?.unit === 'share' ? t('insight.ratio', { a: number(figure.numerator), b: number(figure.denominator) }) : null;
  const hint = [
    nameOf(metric, language, figure.metric), counted, figure.value === null ? t('insight.none_hint') : null,
    figure.few && figure.value !== null && figure.denominator !== null ? t('insight.few', { n: figure.denominator }) : null,
  ].filter(Boolean).join(' · ');
  const text = <FigureText figure={figure} />;
  return (
    <Hint text={hint}>
      {onOpen ? <button type="button" className="figure-btn" onClick={() => onOpen(figure.metric)}><span className="sr-only">{nameOf(metric, language, figure.metric)}: </span>{text}</button> : <span>{text}</span>}
    </Hint>
  );
}

/** What a metric means, and the way to what stands behind it. */
export function Definition({ id, onClose, onBehind }: { id: string; onClose: () => void; onBehind?: () => void }) {
  const { t, language } = useT();
  const metric = useMetrics().get(id);
  if (!metric) return null;
  return (
    <SidePanel open title={nameOf(metric, language, id)} onClose={onClose} width={440}>
      <h3 className="form-part">{t('insight.definition')}</h3>
      <p>{aboutOf(metric, language)}</p>
      <p className="hint"><code>{metric.id}</code> · {t('insight.version', { n: metric.version })}</p>
      {onBehind && metric.has_conversations ? <Button icon="chat" onClick={onBehind}>{t('insight.show_behind')}</Button> : null}
    </SidePanel>
  );
}

/** The head of a column: a button that opens the definition. */
export function MetricHead({ id, onOpen }: { id: string; onOpen: (id: string) => void }) {
  const { language } = useT();
  const metric = useMetrics().get(id);
  return <button type="button" className="metric-head" onClick={() => onOpen(id)}>{nameOf(metric, language, id)}</button>;
}
