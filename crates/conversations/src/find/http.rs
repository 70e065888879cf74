//! The route of search.

use crate::messages::{self, MessageView, Names, view};
use crate::permissions::READ;
use crate::protection::{self, Sight};
use crate::threads::{self, ContactMark, contact_mark};
use accounts::Caller;
use axum::Json;
use axum::extract::State;
use customers::ContactBrief;
use kernel::{ContactId, ConversationId, Error, MessageId, Millis, TenantId};
use platform::App;
use platform::search::{DocKind, Find};
use platform::store::Tx;
use platform::web::{Answer, Query};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::time::Instant;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Words asked for at the most, in characters.
const WORDS_MAX: usize = 200;
/// Results at the most.
const RESULTS_MAX: u32 = 50;
/// Characters shown around what was found.
const SNIPPET: usize = 60;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(search))
}

/// What is looked for.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum What {
    /// Everything.
    #[default]
    All,
    /// Messages only.
    Messages,
    /// Contacts only.
    Contacts,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct Asked {
    /// The words.
    q: String,
    /// Only this client's.
    tenant: Option<TenantId>,
    /// What is looked for.
    #[serde(default)]
    #[param(inline)]
    kind: What,
    /// Results, 1 to 50.
    limit: Option<u32>,
}

/// A message that was found.
#[derive(Debug, Serialize, ToSchema)]
struct FoundMessage {
    /// The message.
    message: MessageView,
    /// Where.
    conversation: ConversationId,
    /// With whom.
    contact_name: String,
    /// A part of its text: escaped, with `<mark>` around what was found.
    snippet_html: String,
    /// When.
    at: Millis,
}

/// What was found.
#[derive(Debug, Serialize, ToSchema)]
struct Found {
    /// Messages, the best first.
    messages: Vec<FoundMessage>,
    /// Contacts, the best first.
    contacts: Vec<ContactMark>,
    /// How long it took.
    took_ms: f64,
}

/// Searches messages and contacts that the caller may see.
#[utoipa::path(get, path = "/api/v1/search", tag = "conversations", operation_id = "search", params(Asked),
    responses((status = 200, body = Found)))]
async fn search(State(app): State<App>, caller: Caller, Query(q): Query<Asked>) -> Answer<Json<Found>> {
    let start = Instant::now();
    let words = q.q.trim().to_owned();
    if words.is_empty() || words.chars().count() > WORDS_MAX {
        return Err(Error::invalid("q", if words.is_empty() { "required" } else { "too_long" }).into());
    }
    let scope = match q.tenant {
        Some(t) => caller.authorize(READ, t, None)?,
        None => caller.authorize_any(READ),
    };
    let kind = match q.kind {
        What::All => None,
        What::Messages => Some(DocKind::Message),
        What::Contacts => Some(DocKind::Contact),
    };
    let limit = q.limit.unwrap_or(20).clamp(1, RESULTS_MAX) as usize;
    let hits = app.search().find(&scope, Find { words: words.clone(), kind, limit }, app.now()).await?;
    let of = |k: DocKind| hits.iter().filter(move |h| h.kind == k).map(|h| h.id).collect::<Vec<_>>();
    let (message_ids, contact_ids) = (of(DocKind::Message), of(DocKind::Contact));
    let wanted: Vec<MessageId> = message_ids.iter().map(|i| MessageId(*i)).collect();
    let people: Vec<ContactId> = contact_ids.iter().map(|i| ContactId(*i)).collect();
    let read = async move |tx: &mut Tx| {
        let scope = tx.scope().clone();
        let messages = messages::by_ids(tx, &scope, &wanted).await?;
        let places: Vec<ConversationId> = messages.iter().map(|m| m.conversation).collect();
        let rows = threads::by_ids(tx, &places).await?;
        let mut all: Vec<ContactId> = rows.iter().map(|r| r.contact).chain(people.iter().copied()).collect();
        all.sort_unstable();
        all.dedup();
        Ok((messages, rows, customers::brief(tx, &scope, &all).await?))
    };
    let (messages, rows, briefs) = app.db().read(&scope, read).await?;
    let names = Names::new(&app, briefs).seen(Sight::of(&app, &caller));
    let mut by_id: HashMap<i64, _> = messages.into_iter().map(|m| (m.id.0, m)).collect();
    let rows: HashMap<ConversationId, _> = rows.into_iter().map(|r| (r.id, r)).collect();
    let found = message_ids.iter().filter_map(|id| {
        let m = by_id.remove(id).filter(|m| m.extras.withdrawn.is_none())?;
        let row = rows.get(&m.conversation)?;
        let contact = names.contacts.get(&row.contact);
        let full = names.sight.is_full(row.tenant, row.line, row.id);
        let body = if full { m.body.clone() } else { protection::masked(&m.body) };
        Some(FoundMessage {
            conversation: m.conversation,
            contact_name: contact.map(|c| c.name.clone()).unwrap_or_default(),
            snippet_html: snippet(&body, &words),
            at: m.at,
            message: view(&app, &names, &m, row),
        })
    });
    let messages = found.collect();
    let shown =
        |id: &i64| names.contacts.get(&ContactId(*id)).map(|c: &ContactBrief| contact_mark(c.id, Some(c)));
    let contacts = contact_ids.iter().filter_map(shown).collect();
    Ok(Json(Found { messages, contacts, took_ms: start.elapsed().as_secs_f64() * 1e3 }))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The text around the first of the words, escaped, with marks; its beginning where no word stands literally in it.
fn snippet(body: &str, words: &str) -> String {
    let chars: Vec<char> = body.chars().collect();
    let folded: Vec<char> = chars.iter().map(|c| c.to_lowercase().next().unwrap_or(*c)).collect();
    let find = |w: &str| {
        let w: Vec<char> = w.to_lowercase().chars().collect();
        folded.windows(w.len().max(1)).position(|x| x == w).map(|at| (at, at + w.len()))
    };
    let Some((from, to)) = words.split_whitespace().find_map(find) else {
        return escape(&chars.iter().take(SNIPPET * 2).collect::<String>());
    };
    let text = |a: usize, b: usize| escape(&chars[a..b].iter().collect::<String>());
    let (start, end) = (from.saturating_sub(SNIPPET / 2), (to + SNIPPET).min(chars.len()));
    let (lead, trail) = (if start > 0 { "…" } else { "" }, if end < chars.len() { "…" } else { "" });
    format!("{lead}{}<mark>{}</mark>{}{trail}", text(start, from), text(from, to), text(to, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snippet_marks_and_escapes() {
        assert_eq!(snippet("申请<b>退款</b>", "退款"), "申请&lt;b&gt;<mark>退款</mark>&lt;/b&gt;");
        assert_eq!(snippet("nothing here", "退款"), "nothing here");
        assert_eq!(snippet("My REFUND please", "refund"), "My <mark>REFUND</mark> please");
    }
}
