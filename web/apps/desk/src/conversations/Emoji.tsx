/** The few signs that service people use. */
import { useT } from '@hark/ui';

const signs = ['😊', '🙂', '😄', '🤝', '👍', '👌', '🙏', '💪', '🌹', '🎉', '❤️', '✨', '😅', '😔', '🤔', '👀', '✅', '❌', '⚠️', '⏰', '📦', '🚚', '💳', '🧾', '📷', '📎', '📞', '💬', '🏠', '🎁', '☀️', '🌧️'];

export function Emoji({ onChoose }: { onChoose: (sign: string) => void }) {
  const { t } = useT();
  return <div className="emoji" role="group" aria-label={t('composer.emoji')}>{signs.map((sign) => <button key={sign} type="button" onClick={() => onChoose(sign)}>{sign}</button>)}</div>;
}
