//! Phrases (话术): stored texts with variables, grouped in folders, found by words or by pinyin, counted as they are used.
//!
//! A phrase belongs to one client, and there to everybody, a line, a team or one person (see [`crate::audience`]). It has a
//! Chinese text, an English one, or both. The desk holds the phrases it may use in memory and searches them there; the
//! server sends the pinyin of each with it ([`model::sounds`]), so that no search asks the server.
//!
//! Events: `phrase.created`, `phrase.changed`, `phrase.removed`. Using one is counted, not told.

mod http;
mod import;
mod model;
mod part;
mod store;

pub use http::routes;
pub use model::{PhraseText, Sounds, sounds};
pub(crate) use part::Phrases;
