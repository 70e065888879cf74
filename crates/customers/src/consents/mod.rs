//! Consent: what a contact agreed to or refused, by topic.
//!
//! Every word is kept with its source and its time; the newest of a topic counts. Event: `contact.changed` with the field
//! `consents`.

mod http;
mod store;

pub(crate) use http::routes;
pub(crate) use store::{current, said, topics};

/// What consent is asked for.
pub const TOPICS: [&str; 5] = ["service_news", "marketing", "survey", "recording", "sharing"];

/// Is it one of them?
pub fn is_topic(topic: &str) -> bool {
    TOPICS.contains(&topic)
}
