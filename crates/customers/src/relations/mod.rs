//! Relations: what one contact is to another of the same client (family, colleague, representative …).
//!
//! Invariants: nobody is related to themselves; a relation of a kind is kept once; both ends belong to one client. Event:
//! `contact.changed` with the field `relations`, of both.

mod http;
mod store;

pub(crate) use http::routes;
pub(crate) use store::{Relation, of_contact};

/// What somebody can be to another.
pub const KINDS: [&str; 6] = ["family", "colleague", "representative", "guardian", "referrer", "other"];
/// Relations of a contact at the most.
pub const RELATIONS_MAX: usize = 50;
