//! What other areas know about a contact's past, asked through ports, and the little that customers knows itself.

use super::store;
use crate::timeline::{TimelineEntry, TimelineSource};
use futures_util::future::BoxFuture;
use kernel::{ContactId, Millis, Result, TenantId, TenantScope};
use platform::App;
use platform::store::Tx;
use std::collections::HashMap;
use std::sync::Arc;

/// How often a contact came.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    /// Conversations ever.
    pub total: i64,
    /// Conversations not yet resolved.
    pub open: i64,
    /// Conversations begun in the last 30 days.
    pub last_30_days: i64,
    /// Conversations begun in the last 24 hours.
    pub within_24h: i64,
    /// Conversations begun in the last 48 hours.
    pub within_48h: i64,
}

/// Counts the conversations of contacts; a port that conversations implements (`Arc<dyn ContactFigures>`).
pub trait ContactFigures: Send + Sync + 'static {
    /// The figures of these contacts (a page at the most); whoever is absent has none.
    fn figures<'a>(
        &'a self,
        app: &'a App,
        scope: &'a TenantScope,
        contacts: &'a [ContactId],
        now: Millis,
    ) -> BoxFuture<'a, Result<HashMap<ContactId, Figures>>>;
}

/// The figures of these contacts; none where nobody counts.
pub(super) async fn figures(
    app: &App,
    scope: &TenantScope,
    contacts: &[ContactId],
) -> Result<HashMap<ContactId, Figures>> {
    match app.try_port::<Arc<dyn ContactFigures>>() {
        Some(port) if !contacts.is_empty() => port.figures(app, scope, contacts, app.now()).await,
        _ => Ok(HashMap::new()),
    }
}

/// The beginning of every timeline: the contact was first seen.
pub struct OwnTimeline;

impl TimelineSource for OwnTimeline {
    fn list<'a>(
        &'a self,
        app: &'a App,
        scope: &'a TenantScope,
        tenant: TenantId,
        contact: ContactId,
        before: (Millis, i64),
        _limit: usize,
    ) -> BoxFuture<'a, Result<Vec<TimelineEntry>>> {
        Box::pin(async move {
            let read =
                async move |tx: &mut Tx| store::rows(tx, &Tx::ids([tenant.0]), &Tx::ids([contact.0])).await;
            let rows = app.db().read(scope, read).await?;
            let entries = rows.into_iter().map(|r| TimelineEntry {
                id: r.brief.id.0,
                at: r.first_seen_at,
                kind: "contact.created".into(),
                line: None,
                conversation: None,
                text: String::new(),
                data: serde_json::Value::Null,
            });
            Ok(entries.filter(|e| (e.at, e.id) < before).collect())
        })
    }
}
