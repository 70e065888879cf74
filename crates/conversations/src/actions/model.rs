//! The actions. Pure.

use crate::labels::DispositionInput;
use crate::messages::BODY_MAX;
use crate::permissions::{ASSIGN, READ, REPLY};
use crate::snoozing::Preset;
use crate::threads::{Priority, Row, Status};
use crate::variables;
use kernel::{CategoryId, Error, Millis, Permission, QueueId, Result, TeamId, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Actions of one macro or bulk edit at the most.
pub const ACTIONS_MAX: usize = 12;
/// Tags one action adds or removes at the most.
const TAGS_MAX: usize = 20;
/// A tag at the most, in characters.
const TAG_MAX: usize = 40;

/// Something that can be done to a conversation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum Action {
    /// Adds and removes tags.
    Tags {
        /// To be added.
        #[serde(default)]
        add: Vec<String>,
        /// To be removed.
        #[serde(default)]
        remove: Vec<String>,
    },
    /// Sends a reply; variables are filled.
    Reply {
        /// The Chinese text; may be empty if the English one is not.
        zh: String,
        /// The English text.
        en: String,
    },
    /// Keeps a note for colleagues; variables are filled.
    Note {
        /// The text.
        text: String,
    },
    /// Gives it to a colleague.
    Assign {
        /// The colleague.
        user: UserId,
    },
    /// Takes it oneself.
    Take {},
    /// Puts it back into its queue.
    PutBack {},
    /// Hands it to a queue.
    Queue {
        /// The queue.
        queue: QueueId,
    },
    /// Hands it to a team: it waits in its queue, first for whoever of the team is at work.
    Team {
        /// The team.
        team: TeamId,
    },
    /// Sets what it is about.
    Category {
        /// A category of its line; `null` takes it away.
        #[schema(required)]
        category: Option<CategoryId>,
    },
    /// Changes how urgent it is.
    Priority {
        /// How urgent.
        priority: Priority,
    },
    /// Lets it sleep, until a time as people say it.
    Snooze {
        /// Until when.
        preset: Preset,
    },
    /// Lets it sleep until an exact time.
    SnoozeUntil {
        /// Until when.
        until: Millis,
    },
    /// Wakes it.
    Wake {},
    /// Ends it.
    Resolve {
        /// The record that closes it.
        disposition: Option<DispositionInput>,
    },
    /// Opens it again.
    Reopen {},
    /// Begins to follow it.
    Follow {},
}

impl Action {
    /// The word of its kind, as in the catalogue.
    pub fn word(&self) -> &'static str {
        match self {
            Action::Tags { .. } => "tags",
            Action::Reply { .. } => "reply",
            Action::Note { .. } => "note",
            Action::Assign { .. } => "assign",
            Action::Take {} => "take",
            Action::PutBack {} => "put_back",
            Action::Queue { .. } => "queue",
            Action::Team { .. } => "team",
            Action::Category { .. } => "category",
            Action::Priority { .. } => "priority",
            Action::Snooze { .. } => "snooze",
            Action::SnoozeUntil { .. } => "snooze_until",
            Action::Wake {} => "wake",
            Action::Resolve { .. } => "resolve",
            Action::Reopen {} => "reopen",
            Action::Follow {} => "follow",
        }
    }

    /// The right it needs on the conversation's line.
    pub fn need(&self) -> Permission {
        match self {
            Action::Assign { .. } | Action::Take {} | Action::PutBack {} => ASSIGN,
            Action::Follow {} => READ,
            _ => REPLY,
        }
    }

    /// Refuses what could never be done, and cleans texts. `at` is its place, for the field's name.
    pub fn check(self, at: usize) -> Result<Action> {
        let field = |name: &str| format!("/actions/{at}/{name}");
        let text = |name: &str, text: String| {
            if text.chars().count() > BODY_MAX {
                return Err(Error::invalid(field(name), "too_long"));
            }
            variables::check(&text)?;
            Ok(engines::redact::mask_cards(text.trim()).into_owned())
        };
        Ok(match self {
            Action::Reply { zh, en } => {
                let (zh, en) = (text("zh", zh)?, text("en", en)?);
                if zh.is_empty() && en.is_empty() {
                    return Err(Error::invalid(field("zh"), "required"));
                }
                Action::Reply { zh, en }
            }
            Action::Note { text: note } => {
                let note = text("text", note)?;
                if note.is_empty() {
                    return Err(Error::invalid(field("text"), "required"));
                }
                Action::Note { text: note }
            }
            Action::Tags { add, remove } => {
                let trimmed = |all: Vec<String>| -> Vec<String> {
                    all.into_iter().map(|t| t.trim().to_owned()).collect()
                };
                let (add, remove) = (trimmed(add), trimmed(remove));
                let fits = |t: &String| !t.is_empty() && t.chars().count() <= TAG_MAX && !t.contains('\n');
                if add.len() + remove.len() > TAGS_MAX || !add.iter().chain(&remove).all(fits) {
                    return Err(Error::invalid(field("add"), "unfit"));
                }
                if add.is_empty() && remove.is_empty() {
                    return Err(Error::invalid(field("add"), "required"));
                }
                Action::Tags { add, remove }
            }
            Action::Resolve { disposition: Some(d) } => Action::Resolve { disposition: Some(d.cleaned()?) },
            other => other,
        })
    }

    /// What takes it back, seen from the conversation before; nothing where it cannot be.
    pub fn inverse(&self, before: &Row) -> Option<Action> {
        match self {
            Action::Tags { add, remove } => {
                let came = add.iter().filter(|t| !before.tags.contains(t)).cloned().collect::<Vec<_>>();
                let went = remove.iter().filter(|t| before.tags.contains(t)).cloned().collect::<Vec<_>>();
                let nothing = came.is_empty() && went.is_empty();
                (!nothing).then_some(Action::Tags { add: went, remove: came })
            }
            Action::Assign { .. }
            | Action::Take {}
            | Action::PutBack {}
            | Action::Queue { .. }
            | Action::Team { .. } => match (before.assignee, before.queue) {
                (Some(user), _) => Some(Action::Assign { user }),
                (None, Some(queue)) => Some(Action::Queue { queue }),
                (None, None) => Some(Action::PutBack {}),
            },
            Action::Category { .. } => Some(Action::Category { category: before.category }),
            Action::Priority { .. } => Some(Action::Priority { priority: before.priority }),
            Action::Snooze { .. } | Action::SnoozeUntil { .. } => match before.snoozed_until {
                Some(until) => Some(Action::SnoozeUntil { until }),
                None => Some(Action::Wake {}),
            },
            Action::Wake {} => before.snoozed_until.map(|until| Action::SnoozeUntil { until }),
            Action::Resolve { .. } => (before.status != Status::Resolved).then_some(Action::Reopen {}),
            Action::Reopen {} | Action::Follow {} | Action::Reply { .. } | Action::Note { .. } => None,
        }
    }
}

/// Checks a whole list. Errors: `invalid` for none or too many.
pub fn check_all(actions: Vec<Action>) -> Result<Vec<Action>> {
    if actions.is_empty() {
        return Err(Error::invalid("/actions", "required"));
    }
    if actions.len() > ACTIONS_MAX {
        return Err(Error::invalid("/actions", "too_many"));
    }
    actions.into_iter().enumerate().map(|(at, a)| a.check(at)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::threads::sample_row;

    #[test]
    fn what_is_done_knows_what_takes_it_back() {
        let mut before = sample_row();
        before.tags = vec!["vip".into()];
        let tags = Action::Tags { add: vec!["vip".into(), "new".into()], remove: vec!["old".into()] };
        assert_eq!(tags.inverse(&before), Some(Action::Tags { add: vec![], remove: vec!["new".into()] }));
        assert_eq!(Action::Take {}.inverse(&before), Some(Action::Queue { queue: QueueId(3) }));
        before.assignee = Some(UserId(7));
        let queue = Action::Queue { queue: QueueId(5) };
        assert_eq!(queue.inverse(&before), Some(Action::Assign { user: UserId(7) }));
        let team = Action::Team { team: TeamId(6) };
        assert_eq!(team.inverse(&before), Some(Action::Assign { user: UserId(7) }));
        assert_eq!(Action::Snooze { preset: Preset::Monday }.inverse(&before), Some(Action::Wake {}));
        assert_eq!(Action::Resolve { disposition: None }.inverse(&before), Some(Action::Reopen {}));
        assert_eq!(Action::Note { text: "n".into() }.inverse(&before), None);
    }

    #[test]
    fn what_could_never_be_done_is_refused_when_it_is_stored() {
        let bad = [
            Action::Reply { zh: " ".into(), en: String::new() },
            Action::Reply { zh: "{{no.such}}".into(), en: String::new() },
            Action::Note { text: String::new() },
            Action::Tags { add: vec![], remove: vec![] },
            Action::Tags { add: vec!["字".repeat(41)], remove: vec![] },
        ];
        for a in bad {
            assert!(check_all(vec![a.clone()]).is_err(), "{a:?}");
        }
        assert!(check_all(vec![]).is_err() && check_all(vec![Action::Take {}; 13]).is_err());
        assert!(check_all(vec![Action::Take {}]).is_ok());
        let unknown = serde_json::json!({"do": "take", "user": "1"});
        assert!(serde_json::from_value::<Action>(unknown).is_err(), "unknown fields are refused");
    }
}
