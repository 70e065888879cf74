//! A contact's past with us: how often they came, and their conversations as entries of the timeline.

mod merging;

pub use merging::Conversations;

use crate::permissions::READ;
use customers::{ContactFigures, Figures, TimelineEntry, TimelineSource};
use futures_util::future::BoxFuture;
use kernel::{ContactId, ConversationId, LineId, Millis, Result, TenantId, TenantScope, args, sql};
use platform::App;
use platform::store::Tx;
use serde_json::json;
use std::collections::HashMap;

const HOUR: Millis = 3_600_000;

/// Counts and lists the conversations of contacts.
pub struct History;

impl ContactFigures for History {
    fn figures<'a>(
        &'a self,
        app: &'a App,
        scope: &'a TenantScope,
        contacts: &'a [ContactId],
        now: Millis,
    ) -> BoxFuture<'a, Result<HashMap<ContactId, Figures>>> {
        let ids = Tx::ids(contacts.iter().map(|c| c.0));
        Box::pin(async move {
            let read = async move |tx: &mut Tx| {
                let tenants = Tx::ids(tx.scope().tenants().map(|t| t.0));
                tx.all(
                    sql!(
                        "SELECT contact_id, COUNT(*), CAST(SUM(CASE WHEN status <> 'resolved' THEN 1 ELSE 0 END) AS BIGINT),
                         CAST(SUM(CASE WHEN created_at > $3 THEN 1 ELSE 0 END) AS BIGINT),
                         CAST(SUM(CASE WHEN created_at > $4 THEN 1 ELSE 0 END) AS BIGINT),
                         CAST(SUM(CASE WHEN created_at > $5 THEN 1 ELSE 0 END) AS BIGINT)
                         FROM conversation WHERE contact_id IN_IDS($1) AND tenant_id IN_IDS($2) GROUP BY contact_id"
                    ),
                    args![ids, tenants, now - 30 * 24 * HOUR, now - 24 * HOUR, now - 48 * HOUR],
                    |r| {
                        let figures = Figures {
                            total: r.int(1)?,
                            open: r.int(2)?,
                            last_30_days: r.int(3)?,
                            within_24h: r.int(4)?,
                            within_48h: r.int(5)?,
                        };
                        Ok((r.id(0)?, figures))
                    },
                )
                .await
            };
            Ok(app.db().read(scope, read).await?.into_iter().collect())
        })
    }
}

type Past = (ConversationId, LineId, Millis, i64, String, String, Option<Millis>, bool);

impl TimelineSource for History {
    fn list<'a>(
        &'a self,
        app: &'a App,
        scope: &'a TenantScope,
        tenant: TenantId,
        contact: ContactId,
        before: (Millis, i64),
        limit: usize,
    ) -> BoxFuture<'a, Result<Vec<TimelineEntry>>> {
        let limit = limit as i64;
        Box::pin(async move {
            let reach = accounts::authorize::user(app, scope.user(), READ);
            let read = async move |tx: &mut Tx| {
                tx.all(
                    sql!(
                        "SELECT id, line_id, created_at, number, channel, last_text, resolved_at, merged_into FROM conversation
                         WHERE contact_id = $1 AND tenant_id = $2 AND (created_at, id) < ($3, $4)
                         ORDER BY created_at DESC, id DESC LIMIT $5"
                    ),
                    args![contact, tenant, before.0, before.1, limit],
                    |r| -> Result<Past> {
                        Ok((r.id(0)?, r.id(1)?, r.int(2)?, r.int(3)?, r.text(4)?, r.text(5)?, r.opt_int(6)?, r.opt_int(7)?.is_some()))
                    },
                )
                .await
            };
            let past = app.db().read(scope, read).await?;
            // A token reaches less than its owner.
            let seen = past
                .into_iter()
                .filter(|p| reach.contains_line(tenant, p.1) && scope.contains_line(tenant, p.1));
            let entries = seen.map(|(id, line, at, number, channel, text, resolved_at, merged)| TimelineEntry {
                id: id.0,
                at,
                kind: "conversation.opened".into(),
                line: Some(line),
                conversation: Some(id),
                text,
                data: json!({ "number": number, "channel": channel, "resolved_at": resolved_at, "merged": merged }),
            });
            Ok(entries.collect())
        })
    }
}
