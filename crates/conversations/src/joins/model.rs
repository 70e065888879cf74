//! What joins two conversations, and when it may. Pure.

use crate::codes;
use crate::messages::MessageRow;
use crate::threads::{Row, Status, Waiting};
use kernel::{Actor, ConversationId, Error, JoinId, LineId, Millis, Result, ScheduledId, TenantId, UserId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// Messages shown of one block, and chosen in one split.
pub const BLOCK_MAX: i64 = 200;
/// Within this a merge or a split can be taken back.
pub const UNDO_MS: Millis = 30 * 24 * 3_600_000;

/// How two conversations are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = JoinKind)]
pub enum Kind {
    /// One goes on in the other.
    Merged,
    /// A part of one went on in a new one.
    Split,
    /// A part of one was sent on by mail.
    Forwarded,
}

impl Kind {
    /// The word stored and sent.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Merged => "merged",
            Kind::Split => "split",
            Kind::Forwarded => "forwarded",
        }
    }
    /// From the word stored.
    pub fn from_word(w: &str) -> Result<Kind> {
        let all = [Kind::Merged, Kind::Split, Kind::Forwarded];
        all.into_iter().find(|k| k.word() == w).ok_or_else(|| Error::internal(format!("{w} joins nothing")))
    }
}

/// That messages of one conversation are shown in another.
#[derive(Debug, Clone, PartialEq)]
pub struct Join {
    /// Its id.
    pub id: JoinId,
    /// The client.
    pub tenant: TenantId,
    /// The line of the conversation in which the messages stand.
    pub line: LineId,
    /// How.
    pub kind: Kind,
    /// The conversation that shows the block.
    pub holder: ConversationId,
    /// The one in which the messages stand.
    pub origin: ConversationId,
    /// Which of its messages, by number; all of them where it is `None`.
    pub seqs: Option<Vec<i64>>,
    /// How both were before.
    pub back: Back,
    /// When.
    pub at: Millis,
    /// By whom.
    pub by: Actor,
    /// When it was taken back.
    pub undone_at: Option<Millis>,
}

/// How two conversations were before they were joined, for the way back.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Back {
    /// Where the origin stood; `None` of what cannot be taken back.
    pub status: Option<Status>,
    /// Until when the origin slept.
    pub snoozed_until: Option<Millis>,
    /// Since when the origin waited in its queue.
    pub queued_at: Option<Millis>,
    /// Who was to act in the origin, and since when.
    pub waited: Option<(Waiting, Option<Millis>)>,
    /// Who was to act in the holder, and since when; `None` where joining changed nothing of it.
    pub holder_waited: Option<(Waiting, Option<Millis>)>,
    /// The last reply of the origin by then.
    pub user_seq: i64,
    /// What the holder's contact had written by then.
    pub holder_count: i64,
    /// Followers that came along.
    pub followers: Vec<UserId>,
    /// Tags that came along.
    pub tags: Vec<String>,
    /// Replies that wait and came along.
    pub scheduled: Vec<ScheduledId>,
    /// Conversations that pointed at the origin.
    pub repointed: Vec<ConversationId>,
    /// What the channel keeps for the way back.
    pub channel: Value,
}

/// Two conversations that are being joined, for the channel.
#[derive(Debug, Clone)]
pub struct Joining {
    /// How.
    pub kind: Kind,
    /// Where the messages stand.
    pub origin: Row,
    /// Which shows them.
    pub holder: Row,
    /// Which messages, where they were chosen.
    pub messages: Vec<MessageRow>,
    /// When they were joined.
    pub joined_at: Millis,
}

/// Refuses two conversations that cannot be one. Errors: `not_found` for one of another client or line, whoever may read both;
/// `invalid` for itself; `conversation.merged`, `.other_contact`, `.other_channel`, `.merge_ended`.
pub fn may_merge(origin: &Row, holder: &Row) -> Result<()> {
    if origin.id == holder.id {
        return Err(Error::invalid("/into", "itself"));
    }
    if origin.tenant != holder.tenant || origin.line != holder.line {
        return Err(Error::not_found());
    }
    origin.must_stand()?;
    holder.must_stand()?;
    let refused = |code| Err(Error::new(code).field("/into", "unfit"));
    match () {
        () if origin.contact != holder.contact => refused(&codes::MERGE_CONTACT),
        // A reply leaves by the channel of its conversation: whoever waits at the other one's end would never see it.
        () if origin.channel != holder.channel => refused(&codes::MERGE_CHANNEL),
        () if holder.status == Status::Resolved => refused(&codes::MERGE_ENDED),
        () => Ok(()),
    }
}

/// Numbers chosen for a split: each once, in order. Errors: `invalid`.
pub fn chosen(seqs: &[i64]) -> Result<Vec<i64>> {
    let mut seqs = seqs.to_vec();
    seqs.sort_unstable();
    seqs.dedup();
    match seqs.len() as i64 {
        0 => Err(Error::invalid("/seqs", "required")),
        n if n > BLOCK_MAX => Err(Error::invalid("/seqs", "too_many")),
        _ => Ok(seqs),
    }
}

/// Refuses messages that cannot go on elsewhere: thin lines, what was withdrawn or whispered, and what is not there. Error:
/// `conversation.split_unfit`.
pub fn may_split(seqs: &[i64], found: &[MessageRow]) -> Result<()> {
    let fits = |m: &MessageRow| !m.is_event && m.extras.withdrawn.is_none() && m.extras.whisper.is_none();
    match seqs.iter().position(|s| !found.iter().any(|m| m.seq == *s && fits(m))) {
        Some(at) => Err(Error::new(&codes::SPLIT_UNFIT).field(format!("/seqs/{at}"), "unfit")),
        None => Ok(()),
    }
}

/// Whether it may be taken back now. Error: `join.over`.
pub fn may_undo(j: &Join, now: Millis) -> Result<()> {
    let over = j.undone_at.is_some() || j.kind == Kind::Forwarded || now - j.at > UNDO_MS;
    if over { Err(Error::new(&codes::JOIN_OVER)) } else { Ok(()) }
}

/// Whoever waited in the origin waits in the holder from then on: since when, if that changes anything of it.
pub fn waits_on(origin: &Row, holder: &Row) -> Option<Millis> {
    let since = origin.waiting_since.filter(|_| origin.waiting == Waiting::Agent)?;
    match (holder.waiting, holder.waiting_since) {
        (Waiting::Agent, Some(first)) if first <= since => None,
        _ => Some(since),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::threads::{Channel, sample_row};
    use kernel::ContactId;

    fn two() -> (Row, Row) {
        (Row { id: ConversationId(1), ..sample_row() }, Row { id: ConversationId(2), ..sample_row() })
    }

    fn refused(change: impl Fn(&mut Row, &mut Row)) -> String {
        let (mut a, mut b) = two();
        change(&mut a, &mut b);
        may_merge(&a, &b).expect_err("is refused").code.code.to_owned()
    }

    #[test]
    fn only_two_that_can_be_one_are_merged() {
        let (a, b) = two();
        assert!(may_merge(&a, &b).is_ok());
        assert_eq!(refused(|a, b| b.id = a.id), "invalid");
        assert_eq!(refused(|_, b| b.line = LineId(9)), "not_found");
        assert_eq!(refused(|_, b| b.tenant = TenantId(9)), "not_found");
        assert_eq!(refused(|_, b| b.contact = ContactId(9)), "conversation.other_contact");
        assert_eq!(refused(|_, b| b.channel = Channel::Email), "conversation.other_channel");
        assert_eq!(refused(|_, b| b.status = Status::Resolved), "conversation.merge_ended");
        assert_eq!(refused(|a, _| a.merged_into = Some(ConversationId(3))), "conversation.merged");
        let (a, b) = two();
        let b = Row { merged_into: Some(ConversationId(7)), ..b };
        assert_eq!(may_merge(&a, &b).expect_err("is merged itself").detail, "7");
    }

    #[test]
    fn the_longest_wait_is_the_one_that_counts() {
        let (mut a, mut b) = two();
        (a.waiting_since, b.waiting_since) = (Some(5), Some(9));
        assert_eq!(waits_on(&a, &b), Some(5));
        (a.waiting_since, b.waiting_since) = (Some(9), Some(5));
        assert_eq!(waits_on(&a, &b), None);
        (b.waiting, b.waiting_since) = (Waiting::Customer, None);
        assert_eq!(waits_on(&a, &b), Some(9));
        (a.waiting, a.waiting_since) = (Waiting::Customer, None);
        assert_eq!(waits_on(&a, &b), None);
    }

    #[test]
    fn numbers_are_chosen_once_and_in_order() {
        assert_eq!(chosen(&[3, 1, 3]).expect("fits"), [1, 3]);
        assert!(chosen(&[]).is_err() && chosen(&(0..201).collect::<Vec<_>>()).is_err());
    }
}
