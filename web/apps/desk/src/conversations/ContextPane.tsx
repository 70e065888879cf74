/** What one should know beside the conversation: the customer, the disposition, what came before. */
import { useCallback, useEffect, useState } from 'react';
import type { Contact } from '@hark/api';
import { ErrorBlock, IconButton, Skeleton, Tabs, useT, type Fault } from '@hark/ui';
import { useDesk } from '../app/context';
import { faultOf } from '../state/faults';
import { client } from '../state/session';
import { useStore } from '../state/store';
import { ContactCard } from '../customers/ContactCard';
import { Timeline } from '../customers/Timeline';
import type { ContextTab } from './Conversations';
import { PhrasesTab } from '../work/PhrasesTab';
import { DispositionTab } from './DispositionTab';
import { VisitPart } from './VisitPart';

export function ContextPane({ id, tab, onTab, onClose }: { id: string; tab: ContextTab; onTab: (tab: ContextTab) => void; onClose?: () => void }) {
  const { t } = useT();
  const { desk } = useDesk();
  const conversation = useStore(desk.thread(id)).conversation;
  const contactId = conversation?.contact.id;
  const [contact, setContact] = useState<Contact | null>(null);
  const [fault, setFault] = useState<Fault | null>(null);
  const load = useCallback(() => {
    if (!contactId) return;
    setFault(null);
    client.contacts.get(contactId).then(setContact).catch((error) => setFault(faultOf(error, t)));
  }, [contactId, t]);
  useEffect(() => { setContact(null); load(); }, [load]);
  return (
    <aside className="context" aria-label={t('context.label')}>
      <div className="context-tabs">
        <Tabs label={t('context.label')} value={tab} onChange={onTab} className="tabs-line" items={[
          { key: 'contact', label: t('context.contact') },
          { key: 'phrases', label: t('phrase.tab') },
          { key: 'disposition', label: t('context.disposition') },
          { key: 'history', label: t('context.history'), count: contact ? contact.conversations.total : null },
        ]} />
        {onClose ? <IconButton icon="close" size={16} label={t('action.close')} onClick={onClose} /> : null}
      </div>
      <div className="context-body" role="tabpanel">
        {tab === 'phrases' ? (conversation ? <PhrasesTab key={conversation.line} conversation={conversation} /> : <Skeleton />)
          : tab === 'disposition' ? (conversation ? <DispositionTab key={conversation.id} conversation={conversation} /> : <Skeleton />)
          : fault ? <ErrorBlock fault={fault} onRetry={load} />
            : !contact ? <Skeleton lines={7} />
              : tab === 'contact' ? <><ContactCard contact={contact} page={conversation?.page ?? null} onChange={setContact} />{conversation ? <VisitPart key={conversation.id} conversation={conversation.id} status={conversation.status} /> : null}</>
                : <Timeline contact={contact.id} current={id} />}
      </div>
    </aside>
  );
}
