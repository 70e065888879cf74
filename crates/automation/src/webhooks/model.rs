//! Webhooks and deliveries, and what is allowed in them.

use kernel::{DeliveryId, Error, InboxId, Millis, Result, TenantId, UserId, WebhookId};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// Webhooks of one client.
pub const WEBHOOKS_MAX: usize = 50;
/// An address at the most, in bytes.
const URL_MAX: usize = 2_000;
/// What stands for every kind.
pub const EVERY: &str = "*";

/// What can be listened to: (kind, English, Chinese). Notes are a kind of their own, since they are not for everybody.
pub const KINDS: &[(&str, &str, &str)] = &[
    ("message.created", "A message was written by a customer or as a reply", "客户发来消息或已回复"),
    ("message.failed", "A reply could not be delivered", "回复发送失败"),
    ("message.marked", "Messages were delivered or read", "消息已送达或已读"),
    ("note.created", "An internal note was written", "新增内部备注"),
    ("conversation.opened", "A conversation began", "会话开始"),
    ("conversation.assigned", "An agent got a conversation", "会话已分配"),
    ("conversation.transferred", "A conversation was handed over", "会话已转接"),
    ("conversation.requeued", "A conversation went back to its queue", "会话重新排队"),
    ("conversation.snoozed", "A conversation was put off", "会话已挂起"),
    ("conversation.woke", "A conversation woke", "会话已唤醒"),
    ("conversation.resolved", "A conversation ended", "会话结束"),
    ("conversation.merged", "A conversation was merged into another", "会话已合并"),
    ("conversation.split", "A part of a conversation went on in a new one", "会话已拆分"),
    ("conversation.join_undone", "A merge or split was taken back", "合并或拆分已撤销"),
    ("conversation.reopened", "A conversation was reopened", "会话重新打开"),
    ("conversation.priority", "A conversation's priority changed", "会话优先级变更"),
    ("conversation.category", "A conversation's category changed", "会话分类变更"),
    ("conversation.tags", "A conversation's tags changed", "会话标签变更"),
];

/// A client's webhook.
#[derive(Debug, Clone, PartialEq)]
pub struct Webhook {
    /// Its id.
    pub id: WebhookId,
    /// The client.
    pub tenant: TenantId,
    /// Where to.
    pub url: String,
    /// What it listens to.
    pub kinds: Vec<String>,
    /// Is anything sent?
    pub enabled: bool,
    /// Why it was switched off by itself.
    pub stopped: Option<String>,
    /// Since when nothing has come through.
    pub failing_since: Option<Millis>,
    /// Who made it.
    pub created_by: UserId,
    /// When.
    pub created_at: Millis,
}

impl Webhook {
    /// Does it listen to this kind?
    pub fn listens(&self, kind: &str) -> bool {
        self.enabled && self.kinds.iter().any(|k| k == kind || (k == EVERY && kind != "note.created"))
    }
}

/// Checks an address, naming the field. Whether it may be called is for egress to say.
pub fn check_url(url: &str) -> Result<()> {
    match url.len() {
        0 => Err(Error::invalid("/url", "required")),
        n if n > URL_MAX => Err(Error::invalid("/url", "too_long")),
        _ if url.starts_with("https://") || url.starts_with("http://") => Ok(()),
        _ => Err(Error::invalid("/url", "not_an_address")),
    }
}

/// Checks what is listened to, naming the field.
pub fn check_kinds(kinds: &[String]) -> Result<()> {
    if kinds.is_empty() {
        return Err(Error::invalid("/kinds", "required"));
    }
    if kinds.len() > KINDS.len() + 1 {
        return Err(Error::invalid("/kinds", "too_many"));
    }
    match kinds.iter().position(|k| k != EVERY && !KINDS.iter().any(|(known, ..)| known == k)) {
        Some(i) => Err(Error::invalid(format!("/kinds/{i}"), "unknown")),
        None => Ok(()),
    }
}

/// Whom a delivery is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Target {
    /// A webhook.
    Webhook(WebhookId),
    /// The `webhook_url` of an API inbox.
    Inbox(InboxId),
}

impl Target {
    /// The word stored.
    pub fn word(self) -> &'static str {
        match self {
            Target::Webhook(_) => "webhook",
            Target::Inbox(_) => "inbox",
        }
    }
    /// The id stored.
    pub fn id(self) -> i64 {
        match self {
            Target::Webhook(id) => id.0,
            Target::Inbox(id) => id.0,
        }
    }
    /// From what is stored.
    pub fn from_stored(word: &str, id: i64) -> Result<Target> {
        match word {
            "webhook" => Ok(Target::Webhook(WebhookId(id))),
            "inbox" => Ok(Target::Inbox(InboxId(id))),
            _ => Err(Error::internal(format!("{word} is no target of deliveries"))),
        }
    }
}

/// Where a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = DeliveryStatus)]
pub enum Status {
    /// Waits for a try.
    Pending,
    /// The receiver has it.
    Delivered,
    /// Given up.
    Failed,
}

impl Status {
    /// The word stored.
    pub fn word(self) -> &'static str {
        match self {
            Status::Pending => "pending",
            Status::Delivered => "delivered",
            Status::Failed => "failed",
        }
    }
    /// From the word stored.
    pub fn from_word(w: &str) -> Result<Status> {
        [Status::Pending, Status::Delivered, Status::Failed]
            .into_iter()
            .find(|s| s.word() == w)
            .ok_or_else(|| Error::internal(format!("{w} is no state of a delivery")))
    }
}

/// A delivery as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Delivery {
    /// Its id; the `webhook-id` at every try.
    pub id: DeliveryId,
    /// The client.
    pub tenant: TenantId,
    /// For whom.
    pub target: Target,
    /// Place in the log; negative for what was asked for again.
    pub pos: i64,
    /// What happened.
    pub kind: String,
    /// The id of the thing it happened to.
    pub subject: i64,
    /// The conversation it happened in.
    pub conversation: i64,
    /// The event's further facts.
    pub facts: Value,
    /// When it happened.
    pub happened_at: Millis,
    /// Where it stands.
    pub status: Status,
    /// Tries so far.
    pub attempts: i64,
    /// The next try.
    pub next_at: Option<Millis>,
    /// The last try.
    pub tried_at: Option<Millis>,
    /// How long it took, in ms.
    pub took_ms: Option<i64>,
    /// The receiver's status.
    pub code: Option<i64>,
    /// What went wrong: an error code.
    pub fault: Option<String>,
    /// The beginning of the receiver's answer.
    pub response: Option<String>,
    /// When it was written.
    pub created_at: Millis,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_known_can_be_listened_to() {
        assert!(check_kinds(&["message.created".into(), "*".into()]).is_ok());
        let fault = check_kinds(&["message.created".into(), "user.password".into()]).expect_err("unknown");
        assert_eq!(fault.fields[0].field, "/kinds/1");
        assert!(check_kinds(&[]).is_err());
        assert!(check_url("ftp://a").is_err() && check_url("https://a").is_ok() && check_url("").is_err());
    }

    #[test]
    fn everything_leaves_notes_out() {
        let hook = Webhook {
            id: WebhookId(1),
            tenant: TenantId(1),
            url: String::new(),
            kinds: vec![EVERY.into()],
            enabled: true,
            stopped: None,
            failing_since: None,
            created_by: UserId(1),
            created_at: 0,
        };
        assert!(hook.listens("message.created") && !hook.listens("note.created"));
        assert!(!Webhook { enabled: false, ..hook.clone() }.listens("message.created"));
        assert!(Webhook { kinds: vec!["note.created".into()], ..hook }.listens("note.created"));
    }
}
