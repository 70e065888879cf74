/** What customers of a line are asked after a conversation, and what they answered. */
import { useState } from 'react';
import type { Survey, SurveyResponse } from '@hark/api';
import { AreaField, Button, Chip, Choice, Empty, notify, NumberField, Table, Toggle, useT } from '@hark/ui';
import { useDesk } from '../app/context';
import { useLine } from '../floor/LineChoice';
import { concerns } from '../state/rights';
import { tell } from '../state/faults';
import { client } from '../state/session';
import { Bar, Loaded, useLoad, useRefusal } from './forms';

const DAY = 86_400_000;
const spans = [1, 7, 30, 90] as const;
const dimensions = ['attitude', 'expertise', 'resolution'] as const;

export default function Surveys({ id }: { id: string | null }) {
  const { t } = useT();
  const { me } = useDesk();
  const [line, setLine] = useLine(id);
  return (
    <>
      <Bar><Choice label={t('word.line')} value={line} onChange={setLine} options={me.lines.map((one) => ({ value: one.id, label: one.name, client: me.tenants.find((tenant) => tenant.id === one.tenant)?.name }))} /></Bar>
      {line ? <><Results key={`r${line}`} line={line} /><Questions key={line} line={line} /></> : <Empty title={t('survey.no_line')} text={t('survey.no_line_hint')} />}
    </>
  );
}

function Questions({ line }: { line: string }) {
  const { t } = useT();
  const { me } = useDesk();
  const survey = useLoad(() => client.surveys.get(line), [line]);
  if (!concerns(me, ['manage', 'surveys'])) return null;
  return <section className="part"><h2>{t('survey.questions')}</h2><p className="hint">{t('survey.questions_hint')}</p><Loaded of={survey}>{(data) => <Editor key={data.version} survey={data} onSaved={survey.reload} />}</Loaded></section>;
}

function Editor({ survey, onSaved }: { survey: Survey; onSaved: () => void }) {
  const { t } = useT();
  const [enabled, setEnabled] = useState(survey.enabled);
  const [asked, setAsked] = useState(survey.definition);
  const refusal = useRefusal({ 'definition/question_zh': t('survey.question_zh'), 'definition/question_en': t('survey.question_en') });
  const [busy, setBusy] = useState(false);
  const changed = enabled !== survey.enabled || JSON.stringify(asked) !== JSON.stringify(survey.definition);
  const save = async () => {
    setBusy(true);
    refusal.clear();
    try {
      await client.surveys.put(survey.line, { enabled, definition: asked });
      notify(t('done.saved'));
      onSaved();
    } catch (error) { refusal.refuse(error); }
    setBusy(false);
  };
  return (
    <form className="record-form survey-form" onSubmit={(event) => { event.preventDefault(); void save(); }}>
      {refusal.block}
      <Toggle label={t('survey.enabled')} value={enabled} onChange={setEnabled} />
      <Toggle label={t('survey.auto')} hint={t('survey.auto_hint')} value={asked.auto ?? true} onChange={(auto) => setAsked({ ...asked, auto })} />
      <div className="pair">
        <AreaField label={t('survey.question_zh')} rows={2} max={200} error={refusal.of('definition/question_zh')} value={asked.question_zh ?? ''} onChange={(question_zh) => setAsked({ ...asked, question_zh })} />
        <AreaField label={t('survey.question_en')} rows={2} max={200} error={refusal.of('definition/question_en')} value={asked.question_en ?? ''} onChange={(question_en) => setAsked({ ...asked, question_en })} />
      </div>
      {dimensions.map((name) => <Toggle key={name} label={t(`survey.${name}`)} value={asked[name] ?? true} onChange={(on) => setAsked({ ...asked, [name]: on })} />)}
      <Toggle label={t('survey.solved')} value={asked.solved ?? true} onChange={(solved) => setAsked({ ...asked, solved })} />
      <Toggle label={t('survey.remark')} value={asked.remark ?? true} onChange={(remark) => setAsked({ ...asked, remark })} />
      <NumberField label={t('survey.hours')} value={asked.hours ?? 72} min={1} max={720} onChange={(hours) => setAsked({ ...asked, hours: hours ?? 72 })} />
      <div className="record-foot"><span className="record-change">{changed ? '' : t('form.no_change')}</span><Button look="primary" type="submit" busy={busy} disabled={!changed}>{t('action.save')}</Button></div>
    </form>
  );
}

const share = (part: number, whole: number): string => (whole > 0 ? `${Math.round((100 * part) / whole)}%` : '–');
const mean = (sum: number, count: number): string => (count > 0 ? (sum / count).toFixed(2) : '–');

function Results({ line }: { line: string }) {
  const { t, exact } = useT();
  const [days, setDays] = useState<(typeof spans)[number]>(7);
  const [score, setScore] = useState<string | null>(null);
  const [to] = useState(() => Date.now() + 60_000);
  const [more, setMore] = useState<{ rows: SurveyResponse[]; next: string | null } | null>(null);
  const within = { from: to - days * DAY, to };
  const all = useLoad(async () => {
    setMore(null);
    const [results, responses] = await Promise.all([client.surveys.results(line, within), client.surveys.responses(line, { ...within, ...(score ? { score: Number(score) } : {}) })]);
    return { results, responses };
  }, [line, days, score]);
  const goOn = (next: string) => client.surveys.responses(line, { ...within, cursor: next, ...(score ? { score: Number(score) } : {}) })
    .then((page) => setMore((now) => ({ rows: [...(now?.rows ?? []), ...page.items], next: page.next ?? null }))).catch((error) => tell(error, t));
  return (
    <section className="part">
      <h2>{t('survey.results')}</h2>
      <Bar>
        <Choice label={t('survey.span')} value={String(days)} onChange={(next) => setDays(Number(next ?? 7) as (typeof spans)[number])} options={spans.map((one) => ({ value: String(one), label: t('survey.days', { n: one }) }))} />
        <Choice label={t('survey.score')} clear value={score} onChange={setScore} options={[5, 4, 3, 2, 1].map((one) => ({ value: String(one), label: t('survey.stars', { n: one }) }))} />
      </Bar>
      <Loaded of={all}>{({ results, responses }) => {
        const count = results.distribution.reduce((sum, one) => sum + one, 0);
        const sum = results.shares.reduce((all, one) => all + one.score_sum, 0);
        const invited = results.shares.reduce((all, one) => all + one.invited, 0);
        const answered = results.shares.reduce((all, one) => all + one.answered, 0);
        const good = (results.distribution[3] ?? 0) + (results.distribution[4] ?? 0);
        const rows = [...responses.items, ...(more?.rows ?? [])];
        const next = more ? more.next : responses.next ?? null;
        return (
          <>
            <p className="survey-said">{count ? t('survey.sentence', { count, good: share(good, count), mean: mean(sum, count), rate: share(answered, invited) }) : t('survey.none_yet')}</p>
            {count ? (
              <div className="survey-figures">
                <ol className="survey-bars" aria-label={t('survey.distribution')}>
                  {[5, 4, 3, 2, 1].map((one) => { const n = results.distribution[one - 1] ?? 0; return <li key={one}><span>{t('survey.stars', { n: one })}</span><meter min={0} max={count} value={n} aria-label={t('survey.stars', { n: one })} /><b>{n}</b></li>; })}
                </ol>
                <Table rows={results.shares} label={t('survey.by')} idOf={(row) => row.invited_by} columns={[
                  { key: 'by', title: t('survey.by'), render: (row) => t(`survey.by.${row.invited_by}`) },
                  { key: 'invited', title: t('survey.invited'), render: (row) => row.invited },
                  { key: 'rate', title: t('survey.rate'), render: (row) => share(row.answered, row.invited) },
                  { key: 'mean', title: t('survey.mean'), render: (row) => mean(row.score_sum, row.responses) },
                ]} />
                <dl>
                  {results.dimensions.map((one) => <div key={one.name}><dt>{t(`survey.${one.name as (typeof dimensions)[number]}`)}</dt><dd>{mean(one.sum, one.count)}</dd></div>)}
                  <div><dt>{t('survey.solved_rate')}</dt><dd>{share(results.solved_yes, results.solved_count)}</dd></div>
                </dl>
              </div>
            ) : null}
            <Table rows={rows} label={t('survey.answers')} idOf={(row) => row.conversation} empty={<Empty title={t('survey.none_yet')} text={t('survey.none_hint')} />} onOpen={(row) => { window.location.hash = ''; window.history.pushState(null, '', `/c/${row.conversation}`); window.dispatchEvent(new PopStateEvent('popstate')); }} columns={[
              { key: 'at', title: t('survey.at'), render: (row) => exact(row.at) },
              { key: 'score', title: t('survey.score'), render: (row) => <Chip tone={row.score >= 4 ? 'green' : row.score <= 2 ? 'red' : undefined}>{t('survey.stars', { n: row.score })}</Chip> },
              { key: 'solved', title: t('survey.solved'), render: (row) => (row.solved === null || row.solved === undefined ? '' : t(row.solved ? 'survey.yes' : 'survey.no')) },
              { key: 'remark', title: t('survey.remark'), render: (row) => row.remark },
              { key: 'by', title: t('survey.by'), render: (row) => t(`survey.by.${row.invited_by}`) },
            ]} />
            {next ? <div className="more"><Button onClick={() => void goOn(next)}>{t('action.more')}</Button></div> : null}
          </>
        );
      }}</Loaded>
    </section>
  );
}
