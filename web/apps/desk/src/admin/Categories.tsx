/** What is recorded: the categories of conversations per line, and the fields of a client's customers. */
import { useState } from 'react';
import { items, type AttributeDefinition, type Category } from '@hark/api';
import { Button, Choice, Empty, Table, useT } from '@hark/ui';
import { useDesk } from '../app/context';
import { useLine } from '../floor/LineChoice';
import { client } from '../state/session';
import { categoryName } from '../conversations/categories';
import { Bar, Loaded, RecordForm, useLoad } from './forms';

export default function CategoriesAndFields({ id }: { id: string | null }) {
  return <><Categories key={id} id={id} /><Attributes /></>;
}

const flatten = (tree: Category[]): Category[] => tree.flatMap((one) => [one, ...flatten(one.children ?? [])]);

function Categories({ id }: { id: string | null }) {
  const { t, language } = useT();
  const { me } = useDesk();
  const [line, setLine] = useLine(id);
  const [making, setMaking] = useState(false);
  const all = useLoad(() => (line ? client.conversations.categories(line).then((answer) => flatten(items(answer))) : Promise.resolve([])), [line]);
  return (
    <section className="part">
      <h2>{t('records.categories')}</h2>
      <p className="hint">{t('records.categories_hint')}</p>
      <Bar>
        <Choice label={t('word.line')} value={line} onChange={setLine} options={me.lines.map((one) => ({ value: one.id, label: one.name, client: me.tenants.find((tenant) => tenant.id === one.tenant)?.name }))} />
        <Button look="primary" icon="plus" disabled={!line} onClick={() => setMaking(true)}>{t('records.category_new')}</Button>
      </Bar>
      <Loaded of={all}>{(rows) => <Table rows={rows} label={t('records.categories')} idOf={(row) => row.id} empty={<Empty icon="tag" title={t('records.categories_empty')} text={t('records.categories_empty_hint')} />} columns={[
        { key: 'path', title: t('disposition.category'), render: (row) => categoryName(rows, row.id, language) },
        { key: 'other', title: language === 'en' ? '中文' : 'English', render: (row) => (language === 'en' ? row.name_zh : row.name_en) },
      ]} />}</Loaded>
      {making && line ? <RecordForm title={t('records.category_new')} record={null} first={{ name_zh: '', name_en: '', parent: null }}
        fields={[{ key: 'name_zh', label: 'field.name_zh', kind: 'text', required: true, max: 60 }, { key: 'name_en', label: 'field.name_en', kind: 'text', required: true, max: 60 }, { key: 'parent', label: 'field.parent', kind: 'choice', options: (all.data ?? []).map((one) => ({ value: one.id, label: categoryName(all.data ?? [], one.id, language) ?? '' })) }]}
        save={async (body) => { await client.conversations.createCategory({ line, ...body }); all.reload(); }} onClose={() => setMaking(false)} /> : null}
    </section>
  );
}

function Attributes() {
  const { t, language } = useT();
  const { me } = useDesk();
  const all = useLoad(() => client.attributes.list().then((page) => page.items));
  const [making, setMaking] = useState(false);
  const tenant = (row: AttributeDefinition) => me.tenants.find((one) => one.id === row.tenant)?.name ?? '';
  return (
    <section className="part">
      <h2>{t('records.attributes')}</h2>
      <p className="hint">{t('records.attributes_hint')}</p>
      <Bar><Button icon="plus" onClick={() => setMaking(true)}>{t('records.attribute_new')}</Button></Bar>
      <Loaded of={all}>{(rows) => <Table rows={rows} label={t('records.attributes')} idOf={(row) => row.id} empty={<Empty icon="tag" title={t('records.attributes_empty')} text={t('records.attributes_empty_hint')} />} columns={[
        { key: 'label', title: t('field.name'), render: (row) => (language === 'en' ? row.label_en : row.label_zh) },
        { key: 'client', title: t('word.client'), render: tenant },
        { key: 'kind', title: t('field.kind'), render: (row) => t(`attribute.${row.kind}`) + (row.choices?.length ? ` · ${row.choices.join('、')}` : '') },
        { key: 'key', title: t('field.key'), render: (row) => <code>{row.key}</code> },
      ]} />}</Loaded>
      {making ? <RecordForm title={t('records.attribute_new')} record={null} first={{ tenant: me.tenants[0]?.id ?? null, key: '', label_zh: '', label_en: '', kind: 'text', choices: [] }}
        fields={[
          { key: 'tenant', label: 'word.client', kind: 'choice', required: true, options: me.tenants.map((one) => ({ value: one.id, label: one.name })) },
          { key: 'label_zh', label: 'field.name_zh', kind: 'text', required: true, max: 60 }, { key: 'label_en', label: 'field.name_en', kind: 'text', required: true, max: 60 },
          { key: 'key', label: 'field.key', kind: 'text', required: true, max: 40, mono: true, hint: 'field.key_hint' },
          { key: 'kind', label: 'field.kind', kind: 'choice', required: true, options: (['text', 'number', 'date', 'choice'] as const).map((kind) => ({ value: kind, label: t(`attribute.${kind}`) })) },
          { key: 'choices', label: 'field.choices', kind: 'free', show: (form) => form['kind'] === 'choice' },
        ]} save={async (body) => { await client.attributes.create(body); all.reload(); }} onClose={() => setMaking(false)} /> : null}
    </section>
  );
}
