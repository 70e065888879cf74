/** Phrases (话术): everybody's and one's own, one by one or pasted as a table. */
import { useMemo, useState } from 'react';
import type { AudienceInput, Phrase, PhraseImport } from '@hark/api';
import { AreaField, Button, Choice, Empty, ErrorBlock, Icon, notify, SidePanel, Table, useT, useUnsaved, type Fault } from '@hark/ui';
import { useDesk } from '../app/context';
import { faultOf } from '../state/faults';
import { client } from '../state/session';
import { AudienceField, audienceFits, AudienceName, firstAudience } from '../work/AudienceField';
import { PhraseForm } from '../work/PhraseForm';
import { loadPhrases, searchPhrases, textOf } from '../work/phrases';
import { Bar, Loaded, useLoad } from './forms';

export default function Phrases() {
  const { t, language } = useT();
  const { me } = useDesk();
  const all = useLoad(() => client.phrases.all());
  const [query, setQuery] = useState('');
  const [tenant, setTenant] = useState<string | null>(null);
  const [open, setOpen] = useState<Phrase | 'new' | null>(null);
  const [pasting, setPasting] = useState(false);
  const done = () => { all.reload(); void loadPhrases(true); };
  const shown = useMemo(() => searchPhrases((all.data ?? []).filter((one) => !tenant || one.audience.tenant === tenant), query, 500), [all.data, query, tenant]);
  return (
    <>
      <Bar>
        <label className="find"><Icon name="search" size={15} /><input value={query} onChange={(event) => setQuery(event.target.value)} placeholder={t('phrase.find')} aria-label={t('phrase.find')} /></label>
        {me.tenants.length > 1 ? <Choice hidden clear label={t('audience.of_client')} placeholder={t('audience.of_client')} value={tenant} onChange={setTenant} options={me.tenants.map((one) => ({ value: one.id, label: one.name }))} width={160} /> : null}
        <span className="head-gap" />
        <Button onClick={() => setPasting(true)}>{t('phrase.import')}</Button>
        <Button look="primary" icon="plus" onClick={() => setOpen('new')}>{t('phrase.new')}</Button>
      </Bar>
      <Loaded of={all}>{() => (
        <Table rows={shown} label={t('page.phrases')} idOf={(row) => row.id} onOpen={(row) => { if (row.editable) setOpen(row); }} empty={<Empty title={query ? t('phrase.not_found') : t('phrase.empty')} text={query ? undefined : t('phrase.empty_hint')} />} columns={[
          { key: 'title', title: t('phrase.title'), render: (row) => row.title },
          { key: 'folder', title: t('phrase.folder'), render: (row) => row.folder || t('phrase.group_none') },
          { key: 'shortcut', title: t('phrase.shortcut'), render: (row) => (row.shortcut ? <code>/{row.shortcut}</code> : '') },
          { key: 'text', title: t(language === 'en' ? 'phrase.text_en' : 'phrase.text_zh'), render: (row) => <span className="cut">{textOf(row, language)}</span> },
          { key: 'audience', title: t('phrase.audience'), render: (row) => <AudienceName of={row.audience} /> },
          { key: 'used', title: t('phrase.used'), numeric: true, render: (row) => row.used },
        ]} />
      )}</Loaded>
      {open ? <PhraseForm key={open === 'new' ? 'new' : open.id} phrase={open === 'new' ? null : open} onClose={() => setOpen(null)} onDone={done} /> : null}
      {pasting ? <Paste onClose={() => setPasting(false)} onDone={done} /> : null}
    </>
  );
}

function Paste({ onClose, onDone }: { onClose: () => void; onDone: () => void }) {
  const { t } = useT();
  const { me } = useDesk();
  const [audience, setAudience] = useState<AudienceInput>(() => firstAudience(me));
  const [text, setText] = useState('');
  const unsaved = useUnsaved(text);
  const [seen, setSeen] = useState<PhraseImport | null>(null);
  const [fault, setFault] = useState<Fault | null>(null);
  const [busy, setBusy] = useState(false);
  const send = async (dry: boolean) => {
    setBusy(true);
    setFault(null);
    try {
      const answer = await client.phrases.import(audience, text, dry);
      setSeen(answer);
      if (!dry && answer.faults.length === 0) {
        notify(t('phrase.imported', { n: answer.kept }));
        onDone();
        onClose();
        return;
      }
    } catch (error) { setFault(faultOf(error, t)); }
    setBusy(false);
  };
  const fine = seen !== null && seen.faults.length === 0 && seen.read > 0;
  return (
    <SidePanel open title={t('phrase.import_title')} onClose={onClose} unsaved={unsaved} width={620}>
      <form className="record-form" onSubmit={(event) => { event.preventDefault(); void send(!fine); }}>
        {fault ? <ErrorBlock fault={fault} kept={t('error.form_kept')} /> : null}
        <p className="hint">{t('phrase.import_hint')}</p>
        <AudienceField value={audience} onChange={setAudience} permission="phrases.manage" />
        <AreaField label={t('phrase.import_text')} value={text} onChange={(next) => { setText(next); setSeen(null); }} rows={12} max={200_000} mono />
        {fine ? <p className="hint" role="status">{t('phrase.import_fine', { n: seen.read })}</p> : null}
        {seen && seen.faults.length > 0 ? (
          <div className="paste-faults" role="alert"><p>{t('phrase.import_faults')}</p><ul>{seen.faults.slice(0, 50).map((one) => <li key={`${one.row}${one.field}`}><b className="num">{t('phrase.import_row', { row: one.row })}</b> {one.words}</li>)}</ul></div>
        ) : null}
        <div className="record-foot"><span className="record-change" /><Button onClick={onClose}>{t('action.cancel')}</Button>
          <Button look="primary" type="submit" busy={busy} disabled={text.trim() === '' || !audienceFits(audience)}>{fine ? t('phrase.import_run', { n: seen.read }) : t('phrase.import_check')}</Button></div>
      </form>
    </SidePanel>
  );
}
