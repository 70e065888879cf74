//! What came of a line's survey: how many were invited and answered, the scores, and the answers one by one.

use super::http::tenant_of;
use super::model::InvitedBy;
use super::store::{self, Span};
use super::view::ResponseView;
use crate::permissions::RESULTS;
use accounts::Caller;
use axum::Json;
use axum::extract::State;
use kernel::{Error, LineId, Millis, Result, TenantScope};
use platform::App;
use platform::store::Tx;
use platform::web::{Answer, Listing, PAGE_DEFAULT, PAGE_MAX, PathId, Problem, Query, decode_cursor};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// A span of time at the most: a year and a day.
const SPAN_MAX_MS: Millis = 367 * 86_400_000;
/// The span where none is asked for.
const WEEK_MS: Millis = 7 * 86_400_000;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(results)).routes(routes!(responses))
}

fn span(
    app: &App,
    caller: &Caller,
    line: LineId,
    from: Option<Millis>,
    to: Option<Millis>,
) -> Result<(Span, TenantScope)> {
    let tenant = tenant_of(app, line)?;
    let scope = caller.authorize(RESULTS, tenant, Some(line))?;
    let to = to.unwrap_or_else(|| app.now() + 1);
    let from = from.unwrap_or(to.saturating_sub(WEEK_MS));
    if from < 0 || to <= from || to.saturating_sub(from) > SPAN_MAX_MS {
        return Err(Error::invalid("to", "out_of_range"));
    }
    Ok((Span { tenant, line, from, to }, scope))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct Within {
    /// From then on, ms since 1970; a week before `to` where it is left out.
    from: Option<Millis>,
    /// Before then, ms since 1970; now where it is left out. A year after `from` at the most.
    to: Option<Millis>,
}

/// Invitations and answers of one way of inviting.
#[derive(Debug, Serialize, ToSchema)]
struct SurveyShare {
    /// Who invited.
    invited_by: InvitedBy,
    /// Invitations sent in this time.
    invited: i64,
    /// How many of them were answered.
    answered: i64,
    /// Answers given in this time.
    responses: i64,
    /// The sum of their scores.
    score_sum: i64,
}

/// A further question.
#[derive(Debug, Serialize, ToSchema)]
struct SurveyDimension {
    /// `attitude`, `expertise` or `resolution`.
    name: &'static str,
    /// Answers.
    count: i64,
    /// The sum of their scores.
    sum: i64,
}

/// What came of a line's survey. Averages are sums by counts, so that nothing is rounded twice.
#[derive(Debug, Serialize, ToSchema)]
struct SurveyResults {
    /// By who invited, since agents who choose whom they ask choose their score too.
    shares: Vec<SurveyShare>,
    /// Answers with the score 1, 2, 3, 4 and 5.
    distribution: Vec<i64>,
    /// The further questions.
    dimensions: Vec<SurveyDimension>,
    /// Answers that said whether it was solved.
    solved_count: i64,
    /// How many of them said yes.
    solved_yes: i64,
}

/// What came of a line's survey within a span of time.
#[utoipa::path(get, path = "/api/v1/lines/{line}/survey/results", tag = "quality", operation_id = "get_survey_results",
    params(("line" = LineId, Path), Within),
    responses((status = 200, body = SurveyResults), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn results(
    State(app): State<App>,
    caller: Caller,
    PathId(line): PathId<LineId>,
    Query(q): Query<Within>,
) -> Answer<Json<SurveyResults>> {
    let (span, scope) = span(&app, &caller, line, q.from, q.to)?;
    let read = async move |tx: &mut Tx| {
        let invited = store::invited(tx, span).await?;
        let scores = store::scores(tx, span).await?;
        Ok((invited, scores))
    };
    let (invited, scores) = app.db().read(&scope, read).await?;
    Ok(Json(summed(&invited, &scores)))
}

fn summed(invited: &[(InvitedBy, i64, i64)], scores: &[(i64, InvitedBy, i64, [i64; 8])]) -> SurveyResults {
    let shares = [InvitedBy::Auto, InvitedBy::Agent].map(|by| {
        let (sent, answered) =
            invited.iter().find(|i| i.0 == by).map_or((0, 0), |(_, sent, answered)| (*sent, *answered));
        let own = || scores.iter().filter(|s| s.1 == by);
        SurveyShare {
            invited_by: by,
            invited: sent,
            answered,
            responses: own().map(|s| s.2).sum(),
            score_sum: own().map(|s| s.0 * s.2).sum(),
        }
    });
    let distribution = (1..=5).map(|n| scores.iter().filter(|s| s.0 == n).map(|s| s.2).sum());
    let total = |i: usize| scores.iter().map(|s| s.3[i]).sum();
    let dimensions = ["attitude", "expertise", "resolution"].into_iter().enumerate();
    SurveyResults {
        shares: shares.into(),
        distribution: distribution.collect(),
        dimensions: dimensions
            .map(|(i, name)| SurveyDimension { name, sum: total(2 * i), count: total(2 * i + 1) })
            .collect(),
        solved_yes: total(6),
        solved_count: total(7),
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct Part {
    /// From then on, ms since 1970; a week before `to` where it is left out.
    from: Option<Millis>,
    /// Before then, ms since 1970; now where it is left out.
    to: Option<Millis>,
    /// Only answers with this score.
    score: Option<i64>,
    /// `next` of the page before.
    cursor: Option<String>,
    /// Rows, 1 to 100.
    limit: Option<u32>,
}

/// Answers of a line, the newest first.
#[utoipa::path(get, path = "/api/v1/lines/{line}/survey/responses", tag = "quality", operation_id = "list_survey_responses",
    params(("line" = LineId, Path), Part),
    responses((status = 200, body = Listing<ResponseView>), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn responses(
    State(app): State<App>,
    caller: Caller,
    PathId(line): PathId<LineId>,
    Query(q): Query<Part>,
) -> Answer<Json<Listing<ResponseView>>> {
    let (span, scope) = span(&app, &caller, line, q.from, q.to)?;
    let before = q.cursor.as_deref().map(decode_cursor::<i64>).transpose()?;
    let page = q.limit.unwrap_or(PAGE_DEFAULT).clamp(1, PAGE_MAX) as usize;
    let read = async move |tx: &mut Tx| store::responses(tx, span, q.score, before, page as i64 + 1).await;
    let list = Listing::from_surplus(app.db().read(&scope, read).await?, page, |r| r.id);
    Ok(Json(Listing { items: list.items.into_iter().map(ResponseView::from).collect(), next: list.next }))
}
