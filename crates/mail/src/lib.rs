//! What a mail says: one raw mail (bytes) becomes a [`Reading`]; and the head of a mail that we send. Pure: no IO, no clock,
//! no chance.
//!
//! Anything at all may come in, from anybody. Every bound stands in [`limits`]; the parser (mail-parser) runs behind them
//! and is caught where it panics; a mail above a bound is answered with a typed [`Refusal`] and its head. The caller keeps
//! the raw mail whatever is made of it here.
//!
//! | module | says |
//! |---|---|
//! | [`read()`] | everything, as a [`Reading`]; [`explain`] the same as JSON |
//! | [`kind`] | person, automatic answer, bounce, list or report, and which field said so |
//! | [`bounce`] | who could not be reached, for good or for now |
//! | [`authentication`] | what our own server found out about the sender |
//! | [`dmarc`] | what a domain says about mail in its name, and what follows |
//! | [`threading`] | by which keys the conversation is found; the signed token |
//! | [`compose`] | the head and body of a mail that we send |
//! | [`html`] | text of HTML, and HTML made safe |

pub mod authentication;
pub mod bounce;
mod calendar;
mod charset;
mod clean;
pub mod compose;
pub mod dmarc;
mod explain;
mod flowed;
mod head;
pub mod html;
pub mod kind;
pub mod limits;
mod parts;
mod people;
mod quote;
mod read;
mod reading;
mod repair;
mod structure;
pub mod threading;
mod tnef;
mod words;

pub use explain::{attachment, attachments, explain, explain_for};
pub use read::{Options, read, within};
pub use reading::{
    Attachment, Calendar, Html, Inside, Nested, Participants, Person, Reading, Refusal, SHAPE, SentAt,
    Warning,
};
