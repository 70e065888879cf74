//! How a conversation of the widget began, for who reads the conversation.

use super::model::picked;
use super::store;
use accounts::Caller;
use axum::Json;
use axum::extract::State;
use conversations::inboxes::FieldKind;
use conversations::permissions::READ;
use conversations::threads;
use kernel::{ConversationId, Language, Millis};
use platform::App;
use platform::store::Tx;
use platform::web::{Answer as Reply, PathId, Problem};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(visit))
}

/// An answer of a form.
#[derive(Debug, Serialize, ToSchema)]
struct VisitAnswer {
    /// What was asked.
    label: String,
    /// What was answered; addresses are masked.
    value: String,
}

/// What a visitor agreed to.
#[derive(Debug, Serialize, ToSchema)]
struct VisitConsent {
    /// `form`, or `peek`: staff may see what is being typed.
    purpose: String,
    /// Which wording.
    version: String,
    /// The wording that was read.
    wording: String,
    /// When.
    at: Millis,
}

/// What the page says of a visitor.
#[derive(Debug, Serialize, ToSchema)]
struct VisitFact {
    /// Its name.
    name: String,
    /// What is said.
    content: String,
    /// Was it signed by the client's site?
    vouched: bool,
}

/// How a conversation of the widget began.
#[derive(Debug, Serialize, ToSchema)]
struct VisitView {
    /// Was it left outside the hours?
    offline: bool,
    /// When an answer was promised.
    answer_by: Option<Millis>,
    /// How the visitor was proved: `none`, `token` or `hash`.
    identity: String,
    /// What was answered before the first message.
    answers: Vec<VisitAnswer>,
    /// What was agreed to.
    consents: Vec<VisitConsent>,
    /// What the page says.
    facts: Vec<VisitFact>,
}

/// How a conversation of the widget began: identity, answers, consent, and what the page says of the visitor.
#[utoipa::path(get, path = "/api/v1/conversations/{conversation}/visit", tag = "webchat", operation_id = "get_visit",
    params(("conversation" = ConversationId, Path)),
    responses((status = 200, body = VisitView), (status = 404, body = Problem)))]
async fn visit(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<ConversationId>,
) -> Reply<Json<VisitView>> {
    let read = async move |tx: &mut Tx| {
        let row = threads::by_id(tx, id).await?;
        store::shown(tx, &row).await
    };
    let shown = app.db().read(&caller.authorize_any(READ), read).await?;
    Ok(Json(view(shown, caller.language)))
}

fn view(s: store::Shown, language: Language) -> VisitView {
    let text = |zh: &str, en: &str| picked(language, zh, en).to_owned();
    let answers = s.answers.into_iter().map(|a| VisitAnswer {
        label: text(&a.label_zh, &a.label_en),
        value: match a.kind {
            FieldKind::Email => customers::mask(customers::HandleKind::Email, &a.value),
            FieldKind::Phone => customers::mask(customers::HandleKind::Phone, &a.value),
            _ => match text(&a.shown_zh, &a.shown_en) {
                shown if shown.is_empty() => a.value,
                shown => shown,
            },
        },
    });
    let consents = s.consents.into_iter().map(|(purpose, version, wording, at)| VisitConsent {
        purpose,
        version,
        wording,
        at,
    });
    let facts = s.facts.into_iter().map(|(name, content, vouched)| VisitFact { name, content, vouched });
    VisitView {
        offline: s.offline,
        answer_by: s.answer_by,
        identity: if s.identity.is_empty() { "none".into() } else { s.identity },
        answers: answers.collect(),
        consents: consents.collect(),
        facts: facts.collect(),
    }
}
