/** Roles: named sets of permissions, granted to people for the provider, a client or a line. */
import { useState } from 'react';
import { items, type PermissionArea, type Role } from '@hark/api';
import type { Key } from '@hark/i18n';
import { Button, Empty, notify, SidePanel, Table, TextField, Tick, useT, useUnsaved, sure } from '@hark/ui';
import { client } from '../state/session';
import { Bar, Loaded, useLoad, useRefusal } from './forms';

export default function Roles() {
  const { t } = useT();
  const all = useLoad(async () => {
    const [roles, areas] = await Promise.all([client.roles.list(), client.permissions()]);
    return { roles: roles.items, areas: items(areas) };
  });
  const [open, setOpen] = useState<Role | 'new' | null>(null);
  return (
    <>
      <Bar><Button look="primary" icon="plus" onClick={() => setOpen('new')}>{t('roles.new')}</Button></Bar>
      <Loaded of={all}>{(data) => (
        <>
          <Table rows={data.roles} label={t('page.roles')} idOf={(row) => row.id} onOpen={setOpen} empty={<Empty title={t('roles.empty')} text={t('roles.empty_hint')} />} columns={[
            { key: 'name', title: t('field.name'), render: (row) => row.name },
            { key: 'count', title: t('roles.permissions'), numeric: true, render: (row) => row.permissions.length },
          ]} />
          {open ? <Edit key={open === 'new' ? 'new' : open.id} role={open === 'new' ? null : open} areas={data.areas} onClose={() => setOpen(null)} onDone={() => { setOpen(null); all.reload(); }} /> : null}
        </>
      )}</Loaded>
    </>
  );
}

/** What an area of the permissions is called; one that nobody named yet by its key. */
const areaName = (area: string, t: (key: Key) => string) => t(`area.${area}` as Key) || area;

function Edit({ role, areas, onClose, onDone }: { role: Role | null; areas: PermissionArea[]; onClose: () => void; onDone: () => void }) {
  const { t, language } = useT();
  const [zh, setZh] = useState(role?.name_zh ?? '');
  const [en, setEn] = useState(role?.name_en ?? '');
  const [held, setHeld] = useState<ReadonlySet<string>>(new Set(role?.permissions ?? []));
  const unsaved = useUnsaved([zh, en, [...held].sort()]);
  const refusal = useRefusal({ name_zh: t('field.name'), name_en: t('field.name'), permissions: t('roles.permissions') });
  const [busy, setBusy] = useState(false);
  const added = [...held].filter((key) => !role?.permissions.includes(key)).length;
  const taken = (role?.permissions ?? []).filter((key) => !held.has(key)).length;
  const toggle = (keys: string[], on: boolean) => setHeld((now) => {
    const next = new Set(now);
    for (const key of keys) { if (on) next.add(key); else next.delete(key); }
    return next;
  });
  const guard = async (deed: () => Promise<unknown>, done: string) => {
    setBusy(true);
    refusal.clear();
    try { await deed(); notify(done); onDone(); } catch (error) { refusal.refuse(error); setBusy(false); }
  };
  const body = { name_zh: zh.trim() || en.trim(), name_en: en.trim() || zh.trim(), permissions: [...held] };
  const renamed = role !== null && (zh.trim() !== role.name_zh || en.trim() !== role.name_en);
  return (
    <SidePanel open title={role?.name ?? t('roles.new')} onClose={onClose} unsaved={unsaved} width={540}>
      {refusal.block}
      {role?.builtin ? <p className="hint">{t('roles.builtin')}</p> : null}
      <div className="form-two"><TextField label={t('field.name_zh')} value={zh} onChange={setZh} max={60} error={refusal.of('name_zh')} /><TextField label={t('field.name_en')} value={en} onChange={setEn} max={60} error={refusal.of('name_en')} /></div>
      {areas.map((area) => {
        const keys = area.permissions.map((one) => one.key);
        return (
          <fieldset key={area.area} className="permission-area">
            <legend><Tick label={<b>{areaName(area.area, t)}</b>} value={keys.every((key) => held.has(key))} onChange={(on) => toggle(keys, on)} /></legend>
            {area.permissions.map((one) => <Tick key={one.key} label={<>{language === 'en' ? one.en : one.zh} <code>{one.key}</code></>} value={held.has(one.key)} onChange={(on) => toggle([one.key], on)} />)}
          </fieldset>
        );
      })}
      <div className="record-foot">
        {role && !role.builtin ? <Button look="danger" onClick={() => void sure(t('roles.remove_sure', { name: role.name }), t('action.remove')).then((yes) => (yes ? guard(() => client.roles.remove(role.id), t('done.removed')) : undefined))}>{t('action.remove')}</Button> : null}
        <span className="record-change">{role && (added > 0 || taken > 0) ? t('roles.will_change', { added, taken }) : ''}</span>
        <Button onClick={onClose}>{t('action.cancel')}</Button>
        <Button look="primary" busy={busy} disabled={!body.name_zh || (role !== null && added === 0 && taken === 0 && !renamed)} onClick={() => void guard(() => (role ? client.roles.change(role.id, body) : client.roles.create(body)), role ? t('done.saved') : t('done.created'))}>{role ? t('action.save') : t('action.create')}</Button>
      </div>
    </SidePanel>
  );
}
