/** Addresses as chips, with a field for more: Enter, a comma or going on takes what was typed; Backspace takes the last one away. */
import { useId, useState, type ClipboardEvent, type KeyboardEvent } from 'react';
import type { MailPerson } from '@hark/api';
import { Chip, useT } from '@hark/ui';
import { nameOf, once, peopleOf } from './mailLook';

interface Props { label: string; people: MailPerson[]; known?: readonly MailPerson[]; onChange: (people: MailPerson[]) => void; autoFocus?: boolean; disabled?: boolean }
/** Was it chosen from the list, not typed? */
const picked = (event: InputEvent) => !event.inputType || event.inputType === 'insertReplacementText';
/** Addresses in one field; the server takes no more. */
const PEOPLE_MAX = 50;

export function PeopleField({ label, people, known = [], onChange, autoFocus, disabled }: Props) {
  const { t } = useT();
  const id = useId();
  const [text, setText] = useState('');
  const [fault, setFault] = useState(false);
  const take = (typed: string): boolean => {
    if (typed.trim() === '') { setFault(false); setText(''); return true; }
    const found = peopleOf(typed);
    const named = found.people.map((one) => ({ ...one, name: one.name || known.find((other) => other.address.toLowerCase() === one.address.toLowerCase())?.name || '' }));
    if (named.length > 0) onChange(once([...people, ...named]).slice(0, PEOPLE_MAX));
    setText(found.rest);
    setFault(found.rest !== '');
    return found.rest === '';
  };
  const key = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.nativeEvent.isComposing || event.keyCode === 229) return;
    if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey || (/^[,;，；]$/.test(event.key) && text.trim() !== '')) {
      event.preventDefault();
      take(text);
    } else if (event.key === 'Backspace' && text === '' && people.length > 0) {
      onChange(people.slice(0, -1));
    }
  };
  const paste = (event: ClipboardEvent<HTMLInputElement>) => {
    const pasted = event.clipboardData.getData('text');
    if (!/[,;，；\n<]/.test(pasted)) return;
    event.preventDefault();
    take(text + pasted);
  };
  const left = known.filter((one) => !people.some((other) => other.address.toLowerCase() === one.address.toLowerCase()));
  return (
    <div className="people-field" role="group" aria-label={label}>
      <label htmlFor={id}>{label}</label>
      <div className="people">
        {people.map((one) => <Chip key={one.address} title={one.address} onRemove={disabled ? undefined : () => onChange(people.filter((other) => other !== one))} removeLabel={t('email.remove_person', { name: nameOf(one) })}>{nameOf(one)}</Chip>)}
        {disabled ? null : <input id={id} value={text} inputMode="email" autoComplete="off" spellCheck={false} autoFocus={autoFocus} list={left.length > 0 ? `${id}-known` : undefined} aria-invalid={fault || undefined} aria-describedby={fault ? `${id}-fault` : undefined}
          onChange={(event) => { setText(event.target.value); setFault(false); const chosen = left.find((one) => one.address === event.target.value); if (chosen && picked(event.nativeEvent as InputEvent)) take(event.target.value); }} onKeyDown={key} onPaste={paste} onBlur={() => take(text)} />}
        {left.length > 0 ? <datalist id={`${id}-known`}>{left.map((one) => <option key={one.address} value={one.address}>{one.name}</option>)}</datalist> : null}
        {fault ? <span id={`${id}-fault`} className="people-fault" role="alert">{t('email.no_address')}</span> : null}
      </div>
    </div>
  );
}
