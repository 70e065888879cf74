//! Wording: listed words of a client, in both directions, and other clients' names in what we write.
//!
//! ```text
//! a reply ──▶ Watch::judge ──▶ block: refused · warn, another client's name: refused until confirmed · alert: sent
//! a message in the log ──▶ reader ──▶ facts (`word_hit`), `wording.hit` ──▶ notices to those who lead the line
//! ```
//! * [`Watch`]: every list and name in memory, ready to be looked for; kept right by events.
//! * What waits to be sent, macros and programs with a token pass the same judgement: whoever makes a reply asks
//!   [`Watch::refusal`] with the conversation it is for, in the transaction that appends it.
//!
//! Invariants: no fact and no event holds the word that was found; a list has at most [`WORDS_MAX`] words and a client
//! at most [`CLIENT_WORDS_MAX`]; a client's own names are never questioned.
//!
//! Events: `word_list.created`, `word_list.changed`, `word_list.removed`, `wording.hit`.

mod events;
mod http;
mod model;
mod part;
mod service;
mod store;
mod view;
mod watch;

pub use events::{NAME, WordingReader};
pub use http::routes;
pub(crate) use model::name;
pub use model::{Action, CLIENT_WORDS_MAX, Direction, Hit, Means, Outcome, WORDS_MAX, WordList};
pub(crate) use part::Words;
pub(crate) use service::note_refusal;
pub use watch::{Watch, follow};
pub(crate) use watch::{is_refusal, refresh};
