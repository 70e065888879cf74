//! One change by one caller: recorded in its client's series and told to the log, under one name.

use accounts::{Caller, audit};
use kernel::{Actor, ConversationId, Event, LineId, Millis, Result, TenantId, UserId};
use platform::App;
use platform::store::Tx;
use serde_json::Value;
use std::net::IpAddr;

/// Who changes something, when and from where; made before the transaction.
#[derive(Debug, Clone)]
pub struct Deed {
    /// What the log and the record name.
    pub actor: Actor,
    /// The user.
    pub user: UserId,
    /// When.
    pub at: Millis,
    ip: IpAddr,
    id: i64,
}

/// What was changed. Facts are ids and words of the program; never what people wrote.
#[derive(Debug)]
pub struct Fact {
    /// Whose.
    pub tenant: TenantId,
    /// Of which line; 0 for the client as a whole.
    pub line: LineId,
    /// In which conversation.
    pub conversation: Option<ConversationId>,
    /// The kind of the event and the action of the record, such as `hand.raised`.
    pub kind: &'static str,
    /// The id of what was changed.
    pub subject: i64,
    /// For the record and the event.
    pub facts: Value,
}

impl Deed {
    /// A deed of this caller.
    pub fn by(app: &App, caller: &Caller) -> Deed {
        Deed {
            actor: caller.actor,
            user: caller.user,
            at: app.now(),
            ip: caller.info.ip,
            id: app.ids().next(),
        }
    }

    /// Records the fact and tells the log. Once per deed.
    pub async fn done(&self, tx: &mut Tx, f: Fact) -> Result<()> {
        let noun = f.kind.split('.').next().unwrap_or(f.kind);
        let change = audit::Change {
            tenant: f.tenant,
            actor: self.actor,
            action: f.kind,
            subject: (noun, f.subject),
            before: None,
            after: Some(f.facts.clone()),
            reason: None,
            ip: Some(self.ip),
        };
        audit::record(tx, self.id, self.at, &change).await?;
        let event = Event::new(f.tenant, f.kind, f.subject, self.actor, self.at).line(f.line).data(f.facts);
        tx.emit(match f.conversation {
            Some(id) => event.conversation(id),
            None => event,
        });
        Ok(())
    }
}
