/** The line whose sheets are shown; the last one chosen is kept while the page lives. */
import { useState } from 'react';
import type { Me } from '@hark/api';
import { Choice, useT } from '@hark/ui';
import { keepLine, lineInMind } from '../admin/lineInMind';
import { useDesk } from '../app/context';

export function useLine(asked: string | null = null): [string | null, (line: string | null) => void] {
  const { me } = useDesk();
  const [line, setLine] = useState<string | null>(() => lineInMind(me, asked));
  return [line, (next) => { keepLine(next); setLine(next); }];
}

export function lineOptions(me: Me) {
  return me.lines.map((one) => ({ value: one.id as string, label: one.name, client: me.tenants.find((tenant) => tenant.id === one.tenant)?.name }));
}

export function LineChoice({ value, onChange }: { value: string | null; onChange: (line: string | null) => void }) {
  const { t } = useT();
  const { me } = useDesk();
  return <Choice hidden width={220} label={t('word.line')} value={value} onChange={onChange} options={lineOptions(me)} />;
}
