//! The walls between clients, between lines, and between the house and the world.
//!
//! What is called is read from the description of the API, so that a new route stands before these tests by itself, and
//! a new kind of object in a path fails them until `house` holds one.

mod input;
mod live;
mod matrix;
mod sources;

use crate::house::{MARK_A2, MARK_B, Person, Places, Reply};

/// Kinds that are the provider's, not a client's: everybody may know of them.
const PROVIDERS: [&str; 3] = ["role", "skill", "team"];
/// Kinds that stand in one line; all others belong to the client as a whole.
const OF_LINE: [&str; 10] = [
    "line",
    "conversation",
    "inbox",
    "queue",
    "category",
    "reservation",
    "message",
    "grant",
    "session",
    "token",
];

/// A stranger's view: who knocks, and at what.
struct Wall<'a> {
    who: &'a str,
    person: &'a Person,
    own: &'a Places,
    foreign: &'a Places,
    nowhere: &'a Places,
}

impl Wall<'_> {
    /// Is it the other line of the same client?
    fn is_line(&self) -> bool {
        self.foreign.name == "A2"
    }

    /// Is an object of this kind behind this wall?
    fn hides(&self, kind: &str) -> bool {
        !PROVIDERS.contains(&kind) && (!self.is_line() || OF_LINE.contains(&kind))
    }

    /// What of the other side stands in an answer. Ids are sought in what was granted; a refusal may repeat the question.
    fn leak(&self, r: &Reply) -> Option<String> {
        let marks: &[&str] = if self.is_line() { &[MARK_A2, MARK_B] } else { &[MARK_B] };
        if let Some(m) = marks.iter().find(|m| r.text.contains(**m)) {
            return Some((*m).to_owned());
        }
        let granted = (200..300).contains(&r.status);
        let found = self
            .foreign
            .secrets()
            .find(|(k, id)| granted && self.hides(k) && r.text.contains(&format!("\"{id}\"")));
        found.map(|(k, id)| format!("{k} {id}"))
    }
}
