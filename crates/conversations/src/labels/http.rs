//! Routes and shapes of labels.

use super::store;
use crate::permissions::{CATEGORIES, READ};
use accounts::directory::LineName;
use accounts::{Caller, Directory, audit};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use kernel::{AggregateKey, CategoryId, Error, Event, LineId, Millis, Result, TenantId, UserId};
use platform::App;
use platform::store::Tx;
use platform::web::{Answer, Body, Listing, Query};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Categories of one line at the most.
pub(super) const CATEGORIES_MAX: i64 = 1_000;
/// Tags listed at the most.
const TAGS_LISTED: i64 = 200;
/// A free text of a disposition at the most, in characters.
const TEXT_MAX: usize = 2_000;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(categories, create_category)).routes(routes!(tags))
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:tt),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $word)] $variant),+ }
        impl $name {
            /// The word stored and sent.
            pub fn word(self) -> &'static str { match self { $($name::$variant => $word),+ } }
            /// From the word stored.
            pub fn from_word(w: &str) -> Option<$name> { match w { $($word => Some($name::$variant),)+ _ => None } }
        }
    };
}

words! {
    /// What the contact came for.
    Kind { /// 咨询
        Consult = "consult", /// 查询
        Query = "query", /// 办理
        Handle = "handle", /// 投诉
        Complaint = "complaint", /// 建议
        Suggestion = "suggestion", /// 表扬
        Praise = "praise", /// 报障
        Fault = "fault", /// 举报
        Report = "report" }
}
words! {
    /// What came of it.
    Outcome { /// 已解决
        Solved = "solved", /// 未解决
        Unsolved = "unsolved", /// 待跟进
        FollowUp = "follow_up" }
}

/// The record that closes a conversation, as it is given.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DispositionInput {
    /// What the contact came for.
    pub kind: Kind,
    /// What it was about; a category of the line.
    pub category: Option<CategoryId>,
    /// Why it came to that.
    #[serde(default)]
    pub cause: String,
    /// What came of it.
    pub outcome: Outcome,
    /// Anything else.
    #[serde(default)]
    pub note: String,
}

impl DispositionInput {
    /// Checks the lengths and masks card numbers.
    pub fn cleaned(mut self) -> Result<DispositionInput> {
        for (field, text) in [("/disposition/cause", &mut self.cause), ("/disposition/note", &mut self.note)]
        {
            if text.chars().count() > TEXT_MAX {
                return Err(Error::invalid(field, "too_long"));
            }
            *text = engines::redact::mask_cards(text).into_owned();
        }
        Ok(self)
    }
}

/// The record that closed a conversation.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DispositionView {
    /// What the contact came for.
    pub kind: Kind,
    /// What it was about.
    pub category: Option<CategoryId>,
    /// Why it came to that.
    pub cause: String,
    /// What came of it.
    pub outcome: Outcome,
    /// Anything else.
    pub note: String,
    /// Who recorded it.
    pub by: UserId,
    /// When.
    pub at: Millis,
}

/// What conversations of a line can be about; a tree by `parent`.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Category {
    /// Its id.
    pub id: CategoryId,
    /// The client.
    pub tenant: TenantId,
    /// The line.
    pub line: LineId,
    /// The category above.
    pub parent: Option<CategoryId>,
    /// Its Chinese name.
    pub name_zh: String,
    /// Its English name.
    pub name_en: String,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct OfLine {
    /// The line.
    line: LineId,
}

/// The categories of a line.
#[utoipa::path(get, path = "/api/v1/categories", tag = "conversations", operation_id = "list_categories",
    params(OfLine), responses((status = 200, body = Listing<Category>)))]
async fn categories(
    State(app): State<App>,
    caller: Caller,
    Query(q): Query<OfLine>,
) -> Answer<Json<Listing<Category>>> {
    let line = app.port::<Arc<Directory>>().line(q.line).ok_or_else(Error::not_found)?;
    let scope = caller.authorize(READ, line.tenant, Some(q.line))?;
    let (tenant, line) = (line.tenant, q.line);
    let read = async move |tx: &mut Tx| store::categories(tx, tenant, line, CATEGORIES_MAX).await;
    Ok(Json(Listing::whole(app.db().read(&scope, read).await?)))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewCategory {
    /// The line.
    pub line: LineId,
    /// The category above.
    pub parent: Option<CategoryId>,
    /// Its Chinese name.
    pub name_zh: String,
    /// Its English name.
    pub name_en: String,
}

/// Adds a category to a line.
#[utoipa::path(post, path = "/api/v1/categories", tag = "conversations", operation_id = "create_category",
    request_body = NewCategory, responses((status = 201, body = Category)))]
pub(super) async fn create_category(
    State(app): State<App>,
    caller: Caller,
    Body(b): Body<NewCategory>,
) -> Answer<(StatusCode, Json<Category>)> {
    let line = app.port::<Arc<Directory>>().line(b.line).ok_or_else(Error::not_found)?;
    let scope = caller.authorize(CATEGORIES, line.tenant, Some(b.line))?;
    for (field, name) in [("/name_zh", &b.name_zh), ("/name_en", &b.name_en)] {
        if name.trim().is_empty() || name.chars().count() > 60 {
            return Err(Error::invalid(field, "unfit").into());
        }
    }
    let made = Category {
        id: app.id(),
        tenant: line.tenant,
        line: b.line,
        parent: b.parent,
        name_zh: b.name_zh.trim().to_owned(),
        name_en: b.name_en.trim().to_owned(),
    };
    let (c, actor, ip, audit_id, now) =
        (made.clone(), caller.actor, caller.info.ip, app.id::<i64>(), app.now());
    let write = async move |tx: &mut Tx| {
        if let Some(p) = c.parent
            && !store::category_is_of(tx, c.tenant, c.line, p).await?
        {
            return Err(Error::invalid("/parent", "unknown"));
        }
        store::insert_category(tx, &c).await?;
        let change = audit::Change {
            tenant: c.tenant,
            actor,
            action: "category.created",
            subject: ("category", c.id.0),
            before: None,
            after: serde_json::to_value(&c).ok(),
            reason: None,
            ip: Some(ip),
        };
        audit::record(tx, audit_id, now, &change).await?;
        tx.emit(Event::new(c.tenant, "category.created", c.id.0, actor, now).line(c.line));
        Ok(())
    };
    app.db().write(&scope, AggregateKey::new("category", made.id.0), write).await?;
    Ok((StatusCode::CREATED, Json(made)))
}

/// Takes categories of a line away that nothing was recorded under and that nothing stands below; what stands above the others
/// comes first in `ids`. Answers how many went.
pub(super) async fn archive(
    app: &App,
    caller: &Caller,
    line: &LineName,
    ids: Vec<CategoryId>,
) -> Result<i64> {
    let scope = caller.authorize(CATEGORIES, line.tenant, Some(line.id))?;
    let (tenant, line) = (line.tenant, line.id);
    let (actor, ip, now) = (caller.actor, caller.info.ip, app.now());
    let ids: Vec<(CategoryId, i64)> = ids.into_iter().rev().map(|id| (id, app.id())).collect();
    let write = async move |tx: &mut Tx| {
        let mut n = 0;
        for (id, audit_id) in &ids {
            let Some((zh, en)) = store::category_names(tx, tenant, line, *id).await? else { continue };
            if !store::archive_category(tx, tenant, line, *id).await? {
                continue;
            }
            let change = audit::Change {
                tenant,
                actor,
                action: "category.removed",
                subject: ("category", id.0),
                before: Some(serde_json::json!({ "name_zh": zh, "name_en": en })),
                after: None,
                reason: None,
                ip: Some(ip),
            };
            audit::record(tx, *audit_id, now, &change).await?;
            tx.emit(Event::new(tenant, "category.removed", id.0, actor, now).line(line));
            n += 1;
        }
        Ok(n)
    };
    app.db().write(&scope, AggregateKey::new("line", line.0), write).await
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct OfTenant {
    /// The client.
    tenant: TenantId,
}

/// Tags in use at a client.
#[utoipa::path(get, path = "/api/v1/tags", tag = "conversations", operation_id = "list_tags",
    params(OfTenant), responses((status = 200, body = Listing<String>)))]
async fn tags(
    State(app): State<App>,
    caller: Caller,
    Query(q): Query<OfTenant>,
) -> Answer<Json<Listing<String>>> {
    let scope = caller.authorize(READ, q.tenant, None)?;
    let read = async move |tx: &mut Tx| store::tags(tx, q.tenant, TAGS_LISTED).await;
    Ok(Json(Listing::whole(app.db().read(&scope, read).await?)))
}
