//! What stands below a mail: the agent's own signature, else the inbox's, else the line's, with its variables filled for this
//! conversation. A name without a value leaves no braces for a customer to see.

use super::mailbox::{self, Mailbox};
use accounts::{Caller, Directory};
use axum::Json;
use axum::extract::State;
use conversations::inboxes::Cache;
use conversations::permissions::REPLY;
use conversations::threads::{self, Row};
use conversations::variables;
use customers::ContactBrief;
use kernel::{ConversationId, UserId};
use platform::App;
use platform::store::Tx;
use platform::web::{Answer, PathId};
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Which of three texts stands. Pure.
fn first<'a>(own: &'a str, inbox: &'a str, line: &'a str) -> &'a str {
    [own, inbox, line].into_iter().map(str::trim).find(|t| !t.is_empty()).unwrap_or("")
}

/// The signature below what `user` writes here, 0 for nobody in person.
pub(super) fn text(
    app: &App,
    to: &Mailbox,
    row: &Row,
    contact: Option<&ContactBrief>,
    user: UserId,
) -> String {
    let directory = app.port::<Arc<Directory>>();
    let own = accounts::mail_signature(app, user);
    let line = directory.line(row.line).map(|l| l.signature.clone()).unwrap_or_default();
    let text = first(&own, &to.config.signature, &line);
    if text.is_empty() {
        return String::new();
    }
    let brand =
        app.port::<Arc<Cache>>().get(to.inbox).map(|i| i.config.brand.name.clone()).unwrap_or_default();
    let filled = variables::fill_for(text, row, contact, directory, &brand, user);
    variables::fill(&filled.text, |_| Some("\u{200b}".into())).text.replace('\u{200b}', "")
}

/// What will stand below a mail.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MailSignature)]
struct SignatureView {
    /// The text; empty for none.
    text: String,
}

/// What stands below one's mail in this conversation; empty where it is none of mail.
#[utoipa::path(get, path = "/api/v1/conversations/{conversation}/signature", tag = "mail", operation_id = "get_mail_signature",
    params(("conversation" = ConversationId, Path)), responses((status = 200, body = SignatureView)))]
async fn preview(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<ConversationId>,
) -> Answer<Json<SignatureView>> {
    let read = async move |tx: &mut Tx| {
        let row = threads::by_id(tx, id).await?;
        let scope = tx.scope().clone();
        let contact = customers::brief(tx, &scope, &[row.contact]).await?.pop();
        let to = mailbox::by_inbox(tx, row.tenant, row.inbox).await?;
        Ok((row, contact, to))
    };
    let (row, contact, to) = app.db().read(&caller.authorize_any(REPLY), read).await?;
    let text = to.map(|to| text(&app, &to, &row, contact.as_ref(), caller.user)).unwrap_or_default();
    Ok(Json(SignatureView { text }))
}

/// The route.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(preview))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_signature_stands() {
        assert_eq!(first("mine", "inbox", "line"), "mine");
        assert_eq!(first(" ", "inbox", "line"), "inbox");
        assert_eq!(first("", "", "line"), "line");
        assert_eq!(first("", "", ""), "");
    }
}
