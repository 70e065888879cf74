//! Visits: what a visitor says before the first message of a conversation, and what they agree to.
//!
//! Which form is asked follows from the line's hours: `prechat` within them, `offline` outside. It is asked once for a
//! conversation and comes with its first message, in one transaction: the answers, the consent in the words that were
//! read, the queue that a choice leads to. A message that lacks what is required opens nothing. What is typed into a form
//! is a claim: it finds nobody and proves nothing.
//!
//! A conversation begun outside the hours is marked as an offline message and waits in its queue like any other.

mod http;
mod model;
mod store;
mod view;

pub use model::{Answer, Consent, FormInput, Given, Visit, check, facts_of};
pub use store::{begin, has_agreed, keep_consent, keep_facts, shown};
pub use view::{ConsentView, FieldView, FormView, OptionView, form_view};

pub(crate) use http::routes;
