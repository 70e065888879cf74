//! Routes of the widget: what there is to answer, and the answer.

use super::model::Answer as Said;
use super::service;
use super::store;
use super::view::{OpenSurvey, questions};
use axum::Json;
use axum::extract::{FromRequestParts, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use conversations::ports::{VisitorOf, Visitors};
use kernel::Error;
use platform::App;
use platform::store::Tx;
use platform::web::{Answer, ApiError, BodyBytes, Problem, parse};
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// An answer at the most, in bytes.
const REQUEST_MAX: usize = 16 * 1024;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(look, answer))
}

/// A visitor, proved by the channel whose visitor they are.
struct Guest(VisitorOf);

impl FromRequestParts<App> for Guest {
    type Rejection = ApiError;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Guest, ApiError> {
        let visitors = app.try_port::<Arc<dyn Visitors>>().ok_or_else(Error::not_found)?;
        Ok(Guest(visitors.prove(app, parts)?))
    }
}

/// What the visitor is invited to answer now.
#[utoipa::path(get, path = "/w/v1/survey", tag = "webchat", operation_id = "get_visitor_survey",
    responses((status = 200, body = OpenSurvey), (status = 401, body = Problem)))]
async fn look(State(app): State<App>, Guest(v): Guest) -> Answer<Json<OpenSurvey>> {
    let (now, language) = (app.now(), v.language);
    let scope = accounts::authorize::visitor(v.tenant);
    let read = async move |tx: &mut Tx| store::open_for(tx, v.tenant, v.contact, v.inbox, now).await;
    let open = app.db().read(&scope, read).await?;
    Ok(Json(OpenSurvey { survey: open.map(|i| questions(&i, language)) }))
}

/// Answers; once per invitation.
#[utoipa::path(post, path = "/w/v1/survey", tag = "webchat", operation_id = "answer_survey", request_body = Said,
    responses((status = 204), (status = 401, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn answer(
    State(app): State<App>,
    Guest(v): Guest,
    BodyBytes(body): BodyBytes<REQUEST_MAX>,
) -> Answer<StatusCode> {
    let said: Said = parse(&body)?;
    service::answer(&app, &v, said).await?;
    Ok(StatusCode::NO_CONTENT)
}
