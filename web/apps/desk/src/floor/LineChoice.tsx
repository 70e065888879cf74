/** The line whose sheets are shown; the last one chosen is kept while the page lives. */
import { useState } from 'react';
import type { Me } from '@hark/api';
import { Choice, useT } from '@hark/ui';
import { useDesk } from '../app/context';

let last: string | null = null;

export function useLine(): [string | null, (line: string | null) => void] {
  const { me } = useDesk();
  const [line, setLine] = useState<string | null>(last && me.lines.some((one) => one.id === last) ? last : (me.lines[0]?.id ?? null));
  return [line, (next) => { last = next; setLine(next); }];
}

export function lineOptions(me: Me) {
  return me.lines.map((one) => ({ value: one.id as string, label: one.name, client: me.tenants.find((tenant) => tenant.id === one.tenant)?.name }));
}

export function LineChoice({ value, onChange }: { value: string | null; onChange: (line: string | null) => void }) {
  const { t } = useT();
  const { me } = useDesk();
  return <Choice hidden width={220} label={t('word.line')} value={value} onChange={onChange} options={lineOptions(me)} />;
}
