//! The answer that goes by itself to whoever begins a conversation: set words alone, to one address once a day, and no more
//! than [`PER_HOUR_MAX`] an hour for a client, so that nobody has us write to a stranger at length.

use super::store;
use conversations::messages::{self, MailHead, MailKind, MailPerson, NewMessage};
use kernel::{Actor, ConversationId, InboxId, MessageId, Millis, Result, TenantId};
use platform::App;
use platform::store::Tx;
use std::sync::Arc;

/// One address is answered once in this time.
const ONCE_MS: Millis = 24 * 3_600_000;
/// Answers of a client in an hour.
const PER_HOUR_MAX: i64 = 1_000;
const HOUR_MS: Millis = 3_600_000;

/// An answer ready to be written; everything made before the transaction.
#[derive(Debug, Clone)]
pub struct Acknowledgement {
    text: String,
    to: MailPerson,
    hash: [u8; 32],
    ids: (MessageId, MessageId),
}

impl Acknowledgement {
    /// To this person, whose name is not repeated.
    pub fn new(app: &App, text: &str, to: MailPerson) -> Acknowledgement {
        let key = app.secrets().derive("addresses of mail");
        let hash = *blake3::keyed_hash(&key, to.address.to_lowercase().as_bytes()).as_bytes();
        Acknowledgement { text: text.to_owned(), to, hash, ids: (app.id(), app.id()) }
    }

    /// Writes it into the conversation, unless the address or the client has had its share.
    pub async fn post(
        &self,
        tx: &mut Tx,
        (tenant, inbox): (TenantId, InboxId),
        conversation: ConversationId,
        now: Millis,
    ) -> Result<()> {
        if store::answered_since(tx, tenant, now - HOUR_MS).await? >= PER_HOUR_MAX
            || !store::answered(tx, (tenant, inbox), &self.hash, now - ONCE_MS, now).await?
        {
            return Ok(());
        }
        let head = MailHead { to: vec![self.to.clone()], kind: MailKind::AutoReply, ..MailHead::default() };
        let message = NewMessage {
            id: self.ids.0,
            event_id: self.ids.1,
            conversation,
            author: Actor::SYSTEM,
            note: false,
            body: self.text.clone(),
            attachments: vec![],
            mentions: vec![],
            client_key: None,
            mail: Some(Arc::new(head)),
            chat: false,
            automatic: true,
            seen_seq: None,
            now,
        };
        let scope = tx.scope().clone();
        messages::append(tx, &scope, &message).await.map(|_| ())
    }
}
