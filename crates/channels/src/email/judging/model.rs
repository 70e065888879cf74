//! What a judgement holds. Pure.

use mail::authentication::{Outcome, Verdict};
use serde::{Deserialize, Serialize};

/// What one method found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// `spf`, `dkim`, `dmarc`, `arc`.
    pub method: String,
    /// What it found.
    pub outcome: Outcome,
    /// The domain it speaks of; may be empty.
    pub domain: String,
    /// Why, or what is asked for, as a word: `altered`, `expired`, `no_key`, `length`, `from_unsigned`, `weak`, `broken`,
    /// `unavailable`, `not_aligned`, `unknown_sealer`, `unvouched`, `p=reject`, …; may be empty.
    #[serde(default)]
    pub note: String,
}

impl Found {
    /// With why.
    pub fn new(method: &str, outcome: Outcome, domain: &str, note: &str) -> Found {
        let domain = domain.chars().filter(|c| !c.is_control()).take(253).collect();
        Found { method: method.to_owned(), outcome, domain, note: note.to_owned() }
    }
}

/// Our own word about a sender.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judgement {
    /// What follows.
    pub verdict: Verdict,
    /// What each method found.
    pub found: Vec<Found>,
    /// Something that matters could not be looked up now.
    #[serde(default)]
    pub is_undecided: bool,
}
