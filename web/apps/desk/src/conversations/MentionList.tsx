/** Colleagues to mention, narrowed by what is written after `@`. */
import { useEffect, useMemo, useState, type RefObject } from 'react';
import type { Colleague, ColleagueTeam } from '@hark/api';
import { useT } from '@hark/ui';
import { presenceKey } from '../app/TopLine';
import { composing } from './keys';

const SHOWN_MAX = 7;

export function MentionList({ query, people, teams, area, onChoose, onTeam, onClose }: { query: string; people: Colleague[]; teams: ColleagueTeam[]; onTeam: (one: ColleagueTeam) => void; area: RefObject<HTMLTextAreaElement | null>; onChoose: (one: Colleague) => void; onClose: () => void }) {
  const { t } = useT();
  const [at, setAt] = useState(0);
  const shown = useMemo(() => {
    const q = query.toLowerCase();
    const found = people.filter((one) => one.alias.toLowerCase().includes(q) || one.number.includes(q)).map((one) => ({ key: one.id, name: one.alias, person: one, team: null }));
    const groups = teams.filter((one) => one.name.toLowerCase().includes(q)).map((one) => ({ key: `t${one.id}`, name: one.name, person: null, team: one }));
    return [...found, ...groups].slice(0, SHOWN_MAX);
  }, [query, people, teams]);
  const choose = (one: (typeof shown)[number]) => { if (one.person) onChoose(one.person); else if (one.team) onTeam(one.team); };
  useEffect(() => { setAt(0); }, [query]);
  useEffect(() => {
    const node = area.current;
    if (!node) return;
    const key = (event: KeyboardEvent) => {
      if (composing(event)) return;
      const chosen = shown[at];
      if (event.key === 'Escape' || shown.length === 0) onClose();
      else if (event.key === 'ArrowDown') setAt((at + 1) % shown.length);
      else if (event.key === 'ArrowUp') setAt((at - 1 + shown.length) % shown.length);
      else if ((event.key === 'Enter' || event.key === 'Tab') && chosen) choose(chosen);
      else return;
      if (shown.length === 0 && event.key !== 'Escape') return;
      event.preventDefault();
      event.stopPropagation();
    };
    node.addEventListener('keydown', key);
    return () => node.removeEventListener('keydown', key);
  }, [shown, at, area, onChoose, onClose]);
  if (shown.length === 0) return null;
  return (
    <div className="mention-list" role="listbox" aria-label={t('composer.colleague')}>
      {shown.map((one, index) => (
        <div key={one.key} role="option" aria-selected={index === at} className={index === at ? 'on' : ''} onMouseDown={(event) => { event.preventDefault(); choose(one); }}>
          <b>{one.name}</b> {one.person ? <><span className="num">{one.person.number}</span><small>{t(presenceKey(one.person.state))}</small></> : <small>{t('team.mention', { n: one.team?.members ?? 0 })}</small>}
        </div>
      ))}
    </div>
  );
}
