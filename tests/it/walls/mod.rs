//! The walls between clients, between lines, and between the house and the world.
//!
//! What is called is read from the description of the API, so that a new route stands before these tests by itself, and
//! a new kind of object in a path fails them until `house` holds one.

mod input;
mod live;
mod matrix;
mod sources;

use crate::house::{House, MARK_A, MARK_B, Person, Places, Reply, difference};
use testkit::Engine;

/// Kinds that are the provider's, not a client's: everybody may know of them.
const PROVIDERS: [&str; 4] = ["role", "skill", "team", "breakkind"];
/// Kinds that stand in one line; all others belong to the client as a whole.
const OF_LINE: [&str; 24] = [
    "line",
    "phrase",
    "macro",
    "view",
    "conversation",
    "inbox",
    "queue",
    "category",
    "reservation",
    "message",
    "grant",
    "session",
    "token",
    "scheduled",
    "join",
    "wordlist",
    "break",
    "hand",
    "briefing",
    "handover",
    "announcement",
    "threshold",
    "arrival",
    "alert",
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
        self.foreign.name[..1] == self.own.name[..1]
    }

    /// Is an object of this kind behind this wall?
    fn hides(&self, kind: &str) -> bool {
        !PROVIDERS.contains(&kind) && (!self.is_line() || OF_LINE.contains(&kind))
    }

    /// What of the other side stands in an answer. Ids are sought in what was granted; a refusal may repeat the question.
    fn leak(&self, r: &Reply) -> Option<String> {
        let client = if self.own.name.starts_with('A') { MARK_B } else { MARK_A };
        let line = if self.is_line() { &self.foreign.mark } else { client };
        if let Some(m) = [client, line].into_iter().find(|m| r.text.contains(*m)) {
            return Some(m.to_owned());
        }
        let granted = (200..300).contains(&r.status);
        let found = self
            .foreign
            .secrets()
            .find(|(k, id)| granted && self.hides(k) && r.text.contains(&format!("\"{id}\"")));
        found.map(|(k, id)| format!("{k} {id}"))
    }
}

/// A fault, if rows came or went.
fn changed(before: &[String], after: &[String]) -> Option<String> {
    (before != after).then(|| format!("rows changed:\n{}", difference(before, after)))
}

/// Fails with all of them at once.
fn none(faults: &[String]) {
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
}

/// What the stores might see differently, on the other one; the rest is the same code above them.
#[tokio::test(flavor = "multi_thread")]
async fn the_walls_hold_on_postgres() {
    let house = House::on(Engine::Postgres).await;
    let mut faults = matrix::objects(&house).await;
    faults.extend(matrix::references(&house).await);
    live::foreign_ears(&house).await;
    sources::same_names(&house).await;
    faults.extend(input::broken_addresses(&house).await);
    faults.extend(input::broken_bodies(&house).await);
    house.end().await;
    none(&faults);
}
