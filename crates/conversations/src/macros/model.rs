//! A macro and when it is meant. Pure.

use crate::actions::{self, Action};
use crate::threads::{Channel, Row};
use kernel::{Error, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A name at the most, in characters.
const NAME_MAX: usize = 80;
/// Keys Alt+1 to Alt+9.
const SLOTS: std::ops::RangeInclusive<i64> = 1..=9;

/// A moment in a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = MacroMode)]
pub enum Mode {
    /// Nobody of us has answered yet.
    New,
    /// While answering.
    Reply,
    /// While writing a note.
    Note,
}

/// When a macro is meant; an empty list means always.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MacroWhen)]
pub struct When {
    /// At these moments.
    #[serde(default)]
    pub modes: Vec<Mode>,
    /// On these channels.
    #[serde(default)]
    pub channels: Vec<Channel>,
}

impl When {
    /// Is it meant for this conversation? `New` asks for one without an answer; the other moments are the desk's to tell.
    pub fn fits(&self, row: &Row) -> bool {
        let only_new = !self.modes.is_empty() && self.modes.iter().all(|m| *m == Mode::New);
        let channel = self.channels.is_empty() || self.channels.contains(&row.channel);
        channel && (!only_new || row.first_reply_at.is_none())
    }
}

/// What a macro is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MacroDefinition)]
pub struct Definition {
    /// What it is called.
    pub name: String,
    /// What it does, in order.
    pub actions: Vec<Action>,
    /// When it is meant.
    #[serde(default)]
    pub when: When,
    /// The digit of its key, Alt+1 to Alt+9.
    #[serde(default)]
    pub slot: Option<i64>,
}

impl Definition {
    /// Checks everything and cleans texts. Errors: `invalid`, `phrase.variable`.
    pub fn cleaned(self) -> Result<Definition> {
        let name = self.name.trim().to_owned();
        if name.is_empty() || name.chars().count() > NAME_MAX || name.contains('\n') {
            return Err(Error::invalid("/name", if name.is_empty() { "required" } else { "unfit" }));
        }
        if self.slot.is_some_and(|s| !SLOTS.contains(&s)) {
            return Err(Error::invalid("/slot", "unfit"));
        }
        let actions = actions::check_all(self.actions)?;
        let outside = |a: &Action| actions::entry(a.word()).is_none_or(|d| !d.in_macros);
        if let Some(at) = actions.iter().position(outside) {
            return Err(Error::invalid(format!("/actions/{at}/do"), "unfit"));
        }
        Ok(Definition { name, actions, ..self })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::threads::sample_row;

    fn named(name: &str) -> Definition {
        Definition { name: name.into(), actions: vec![Action::Take {}], when: When::default(), slot: None }
    }

    #[test]
    fn a_macro_is_meant_for_some_conversations() {
        let mut row = sample_row();
        assert!(When::default().fits(&row));
        let fresh = When { modes: vec![Mode::New], channels: vec![] };
        assert!(fresh.fits(&row));
        row.first_reply_at = Some(9);
        assert!(!fresh.fits(&row));
        assert!(When { modes: vec![Mode::New, Mode::Reply], channels: vec![] }.fits(&row));
        assert!(!When { modes: vec![], channels: vec![Channel::Api] }.fits(&row));
    }

    #[test]
    fn a_macro_has_a_name_something_to_do_and_perhaps_a_key() {
        assert!(named("收下").cleaned().is_ok());
        assert!(named(" ").cleaned().is_err());
        assert!(Definition { slot: Some(0), ..named("a") }.cleaned().is_err());
        let exact = vec![Action::SnoozeUntil { until: 1 }];
        assert!(Definition { actions: exact, ..named("a") }.cleaned().is_err(), "an exact time grows old");
    }
}
