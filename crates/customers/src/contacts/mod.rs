//! Contacts: the persons and firms whom a client serves.
//!
//! A contact is made by staff, by an import, or by its first message ([`find_or_create`]). It belongs to a client, never to a
//! line: the rights of a line's people reach all contacts of the client, with addresses masked.
//!
//! Events: `contact.created`, `contact.changed` (data: the names of the fields). Looks recorded: opened, unmasked,
//! looked up. Invariants: every address shown is masked unless somebody unmasked it with a reason, recorded before the
//! answer; names made by the program give way to the first name that is told.

mod around;
mod bulk;
mod changes;
mod documents;
mod find;
mod history;
mod http;
mod marks;
mod model;
mod service;
mod store;
mod view;

pub(crate) use changes::{Author, audit};
pub use documents::ContactDocuments;
pub use find::{NewContact, brief, find_or_create, find_or_enter};
pub use history::{ContactFigures, Figures, OwnTimeline};
pub(crate) use http::routes;
pub use marks::{ContactMarks, marks};
pub(crate) use model::stranger;
pub(crate) use model::{
    ATTRIBUTE_MAX, HANDLES_MAX, NAME_MAX, NOTE_MAX, REASON_MAX, TAGS_MAX, WORD_MAX, line, note,
    optional_line, tags,
};
pub use model::{ContactBrief, Preferences, name_key};
pub use service::full;
pub(crate) use service::{reach, shown, shown_now, tenant_of};
pub(crate) use store::briefs;
pub use view::Contact;
pub(crate) use view::present;
