//! Routes of a line's day.

use super::model::{DayReport, Named};
use super::store::{self, Fact, Want};
use super::table::{Table, Which};
use super::{csv, excel};
use crate::days::{Day, zone_of};
use crate::metrics::{Figure, Metric, by_id, figures};
use crate::permissions::{PEOPLE, REPORTS};
use crate::targets::{self, Target};
use accounts::{Caller, Directory, audit};
use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use http::header;
use kernel::{ConversationId, Error, LineId, Millis, QueueId, Result, TenantId, TenantScope, UserId};
use platform::App;
use platform::blobs::disposition;
use platform::store::Tx;
use platform::web::{Answer, Listing, Page, Query};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(day))
        .routes(routes!(day_csv))
        .routes(routes!(day_excel))
        .routes(routes!(conversations))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct OfDay {
    /// The line.
    line: LineId,
    /// `YYYY-MM-DD` as the wall of the line shows it; today without.
    date: Option<String>,
}

/// Whose day, which day, and under what scope.
struct Asked {
    tenant: TenantId,
    line: LineId,
    day: Day,
    scope: TenantScope,
    with_people: bool,
}

impl Asked {
    fn of(app: &App, caller: &Caller, line: LineId, date: Option<&str>) -> Result<Asked> {
        let directory = app.port::<Arc<Directory>>();
        let tenant = directory.line(line).ok_or_else(Error::not_found)?.tenant;
        let scope = caller.authorize(REPORTS, tenant, Some(line))?;
        let day = Day::asked(date, app.now(), &zone_of(directory, line))?;
        Ok(Asked { tenant, line, day, scope, with_people: caller.may(PEOPLE, tenant, Some(line)) })
    }

    /// What the line is called, as files are named after it: without what file systems refuse.
    fn name(&self, app: &App) -> String {
        let line = app.port::<Arc<Directory>>().line(self.line).map(|l| l.name.clone()).unwrap_or_default();
        line.chars().map(|c| if c.is_control() || "/\\:*?\"<>|".contains(c) { ' ' } else { c }).collect()
    }

    async fn report(&self, app: &App) -> Result<DayReport> {
        DayReport::read(app, self.tenant, self.line, self.day.clone(), self.with_people).await
    }
}

/// Figures under a name.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DayRow)]
struct RowView {
    /// The queue or agent; `null` for the line.
    id: Option<String>,
    /// What it is called.
    name: String,
    /// Its figures, one for each column.
    figures: Vec<Figure>,
}

/// An hour of a day.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DayHour)]
struct HourView {
    /// When it begins.
    at: Millis,
    /// Its figures.
    figures: Vec<Figure>,
}

/// How often one kind, category and outcome was recorded.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DayRecord)]
struct RecordView {
    /// What they came for.
    kind: String,
    /// What came of it.
    outcome: String,
    /// The category's Chinese name.
    category_zh: Option<String>,
    /// The category's English name.
    category_en: Option<String>,
    /// How often.
    count: i64,
}

/// A day of a line.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DayReport)]
struct DayView {
    /// The line.
    line: LineId,
    /// Its name.
    name: String,
    /// The date.
    date: String,
    /// The zone in which it is one.
    zone: String,
    /// Its first moment.
    from: Millis,
    /// The first moment after it.
    to: Millis,
    /// Until when it was counted.
    until: Millis,
    /// What the line aims at.
    target: Target,
    /// The whole line.
    total: RowView,
    /// Its queues.
    queues: Vec<RowView>,
    /// The agents who had anything to do.
    agents: Vec<RowView>,
    /// Its hours.
    hours: Vec<HourView>,
    /// Dispositions, the most frequent first.
    dispositions: Vec<RecordView>,
}

fn row(n: &Named, columns: &[&Metric]) -> RowView {
    RowView { id: Some(n.id.to_string()), name: n.name.clone(), figures: figures(columns, &n.sums) }
}

impl DayView {
    fn of(r: &DayReport, target: Target) -> DayView {
        let (line, queue, agent) = (r.line_columns(), r.queue_columns(), r.agent_columns());
        let records = r.records.iter().map(|d| RecordView {
            kind: d.kind.clone(),
            outcome: d.outcome.clone(),
            category_zh: d.names.as_ref().map(|n| n.0.clone()),
            category_en: d.names.as_ref().map(|n| n.1.clone()),
            count: d.count,
        });
        DayView {
            line: r.line,
            name: r.name.clone(),
            date: r.day.date.to_string(),
            zone: r.day.zone.clone(),
            from: r.day.from,
            to: r.day.to,
            until: r.until,
            target,
            total: RowView { id: None, name: r.name.clone(), figures: figures(&line, &r.total) },
            queues: r.queues.iter().map(|q| row(q, &queue)).collect(),
            agents: r.agents.iter().map(|a| row(a, &agent)).collect(),
            hours: r.hours.iter().map(|(at, s)| HourView { at: *at, figures: figures(&queue, s) }).collect(),
            dispositions: records.collect(),
        }
    }
}

async fn target_of(app: &App, a: &Asked) -> Result<Target> {
    let of = [(a.tenant, a.line)];
    let found = app.db().read(&a.scope, async move |tx: &mut Tx| targets::of_lines(tx, &of).await).await?;
    Ok(found.get(&a.line).copied().unwrap_or_default())
}

/// A day of a line: the line, its queues, its agents, its hours and its dispositions.
#[utoipa::path(get, path = "/api/v1/reports/day", tag = "insight", operation_id = "get_day_report", params(OfDay),
    responses((status = 200, body = DayView)))]
async fn day(State(app): State<App>, caller: Caller, Query(q): Query<OfDay>) -> Answer<Json<DayView>> {
    let asked = Asked::of(&app, &caller, q.line, q.date.as_deref())?;
    let report = asked.report(&app).await?;
    Ok(Json(DayView::of(&report, target_of(&app, &asked).await?)))
}

/// Records that a file was taken, before it is given.
async fn exported(app: &App, caller: &Caller, a: &Asked) -> Result<()> {
    let look = audit::Look {
        tenant: a.tenant,
        actor: caller.actor,
        kind: "report",
        id: a.line.0,
        how: "exported",
        reason: Some(a.day.date.to_string()),
        ip: Some(caller.info.ip),
    };
    audit::look(app, &a.scope, look).await
}

fn attached(bytes: Vec<u8>, mime: &'static str, name: String) -> axum::response::Response {
    let headers = [
        (header::CONTENT_TYPE, mime.to_owned()),
        (header::CONTENT_DISPOSITION, disposition(false, &name)),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    (headers, bytes).into_response()
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct OfTable {
    /// The line.
    line: LineId,
    /// `YYYY-MM-DD` as the wall of the line shows it; today without.
    date: Option<String>,
    /// Which table; the line and its queues without.
    #[param(inline)]
    table: Option<Which>,
}

/// One table of a line's day as CSV, in the caller's language.
#[utoipa::path(get, path = "/api/v1/reports/day/csv", tag = "insight", operation_id = "get_day_csv", params(OfTable),
    responses((status = 200, description = "The table.", content_type = "text/csv", body = String)))]
async fn day_csv(
    State(app): State<App>,
    caller: Caller,
    Query(q): Query<OfTable>,
) -> Answer<axum::response::Response> {
    let asked = Asked::of(&app, &caller, q.line, q.date.as_deref())?;
    let report = asked.report(&app).await?;
    let which = q.table.unwrap_or(Which::Line);
    let bytes = csv::file(&Table::of(&report, which, caller.language))?;
    exported(&app, &caller, &asked).await?;
    let table = format!("{which:?}").to_lowercase();
    let name = format!("{}-{}-{table}.csv", asked.name(&app), report.day.date);
    Ok(attached(bytes, "text/csv; charset=utf-8", name))
}

/// All tables of a line's day as an Excel workbook, in the caller's language.
#[utoipa::path(get, path = "/api/v1/reports/day/xlsx", tag = "insight", operation_id = "get_day_workbook", params(OfDay),
    responses((status = 200, description = "The workbook.",
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = Vec<u8>)))]
async fn day_excel(
    State(app): State<App>,
    caller: Caller,
    Query(q): Query<OfDay>,
) -> Answer<axum::response::Response> {
    let asked = Asked::of(&app, &caller, q.line, q.date.as_deref())?;
    let report = asked.report(&app).await?;
    let (language, date) = (caller.language, report.day.date);
    let made = tokio::task::spawn_blocking(move || excel::file(&report, language)).await;
    let bytes = made.map_err(|e| Error::internal("a workbook").cause(e))??;
    exported(&app, &caller, &asked).await?;
    let mime = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    Ok(attached(bytes, mime, format!("{}-{date}.xlsx", asked.name(&app))))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct Behind {
    /// The line.
    line: LineId,
    /// `YYYY-MM-DD` as the wall of the line shows it; today without.
    date: Option<String>,
    /// The metric; `arrivals` without.
    metric: Option<String>,
    /// Only of this queue.
    queue: Option<QueueId>,
    /// Only of this agent.
    user: Option<UserId>,
    /// `next` of the page before.
    cursor: Option<String>,
    /// Rows, 1 to 100.
    limit: Option<u32>,
}

/// A fact behind a figure, with its conversation.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReportFact)]
struct FactView {
    /// The conversation.
    conversation: ConversationId,
    /// The number people say.
    number: i64,
    /// When it began.
    at: Millis,
    /// How long it took, in milliseconds; `null` where it goes on or takes no time.
    took_ms: Option<Millis>,
    /// How it ended; `null` where it goes on.
    outcome: Option<String>,
    /// The queue.
    queue: Option<QueueId>,
    /// The agent.
    user: Option<UserId>,
    /// The agent's name.
    user_name: Option<String>,
    #[serde(skip)]
    id: i64,
}

impl FactView {
    fn of(f: Fact, directory: &Directory) -> FactView {
        FactView {
            conversation: f.conversation,
            number: f.number,
            at: f.at,
            took_ms: f.took_ms,
            outcome: f.outcome,
            queue: f.queue.and_then(QueueId::some),
            user_name: f.user.and_then(|u| directory.user(u)).map(|u| u.alias.clone()),
            user: f.user,
            id: f.id,
        }
    }
}

/// The conversations behind a figure of a line's day, in the order in which they came. Of a ratio: those it is counted from.
#[utoipa::path(get, path = "/api/v1/reports/day/conversations", tag = "insight",
    operation_id = "list_report_conversations", params(Behind), responses((status = 200, body = Listing<FactView>)))]
async fn conversations(
    State(app): State<App>,
    caller: Caller,
    Query(q): Query<Behind>,
) -> Answer<Json<Listing<FactView>>> {
    let asked = Asked::of(&app, &caller, q.line, q.date.as_deref())?;
    let metric = by_id(q.metric.as_deref().unwrap_or("arrivals"));
    let slice = metric.and_then(|m| m.slice).ok_or_else(|| Error::invalid("metric", "unknown"))?;
    let page = Page { cursor: q.cursor, limit: q.limit };
    let rows = page.rows();
    let want = Want {
        tenant: asked.tenant,
        line: asked.line,
        from: asked.day.from,
        to: asked.day.to,
        now: app.now(),
        slice,
        queue: q.queue.unwrap_or_default(),
        user: q.user.unwrap_or_default(),
        short_ms: target_of(&app, &asked).await?.short_abandon_ms,
        after: page.after::<i64>()?.unwrap_or(0),
        limit: rows as i64 + 1,
    };
    let found = app.db().read(&asked.scope, async move |tx: &mut Tx| store::facts(tx, &want).await).await?;
    let directory = app.port::<Arc<Directory>>();
    let shown = found.into_iter().map(|f| FactView::of(f, directory)).collect();
    Ok(Json(Listing::from_surplus(shown, rows, |f: &FactView| f.id)))
}
