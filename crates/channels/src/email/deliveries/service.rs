//! Use cases of deliveries: sending again, and what a report says of one.

use super::model::{Delivery, Status};
use super::{jobs, store};
use conversations::messages::{self, MessageRow, ThreadEvent};
use conversations::threads;
use kernel::{Actor, AggregateKey, ConversationId, Error, MessageId, Millis, Result, TenantId};
use platform::App;
use platform::store::Tx;

/// Sends a reply again, as the same mail.
pub(crate) async fn again(app: &App, m: &MessageRow) -> Result<()> {
    let (now, job, tenant, message) = (app.now(), app.id(), m.tenant, m.id);
    let write = async move |tx: &mut Tx| {
        let known = store::of_message(tx, tenant, message).await?.ok_or_else(Error::not_found)?;
        if known.status == Status::Pending {
            return Ok(());
        }
        let d = Delivery {
            status: Status::Pending,
            attempts: 0,
            next_at: Some(now),
            fault: None,
            answer: None,
            ..known
        };
        store::update(tx, &d, now).await?;
        tx.enqueue(&jobs::job(job, &d, now)).await
    };
    let key = AggregateKey::new("mail out", tenant.0);
    app.db().write(&accounts::authorize::job(tenant), key, write).await
}

/// A report says that a mail of ours did not arrive: its message is marked, and the thread says to whom and why.
pub(crate) async fn bounced(
    tx: &mut Tx,
    (tenant, conversation, message): (TenantId, ConversationId, MessageId),
    code: &'static str,
    answer: &str,
    (event, now): (MessageId, Millis),
) -> Result<()> {
    let scope = tx.scope().clone();
    let found = messages::by_ids(tx, &scope, &[message]).await?.pop();
    let Some(m) = found.filter(|m| m.conversation == conversation && m.tenant == tenant) else {
        return Ok(());
    };
    let Some(d) = store::of_message(tx, tenant, message).await? else { return Ok(()) };
    if m.failure.is_some() && d.status == Status::Failed {
        return Ok(());
    }
    let answer: String = answer.chars().take(400).collect();
    let d = Delivery {
        status: Status::Failed,
        fault: Some(code.to_owned()),
        answer: Some(answer),
        next_at: None,
        ..d
    };
    store::update(tx, &d, now).await?;
    let thin = ThreadEvent {
        id: event,
        kind: "mail_returned",
        data: serde_json::json!({ "seq": m.seq, "code": code }),
    };
    // Where it was merged since, whoever goes on with it is told; the mark stands with the message.
    let told = threads::standing_for(tx, conversation).await?.unwrap_or(conversation);
    messages::append_event(tx, &scope, told, Actor::SYSTEM, thin, now).await?;
    let row = threads::by_id(tx, conversation).await?;
    messages::set_failure(tx, &m, &row, code, now).await
}
