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
pub mod blocks;
pub mod codes;
pub mod consents;
pub mod contacts;
pub mod duplicates;
pub mod exports;
pub mod handles;
pub mod imports;
pub mod merges;
pub mod organisations;
pub mod permissions;
pub mod relations;
pub mod segments;
pub mod sheets;
pub mod timeline;

pub use blocks::{Hit, InboxLines, blocked, hit};
pub use contacts::{
    Contact, ContactBrief, ContactFigures, ContactMarks, Figures, NewContact, brief, find_or_create,
    find_or_enter, full, marks,
};
pub use handles::{HandleKind, NewHandle, mails_of, mask, owner_of, proved_mail};
pub use merges::{Holder, Moving, add_holder, current};
pub use timeline::{TimelineEntry, TimelineSource, add_timeline_source};

use platform::Registry;

/// Brings everything of customers.
pub fn register(reg: &mut Registry) {
    reg.permissions.push(permissions::GROUP);
    reg.codes.push(codes::ALL);
    for routes in [contacts::routes(), timeline::routes(), organisations::routes(), attributes::routes()] {
        reg.desk(routes);
    }
    for routes in [segments::routes(), consents::routes(), relations::routes(), merges::routes()] {
        reg.desk(routes);
    }
    for routes in [duplicates::routes(), blocks::routes(), imports::routes(), exports::routes()] {
        reg.desk(routes);
    }
    reg.job(merges::SETTLE, merges::settle);
    reg.job(duplicates::SCAN, duplicates::scan_job);
    reg.job(duplicates::DAILY, duplicates::daily);
    reg.job(blocks::EXPIRE, blocks::expire);
    reg.job(imports::RUN, imports::run_job);
    reg.job(imports::EXPIRE, imports::expire);
    reg.job(exports::RUN, exports::run_job);
    reg.job(exports::EXPIRE, exports::expire);
    reg.on_start("duplicates", |app| async move { duplicates::enqueue_daily(&app).await });
    reg.documents(contacts::ContactDocuments);
    timeline::add_timeline_source(reg, std::sync::Arc::new(contacts::OwnTimeline));
}
