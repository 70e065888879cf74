//! The timeline of a contact: what happened with them, from every area that knows, newest first.
//!
//! ```text
//! GET …/timeline ─▶ every TimelineSource: up to a page older than the cursor ─▶ merged by (at, id) ─▶ one page
//! ```
//! Derived at reading; nothing is stored twice. A source filters by the scope's lines and masks its texts.

mod http;

pub(crate) use http::routes;

use futures_util::future::BoxFuture;
use kernel::{ContactId, ConversationId, LineId, Millis, Result, TenantId, TenantScope};
use platform::{App, Registry};
use serde::Serialize;
use std::any::TypeId;
use std::sync::Arc;
use utoipa::ToSchema;

/// Something that happened with a contact.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TimelineEntry {
    /// Orders what happened at the same time; unique within its kind.
    #[serde(serialize_with = "as_text")]
    #[schema(value_type = String)]
    pub id: i64,
    /// When.
    pub at: Millis,
    /// Such as `conversation.opened`.
    pub kind: String,
    /// In which line.
    pub line: Option<LineId>,
    /// In which conversation.
    pub conversation: Option<ConversationId>,
    /// A few words, masked; may be empty.
    pub text: String,
    /// Further facts, by kind.
    pub data: serde_json::Value,
}

fn as_text<S: serde::Serializer>(id: &i64, s: S) -> std::result::Result<S::Ok, S::Error> {
    s.collect_str(id)
}

/// What an area knows of a contact's past. A port: areas add theirs with [`add_timeline_source`].
pub trait TimelineSource: Send + Sync + 'static {
    /// Up to `limit` entries before (at, id), newest first, of lines within the scope, texts masked.
    fn list<'a>(
        &'a self,
        app: &'a App,
        scope: &'a TenantScope,
        tenant: TenantId,
        contact: ContactId,
        before: (Millis, i64),
        limit: usize,
    ) -> BoxFuture<'a, Result<Vec<TimelineEntry>>>;
}

type Sources = Vec<Arc<dyn TimelineSource>>;

/// Adds a source of every contact's timeline.
pub fn add_timeline_source(reg: &mut Registry, source: Arc<dyn TimelineSource>) {
    let sources = reg.ports.entry(TypeId::of::<Sources>()).or_insert_with(|| Box::new(Sources::new()));
    let sources = sources.downcast_mut::<Sources>();
    sources.expect("invariant: under this type stands a value of this type").push(source);
}

/// Up to `limit` entries before (at, id) from every source, newest first.
pub(crate) async fn list(
    app: &App,
    scope: &TenantScope,
    tenant: TenantId,
    contact: ContactId,
    before: (Millis, i64),
    limit: usize,
) -> Result<Vec<TimelineEntry>> {
    let mut all = vec![];
    for source in app.try_port::<Sources>().into_iter().flatten() {
        all.extend(source.list(app, scope, tenant, contact, before, limit).await?);
    }
    all.sort_unstable_by_key(|e| std::cmp::Reverse((e.at, e.id)));
    all.truncate(limit);
    Ok(all)
}
