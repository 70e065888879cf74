//! Reading along and whispering.

use super::store;
use super::view::{HelpView, WatcherView, view};
use crate::codes;
use crate::deed::{Deed, Fact};
use crate::permissions::HELP;
use accounts::{Caller, Directory, audit};
use conversations::messages::{self, NewMessage};
use conversations::permissions::READ;
use conversations::threads;
use kernel::{AggregateKey, ConversationId, Error, MessageId, Millis, Result};
use platform::App;
use platform::store::Tx;
use serde_json::json;
use std::sync::Arc;

/// Whoever has not said within this time that they left is taken to have left.
const WATCH_MAX_MS: Millis = 12 * 3_600_000;
/// The sender's own id at the most, in bytes.
const CLIENT_ID_MAX: usize = 64;

/// Begins reading along; recorded as a look. Error: `not_found`.
pub async fn watch(app: &App, caller: &Caller, id: ConversationId) -> Result<()> {
    super::service::held(caller, HELP)?;
    let (scope, deed, watch) = (caller.authorize_any(HELP), Deed::by(app, caller), app.ids().next());
    let write = async move |tx: &mut Tx| {
        let row = threads::by_id(tx, id).await?;
        if store::begin_watch(tx, watch, (row.tenant, row.line, id), deed.user, deed.at).await? {
            let fact = Fact {
                tenant: row.tenant,
                line: row.line,
                conversation: Some(id),
                kind: "watch.begun",
                subject: id.0,
                facts: json!({ "user": deed.user }),
            };
            deed.done(tx, fact).await?;
        }
        Ok(row.tenant)
    };
    let tenant = app.db().write(&scope, AggregateKey::new("conversation", id.0), write).await?;
    let look = audit::Look {
        tenant,
        actor: caller.actor,
        kind: "conversation",
        id: id.0,
        how: "opened",
        reason: None,
        ip: Some(caller.info.ip),
    };
    audit::look(app, &scope, look).await
}

/// Ends reading along; nothing happens where it had not begun. Error: `not_found`.
pub async fn unwatch(app: &App, caller: &Caller, id: ConversationId) -> Result<()> {
    let deed = Deed::by(app, caller);
    let write = async move |tx: &mut Tx| {
        let row = threads::by_id(tx, id).await?;
        if store::end_watch(tx, row.tenant, id, deed.user, deed.at).await? {
            let fact = Fact {
                tenant: row.tenant,
                line: row.line,
                conversation: Some(id),
                kind: "watch.ended",
                subject: id.0,
                facts: json!({ "user": deed.user }),
            };
            deed.done(tx, fact).await?;
        }
        Ok(())
    };
    app.db().write(&caller.authorize_any(READ), AggregateKey::new("conversation", id.0), write).await
}

/// Whispers to whoever holds the conversation: a note that mentions them. Sent again under the same id it is the same
/// one. Errors: `not_found`, `whisper.nobody`, and those of a message.
pub async fn whisper(
    app: &App,
    caller: &Caller,
    id: ConversationId,
    client_id: &str,
    body: &str,
) -> Result<MessageId> {
    super::service::held(caller, HELP)?;
    if client_id.is_empty() || client_id.len() > CLIENT_ID_MAX {
        return Err(Error::invalid("/client_id", "unfit"));
    }
    let deed = Deed::by(app, caller);
    let new = NewMessage {
        id: app.id(),
        event_id: app.id(),
        conversation: id,
        author: caller.actor,
        note: true,
        body: messages::clean(body, false)?,
        attachments: vec![],
        mentions: vec![],
        client_key: Some(format!("{}:w:{client_id}", caller.user)),
        mail: None,
        chat: false,
        automatic: false,
        seen_seq: None,
        now: deed.at,
    };
    let write = async move |tx: &mut Tx| {
        let row = threads::by_id(tx, id).await?;
        let to = row.assignee.filter(|_| !row.is_queued());
        let to = to.ok_or_else(|| Error::new(&codes::WHISPER_NOBODY))?;
        let scope = tx.scope().clone();
        let posted = messages::append_whisper(tx, &scope, &new, to).await?;
        if !posted.repeated {
            let place = (row.tenant, id);
            store::whispered(tx, posted.message.id, place, (deed.user, to), deed.at).await?;
            let fact = Fact {
                tenant: row.tenant,
                line: row.line,
                conversation: Some(id),
                kind: "whisper.sent",
                subject: posted.message.id.0,
                facts: json!({ "user": to }),
            };
            deed.done(tx, fact).await?;
        }
        Ok(posted.message.id)
    };
    app.db().write(&caller.authorize_any(HELP), AggregateKey::new("conversation", id.0), write).await
}

/// Who helps with a conversation. Error: `not_found`.
pub async fn help(app: &App, caller: &Caller, id: ConversationId) -> Result<HelpView> {
    let since = app.now() - WATCH_MAX_MS;
    let read = async move |tx: &mut Tx| {
        let row = threads::by_id(tx, id).await?;
        let hands = store::of_conversation(tx, row.tenant, id).await?;
        let watchers = store::watchers(tx, row.tenant, id, since).await?;
        let whispers = store::whispers(tx, row.tenant, id).await?;
        Ok((row.tenant, row.line, hands, watchers, whispers))
    };
    let (tenant, line, hands, watchers, whispers) = app.db().read(&caller.authorize_any(READ), read).await?;
    let may_help = caller.may(HELP, tenant, Some(line));
    let directory = app.port::<Arc<Directory>>();
    let watcher = |(user, since): (kernel::UserId, Millis)| WatcherView {
        user,
        alias: directory.user(user).map(|n| n.alias.clone()).unwrap_or_default(),
        since,
    };
    Ok(HelpView {
        hands: hands.iter().map(|h| view(app, h)).collect(),
        watchers: if may_help { watchers.into_iter().map(watcher).collect() } else { vec![] },
        whispers,
        may_help,
    })
}
