//! Joins as staff sees them: what was joined with what, and the blocks with their messages.

use super::model::{Join, Kind, UNDO_MS};
use super::store;
use crate::messages::{MessageView, Names};
use crate::threads::{self, PersonMark, Row, person_mark};
use kernel::{ActorKind, ConversationId, JoinId, Millis, Result, UserId};
use platform::store::Tx;
use serde::Serialize;
use std::collections::HashMap;
use utoipa::ToSchema;

/// Another conversation, named.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ConversationMark {
    /// The conversation.
    pub id: ConversationId,
    /// The number people say.
    pub number: i64,
}

/// That messages of one conversation are shown in another.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct JoinView {
    /// Its id.
    pub id: JoinId,
    /// How.
    pub kind: Kind,
    /// The conversation that shows them.
    pub holder: ConversationMark,
    /// The one in which they stand.
    pub origin: ConversationMark,
    /// Which of its messages, by number; `null` for all.
    pub seqs: Option<Vec<i64>>,
    /// When.
    pub at: Millis,
    /// By whom; `null` for a program.
    pub by: Option<PersonMark>,
    /// Can it be taken back?
    pub undoable: bool,
}

/// Messages from elsewhere, as a conversation shows them.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BlockView {
    /// What joined them.
    #[serde(flatten)]
    pub join: JoinView,
    /// Its messages, the newest 200, oldest first. `conversation` says where each stands.
    pub items: Vec<MessageView>,
    /// There are older ones, in the conversation they stand in.
    pub more: bool,
}

/// The joins of a conversation as far as the reader reaches both ends.
pub(crate) struct Joined {
    joins: Vec<(Join, bool)>,
    marks: HashMap<ConversationId, ConversationMark>,
    rows: HashMap<ConversationId, Row>,
}

/// Marks of these conversations that the scope reaches.
fn marks_of(rows: &[Row]) -> HashMap<ConversationId, ConversationMark> {
    rows.iter().map(|r| (r.id, ConversationMark { id: r.id, number: r.number })).collect()
}

/// What is joined with a conversation, both ends within the transaction's scope.
pub(crate) async fn of_conversation(tx: &mut Tx, c: &Row) -> Result<Joined> {
    let joins = store::of(tx, c).await?;
    let mut ids: Vec<ConversationId> = joins.iter().flat_map(|j| [j.holder, j.origin]).collect();
    ids.extend(c.merged_into);
    ids.sort_unstable();
    ids.dedup();
    let rows = if ids.is_empty() { vec![] } else { threads::by_ids(tx, &ids).await? };
    let marks = marks_of(&rows);
    let rows: HashMap<ConversationId, Row> = rows.into_iter().map(|r| (r.id, r)).collect();
    let mut kept = vec![];
    for j in joins {
        let (Some(holder), true) = (rows.get(&j.holder), rows.contains_key(&j.origin)) else { continue };
        let stands = match j.kind {
            Kind::Merged => holder.merged_into.is_none(),
            Kind::Split => holder.merged_into.is_none() && !store::is_written_in(tx, holder).await?,
            Kind::Forwarded => false,
        };
        kept.push((j, stands));
    }
    Ok(Joined { joins: kept, marks, rows })
}

impl Joined {
    /// A conversation that is named here.
    pub(crate) fn mark(&self, id: ConversationId) -> Option<ConversationMark> {
        self.marks.get(&id).cloned()
    }

    /// From which conversation this one was split.
    pub(crate) fn split_from(&self, c: &Row) -> Option<ConversationMark> {
        let split = self.joins.iter().find(|(j, _)| j.kind == Kind::Split && j.holder == c.id);
        split.and_then(|(j, _)| self.mark(j.origin))
    }

    /// Those by which this conversation shows messages of others.
    pub(super) fn blocks(&self, c: &Row) -> Vec<(Join, Row)> {
        let shown = self.joins.iter().filter(|(j, _)| j.origin != c.id);
        shown.filter_map(|(j, _)| Some((j.clone(), self.rows.get(&j.origin)?.clone()))).collect()
    }

    /// All of them, in the order in which they were made.
    pub(crate) fn views(&self, names: &Names, now: Millis) -> Vec<JoinView> {
        self.joins.iter().filter_map(|(j, stands)| shown(self, names, j, *stands, now)).collect()
    }

    /// One of them.
    pub(super) fn view(&self, names: &Names, j: &Join, now: Millis) -> Option<JoinView> {
        let stands = self.joins.iter().find(|(k, _)| k.id == j.id).is_some_and(|(_, s)| *s);
        shown(self, names, j, stands, now)
    }
}

/// A join as staff sees it.
fn shown(all: &Joined, names: &Names, j: &Join, stands: bool, now: Millis) -> Option<JoinView> {
    Some(JoinView {
        id: j.id,
        kind: j.kind,
        holder: all.mark(j.holder)?,
        origin: all.mark(j.origin)?,
        seqs: j.seqs.clone(),
        at: j.at,
        by: (j.by.kind == ActorKind::User).then(|| person_mark(names, UserId(j.by.id))),
        undoable: stands && now - j.at <= UNDO_MS,
    })
}
