//! Whom the clients serve: contacts with the addresses they are known by, organisations, custom attributes, tags,
//! preferences and the timeline.
//!
//! ```text
//! channel ── find_or_create ─▶ handles (normalise, find) ─▶ contact ─▶ events, search
//! desk ───── masked views ◀── contacts ── unmask, look up: recorded in the audit before the answer
//! ```
//! [`handles`] is the only place that normalises and finds addresses. No list, view, event or search document holds one
//! unmasked.

pub mod attributes;
pub mod codes;
pub mod contacts;
pub mod handles;
pub mod organisations;
pub mod permissions;
pub mod timeline;

pub use contacts::{
    Contact, ContactBrief, ContactFigures, ContactMarks, Figures, NewContact, brief, find_or_create, full,
    marks,
};
pub use handles::{HandleKind, NewHandle};
pub use timeline::{TimelineEntry, TimelineSource, add_timeline_source};

use platform::Registry;

/// Brings everything of customers.
pub fn register(reg: &mut Registry) {
    reg.permissions.push(permissions::GROUP);
    reg.codes.push(codes::ALL);
    for routes in [contacts::routes(), timeline::routes(), organisations::routes(), attributes::routes()] {
        reg.desk(routes);
    }
    reg.documents(contacts::ContactDocuments);
    timeline::add_timeline_source(reg, std::sync::Arc::new(contacts::OwnTimeline));
}
