//! Transcripts: a visitor has their conversation sent to them as a letter.
//!
//! It goes to the mail address of the visitor's contact that was proved last, and to no other: what was typed into a form is
//! a claim, and nobody says in the widget where a letter goes. What it holds is what the visitor saw
//! ([`crate::webchat`]'s view): no notes, no words taken back, no names of staff but their aliases.
//!
//! Invariants: the letter is written with the thread's line that says so, or not at all; one conversation is sent at most
//! [`AN_HOUR_MAX`] times an hour, whoever asks. Event: `transcript.sent`, without address.

mod http;
mod model;
mod service;

pub use model::{Clock, LETTER_MAX, letter};
pub use service::AN_HOUR_MAX;

pub(crate) use http::routes;
