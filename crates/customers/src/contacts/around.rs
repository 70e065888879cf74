//! What stands around a contact: consent, relations, segments, the block list, likely duplicates, what was merged.

use super::model::ContactBrief;
use super::service::reach;
use super::store;
use crate::blocks::Block;
use crate::merges::MergeView;
use crate::permissions::READ;
use crate::{blocks, consents, duplicates, merges, relations, segments};
use accounts::Caller;
use axum::Json;
use axum::extract::State;
use kernel::{ContactId, Millis, PairId, RelationId, SegmentId};
use platform::App;
use platform::store::Tx;
use platform::web::{Answer, PathId};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Entries of each kind at the most.
const SHOWN_MAX: i64 = 50;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(look_around_contact))
}

/// The newest word on a topic.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ContactConsent)]
struct ConsentView {
    /// About what.
    topic: String,
    /// Agreed, or refused.
    given: bool,
    /// Where they said so.
    source: String,
    /// When.
    at: Millis,
}

/// What another contact is.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct RelationView {
    /// Which.
    id: RelationId,
    /// The other.
    other: ContactBrief,
    /// What they are.
    kind: String,
    /// Is it the contact who is this to the other, rather than the other way round?
    turned: bool,
    /// In words.
    note: Option<String>,
}

/// The name of a segment.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct SegmentName {
    /// Which.
    id: SegmentId,
    /// Its name.
    name: String,
}

/// Somebody who may be the same person.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ContactLike)]
struct Like {
    /// Which pair.
    id: PairId,
    /// The other.
    other: ContactBrief,
    /// How much speaks for it, of 100.
    score: i64,
    /// Why.
    reasons: Vec<String>,
}

/// What stands around a contact.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ContactAround)]
struct Around {
    /// What they agreed to or refused.
    consents: Vec<ConsentView>,
    /// Who is what to them.
    relations: Vec<RelationView>,
    /// The segments that hold them.
    segments: Vec<SegmentName>,
    /// What the block list says of them and their addresses.
    blocks: Vec<Block>,
    /// Who may be the same person.
    duplicates: Vec<Like>,
    /// What was merged into them.
    merges: Vec<MergeView>,
}

/// What stands around a contact: consent, relations, segments, block list, likely duplicates and merges.
#[utoipa::path(
    get, path = "/api/v1/contacts/{contact}/around", tag = "customers", operation_id = "look_around_contact",
    params(("contact" = ContactId, Path)), responses((status = 200, body = Around))
)]
async fn look_around_contact(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<ContactId>,
) -> Answer<Json<Around>> {
    let (tenant, scope) = reach(&app, &caller, id, READ).await?;
    let inner = scope.clone();
    let read = async move |tx: &mut Tx| {
        let said = consents::topics(consents::said(tx, tenant, id, SHOWN_MAX).await?);
        let related = relations::of_contact(tx, tenant, id, SHOWN_MAX).await?;
        let listed = blocks::of_contact(tx, tenant, id, SHOWN_MAX).await?;
        let pairs = duplicates::open_of(tx, tenant, id, SHOWN_MAX).await?;
        let merged = merges::of_survivor(tx, tenant, id, SHOWN_MAX).await?;
        let others =
            related.iter().flat_map(|r| [r.contact, r.other]).chain(pairs.iter().flat_map(|p| [p.a, p.b]));
        let briefs = store::briefs(tx, &inner, &Tx::ids(others.map(|c| c.0))).await?;
        Ok((said, related, listed, pairs, merged, briefs))
    };
    let (said, related, mut listed, pairs, merged, briefs) = app.db().read(&scope, read).await?;
    listed.retain(|b| b.line.is_none_or(|l| scope.contains_line(tenant, l)));
    let brief = |c: ContactId| briefs.iter().find(|b| b.id == c).cloned();
    let segments = segments::member_of(&app, &scope, tenant, id).await?;
    let relation = |r: relations::Relation| {
        let turned = r.contact != id;
        let other = brief(if turned { r.contact } else { r.other })?;
        Some(RelationView { id: r.id, other, kind: r.kind, turned, note: r.note })
    };
    Ok(Json(Around {
        consents: said
            .into_iter()
            .map(|s| ConsentView { topic: s.topic, given: s.given, source: s.source, at: s.at })
            .collect(),
        relations: related.into_iter().filter_map(relation).collect(),
        segments: segments.into_iter().map(|s| SegmentName { id: s.id, name: s.name }).collect(),
        blocks: listed.into_iter().map(|b| Block::of(b, caller.user, &briefs)).collect(),
        duplicates: pairs
            .into_iter()
            .filter_map(|p| {
                let other = brief(if p.a == id { p.b } else { p.a })?;
                Some(Like { id: p.id, other, score: p.score, reasons: p.reasons })
            })
            .collect(),
        merges: merged,
    }))
}
