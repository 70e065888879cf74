//! The route of consent.

use super::store::{self, Said};
use crate::contacts::{Author, NAME_MAX, audit, line, reach};
use crate::permissions::EDIT;
use accounts::Caller;
use axum::extract::State;
use http::StatusCode;
use kernel::{AggregateKey, ContactId, Error, Event};
use platform::App;
use platform::store::Tx;
use platform::web::{Answer, Body, PathId};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(say_consent))
}

/// What a contact said, and how we know.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ConsentInput {
    /// `service_news`, `marketing`, `survey`, `recording` or `sharing`.
    topic: String,
    /// Agreed, or refused.
    given: bool,
    /// Where they said so: a form, a call, a letter.
    source: String,
}

/// Records what a contact agreed to or refused.
#[utoipa::path(
    post, path = "/api/v1/contacts/{contact}/consents", tag = "customers", operation_id = "say_consent",
    params(("contact" = ContactId, Path)), request_body = ConsentInput, responses((status = 204))
)]
async fn say_consent(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<ContactId>,
    Body(input): Body<ConsentInput>,
) -> Answer<StatusCode> {
    let (tenant, scope) = reach(&app, &caller, id, EDIT).await?;
    if !super::is_topic(&input.topic) {
        return Err(Error::invalid("/topic", "unknown").into());
    }
    let by = Author::of(&caller, &app);
    let source = line("/source", &input.source, NAME_MAX)?;
    let said = Said { topic: input.topic, given: input.given, source, by: by.actor, at: by.now };
    let word: i64 = app.ids().next();
    let write = async move |tx: &mut Tx| {
        store::insert(tx, tenant, id, word, &said).await?;
        let after = json!({ "topic": said.topic, "given": said.given, "source": said.source });
        audit(tx, &by, tenant, "contact.consent_said", ("contact", id.0), None, Some(after)).await?;
        let event = Event::new(tenant, "contact.changed", id.0, by.actor, by.now);
        tx.emit(event.data(json!({ "fields": ["consents"] })));
        Ok(())
    };
    app.db().write(&scope, AggregateKey::new("contact", id.0), write).await?;
    Ok(StatusCode::NO_CONTENT)
}
