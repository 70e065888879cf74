//! Earlier conversations of a visitor who has proved who they are, on whatever device they were held. Somebody unproved has
//! none: what is theirs is the conversation of this browser.

use super::service::{PAGE_MAX, Seen, conversation_of, page_of};
use super::view::PastView;
use super::visitor::Visitor;
use conversations::threads::{self, Channel, Row, Status};
use kernel::{ActorKind, ConversationId, Error, Result, args, sql};
use platform::App;
use platform::store::Tx;

/// Conversations listed at the most.
const LISTED_MAX: i64 = 20;
/// Characters of what the visitor wrote first that are shown of each.
const ABOUT_MAX: usize = 80;

/// The visitor's conversations in widgets of this line, the newest first.
pub async fn list(app: &App, v: &Visitor) -> Result<Vec<PastView>> {
    if v.token.identity.is_none() {
        return Ok(vec![]);
    }
    let (tenant, line, contact) = (v.inbox.tenant, v.inbox.line, v.token.contact);
    let (scope, v) = (v.scope(), v.clone());
    let read = async move |tx: &mut Tx| {
        let shown = conversation_of(tx, &v).await?.map(|row| row.id);
        let sql = sql!(
            "SELECT c.id, c.status, c.created_at, c.last_at,
               (SELECT m.body FROM message m WHERE m.conversation_id = c.id AND m.tenant_id = c.tenant_id
                AND m.author_kind = $6 AND m.note = 0 AND m.body <> '' ORDER BY m.seq LIMIT 1)
             FROM conversation c WHERE c.contact_id = $1 AND c.tenant_id = $2 AND c.line_id = $3 AND c.channel = $4
             ORDER BY c.id DESC LIMIT $5"
        );
        let (channel, written) = (Channel::Webchat.word(), ActorKind::Contact.code());
        let mut found: Vec<PastView> = tx
            .all(sql, args![contact, tenant, line, channel, LISTED_MAX, written], |r| {
                let live = r.text(1)? != Status::Resolved.word();
                Ok(PastView {
                    id: r.id(0)?,
                    status: if live { "open" } else { "resolved" },
                    about: r.opt_text(4)?.unwrap_or_default().chars().take(ABOUT_MAX).collect(),
                    current: false,
                    begun_at: r.int(2)?,
                    last_at: r.int(3)?,
                })
            })
            .await?;
        found.iter_mut().for_each(|p| p.current = Some(p.id) == shown);
        Ok(found)
    };
    app.db().read(&scope, read).await
}

fn is_own(v: &Visitor, row: &Row) -> bool {
    v.token.identity.is_some()
        && row.contact == v.token.contact
        && row.line == v.inbox.line
        && row.channel == Channel::Webchat
}

/// Messages of one of them. Error: `not_found` for what is not the visitor's own.
pub async fn messages(app: &App, v: &Visitor, id: ConversationId, after: i64, limit: usize) -> Result<Seen> {
    let limit = limit.clamp(1, PAGE_MAX);
    let (scope, app_, v) = (v.scope(), app.clone(), v.clone());
    let read = async move |tx: &mut Tx| {
        let row = threads::by_id(tx, id).await?;
        if !is_own(&v, &row) {
            return Err(Error::not_found());
        }
        page_of(tx, &app_, row, after, limit, 0).await
    };
    app.db().read(&scope, read).await
}
