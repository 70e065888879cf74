/** How a conversation of the widget began, beside it: who vouches for the visitor, what was asked and agreed, and the survey. */
import { useEffect, useState } from 'react';
import type { ConversationSurvey, Visit } from '@hark/api';
import { Button, Chip, useT } from '@hark/ui';
import { useNow } from '../state/clock';
import { tell } from '../state/faults';
import { client } from '../state/session';

export function VisitPart({ conversation, status }: { conversation: string; status: string }) {
  const { t, when } = useT();
  const at = useNow();
  const [visit, setVisit] = useState<Visit | null>(null);
  const [survey, setSurvey] = useState<ConversationSurvey | null>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    let current = true;
    // Both are told beside the customer; without them the customer is still there.
    client.conversations.visit(conversation).then((next) => { if (current) setVisit(next); }).catch(() => undefined);
    client.surveys.of(conversation).then((next) => { if (current) setSurvey(next); }).catch(() => undefined);
    return () => { current = false; };
  }, [conversation, status]);
  const invite = () => {
    setBusy(true);
    client.surveys.invite(conversation).then(setSurvey).catch((error) => tell(error, t)).finally(() => setBusy(false));
  };
  if (!visit || !survey) return null;
  const said = survey.response;
  const silent = visit.identity === 'none' && !visit.offline && !visit.answers.length && !visit.consents.length && !visit.facts.length && !survey.can_invite && !survey.invited_at;
  if (silent) return null;
  return (
    <section className="part visit" aria-label={t('visit.title')}>
      <h3>{t('visit.title')}</h3>
      <p>
        <Chip tone={visit.identity === 'none' ? undefined : 'green'}>{t(visit.identity === 'none' ? 'visit.unproved' : visit.identity === 'hash' ? 'visit.hash' : 'visit.proved')}</Chip>{' '}
        {visit.offline ? <Chip tone="amber">{visit.answer_by ? t('visit.offline_by', { at: when(visit.answer_by, at) }) : t('visit.offline')}</Chip> : null}
      </p>
      <dl>
        {visit.answers.map((one) => <div key={one.label}><dt>{one.label}</dt><dd>{one.value}</dd></div>)}
        {visit.facts.map((one) => <div key={one.name}><dt>{one.name}</dt><dd>{one.content}{one.vouched ? null : <em> {t('visit.claimed')}</em>}</dd></div>)}
        {visit.consents.map((one) => <div key={`${one.purpose}${one.at}`}><dt>{t(one.purpose === 'peek' ? 'visit.consent_peek' : 'visit.consent')}</dt><dd title={one.wording}>{one.version} {when(one.at, at)}</dd></div>)}
        {said ? <div><dt>{t('survey.score')}</dt><dd>{t('survey.stars', { n: said.score })}{said.solved === null || said.solved === undefined ? '' : ` · ${t(said.solved ? 'survey.yes' : 'survey.no')}`}{said.remark ? <> · {said.remark}</> : null}</dd></div>
          : survey.invited_at ? <div><dt>{t('survey.invited_one')}</dt><dd>{when(survey.invited_at, at)}</dd></div> : null}
      </dl>
      {survey.can_invite ? <Button small busy={busy} onClick={invite}>{t('survey.invite')}</Button> : null}
    </section>
  );
}
