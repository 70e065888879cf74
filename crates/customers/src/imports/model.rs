//! What an import is told, and where it stands. Pure.

use crate::attributes::Attribute;
use crate::sheets::{COLUMNS_MAX, Reading};
use kernel::{Error, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Where an import stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ImportState)]
pub enum State {
    /// Uploaded; its plan can be changed.
    Draft,
    /// Being tried.
    Checking,
    /// Tried; can be started.
    Checked,
    /// Being taken in.
    Running,
    /// Taken in.
    Done,
    /// Stopped by somebody; what was taken in stays.
    Cancelled,
    /// Broke off.
    Failed,
}

impl State {
    const ALL: [(State, &'static str); 7] = [
        (State::Draft, "draft"),
        (State::Checking, "checking"),
        (State::Checked, "checked"),
        (State::Running, "running"),
        (State::Done, "done"),
        (State::Cancelled, "cancelled"),
        (State::Failed, "failed"),
    ];

    /// As it is stored.
    pub fn word(self) -> &'static str {
        State::ALL.iter().find(|s| s.0 == self).map_or("", |s| s.1)
    }

    /// From what is stored.
    pub fn from_word(word: &str) -> Result<State> {
        let found = State::ALL.iter().find(|s| s.1 == word).map(|s| s.0);
        found.ok_or_else(|| Error::internal(format!("no state of an import is called {word}")))
    }

    /// Can the plan still be changed?
    pub fn is_open(self) -> bool {
        matches!(self, State::Draft | State::Checked | State::Failed)
    }

    /// Does a job work on it?
    pub fn is_busy(self) -> bool {
        matches!(self, State::Checking | State::Running)
    }
}

/// By what a row finds the contact it means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ImportMatchBy)]
pub enum MatchBy {
    /// Any of its addresses, the first that somebody has.
    Handle,
    /// Its id in another system only.
    External,
    /// Nothing: every row is a new contact.
    Nothing,
}

/// What becomes of a row whose contact is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ImportOnMatch)]
pub enum OnMatch {
    /// What the row says replaces what was known; empty cells change nothing.
    Update,
    /// The row fills what was not known.
    Fill,
    /// The row is left out.
    Skip,
    /// The row is given back as a fault.
    Refuse,
}

/// In which order a date such as `03/04/2026` is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ImportDateOrder)]
pub enum DateOrder {
    /// Day, month, year.
    Dmy,
    /// Month, day, year.
    Mdy,
}

/// How a table is read, what its columns mean, and what becomes of its rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ImportPlan)]
pub struct Plan {
    /// How the file is read.
    pub reading: Reading,
    /// What each column means: `ignore`, `name`, `phone`, `email`, `external`, `salutation`, `language`, `tier`,
    /// `organisation`, `tags`, `note`, `attribute:KEY` or `consent:TOPIC`.
    pub columns: Vec<String>,
    /// What divides several values in a cell of addresses or tags; each character of it does.
    pub divider: String,
    /// By what contacts are found.
    pub match_by: MatchBy,
    /// What becomes of those who are there.
    pub on_match: OnMatch,
    /// How dates of three numbers are meant.
    pub dates: DateOrder,
    /// Tags that every row gets.
    pub tags: Vec<String>,
}

/// What a column means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    Ignore,
    Name,
    Phone,
    Email,
    External,
    Salutation,
    Language,
    Tier,
    Organisation,
    Tags,
    Note,
    /// Its place in the client's list.
    Attribute(usize),
    Consent(String),
}

impl Target {
    fn of(word: &str, attributes: &[Attribute]) -> Option<Target> {
        if let Some(key) = word.strip_prefix("attribute:") {
            return attributes.iter().position(|a| a.key == key).map(Target::Attribute);
        }
        if let Some(topic) = word.strip_prefix("consent:") {
            return crate::consents::is_topic(topic).then(|| Target::Consent(topic.to_owned()));
        }
        Some(match word {
            "ignore" => Target::Ignore,
            "name" => Target::Name,
            "phone" => Target::Phone,
            "email" => Target::Email,
            "external" => Target::External,
            "salutation" => Target::Salutation,
            "language" => Target::Language,
            "tier" => Target::Tier,
            "organisation" => Target::Organisation,
            "tags" => Target::Tags,
            "note" => Target::Note,
            _ => return None,
        })
    }
}

impl Plan {
    /// What the columns mean. Errors: `invalid`, naming the column.
    pub(super) fn targets(&self, attributes: &[Attribute]) -> Result<Vec<Target>> {
        if self.columns.len() > COLUMNS_MAX {
            return Err(Error::invalid("/plan/columns", "too_many"));
        }
        let one = |(i, word): (usize, &String)| {
            Target::of(word, attributes)
                .ok_or_else(|| Error::invalid(format!("/plan/columns/{i}"), "unknown"))
        };
        let targets = self.columns.iter().enumerate().map(one).collect::<Result<Vec<_>>>()?;
        // Two columns may hold addresses or tags; of anything else there is one.
        let many = |t: &Target| {
            matches!(t, Target::Ignore | Target::Phone | Target::Email | Target::External | Target::Tags)
        };
        for (i, t) in targets.iter().enumerate() {
            if !many(t) && targets[..i].contains(t) {
                return Err(Error::invalid(format!("/plan/columns/{i}"), "taken"));
            }
        }
        let named = |t: &Target| matches!(t, Target::Name | Target::Phone | Target::Email | Target::External);
        if !targets.iter().any(named) {
            return Err(Error::invalid("/plan/columns", "required"));
        }
        Ok(targets)
    }

    /// Checks the rest. Errors: `invalid`.
    pub(super) fn check(&self) -> Result<()> {
        crate::contacts::tags("/plan/tags", &self.tags)?;
        if self.divider.chars().count() > 8 {
            return Err(Error::invalid("/plan/divider", "too_long"));
        }
        if ![",", ";", "\t", "|"].contains(&self.reading.delimiter.as_str()) {
            return Err(Error::invalid("/plan/reading/delimiter", "unfit"));
        }
        Ok(())
    }
}
