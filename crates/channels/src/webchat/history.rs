//! Earlier conversations of a visitor who has proved who they are, on whatever device they were held. Somebody unproved has
//! none: what is theirs is the conversation of this browser.

use super::service::{PAGE_MAX, Seen, page_of};
use super::view::PastView;
use super::visitor::Visitor;
use conversations::threads::{self, Row, Status};
use kernel::{ConversationId, Error, Result, args, sql};
use platform::App;
use platform::store::Tx;

/// Conversations listed at the most.
const LISTED_MAX: i64 = 20;

/// The visitor's conversations over this inbox, the newest first.
pub async fn list(app: &App, v: &Visitor) -> Result<Vec<PastView>> {
    if v.token.identity.is_none() {
        return Ok(vec![]);
    }
    let (tenant, inbox, contact) = (v.inbox.tenant, v.inbox.id, v.token.contact);
    let read = async move |tx: &mut Tx| {
        let sql = sql!(
            "SELECT id, status, created_at, last_at FROM conversation
             WHERE contact_id = $1 AND tenant_id = $2 AND inbox_id = $3 ORDER BY id DESC LIMIT $4"
        );
        tx.all(sql, args![contact, tenant, inbox, LISTED_MAX], |r| {
            let live = r.text(1)? != Status::Resolved.word();
            let status = if live { "open" } else { "resolved" };
            Ok(PastView { id: r.id(0)?, status, begun_at: r.int(2)?, last_at: r.int(3)? })
        })
        .await
    };
    app.db().read(&v.scope(), read).await
}

fn is_own(v: &Visitor, row: &Row) -> bool {
    v.token.identity.is_some() && row.contact == v.token.contact && row.inbox == v.inbox.id
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
