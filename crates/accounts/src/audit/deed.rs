//! One change by one caller: recorded in its client's series and told to the log, under one name.

use super::service::{Change, record};
use crate::Caller;
use kernel::{Actor, Event, LineId, Millis, Result, TenantId};
use platform::App;
use platform::store::Tx;
use serde_json::Value;
use std::net::IpAddr;

/// Who changes something, when and from where; made before the transaction.
#[derive(Debug, Clone)]
pub(crate) struct Deed {
    pub actor: Actor,
    pub at: Millis,
    ip: Option<IpAddr>,
    id: i64,
}

/// What was changed.
pub(crate) struct Fact {
    pub tenant: TenantId,
    pub line: LineId,
    /// The kind of the event and the action of the record, such as `line.changed`.
    pub kind: &'static str,
    pub subject: i64,
    pub before: Option<Value>,
    pub after: Option<Value>,
    /// Ids for the readers of the event.
    pub data: Value,
}

impl Fact {
    /// A change of the provider's own.
    pub fn own(kind: &'static str, subject: i64) -> Fact {
        Fact::of(TenantId(0), kind, subject)
    }
    /// A change of a client's.
    pub fn of(tenant: TenantId, kind: &'static str, subject: i64) -> Fact {
        Fact { tenant, line: LineId(0), kind, subject, before: None, after: None, data: Value::Null }
    }
    pub fn line(self, line: LineId) -> Fact {
        Fact { line, ..self }
    }
    pub fn before(self, before: Value) -> Fact {
        Fact { before: Some(before), ..self }
    }
    pub fn after(self, after: Value) -> Fact {
        Fact { after: Some(after), ..self }
    }
    pub fn data(self, data: Value) -> Fact {
        Fact { data, ..self }
    }
}

impl Deed {
    /// A deed of this caller.
    pub fn by(app: &App, caller: &Caller) -> Deed {
        Deed { actor: caller.actor, at: app.now(), ip: caller.ip(), id: app.id() }
    }

    /// A deed of somebody who is not signed in yet, or of the program.
    pub fn of(app: &App, actor: Actor, ip: Option<IpAddr>) -> Deed {
        Deed { actor, at: app.now(), ip, id: app.id() }
    }

    /// Records the fact without telling the log. Once per deed.
    pub async fn record(&self, tx: &mut Tx, fact: &Fact) -> Result<()> {
        let noun = fact.kind.split('.').next().unwrap_or(fact.kind);
        let change = Change {
            tenant: fact.tenant,
            actor: self.actor,
            action: fact.kind,
            subject: (noun, fact.subject),
            before: fact.before.clone(),
            after: fact.after.clone(),
            reason: None,
            ip: self.ip,
        };
        record(tx, self.id, self.at, &change).await
    }

    /// Records the fact and tells the log. Once per deed.
    pub async fn done(&self, tx: &mut Tx, fact: Fact) -> Result<()> {
        self.record(tx, &fact).await?;
        self.tell(tx, fact);
        Ok(())
    }

    /// Tells the log only, for what follows from a recorded fact.
    pub fn tell(&self, tx: &mut Tx, fact: Fact) {
        let event = Event::new(fact.tenant, fact.kind, fact.subject, self.actor, self.at);
        tx.emit(event.line(fact.line).data(fact.data));
    }
}
