//! Ids: 63 bits, made by the program, ordered by time: 41 bits of milliseconds since 2026-01-01, 10 bits of a node
//! number held by lease, 12 bits of a counter. In JSON an id is a string, because JavaScript's numbers end at 2^53.

use crate::Clock;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};

/// 2026-01-01T00:00:00Z in milliseconds since 1970.
pub const ID_EPOCH: i64 = 1_767_225_600_000;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        pub struct $name(pub i64);

        impl $name {
            /// Is this the absent id?
            pub fn is_none(self) -> bool { self.0 == 0 }
            /// `None` for the absent id.
            pub fn some(self) -> Option<Self> { (self.0 != 0).then_some(self) }
        }
        impl From<i64> for $name { fn from(v: i64) -> Self { $name(v) } }
        impl $crate::ToValue for $name { fn to_value(&self) -> $crate::Value<'_> { $crate::Value::Int(self.0) } }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { self.0.fmt(f) }
        }
        impl std::str::FromStr for $name {
            type Err = std::num::ParseIntError;
            fn from_str(s: &str) -> Result<Self, Self::Err> { s.parse().map($name) }
        }
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> { s.collect_str(&self.0) }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> { de_id(d).map($name) }
        }
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> { id_schema() }
        }
        impl utoipa::ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> { stringify!($name).into() }
        }
    )+};
}

fn id_schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
    use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};
    ObjectBuilder::new()
        .schema_type(SchemaType::new(Type::String))
        .pattern(Some("^[0-9]{1,19}$"))
        .description(Some("An id: a decimal number of up to 63 bits, as a string."))
        .into()
}

struct IdVisitor;
impl serde::de::Visitor<'_> for IdVisitor {
    type Value = i64;
    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an id: a string of up to 19 digits")
    }
    fn visit_str<E: serde::de::Error>(self, v: &str) -> Result<i64, E> {
        if v.is_empty() || v.len() > 19 || !v.bytes().all(|b| b.is_ascii_digit()) {
            return Err(E::custom("an id is a string of up to 19 digits"));
        }
        v.parse().map_err(|_| E::custom("an id has at most 63 bits"))
    }
}
fn de_id<'de, D: Deserializer<'de>>(d: D) -> Result<i64, D::Error> {
    d.deserialize_str(IdVisitor)
}

ids! {
    /// A client of the provider; 0 is the provider itself.
    TenantId,
    /// A service line of a client.
    LineId,
    /// Someone with an account: agent, supervisor, client's staff.
    UserId,
    /// A team of agents.
    TeamId,
    /// A set of permissions.
    RoleId,
    /// One grant of a role to a user.
    GrantId,
    /// Something an agent may handle.
    SkillId,
    /// A business calendar.
    CalendarId,
    /// A signed-in browser.
    SessionId,
    /// An API token.
    TokenId,
    /// A person or firm whom a client serves.
    ContactId,
    /// One address of a contact: mail, phone, visitor id.
    HandleId,
    /// A firm to which contacts belong.
    OrganisationId,
    /// One configured address of a channel.
    InboxId,
    /// One exchange with a contact.
    ConversationId,
    /// One part of a conversation.
    MessageId,
    /// A reply that goes later.
    ScheduledId,
    /// That messages of one conversation are shown in another.
    JoinId,
    /// A list of words that are watched for.
    WordListId,
    /// A file in the blob store, as named by a client's row.
    AttachmentId,
    /// Where work waits.
    QueueId,
    /// Work as it is routed.
    WorkItemId,
    /// Work offered to an agent.
    ReservationId,
    /// A tag.
    TagId,
    /// A category of dispositions.
    CategoryId,
    /// A stored text with variables.
    PhraseId,
    /// Stored actions.
    MacroId,
    /// A saved list of conversations.
    ViewId,
    /// One deed done to many conversations.
    BulkId,
    /// An outgoing webhook.
    WebhookId,
    /// One attempt series of a webhook.
    DeliveryId,
    /// A kind of break.
    BreakKindId,
    /// A break somebody asked for.
    BreakId,
    /// A raised hand.
    HandId,
    /// The sheet of a talk before a shift.
    BriefingId,
    /// A handover from one person to another.
    HandoverId,
    /// Something that must be read.
    AnnouncementId,
    /// A mail as it came.
    ArrivalId,
    /// A letter of outgoing mail.
    LetterId,
    /// Something staff are told of outside the desk.
    NoticeId,
    /// Whom notices are told: a group's bot, or addresses of mail.
    BotId,
    /// A notice for a bot.
    CardId,
    /// A job or timer.
    JobId,
    /// A saved filter over contacts.
    SegmentId,
    /// Two contacts that became one.
    MergeId,
    /// Two contacts who may be one.
    PairId,
    /// An entry of the block list.
    BlockId,
    /// What one contact is to another.
    RelationId,
    /// A table of contacts on its way in.
    ImportId,
    /// What the columns of such tables mean.
    TemplateId,
    /// A table of contacts on its way out.
    ExportId,
    /// A limit of a line's figures that raises alerts.
    ThresholdId,
    /// What a threshold raised.
    AlertId,
}

/// Makes ids. One per process; cheap to clone.
#[derive(Clone)]
pub struct IdMaker {
    clock: Arc<dyn Clock>,
    node: i64,
    last: Arc<AtomicI64>,
}

impl IdMaker {
    /// A maker for this node (0–1023), whose number must be held by lease while it lives.
    pub fn new(clock: Arc<dyn Clock>, node: u16) -> IdMaker {
        assert!(node < 1024, "a node number has ten bits");
        IdMaker { clock, node: i64::from(node), last: Arc::new(AtomicI64::new(0)) }
    }

    /// The next id. Ids of one maker strictly grow, even when the clock stands still or jumps back: the counter then
    /// runs on into the next millisecond.
    pub fn next(&self) -> i64 {
        let tick = (self.clock.now() - ID_EPOCH).max(1) << 12;
        let mut seen = self.last.load(Relaxed);
        loop {
            let next = tick.max(seen + 1);
            match self.last.compare_exchange_weak(seen, next, Relaxed, Relaxed) {
                Ok(_) => return ((next >> 12) << 22) | (self.node << 12) | (next & 0xfff),
                Err(now) => seen = now,
            }
        }
    }

    /// The next id as the type asked for.
    pub fn make<T: From<i64>>(&self) -> T {
        T::from(self.next())
    }
}

/// The time an id was made, to the millisecond (unless its maker had run ahead of the clock).
pub fn made_at(id: i64) -> crate::Millis {
    (id >> 22) + ID_EPOCH
}

#[cfg(test)]
mod tests {
    use super::*;
    struct Fixed(AtomicI64);
    impl Clock for Fixed {
        fn now(&self) -> i64 {
            self.0.load(Relaxed)
        }
    }

    #[test]
    fn ids_grow_even_when_the_clock_goes_back() {
        let clock = Arc::new(Fixed(AtomicI64::new(ID_EPOCH + 5_000)));
        let ids = IdMaker::new(clock.clone(), 7);
        let mut last = 0;
        for i in 0..20_000 {
            if i == 10_000 {
                clock.0.store(ID_EPOCH + 4_000, Relaxed);
            }
            let id = ids.next();
            assert!(id > last);
            assert_eq!((id >> 12) & 0x3ff, 7);
            last = id;
        }
        assert!(made_at(last) >= ID_EPOCH + 5_000);
    }

    #[test]
    fn an_id_is_a_string_in_json() {
        let id = ConversationId(9_007_199_254_740_993);
        assert_eq!(serde_json::to_string(&id).expect("serialises"), "\"9007199254740993\"");
        assert!(serde_json::from_str::<ConversationId>("12").is_err());
        assert!(serde_json::from_str::<ConversationId>("\"-1\"").is_err());
        assert_eq!(serde_json::from_str::<ConversationId>("\"12\"").expect("reads"), ConversationId(12));
    }
}
