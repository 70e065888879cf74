/** Skills with a level each: what a queue needs, or what a person is granted. */
import { useState } from 'react';
import type { Skill, SkillAsk } from '@hark/api';
import { Button, Choice, IconButton, notify, useT } from '@hark/ui';
import { tell } from '../state/faults';

export const LEVEL_MAX = 5;

export function SkillLevels({ title, hint, skills, value, onChange, onSave, dated }: { title: string; hint: string; skills: Skill[]; value: SkillAsk[]; onChange: (value: SkillAsk[]) => void; onSave?: (value: SkillAsk[]) => Promise<void>; dated?: boolean }) {
  const { t } = useT();
  const [busy, setBusy] = useState(false);
  const free = skills.filter((skill) => !value.some((one) => one.skill === skill.id));
  const set = (skill: string, part: Partial<SkillAsk>) => onChange(value.map((one) => (one.skill === skill ? { ...one, ...part } : one)));
  const save = async () => {
    if (!onSave) return;
    setBusy(true);
    try { await onSave(value); notify(t('done.saved')); } catch (error) { tell(error, t); } finally { setBusy(false); }
  };
  return (
    <section className="part">
      <h2>{title}</h2>
      <p className="hint">{hint}</p>
      <ul className="plain-list">
        {value.map((one) => {
          const name = skills.find((skill) => skill.id === one.skill)?.name ?? one.skill;
          return (
            <li key={one.skill}>
              <b>{name}</b>
              <Choice hidden width={92} label={t('skills.level_of', { name })} value={String(one.level)} onChange={(level) => set(one.skill, { level: Number(level) })} options={Array.from({ length: LEVEL_MAX }, (_, at) => ({ value: String(at + 1), label: t('skills.level', { n: at + 1 }) }))} />
              {dated ? <input className="native" type="date" aria-label={t('skills.until_of', { name })} title={t('skills.until')} value={one.valid_until ? new Date(one.valid_until).toISOString().slice(0, 10) : ''} onChange={(event) => set(one.skill, { valid_until: event.target.value ? new Date(`${event.target.value}T23:59:59`).getTime() : null })} /> : null}
              <IconButton icon="close" size={14} label={t('skills.remove', { name })} onClick={() => onChange(value.filter((other) => other.skill !== one.skill))} />
            </li>
          );
        })}
      </ul>
      <div className="form-row">
        {free.length > 0 ? <Choice hidden width={180} label={t('skills.add')} placeholder={t('skills.add')} value={null} onChange={(skill) => { if (skill) onChange([...value, { skill, level: 1 }]); }} options={free.map((skill) => ({ value: skill.id, label: skill.name }))} /> : null}
        {onSave ? <Button busy={busy} onClick={() => void save()}>{t('skills.save')}</Button> : null}
      </div>
    </section>
  );
}
