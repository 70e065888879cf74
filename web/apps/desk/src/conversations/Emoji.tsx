/** The few signs that service people use. */
import type { KeyboardEvent } from 'react';
import { useT } from '@hark/ui';

const signs = ['😊', '🙂', '😄', '🤝', '👍', '👌', '🙏', '💪', '🌹', '🎉', '❤️', '✨', '😅', '😔', '🤔', '👀', '✅', '❌', '⚠️', '⏰', '📦', '🚚', '💳', '🧾', '📷', '📎', '📞', '💬', '🏠', '🎁', '☀️', '🌧️'];

/** Signs that stand beside one another. */
const ROW = 8;

export function Emoji({ onChoose }: { onChoose: (sign: string) => void }) {
  const { t } = useT();
  const key = (event: KeyboardEvent<HTMLDivElement>) => {
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: ROW, ArrowUp: -ROW }[event.key];
    const all = [...event.currentTarget.querySelectorAll('button')];
    if (!step) return;
    event.preventDefault();
    all[(all.indexOf(document.activeElement as HTMLButtonElement) + step + all.length) % all.length]?.focus();
  };
  return <div className="emoji" role="group" aria-label={t('composer.emoji')} onKeyDown={key}>{signs.map((sign) => <button key={sign} type="button" onClick={() => onChoose(sign)}>{sign}</button>)}</div>;
}
