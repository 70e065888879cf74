/** What will stand below a mail: the agent's own signature, the inbox's or the line's, filled for this conversation. */
import { useEffect, useState } from 'react';
import type { ConversationId } from '@hark/api';
import { useT } from '@hark/ui';
import { useDesk } from '../app/context';

export function Signature({ conversation }: { conversation: ConversationId }) {
  const { t } = useT();
  const { desk } = useDesk();
  const [text, setText] = useState<string | null>(null);
  useEffect(() => {
    let current = true;
    // What cannot be had now is added all the same when the mail goes.
    desk.client.conversations.signature(conversation).then((found) => { if (current) setText(found.text); }, () => undefined);
    return () => { current = false; };
  }, [desk, conversation]);
  if (text === null) return <p className="mail-signature">{t('email.signature_below')}</p>;
  return text ? <p className="mail-signature mail-signature-text" dir="auto" title={t('email.signature_below')}>{text}</p> : null;
}
