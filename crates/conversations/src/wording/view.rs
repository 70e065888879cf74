//! How listed words are asked for and shown.

use super::model::{Action, Direction, Hit, Means, WordList};
use kernel::{LineId, Millis, TenantId, WordListId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A list of words.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WordListView {
    /// Its id.
    pub id: WordListId,
    /// Whose.
    pub tenant: TenantId,
    /// On which line; on all of the client's, without one.
    pub line: Option<LineId>,
    /// Its name.
    pub name: String,
    /// What its words are.
    pub category: String,
    /// Whose messages it is for.
    pub direction: Direction,
    /// What follows.
    pub action: Action,
    /// Its words.
    pub words: Vec<String>,
    /// Is it looked for?
    pub enabled: bool,
    /// Messages of the last 30 days in which words of it stood.
    pub sent_30_days: i64,
    /// Messages of the last 30 days that it kept from being sent.
    pub refused_30_days: i64,
    /// When it was changed last.
    pub changed_at: Millis,
}

impl WordListView {
    pub(super) fn of(l: WordList, figures: (i64, i64)) -> WordListView {
        WordListView {
            id: l.id,
            tenant: l.tenant,
            line: l.line.some(),
            name: l.name,
            category: l.category,
            direction: l.direction,
            action: l.action,
            words: l.words,
            enabled: l.enabled,
            sent_30_days: figures.0,
            refused_30_days: figures.1,
            changed_at: l.changed_at,
        }
    }
}

/// A list to be made.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewWordList {
    /// Whose.
    pub tenant: TenantId,
    /// On which line; on all of the client's, without one.
    pub line: Option<LineId>,
    /// Its name, up to 60 characters.
    pub name: String,
    /// What its words are, up to 60 characters.
    pub category: String,
    /// Whose messages it is for.
    pub direction: Direction,
    /// What follows.
    pub action: Action,
    /// Its words, up to 5,000 of up to 60 characters.
    pub words: Vec<String>,
}

/// What to change of a list.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WordListPatch {
    /// Its name, up to 60 characters.
    pub name: Option<String>,
    /// What its words are, up to 60 characters.
    pub category: Option<String>,
    /// Whose messages it is for.
    pub direction: Option<Direction>,
    /// What follows.
    pub action: Option<Action>,
    /// All its words.
    pub words: Option<Vec<String>>,
    /// Is it looked for?
    pub enabled: Option<bool>,
}

/// Which lists.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct OfTenant {
    /// Whose.
    pub tenant: TenantId,
}

/// A text to be tried.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Trial {
    /// By whose lists.
    pub tenant: TenantId,
    /// As on which line.
    pub line: Option<LineId>,
    /// As written by whom: `out` by us, `in` by a contact.
    pub direction: Direction,
    /// The text, up to 16,000 characters.
    pub text: String,
}

/// A text that is being written.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Written {
    /// The text, up to 16,000 characters.
    pub body: String,
}

/// A place where something was found.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WordHit {
    /// Its first UTF-16 unit.
    pub start: usize,
    /// The unit after its last.
    pub end: usize,
    /// `word`, or `other_client` for another client's name.
    pub kind: &'static str,
    /// The list.
    pub list: Option<WordListId>,
    /// What its words are.
    pub category: Option<String>,
    /// What follows; another client's name asks to be confirmed.
    pub action: Action,
}

impl From<Hit> for WordHit {
    fn from(h: Hit) -> WordHit {
        let (start, end) = (h.start, h.end);
        match h.means {
            Means::Word { list, category, action } => {
                WordHit { start, end, kind: "word", list: Some(list), category: Some(category), action }
            }
            Means::OtherClient => {
                WordHit { start, end, kind: "other_client", list: None, category: None, action: Action::Warn }
            }
        }
    }
}

/// What was found in a text.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WordHits {
    /// The places, in their order.
    pub hits: Vec<WordHit>,
}
