/** For whom a phrase, macro or view is: a client, and in it everybody, a line, a team, or oneself. */
import type { Audience, AudienceInput, Me } from '@hark/api';
import { items } from '@hark/api';
import { Choice, useT } from '@hark/ui';
import type { Key } from '@hark/i18n';
import { useLoad } from '../admin/forms';
import { useDesk } from '../app/context';
import { client } from '../state/session';

export type Reach = 'client' | 'line' | 'team' | 'own';

/** May the person do this for the whole client, or for one of its lines? */
export function holds(me: Me, permission: string, tenant: string, line?: string): boolean {
  const in_ = (all: readonly string[] | undefined) => Boolean(all?.includes(permission) || all?.includes('*'));
  return in_(me.permissions.provider) || in_((me.permissions.tenants as Record<string, string[]>)[tenant])
    || (line !== undefined && in_((me.permissions.lines as Record<string, string[]>)[line]));
}

export function firstAudience(me: Me, tenant?: string, own?: boolean): AudienceInput {
  return { tenant: tenant ?? me.tenants[0]?.id ?? '', line: null, team: null, own: Boolean(own) };
}

/** Has everything been chosen? A line or a team that is still to be chosen stands as an empty text. */
export function audienceFits(value: AudienceInput): boolean {
  return value.tenant !== '' && value.line !== '' && value.team !== '';
}

export function AudienceField({ value, onChange, permission }: { value: AudienceInput; onChange: (value: AudienceInput) => void; permission: string }) {
  const { t } = useT();
  const { me } = useDesk();
  const whole = holds(me, permission, value.tenant);
  const lines = me.lines.filter((one) => one.tenant === value.tenant && holds(me, permission, value.tenant, one.id));
  const teams = useLoad(() => (whole ? client.teams.list().then((page) => items(page)) : Promise.resolve([])), [whole]);
  const reach: Reach = value.own ? 'own' : value.team !== null && value.team !== undefined ? 'team' : value.line !== null && value.line !== undefined ? 'line' : 'client';
  const offered: Reach[] = [...(whole ? ['client' as const] : []), ...(lines.length > 0 ? ['line' as const] : []), ...((teams.data ?? []).length > 0 ? ['team' as const] : []), 'own'];
  const words: Record<Reach, Key> = { client: 'audience.client', line: 'audience.line', team: 'audience.team', own: 'audience.own' };
  const set = (next: Reach) => onChange({ tenant: value.tenant, line: next === 'line' ? (lines[0]?.id ?? '') : null, team: next === 'team' ? (teams.data?.[0]?.id ?? '') : null, own: next === 'own' });
  return (
    <div className="audience">
      {me.tenants.length > 1 ? <Choice label={t('audience.of_client')} value={value.tenant} onChange={(tenant) => onChange({ tenant: tenant ?? '', line: null, team: null, own: value.own ?? false })} options={me.tenants.map((one) => ({ value: one.id, label: one.name }))} /> : null}
      <Choice label={t('phrase.audience')} value={offered.includes(reach) ? reach : null} onChange={(next) => set((next as Reach | null) ?? 'own')} options={offered.map((one) => ({ value: one, label: t(words[one]) }))} />
      {reach === 'line' ? <Choice label={t('audience.line')} value={value.line ?? null} onChange={(line) => onChange({ ...value, line: line ?? '' })} options={lines.map((one) => ({ value: one.id, label: one.name }))} /> : null}
      {reach === 'team' ? <Choice label={t('audience.team')} value={value.team ?? null} onChange={(team) => onChange({ ...value, team: team ?? '' })} options={(teams.data ?? []).map((one) => ({ value: one.id, label: one.name }))} /> : null}
    </div>
  );
}

/** `云付 · 售后` and the like. */
export function AudienceName({ of }: { of: Audience | null }) {
  const { t } = useT();
  const { me } = useDesk();
  if (!of) return <>{t('audience.own')}</>;
  const tenant = me.tenants.find((one) => one.id === of.tenant)?.name ?? '';
  const line = of.line ? me.lines.find((one) => one.id === of.line)?.name : null;
  const part = of.owner ? t('audience.own') : of.team ? t('audience.team') : line ?? t('audience.client');
  return <>{me.tenants.length > 1 && tenant ? `${tenant} · ` : ''}{part}</>;
}
