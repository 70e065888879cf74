/** Macros at a conversation: choosing one, seeing what it would do, running it. */
import { useEffect, useMemo, useState } from 'react';
import { items, type Colleague, type ColleagueTeam, type Conversation, type Macro, type MacroPreview } from '@hark/api';
import { Dialog, Empty, ErrorBlock, Icon, Kbd, Skeleton, useT, type Fault } from '@hark/ui';
import { keysOf, shownKeys, type ActionName } from '../app/actions';
import { useDesk } from '../app/context';
import { useCategories } from '../conversations/categories';
import type { Run } from '../conversations/ThreadPane';
import { faultOf } from '../state/faults';
import { client } from '../state/session';
import { useStore } from '../state/store';
import { actionWords } from './actionWords';
import { Marked } from './PhrasesTab';

/** Macros meant for a conversation. */
export async function offeredMacros(conversation: string): Promise<Macro[]> {
  return (await client.macros.offered(conversation)).items;
}

export function MacroDialog({ conversation, first, onClose, run }: { conversation: Conversation; first?: string; onClose: () => void; run: Run }) {
  const { t } = useT();
  const [all, setAll] = useState<Macro[] | null>(null);
  const [fault, setFault] = useState<Fault | null>(null);
  const [chosen, setChosen] = useState<Macro | null>(null);
  useEffect(() => {
    offeredMacros(conversation.id).then((found) => {
      setAll(found);
      const wanted = first?.startsWith('slot:') ? found.find((one) => String(one.slot) === first.slice(5)) : found.find((one) => one.id === first);
      if (wanted) setChosen(wanted);
    }).catch((error) => setFault(faultOf(error, t)));
  }, [conversation.id, first]);
  if (chosen) return <Preview conversation={conversation} of={chosen} onClose={onClose} onBack={first ? onClose : () => setChosen(null)} run={run} />;
  return (
    <Dialog open title={t('macro.title')} onClose={onClose} width={440} footer={null}>
      {fault ? <ErrorBlock fault={fault} /> : all === null ? <Skeleton lines={4} /> : all.length === 0 ? <Empty icon="command" title={t('macro.none')} text={t('macro.none_hint')} /> : <Pick all={all} onChoose={setChosen} />}
    </Dialog>
  );
}

function Pick({ all, onChoose }: { all: Macro[]; onChoose: (one: Macro) => void }) {
  const { t } = useT();
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(0);
  const shown = useMemo(() => all.filter((one) => one.name.toLowerCase().includes(query.trim().toLowerCase())), [all, query]);
  const chosen = Math.min(at, Math.max(0, shown.length - 1));
  return (
    <div className="pick-list">
      <label className="find"><Icon name="search" size={15} /><input autoFocus value={query} onChange={(event) => { setQuery(event.target.value); setAt(0); }} placeholder={t('macro.find')} aria-label={t('macro.find')} role="combobox" aria-expanded="true" aria-controls="macro-list"
        aria-activedescendant={shown[chosen] ? `macro-${shown[chosen].id}` : undefined} onKeyDown={(event) => {
          if (event.nativeEvent.isComposing || event.keyCode === 229) return;
          if (event.key === 'ArrowDown') setAt((chosen + 1) % Math.max(1, shown.length));
          else if (event.key === 'ArrowUp') setAt((chosen - 1 + shown.length) % Math.max(1, shown.length));
          else if (event.key === 'Enter' && shown[chosen]) onChoose(shown[chosen]);
          else return;
          event.preventDefault();
        }} /></label>
      <div id="macro-list" role="listbox" aria-label={t('macro.title')}>
        {shown.map((one, index) => (
          <div key={one.id} id={`macro-${one.id}`} role="option" aria-selected={index === chosen} className={index === chosen ? 'on' : ''} onMouseMove={() => setAt(index)} onClick={() => onChoose(one)}>
            <Icon name="command" size={15} /><span>{one.name}</span><small>{one.actions.map((action) => t(`do.${action.do}`)).join(' · ')}</small>
            {one.slot ? <Kbd>{shownKeys(keysOf(`macro_${one.slot}` as ActionName))}</Kbd> : null}
          </div>
        ))}
      </div>
    </div>
  );
}

function Preview({ conversation, of, onClose, onBack, run }: { conversation: Conversation; of: Macro; onClose: () => void; onBack: () => void; run: Run }) {
  const translator = useT();
  const { t, language } = translator;
  const { desk } = useDesk();
  const [preview, setPreview] = useState<MacroPreview | null>(null);
  const [fault, setFault] = useState<Fault | null>(null);
  const [people, setPeople] = useState<Colleague[]>([]);
  const [teams, setTeams] = useState<ColleagueTeam[]>([]);
  const [busy, setBusy] = useState(false);
  const categories = useCategories(conversation.line);
  const queues = useStore(desk.queues);
  useEffect(() => {
    client.macros.preview(conversation.id, of.id, language).then(setPreview).catch((error) => setFault(faultOf(error, t)));
    if (of.actions.some((action) => action.do === 'assign')) void client.conversations.colleagues(conversation.tenant).then((all) => setPeople(items(all))).catch(() => undefined);
    if (of.actions.some((action) => action.do === 'team')) void client.conversations.teams(conversation.tenant).then((all) => setTeams(items(all))).catch(() => undefined);
  }, [conversation.id, of.id, language]);
  const go = async () => {
    if (busy || !preview?.ready) return;
    setBusy(true);
    const done = await run(() => client.macros.run(conversation.id, of.id, language), t('macro.done', { name: of.name }));
    setBusy(false);
    if (done) onClose();
  };
  return (
    <Dialog open title={of.name} onClose={onBack} width={500} confirm={{ label: t('macro.run'), run: () => void go(), busy, disabled: !preview?.ready }}>
      <div className="macro-preview" tabIndex={0} ref={(node) => { if (node && preview) node.focus(); }} onKeyDown={(event) => { if (event.key === 'Enter') { event.preventDefault(); void go(); } }}>
        {fault ? <ErrorBlock fault={fault} /> : !preview ? <Skeleton lines={4} /> : (
          <>
            <p className="hint">{t('macro.preview')}</p>
            <ol>
              {preview.steps.map((step, index) => (
                <li key={index} className={step.allowed && step.missing.length === 0 ? '' : 'bad'}>
                  <b>{actionWords(step.action, translator, { queues, people, teams, categories })}</b>
                  {step.text !== null ? <blockquote><Marked text={step.text} /></blockquote> : null}
                  {step.allowed ? null : <small><Icon name="lock" size={12} />{t('macro.not_allowed')}</small>}
                  {step.missing.length > 0 ? <small><Icon name="alert" size={12} />{t('macro.missing', { names: translator.several(step.missing) })}</small> : null}
                </li>
              ))}
            </ol>
            {preview.ready ? null : <p className="hint warn" role="status">{t('macro.unready')}</p>}
          </>
        )}
      </div>
    </Dialog>
  );
}
