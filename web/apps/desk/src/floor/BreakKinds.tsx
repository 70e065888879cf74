/** Settings: the kinds of break, with their quota, places and approval. */
import { useState } from 'react';
import type { BreakKind } from '@hark/api';
import { Button, Chip, Empty, Table, useT } from '@hark/ui';
import { Bar, Loaded, RecordForm, useLoad } from '../admin/forms';
import { client } from '../state/session';
import { kindName } from './StateMenu';

export default function BreakKinds() {
  const { t, language } = useT();
  const all = useLoad(() => client.floor.breakKinds().then((page) => page.items));
  const [open, setOpen] = useState<BreakKind | 'new' | null>(null);
  const many = (n: number) => (n === 0 ? t('breaks.no_limit') : n);
  return (
    <>
      <Bar><Button look="primary" icon="plus" onClick={() => setOpen('new')}>{t('breaks.new')}</Button></Bar>
      <Loaded of={all}>{(rows) => (
        <Table rows={rows} label={t('page.breaks')} idOf={(row) => row.id} onOpen={setOpen} empty={<Empty icon="clock" title={t('breaks.empty')} text={t('breaks.empty_hint')} />} columns={[
          { key: 'name', title: t('field.name'), render: (row) => kindName(row, language) },
          { key: 'each', title: t('breaks.minutes_each'), numeric: true, render: (row) => row.minutes_each },
          { key: 'day', title: t('breaks.minutes_day'), numeric: true, render: (row) => many(row.minutes_day) },
          { key: 'times', title: t('breaks.times_day'), numeric: true, render: (row) => many(row.times_day) },
          { key: 'once', title: t('breaks.at_once'), numeric: true, render: (row) => many(row.at_once) },
          { key: 'approval', title: t('breaks.approval'), render: (row) => (row.approval ? t('breaks.approval_yes') : t('breaks.approval_no')) },
          { key: 'anytime', title: t('breaks.begins'), render: (row) => (row.anytime ? t('breaks.begins_anytime') : t('breaks.begins_after')) },
          { key: 'state', title: t('people.state'), render: (row) => (row.archived ? <Chip>{t('breaks.archived')}</Chip> : <Chip tone="green">{t('breaks.offered')}</Chip>) },
        ]} />
      )}</Loaded>
      {open ? <RecordForm key={open === 'new' ? 'new' : open.id} title={open === 'new' ? t('breaks.new') : kindName(open, language)} record={open === 'new' ? null : open} onClose={() => setOpen(null)}
        first={open === 'new' ? { key: '', name_zh: '', name_en: '', minutes_each: 15, minutes_day: 0, times_day: 0, at_once: 0, approval: false, anytime: false, position: 10 } : { ...open }}
        fields={[
          { key: 'key', label: 'breaks.key', kind: 'text', required: true, max: 32, mono: true, only: 'create', hint: 'breaks.key_hint' },
          { key: 'name_zh', label: 'breaks.name_zh', kind: 'text', required: true, max: 40 },
          { key: 'name_en', label: 'breaks.name_en', kind: 'text', required: true, max: 40 },
          { key: 'minutes_each', label: 'breaks.minutes_each', kind: 'number', required: true, min: 1, max: 1440 },
          { key: 'minutes_day', label: 'breaks.minutes_day', kind: 'number', min: 0, max: 1440, hint: 'breaks.zero_hint' },
          { key: 'times_day', label: 'breaks.times_day', kind: 'number', min: 0, max: 1000, hint: 'breaks.zero_hint' },
          { key: 'at_once', label: 'breaks.at_once', kind: 'number', min: 0, max: 1000, hint: 'breaks.at_once_hint' },
          { key: 'approval', label: 'breaks.approval', kind: 'toggle', hint: 'breaks.approval_hint' },
          { key: 'anytime', label: 'breaks.anytime', kind: 'toggle', hint: 'breaks.anytime_hint' },
          { key: 'position', label: 'breaks.position', kind: 'number', min: 0, max: 1000 },
          { key: 'archived', label: 'breaks.archived', kind: 'toggle', only: 'change', hint: 'breaks.archived_hint' },
        ]}
        save={async (part) => {
          if (open === 'new') await client.floor.createBreakKind(part);
          else await client.floor.changeBreakKind(open.id, part);
          all.reload();
        }} /> : null}
    </>
  );
}
